"""The page of the experiment itself: its name, description, seed, parameters, and facts."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget
from typing_extensions import override

from studio.app.draft import Draft
from studio.app.editors.field_editor import outline
from studio.app.figures import count
from studio.app.panels.properties_page import Page
from studio.app.panels.properties_parameters import ExperimentParameters
from studio.app.panels.properties_parts import Caption, LateLine, LateText, labelled
from studio.app.times import duration, moment
from studio.app.widgets.separator import separator
from studio.document.change import Change
from studio.document.edits import SetExperiment
from studio.engine.history import RunRecord, RunSummary

_SEED_LIMIT = 2**32


class ExperimentPage(Page):
    """What is shown where nothing is selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the fields."""
        super().__init__(parent)
        self._last: RunRecord | None = None
        self._name = LateLine(self)
        self._about = LateText(self, 3, 10)
        self._seed = LateLine(self)
        self._seed_wrong = Caption("", "error", self)
        self._seed_wrong.hide()
        self._parameters = ExperimentParameters(self)
        for field, name, label in (
            (self._name, "experiment_name", "Name of the experiment"),
            (self._about, "experiment_description", "Description"),
            (self._seed, "experiment_seed", "Seed"),
        ):
            field.setObjectName(name)
            field.setAccessibleName(label)
        self._about.setPlaceholderText("What is it about?")
        self._facts = _Facts(self)
        self._arrange()
        self._name.taken.connect(lambda name: self._set(name=name.strip()))
        self._about.taken.connect(lambda text: self._set(description=text))
        self._seed.taken.connect(self._set_seed)
        self._parameters.edited.connect(self._edit_parameters)

    @override
    def show_selection(self, draft: Draft, ids: tuple[str, ...]) -> None:
        if draft is not self.draft:
            self._last = None
            self.flush()
            self._seed_wrong.hide()
            outline(self._seed, False)
        super().show_selection(draft, ids)
        self.ask_history()

    def ask_history(self) -> None:
        """Find out which run was the last; an earlier one that is looked at is its own."""
        draft = self.draft
        if draft is not None and draft.record is None:
            draft.bridge.history_of(draft.experiment.id, self._take_history)

    @override
    def take_change(self, change: Change) -> None:
        if change.meta or change.nodes_added or change.nodes_removed:
            self.refresh()

    @override
    def refresh(self) -> None:
        if self.draft is None:
            return
        experiment, read_only = self.draft.experiment, self.draft.read_only
        self._name.show_text(experiment.name)
        self._about.show_text(experiment.description)
        self._seed.show_text(str(experiment.seed))
        for field in (self._name, self._about, self._seed):
            field.setReadOnly(read_only)
        self._parameters.show_parameters(experiment.parameters, read_only)
        self._facts.show_facts(self.draft, self._last)

    @override
    def flush(self) -> None:
        self._name.flush()
        self._about.flush()
        self._seed.flush()

    def _arrange(self) -> None:
        self.column.addWidget(Caption("Experiment", "title", self))
        self.column.addWidget(separator(self))
        self.column.addWidget(labelled("Name", self._name, self))
        self.column.addWidget(labelled("Description", self._about, self))
        seed = labelled("Seed", self._seed, self)
        layout = seed.layout()
        if layout is not None:
            help = "Everything that is drawn at random begins from this number."
            layout.addWidget(Caption(help, "caption", seed))
            layout.addWidget(self._seed_wrong)
        self.column.addWidget(seed)
        self.column.addWidget(labelled("Parameters", self._parameters, self))
        self.column.addWidget(separator(self))
        self.column.addWidget(self._facts)

    def _set(self, name: str | None = None, description: str | None = None) -> None:
        if self.draft is not None:
            self.draft.apply(SetExperiment(name=name, description=description))

    def _set_seed(self, text: str) -> None:
        number = int(text) if text.strip().isdecimal() else -1
        is_seed = 0 <= number < _SEED_LIMIT
        limit = _SEED_LIMIT - 1
        self._seed_wrong.setText(
            f"The seed must be a whole number from 0 to {limit}; it is “{text}”."
        )
        self._seed_wrong.setVisible(not is_seed)
        outline(self._seed, not is_seed)
        if is_seed and self.draft is not None:
            self.draft.apply(SetExperiment(seed=number))

    def _edit_parameters(self, edit: object) -> None:
        if self.draft is not None:
            self._parameters.apply_to(self.draft, edit)

    def _take_history(self, records: list[RunSummary]) -> None:
        self._last = records[0].record if records else None
        if self.draft is not None:
            self._facts.show_facts(self.draft, self._last)


class _Facts(QWidget):
    """What is true of the experiment and cannot be typed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self._values: dict[str, QLabel] = {}
        for row, label in enumerate(("Nodes", "Last run", "File")):
            caption = Caption(label, "soft", self)
            caption.setWordWrap(False)
            value = QLabel(self)
            value.setObjectName(f"fact_{label.lower().replace(' ', '_')}")
            value.setWordWrap(True)
            grid.addWidget(caption, row, 0)
            grid.addWidget(value, row, 1)
            self._values[label] = value

    def show_facts(self, draft: Draft, last: RunRecord | None) -> None:
        """Show the facts of a draft."""
        nodes, links = len(draft.experiment.nodes), len(draft.experiment.links)
        self._values["Nodes"].setText(f"{nodes:,}, with {count(links, 'link')}")
        unsaved = "Not saved yet" if draft.record is None else "An earlier run has none"
        self._values["File"].setText(unsaved if draft.path is None else draft.path.name)
        self._values["File"].setToolTip("" if draft.path is None else str(draft.path))
        self._values["Last run"].setText(_last_run(draft, last))


def _last_run(draft: Draft, record: RunRecord | None) -> str:
    run = draft.last_run
    if run is not None and run.outcome is None:
        return f"Running: {run.done} of {run.total}"
    ended = draft.record or run or record
    if ended is None:
        return "Never"
    said = str(ended.outcome).capitalize()
    return f"{said}, {moment(ended.started)}, {duration(ended.seconds)}"
