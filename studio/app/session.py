"""The session: the drafts that are open, and what they all stand on."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio import paths
from studio.app.draft import Draft
from studio.app.engine_bridge import EngineBridge
from studio.app.program import Programs
from studio.app.remembered import Remembered
from studio.document.editor import Editor
from studio.document.edits import SetExperiment
from studio.document.errors import ChangedOnDisk
from studio.document.experiment import Experiment, new_id
from studio.document.open_document import OpenDocument
from studio.document.recovery import Recovery, left_behind
from studio.registry.discovery import Registry, open_registry
from studio.sdk.errors import Problem, StudioError
from studio.session.settings import Settings, SettingsWrong
from studio.session.templates import template

if TYPE_CHECKING:
    from studio.app.serving.endpoints import Endpoints
    from studio.app.serving.report import ServiceReport
    from studio.engine.engine import Engine
    from studio.engine.history import RunRecord
    from studio.session.library import Library

UNTITLED = "Untitled experiment"


class Session(QObject):
    """What one window has open. Panels listen to it; it knows none of them."""

    current_changed = Signal(object)
    drafts_changed = Signal()
    said = Signal(str, str)
    library_changed = Signal()
    settings_changed = Signal()
    output_requested = Signal(object, str, str)
    field_requested = Signal(object, str, str)
    help_requested = Signal(str)
    log_requested = Signal(object, str)
    save_output_requested = Signal(object, str, str)
    report_changed = Signal(object)
    autosave_failed = Signal(object)
    recovered = Signal(object)

    def __init__(self, workspace: Path | None = None, parent: QObject | None = None) -> None:
        """Read the settings and find the modules; the engine begins with :meth:`start`."""
        super().__init__(parent)
        self.remembered = Remembered()
        self.settings_problem = ""
        try:
            self.settings = Settings.load()
        except SettingsWrong as error:
            self.settings = Settings()
            self.settings_problem = error.in_full
        self.workspace = workspace or self.settings.workspace or paths.default_workspace()
        self.registry: Registry = open_registry()
        self.bridge = EngineBridge(self._open_engine, self)
        self.programs = Programs(parent=self)
        # The journal tells of it in its own thread; a signal brings it into the window's.
        self.autosave_failed.connect(self._autosave_failed)
        self._drafts: list[Draft] = []
        self._current: Draft | None = None
        self._reports: dict[Draft, ServiceReport] = {}

    @cached_property
    def endpoints(self) -> Endpoints:
        """The model packages that are known, and those that are served."""
        from studio.app.serving.endpoints import Endpoints

        return Endpoints(self.programs, self.remembered, self.bridge.work, self)

    @property
    def has_endpoints(self) -> bool:
        """Whether anything is served."""
        return "endpoints" in self.__dict__ and bool(self.endpoints.running)

    @cached_property
    def library(self) -> Library:
        """The saved datasets, models and transforms."""
        from studio.session.library import Library

        return Library()

    def start(self) -> None:
        """Begin to make the engine."""
        self.bridge.start()

    def say(self, severity: str, sentence: str) -> None:
        """Tell the person something in a sentence: "info", "warning" or "error"."""
        self.said.emit(severity, sentence)

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The open drafts, in the order of their tabs."""
        return tuple(self._drafts)

    @property
    def current(self) -> Draft | None:
        """The draft that is in front, or None where the start page is."""
        return self._current

    def set_current(self, draft: Draft | None) -> None:
        """Bring a draft, or with None the start page, to the front."""
        if draft is not self._current:
            self._current = draft
            self.current_changed.emit(draft)

    def new(self) -> Draft:
        """Open an empty experiment."""
        taken = {draft.experiment.name for draft in self._drafts}
        others = (f"{UNTITLED} {number}" for number in range(2, len(taken) + 3))
        name = next(name for name in (UNTITLED, *others) if name not in taken)
        return self._add_document(self._document(Experiment(name=name)))

    def open(self, path: Path) -> Draft | None:
        """Open a file, or bring it to the front; what is wrong is said, and None returned."""
        for draft in self._drafts:
            if draft.path is not None and draft.path.absolute() == path.absolute():
                self.set_current(draft)
                return draft
        try:
            document = OpenDocument.open(
                path, self.registry, on_autosave_failure=self.autosave_failed.emit
            )
        except StudioError as error:
            self.remembered.forget_file(path)
            self.say("error", error.in_full)
            return None
        self.remembered.file_used(path)
        draft = self._add_document(document)
        if document.in_use is not None:
            self.say("warning", document.in_use.in_full)
        return draft

    def open_template(self, name: str) -> Draft | None:
        """Open a copy of a template as an experiment that was never saved."""
        try:
            opened = OpenDocument.open(template(name).path, self.registry)
        except StudioError as error:
            self.say("error", error.in_full)
            return None
        experiment = opened.editor.experiment
        opened.close()
        return self._add_document(self._document(replace(experiment, id=new_id())))

    def open_copy(self, experiment: Experiment) -> Draft:
        """Open a copy of an experiment as one of its own, which counts as not saved."""
        document = self._document(replace(experiment, id=new_id()))
        document.editor.mark_modified()
        return self._add_document(document)

    def open_predictive(self, experiment: Experiment, training: Draft) -> Draft:
        """Open a predictive experiment beside its training one; it counts as not saved."""
        document = self._document(experiment)
        document.editor.mark_modified()
        return self._add_document(document, training)

    def report_of(self, draft: Draft) -> ServiceReport | None:
        """Return what is known of how a predictive experiment was made."""
        return self._reports.get(draft)

    def set_report(self, draft: Draft, report: ServiceReport) -> None:
        """Keep what was done to make a predictive experiment, or to bring it up to date."""
        self._reports[draft] = report
        self.report_changed.emit(draft)

    def open_run(self, record: RunRecord) -> Draft | None:
        """Open the experiment of an earlier run as it was, to be looked at."""
        for draft in self._drafts:
            if draft.record is not None and draft.record.id == record.id:
                self.set_current(draft)
                return draft
        try:
            experiment = Experiment.from_dict(dict(record.document))
        except StudioError as error:
            self.say("error", error.in_full)
            return None
        editor = Editor(experiment, read_only=True)
        return self._add(Draft(self.bridge, self.registry, editor, record=record, parent=self))

    def recover(self, recovery: Recovery) -> Draft | None:
        """Open what a crash left behind, as unsaved changes of its document."""
        path = recovery.path if recovery.path is not None and recovery.path.is_file() else None
        draft = self.open(path) if path is not None else None
        if draft is None:
            # Begun empty, so that what is taken over is an edit, which the new journal keeps.
            empty = Experiment(id=recovery.experiment.id, name=recovery.experiment.name)
            draft = self._add_document(self._document(empty))
        if draft.document is not None and not draft.read_only:
            draft.document.recover(recovery)
            draft.document.editor.mark_modified()
            draft.title_changed.emit()
            self.recovered.emit(draft)
        return draft

    def left_behind(self) -> list[Recovery]:
        """Return the unsaved work that crashes left, the newest first."""
        return left_behind()

    def save(self, draft: Draft, path: Path | None = None, *, overwrite: bool = False) -> bool:
        """Save a draft and return whether it is saved; what is wrong is said.

        An experiment that nobody has named yet gets the name of its first file.

        Raises ChangedOnDisk where something else changed the file, unless ``overwrite``.
        """
        is_first = draft.path is None and _is_unnamed(draft)
        name = path.stem if is_first and path is not None else None
        if name is not None:
            draft.apply(SetExperiment(name=name))
        try:
            draft.save(path, overwrite=overwrite)
        except StudioError as error:
            if name is not None:
                draft.undo()
            if isinstance(error, ChangedOnDisk):
                raise
            self.say("error", error.in_full)
            return False
        if draft.path is not None:
            self.remembered.file_used(draft.path)
        return True

    def close(self, draft: Draft) -> None:
        """Close a draft; unsaved changes are given up."""
        place = self._drafts.index(draft)
        self._drafts.remove(draft)
        self._reports.pop(draft, None)
        if draft is self._current:
            near = self._drafts[min(place, len(self._drafts) - 1)] if self._drafts else None
            self.set_current(near)
        self.drafts_changed.emit()
        draft.close()
        draft.deleteLater()

    def stop(self) -> None:
        """Close everything in good order."""
        for draft in list(self._drafts):
            self.close(draft)
        self.programs.close()
        self.bridge.close()

    def show_output(self, draft: Draft, node: str, port: str) -> None:
        """Show what came out of a port."""
        self.output_requested.emit(draft, node, port)

    def save_output(self, draft: Draft, node: str, port: str) -> None:
        """Offer to keep what came out of a port as a dataset, model or transform."""
        self.save_output_requested.emit(draft, node, port)

    def set_settings(self, settings: Settings) -> None:
        """Take and write new settings; raises OSError where they cannot be written."""
        settings.save()
        self.settings = settings
        self.settings_changed.emit()

    def results_removed(self) -> None:
        """Let all drafts find out anew which results there are."""
        for draft in self._drafts:
            draft.look_again()

    def _open_engine(self) -> Engine:
        from studio.session.engines import open_engine

        return open_engine(self.workspace)

    def _document(self, experiment: Experiment) -> OpenDocument:
        return OpenDocument(experiment, on_autosave_failure=self.autosave_failed.emit)

    def _autosave_failed(self, problem: Problem) -> None:
        self.say("warning", problem.in_full)

    def _add_document(self, document: OpenDocument, beside: Draft | None = None) -> Draft:
        editor, base = document.editor, None if beside is None else beside.base
        draft = Draft(self.bridge, self.registry, editor, document=document, base=base, parent=self)
        return self._add(draft, beside)

    def _add(self, draft: Draft, beside: Draft | None = None) -> Draft:
        draft.refused.connect(partial(self.say, "error"))
        place = len(self._drafts) if beside is None else self._drafts.index(beside) + 1
        self._drafts.insert(place, draft)
        self.drafts_changed.emit()
        self.set_current(draft)
        return draft


def _is_unnamed(draft: Draft) -> bool:
    return re.fullmatch(rf"({UNTITLED}( \d+)?)?", draft.experiment.name) is not None
