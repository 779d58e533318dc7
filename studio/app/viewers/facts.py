"""Facts: labels and values in two columns, and rows of big figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.app.figures import figure
from studio.app.viewers.flow import Flow
from studio.app.viewers.labels import label
from studio.app.widgets.names import name_of


class Facts(QWidget):
    """Names at the left, values at the right, a hairline's rest between the lines."""

    def __init__(self, facts: Iterable[tuple[str, object]], name: str = "Facts") -> None:
        """Take pairs of a name and a value; numbers are written with sensible digits."""
        super().__init__()
        self.setObjectName("facts")
        self.setAccessibleName(name)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for line, (text, value) in enumerate(facts):
            grid.addWidget(label(text, "soft"), line, 0, Qt.AlignmentFlag.AlignTop)
            shown = label(value_text(value), wraps=True, picks=True)
            shown.setObjectName(f"fact_{name_of(text)}")
            shown.setAccessibleName(text)
            if isinstance(value, float):
                shown.setToolTip(str(value))
            grid.addWidget(shown, line, 1)


class Figures(QWidget):
    """A row of figures: the name small above, the number large below."""

    def __init__(self, figures: Sequence[tuple[str, float | int | None]]) -> None:
        """Take pairs of a name and a number."""
        super().__init__()
        self.setObjectName("figures")
        layout = Flow(self, spacing=8)
        self._numbers: dict[str, QLabel] = {}
        for text, _ in figures:
            card = QFrame()
            card.setProperty("kind", "card")
            card.setMinimumWidth(136)
            inner = QVBoxLayout(card)
            inner.setContentsMargins(12, 8, 16, 10)
            inner.setSpacing(2)
            inner.addWidget(label(text, "caption"))
            number = label("", "heading", picks=True)
            number.setObjectName(f"figure_{name_of(text)}")
            number.setAccessibleName(text)
            self._numbers[text] = number
            inner.addWidget(number)
            layout.addWidget(card)
        self.show_figures(figures)

    def show_figures(self, figures: Sequence[tuple[str, float | int | None]]) -> None:
        """Write other numbers under the names that are there."""
        for text, value in figures:
            number = self._numbers[text]
            number.setText(figure(value, 4))
            number.setToolTip("Not defined here" if value is None else str(value))


def value_text(value: object) -> str:
    """Return a setting's value as people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        return figure(value) if isinstance(value, float) else str(value)
    if isinstance(value, list | tuple):
        return ", ".join(value_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value_text(item)}" for key, item in value.items())
    return str(value)
