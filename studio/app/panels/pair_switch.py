"""The switch between a training experiment and the predictive one that was made of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.app.draft import Draft
from studio.app.editors.segments import Segments
from studio.app.pairs import is_predictive, partner_of, training_file
from studio.app.session import Session
from studio.app.theme import SPACE
from studio.app.widgets.icon_label import IconLabel

TRAINING, PREDICTIVE = 0, 1
_WIDTH = 76 * SPACE


class PairSwitch(QWidget):
    """Two segments while the draft in front is one of a pair; ``chosen`` carries the wanted one."""

    chosen = Signal(int)

    def __init__(self, session: Session) -> None:
        """Follow the draft in front."""
        super().__init__()
        self.setObjectName("pair_switch")
        self._session = session
        self._segments = Segments(("Training experiment", "Predictive experiment"))
        self._segments.setObjectName("pair_segments")
        self._segments.setAccessibleName("Training or predictive experiment")
        self._segments.setFixedWidth(_WIDTH)
        self._segments.setToolTip("The predictive experiment was made of the training one")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(IconLabel("link-2", "text_faint"), 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._segments)
        self._segments.chosen.connect(self._choose)
        session.current_changed.connect(self.show_draft)
        session.drafts_changed.connect(self._look)
        self._look()

    def show_draft(self, draft: Draft | None) -> None:
        """Show which side a draft is, or nothing where it has no other side."""
        is_pair = draft is not None and (
            partner_of(self._session, draft) is not None or training_file(draft) is not None
        )
        self.setVisible(is_pair)
        if draft is not None:
            self._segments.set_index(PREDICTIVE if is_predictive(draft) else TRAINING)

    def _look(self, *_: Any) -> None:
        self.show_draft(self._session.current)

    def _choose(self, side: int) -> None:
        self.chosen.emit(side)
        # Where the other side cannot be shown, this one still is.
        self._look()
