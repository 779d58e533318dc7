"""The question whether code that a package brings may run on this machine."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.app.dialogs.dialog import Dialog

WIDTH = 500


class TrustDialog(Dialog):
    """Let it run, or not; ``accepted`` means that it may."""

    def __init__(self, title: str, sentence: str, parent: QWidget | None = None) -> None:
        """Ask about a package; the sentence says which code it is."""
        super().__init__("trust_dialog", f"Let “{title}” run its own code?", sentence, parent)
        self.setWindowTitle("Code in a package")
        self.button("trust", "Let it run", self.accept, "danger", left=True)
        self.button("refuse", "Do not run it", self.reject, "primary").setFocus()
        self.finish(WIDTH)
