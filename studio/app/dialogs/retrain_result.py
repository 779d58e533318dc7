"""What came of retraining: the figures of both versions, side by side, and what they decided."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from studio.app.dialogs.retraining import Outcome
from studio.app.figures import count, figure
from studio.app.theme import SPACE
from studio.app.widgets.icon_label import IconLabel
from studio.app.widgets.selectable_text import selectable_text
from studio.session.figure_names import KNOWN, better, figure_name

_ICON = 18
_ORDER = {name: place for place, name in enumerate(KNOWN)}


class RetrainResult(QWidget):
    """Says whether a new version was made, over a table of what both versions reached."""

    def __init__(self) -> None:
        """Begin with nothing to say."""
        super().__init__()
        self.setObjectName("retrain_result")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, SPACE, 0, SPACE)
        self._layout.setSpacing(2 * SPACE)

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what came of it."""
        made = outcome.path is not None
        card = QFrame()
        card.setProperty("kind", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        grid.setHorizontalSpacing(4 * SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        look = ("circle-check", "good") if made else ("triangle-alert", "warn")
        grid.addWidget(IconLabel(*look, side=_ICON), 0, 0)
        head = selectable_text("retrain_head", "strong")
        head.setText(f"Judged on {count(outcome.rows, 'row')}: {outcome.where}")
        grid.addWidget(head, 0, 1)
        for column, (name, text) in enumerate(
            (("old", f"Version {outcome.previous}"), ("new", "New model")), 2
        ):
            label = selectable_text(f"retrain_{name}", "soft")
            label.setWordWrap(False)
            label.setText(text)
            grid.addWidget(label, 0, column, Qt.AlignmentFlag.AlignRight)
        names = sorted(outcome.new_figures, key=lambda name: _ORDER.get(name, len(_ORDER)))
        for row, name in enumerate(names, 1):
            self._put_figure(grid, row, name, outcome)
        self._layout.addWidget(card)
        for place, said in enumerate((*outcome.changes, *outcome.warnings)):
            note = selectable_text(f"retrain_note_{place}", "soft")
            note.setText(said)
            self._layout.addWidget(note)
        if outcome.path is not None:
            path = selectable_text("retrain_place", "soft")
            path.setText(str(outcome.path))
            self._layout.addWidget(path)

    def _put_figure(self, grid: QGridLayout, row: int, name: str, outcome: Outcome) -> None:
        """Put a line of the table; the figure that decided stands out, the better one is marked."""
        decides = name == outcome.metric
        old, new = outcome.old_figures.get(name), outcome.new_figures.get(name)
        title = selectable_text(f"retrain_name_{name}", "strong" if decides else "soft")
        title.setText(figure_name(name) + (" decides" if decides else ""))
        grid.addWidget(title, row, 1)
        gain = 0.0 if old is None or new is None else (new - old) * better(name)
        for column, (whose, value, wins) in enumerate(
            (("old", old, gain < 0), ("new", new, gain > 0)), 2
        ):
            label = selectable_text(f"retrain_{whose}_{name}", "strong" if wins else "")
            label.setWordWrap(False)
            label.setText(figure(value))
            grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignRight)
