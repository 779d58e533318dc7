"""The last lines of an endpoint's log."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit

from studio.app.serving.endpoint import LINES, Endpoint
from studio.app.theme import theme


class EndpointLog(QPlainTextEdit):
    """Shows the lines as they come, and follows them while the last one is in sight."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Show what an endpoint has said."""
        super().__init__()
        self.setObjectName("endpoint_log")
        self.setAccessibleName("Log of the endpoint")
        self.setReadOnly(True)
        self.setMaximumBlockCount(LINES)
        self.setPlaceholderText("The endpoint has said nothing yet.")
        self.setFont(theme().font("mono"))
        self._endpoint = endpoint
        self.start()
        endpoint.logged.connect(self.appendPlainText)

    def start(self) -> None:
        """Begin with what there is."""
        self.setPlainText("\n".join(self._endpoint.lines))
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
