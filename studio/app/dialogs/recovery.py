"""The dialog that offers unsaved work that was found after a crash."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.app.dialogs.dialog import Dialog
from studio.app.figures import count
from studio.app.session import Session
from studio.app.theme import SPACE
from studio.app.times import how_long_ago
from studio.document.recovery import Recovery, discard
from studio.sdk.errors import StudioError

WIDTH = 660
_ROW, _ROWS = 84, 4
_SENTENCE = (
    "Wireloom did not end as it should. Its unsaved changes were kept; nothing of them is lost"
    " until you decide."
)


class RecoveryDialog(Dialog):
    """A card for each experiment with unsaved work: restore it, discard it, or decide later."""

    def __init__(
        self, session: Session, recoveries: Sequence[Recovery], parent: QWidget | None = None
    ) -> None:
        """Offer what was found."""
        super().__init__("recovery_dialog", "Unsaved work was found", _SENTENCE, parent)
        self._session = session
        self._cards: list[_Card] = []
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2 * SPACE)
        for recovery in recoveries:
            card = _Card(recovery)
            card.restore.clicked.connect(lambda _=False, card=card: self._restore(card))
            card.discard.clicked.connect(lambda _=False, card=card: self._discard(card))
            rows.addWidget(card)
            self._cards.append(card)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("recoveries")
        scroll.setAccessibleName("Unsaved work")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setMinimumHeight(min(len(recoveries), _ROWS) * _ROW)
        self.add(scroll, 1)
        self.button("later", "Decide later", self.reject).setToolTip(
            "It is offered again at the next start"
        )
        self.finish(WIDTH)

    @property
    def left(self) -> list[Recovery]:
        """What is not decided on yet."""
        return [card.recovery for card in self._cards]

    def _restore(self, card: _Card) -> None:
        draft = self._session.recover(card.recovery)
        if draft is None:
            return
        if draft.read_only:
            sentence = f"“{draft.title}” is open in another window; close it there to restore it."
            self._session.say("warning", sentence)
            return
        self._done(card)

    def _discard(self, card: _Card) -> None:
        """Delete a journal; the first click asks, the second does it."""
        if not card.is_asked:
            card.ask()
            return
        recovery = card.recovery
        try:
            for draft in self._session.drafts:
                if draft.document is not None and recovery in draft.document.recoveries:
                    draft.document.discard_recovery(recovery)
                    break
            else:
                discard(recovery)
        except (StudioError, OSError) as error:
            self._session.say("error", f"It could not be discarded: {error}")
            return
        self._done(card)

    def _done(self, card: _Card) -> None:
        self._cards.remove(card)
        card.hide()
        card.deleteLater()
        if not self._cards:
            self.accept()


class _Card(QFrame):
    """One experiment with unsaved work."""

    def __init__(self, recovery: Recovery) -> None:
        super().__init__()
        self.setObjectName("recovery")
        self.setProperty("kind", "card")
        self.recovery = recovery
        self.is_asked = False
        path = recovery.path
        name = QLabel(recovery.experiment.name or (path.stem if path else "Untitled experiment"))
        name.setProperty("role", "strong")
        edits = count(recovery.edits, "unsaved edit")
        when = how_long_ago(recovery.changed)
        torn = "" if recovery.is_whole else "  ·  the very last edit may be missing"
        facts = QLabel(f"{edits}  ·  {when}{torn}")
        place = QLabel("Never saved to a file" if path is None else str(path))
        facts.setWordWrap(True)
        for label in (facts, place):
            label.setProperty("role", "soft")
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        place.setSizePolicy(place.sizePolicy().Policy.Ignored, place.sizePolicy().verticalPolicy())
        place.setToolTip(place.text())
        self.restore = QPushButton("Restore")
        self.restore.setObjectName("restore")
        self.restore.setProperty("kind", "primary")
        self.discard = QPushButton("Discard")
        self.discard.setObjectName("discard")
        for button in (self.restore, self.discard):
            button.setAutoDefault(False)
            button.setAccessibleName(f"{button.text()} “{name.text()}”")
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        buttons.addWidget(self.discard)
        buttons.addWidget(self.restore)
        layout = QGridLayout(self)
        layout.setContentsMargins(4 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        layout.setVerticalSpacing(2)
        layout.addWidget(name, 0, 0)
        layout.addWidget(facts, 1, 0)
        layout.addWidget(place, 2, 0)
        layout.addLayout(buttons, 0, 1, 3, 1)
        layout.setColumnStretch(0, 1)

    def ask(self) -> None:
        """Ask whether it is really to be discarded."""
        self.is_asked = True
        self.discard.setText("Really discard?")
        self.discard.setProperty("kind", "danger")
        self.discard.style().polish(self.discard)
