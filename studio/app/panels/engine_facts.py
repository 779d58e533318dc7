"""The foot of the Jobs panel: what the engine has to work with, and what its store holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout
from typing_extensions import override

from studio.app.figures import count
from studio.app.session import Session
from studio.app.theme import SPACE
from studio.engine.errors import size_text


class EngineFacts(QFrame):
    """Says how many workers there are, where results are kept, and how large they are."""

    def __init__(self, session: Session) -> None:
        """Ask the engine as soon as it is there, and whenever this is shown again."""
        super().__init__()
        self.setObjectName("engine_facts")
        self._session = session
        self._engine = QLabel("The engine starts…")
        self._store = QLabel("")
        for label, name in ((self._engine, "engine_text"), (self._store, "store_text")):
            label.setObjectName(name)
            label.setProperty("role", "soft")
        self._clean = QPushButton("Clean up…")
        self._clean.setObjectName("clean_store")
        self._clean.setAccessibleName("Clean up the store")
        self._clean.setEnabled(False)
        self._clean.clicked.connect(self.ask_clean)
        lines = QVBoxLayout()
        lines.setSpacing(SPACE)
        lines.addWidget(self._engine)
        lines.addWidget(self._store)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 2 * SPACE, 4 * SPACE, 2 * SPACE)
        layout.addLayout(lines, 1)
        layout.addWidget(self._clean)
        session.bridge.ready.connect(self.refresh)
        session.bridge.failed.connect(self._engine.setText)
        self.refresh()

    def refresh(self) -> None:
        """Ask for the facts, elsewhere."""
        engine = self._session.bridge.engine
        if engine is None:
            return
        limits = engine.limits
        workers = count(limits.workers, "worker")
        memory = f"up to {size_text(limits.memory)} each"
        self._engine.setText(f"{workers}  ·  {memory}  ·  {_short(engine.workspace)}")
        self._engine.setToolTip(str(engine.workspace))
        self._session.bridge.work(engine.store.size, self._take_size)

    def ask_clean(self) -> None:
        """Ask how much of the store may stay."""
        from studio.app.dialogs.clean_store import CleanStoreDialog

        CleanStoreDialog(self._session, self.refresh, self.window()).open()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _take_size(self, found: Any) -> None:
        engine = self._session.bridge.engine
        if engine is None or not isinstance(found, tuple):
            return
        number, size = found
        results = f"{count(number, 'result')} in the store"
        self._store.setText(f"{results}  ·  {size_text(size)} of {size_text(engine.store.budget)}")
        self._clean.setEnabled(number > 0)


def _short(path: Path) -> str:
    """Return a path with the home folder as ``~``."""
    return (
        str(Path("~") / path.relative_to(Path.home()))
        if path.is_relative_to(Path.home())
        else str(path)
    )
