"""The banner that offers unsaved work that a crash left behind."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.app.figures import count
from studio.app.session import Session
from studio.app.times import how_long_ago
from studio.app.widgets.icon_label import IconLabel
from studio.document.recovery import Recovery, discard
from studio.sdk.errors import StudioError


class UnsavedBanner(QFrame):
    """Lists what crashes left, with Restore and Discard for each; hidden where there is nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Make the banner; :meth:`look` finds what there is."""
        super().__init__(parent)
        self.setObjectName("unsaved_work")
        self.setAccessibleName("Unsaved work was found")
        self.setProperty("kind", "card")
        self._session = session
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        title = QLabel("Unsaved work was found", self)
        title.setProperty("role", "strong")
        head.addWidget(IconLabel("history", "warn", side=18))
        head.addWidget(title)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(self._rows)
        self.hide()

    def look(self) -> None:
        """Find what is there, away from the window."""
        self._session.bridge.work(self._session.left_behind, self._show)

    def _show(self, found: list[Recovery] | StudioError) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        recoveries = [] if isinstance(found, StudioError) else found
        for place, recovery in enumerate(recoveries):
            self._rows.addWidget(self._row(place, recovery))
        self.setVisible(bool(recoveries))

    def _row(self, place: int, recovery: Recovery) -> QWidget:
        row = QWidget(self)
        name = recovery.path.name if recovery.path else recovery.experiment.name
        title = QLabel(name or "Untitled experiment", row)
        edits = count(recovery.edits, "unsaved edit")
        about = QLabel(f"{edits}, {how_long_ago(recovery.changed)}", row)
        about.setProperty("role", "soft")
        restore = QPushButton("Restore", row)
        restore.setProperty("kind", "primary")
        restore.setObjectName(f"restore_{place}")
        restore.setAccessibleName(f"Restore {title.text()}")
        restore.clicked.connect(partial(self._restore, recovery))
        drop = QPushButton("Discard", row)
        drop.setObjectName(f"discard_{place}")
        drop.setAccessibleName(f"Discard the unsaved changes of {title.text()}")
        drop.clicked.connect(partial(self._discard, recovery))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(26, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(about, 1, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(drop)
        layout.addWidget(restore)
        return row

    def _restore(self, recovery: Recovery) -> None:
        self._session.recover(recovery)
        self.look()

    def _discard(self, recovery: Recovery) -> None:
        self._session.bridge.work(partial(discard, recovery), self._discarded)

    def _discarded(self, result: StudioError | None) -> None:
        if isinstance(result, StudioError):
            self._session.say("error", result.in_full)
        self.look()
