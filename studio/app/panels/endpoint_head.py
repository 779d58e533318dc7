"""The head of an endpoint's page: what it is, how it does, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.app.figures import figure
from studio.app.icons import icon
from studio.app.panels.sparkline import Sparkline
from studio.app.serving.endpoint import STATE_TEXT, Endpoint
from studio.app.serving.metrics import KEPT, Figures
from studio.app.theme import SPACE
from studio.app.widgets.cut_label import CutLabel
from studio.app.widgets.tool_button import tool_button

_FIGURES = (
    ("calls", "Calls", "Calls for answers since it was started"),
    ("rate", "A second", "Calls a second, of late"),
    ("middle", "Half within", "Half of the latest calls were answered in this time"),
    ("slow", "95 % within", "95 of 100 of the latest calls were answered in this time"),
    ("errors", "Errors", "Calls that were refused or failed since it was started"),
)


class EndpointHead(QFrame):
    """Title and buttons, how it stands, and while it runs its figures and their course.

    ``start_wanted``, ``stop_wanted``, ``page_wanted``, ``url_wanted`` and ``curl_wanted`` say which
    button was pressed.
    """

    start_wanted = Signal()
    stop_wanted = Signal()
    page_wanted = Signal()
    url_wanted = Signal()
    curl_wanted = Signal()

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self.setObjectName("endpoint_head")
        self.setProperty("kind", "toolbar")
        self._title = CutLabel("endpoint_title", "strong")
        self._state = _label("endpoint_state", "soft")
        self._state.setWordWrap(True)
        self._state.setWordWrap(True)
        self._state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._start = QPushButton(icon("play", "text_on_accent"), "Start")
        self._start.setObjectName("start_endpoint")
        self._start.setProperty("kind", "primary")
        self._start.clicked.connect(self.start_wanted)
        self._stop = QPushButton(icon("square"), "Stop")
        self._stop.setObjectName("stop_endpoint")
        self._stop.clicked.connect(self.stop_wanted)
        self._ways = [
            tool_button("open_page", "external-link", "Open the test page", self.page_wanted.emit),
            tool_button("copy_url", "link-2", "Copy the URL", self.url_wanted.emit),
            tool_button("copy_curl", "terminal", "Copy a call with curl", self.curl_wanted.emit),
        ]
        self._numbers: dict[str, QLabel] = {}
        self._course = Sparkline("endpoint_course", "Calls a second, of late", KEPT)
        self._lay_out()

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Show how an endpoint stands."""
        state = endpoint.state
        self._title.say(endpoint.title)
        self._state.setText(
            endpoint.url if state == "ready" else endpoint.problem or STATE_TEXT[state]
        )
        self._state.setProperty("role", "error" if endpoint.problem else "soft")
        self._state.style().polish(self._state)
        self._start.setVisible(not endpoint.is_running)
        self._start.setEnabled(endpoint.facts is not None)
        self._stop.setVisible(endpoint.is_running)
        self._stop.setEnabled(state != "stopping")
        for button in self._ways:
            button.setVisible(state == "ready")
        self._figures.setVisible(state == "ready")
        self.show_figures(endpoint.figures)

    def show_figures(self, figures: Figures) -> None:
        """Show how it does."""
        self._course.show_numbers(figures.course)
        for name, text in figure_texts(figures).items():
            self._numbers[name].setText(text)
        self._numbers["errors"].setProperty("role", "error" if figures.errors else "")
        self._numbers["errors"].style().polish(self._numbers["errors"])

    def _lay_out(self) -> None:
        ways = QHBoxLayout()
        ways.setSpacing(SPACE)
        ways.addWidget(self._state, 1)
        for widget in (*self._ways, self._stop, self._start):
            ways.addWidget(widget)
        self._figures = self._made_figures()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self._title)
        layout.addLayout(ways)
        layout.addWidget(self._figures)

    def _made_figures(self) -> QWidget:
        figures = QWidget()
        grid = QGridLayout(figures)
        grid.setContentsMargins(0, SPACE, SPACE, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(0)
        for column, (name, text, tip) in enumerate(_FIGURES):
            head, number = _label("", "caption"), _label(f"endpoint_{name}", "")
            head.setText(text)
            number.setAccessibleName(text)
            for label, row in ((head, 0), (number, 1)):
                label.setToolTip(tip)
                grid.addWidget(label, row, column)
            grid.setColumnStretch(column, 1)
            self._numbers[name] = number
        grid.addWidget(self._course, 2, 0, 1, len(_FIGURES))
        return figures


def figure_texts(figures: Figures) -> dict[str, str]:
    """Return the figures by name, as a person reads them."""
    return {
        "rate": figure(figures.rate, 3),
        "middle": _time(figures.middle),
        "slow": _time(figures.slow),
        "calls": figure(figures.calls),
        "errors": figure(figures.errors),
    }


def _time(seconds: float | None) -> str:
    """Return a short time with sensible digits; “–” for none."""
    if seconds is None:
        return "–"
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def _label(name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
