"""What a window does with web services: predictive experiments, packages and endpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.app.draft import Draft
from studio.app.pairs import is_predictive, partner_of, predictive_of, training_file, training_of
from studio.app.panels.pair_switch import PREDICTIVE
from studio.app.widgets.folders import show_folder
from studio.document.edits import Batch, difference
from studio.document.experiment import Experiment

if TYPE_CHECKING:
    from studio.app.main_window import MainWindow
    from studio.app.serving.report import Repair, ServiceReport

_UPDATED = "Update predictive experiment"


class Services(QObject):
    """Asks, works beside the window, and brings what came of it into its tabs and panels."""

    def __init__(self, window: MainWindow) -> None:
        """Work for a window."""
        super().__init__(window)
        self._window = window
        self._session = window.session

    def set_up(self) -> None:
        """Make a predictive experiment of the training one in front, or update the one there is."""
        training = self._window.draft
        if is_predictive(training) or predictive_of(self._session, training) is not None:
            self.update()
        else:
            self._convert(training, None)

    def update(self) -> None:
        """Bring the predictive experiment up to date with what its training one has now."""
        draft = self._window.draft
        predictive = draft if is_predictive(draft) else predictive_of(self._session, draft)
        if predictive is None:
            self._session.say("info", "There is no predictive experiment yet. Set one up first.")
        else:
            self._update(predictive)

    def repair(self, repair: Repair) -> None:
        """Convert again with the choice that solves a problem."""
        draft = self._window.draft
        predictive = draft if is_predictive(draft) else predictive_of(self._session, draft)
        if predictive is not None:
            self._update(predictive, repair.choice)

    def switch(self) -> None:
        """Go from the training experiment to the predictive one, or back."""
        draft = self._window.draft
        other = partner_of(self._session, draft)
        if other is not None:
            self._session.set_current(other)
        elif is_predictive(draft):
            self._open_training(draft)
        else:
            self.set_up()

    def choose_side(self, side: int) -> None:
        """Go to one side of the pair in front."""
        if (side == PREDICTIVE) != is_predictive(self._window.draft):
            self.switch()

    def export(self) -> None:
        """Make a model package of the experiment in front."""
        from studio.app.dialogs.export_package import ExportPackageDialog

        window, draft = self._window, self._window.draft
        draft.end_typing()
        dialog = ExportPackageDialog(self._session, draft, window)
        dialog.package_made.connect(self._session.endpoints.add)
        dialog.start_wanted.connect(self._serve)
        dialog.folder_wanted.connect(show_folder)
        dialog.open()

    def retrain(self) -> None:
        """Train the experiment in front on new data, for the next version of its package."""
        draft = self._window.draft
        predictive = draft if is_predictive(draft) else predictive_of(self._session, draft)
        training = draft
        if is_predictive(draft):
            found = training_of(self._session, draft) or self._open_training(draft)
            if found is None:
                return
            training = found
        from studio.app.dialogs.retrain import RetrainDialog

        training.end_typing()
        dialog = RetrainDialog(self._session, training, predictive, self._window)
        dialog.package_made.connect(self._session.endpoints.add)
        dialog.start_wanted.connect(self._serve)
        dialog.folder_wanted.connect(show_folder)
        dialog.open()

    def show_endpoints(self) -> None:
        """Show the endpoints of this machine."""
        self._window.docks.bring("endpoints")

    def ask_to_close(self, then: Callable[[], object]) -> None:
        """Do ``then``, but first ask whether endpoints are stopped."""
        if not self._session.has_endpoints:
            then()
            return
        from studio.app.dialogs.endpoints_running import EndpointsRunningDialog

        dialog = EndpointsRunningDialog(self._session.endpoints.running, self._window)
        dialog.accepted.connect(then)
        dialog.open()

    def _open_training(self, predictive: Draft) -> Draft | None:
        """Open the file of a training experiment, or say that it is not there."""
        file = training_file(predictive)
        if file is not None:
            return self._window.files.open(file)
        self._session.say(
            "warning",
            "The training experiment is not open, and its file is not where it was. Open it first.",
        )
        return None

    def _update(self, predictive: Draft, choice: str = "") -> None:
        training = training_of(self._session, predictive) or self._open_training(predictive)
        if training is not None:
            self._convert(training, predictive, choice)

    def _convert(self, training: Draft, predictive: Draft | None, choice: str = "") -> None:
        from studio.app.dialogs.set_up_service import SetUpServiceDialog

        dialog = SetUpServiceDialog(self._session, training, predictive, choice, self._window)
        dialog.made.connect(partial(self._take, training, predictive))
        dialog.open()

    def _take(
        self,
        training: Draft,
        predictive: Draft | None,
        experiment: Experiment,
        report: ServiceReport,
    ) -> None:
        """Open a predictive experiment that was made, or take over what is new in it."""
        file = "" if training.path is None else training.path.name
        if predictive is None:
            told = replace(experiment.training, file=file)
            predictive = self._session.open_predictive(replace(experiment, training=told), training)
        else:
            before = predictive.experiment
            told = replace(experiment.training, file=before.training.file or file)
            edit = difference(before, replace(experiment, training=told))
            predictive.apply(Batch((edit,), _UPDATED))
            self._session.set_current(predictive)
        self._session.set_report(predictive, report)
        self._window.docks.bring("service")

    def _serve(self, path: Path) -> None:
        endpoint = self._session.endpoints.add(path)
        self.show_endpoints()
        endpoint.start()
