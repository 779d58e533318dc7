"""The question whether a run that is going on is stopped when something is closed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.draft import Draft

WIDTH = 460


class RunningDialog(Dialog):
    """Stop what runs and close, or keep it open; ``accepted`` means to stop."""

    def __init__(self, drafts: Sequence[Draft], parent: QWidget | None = None) -> None:
        """Ask about the drafts that are running."""
        one = len(drafts) == 1
        title = f"Stop the run of “{drafts[0].title}”?" if one else "Stop all runs?"
        sentence = "Results that are finished are kept; what is being computed now is lost."
        super().__init__("running_dialog", title, sentence, parent)
        self.setWindowTitle("A run is going on")
        self.button("stop", "Stop and close", self.accept, "danger", left=True)
        self.button("keep", "Keep it open", self.reject, "primary").setFocus()
        self.finish(WIDTH)
