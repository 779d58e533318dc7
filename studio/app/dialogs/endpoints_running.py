"""The question whether endpoints are stopped when the window closes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.name_list import NameList
from studio.app.serving.endpoint import Endpoint

WIDTH = 460


class EndpointsRunningDialog(Dialog):
    """Stop what is served and close, or keep the window open; ``accepted`` means to stop."""

    def __init__(self, endpoints: Sequence[Endpoint], parent: QWidget | None = None) -> None:
        """Ask about the endpoints that are running."""
        one = len(endpoints) == 1
        title = f"Stop the endpoint “{endpoints[0].title}”?" if one else "Stop all endpoints?"
        sentence = "Endpoints run only as long as this window. Requests are then refused."
        super().__init__("endpoints_running_dialog", title, sentence, parent)
        self.setWindowTitle("Endpoints are running")
        if not one:
            rows = [(endpoint.title, endpoint.url) for endpoint in endpoints]
            self.add(NameList("running_endpoints", "Endpoints that are running", rows))
        self.button("stop", "Stop and close", self.accept, "danger", left=True)
        self.button("keep", "Keep the window open", self.reject, "primary").setFocus()
        self.finish(WIDTH)
