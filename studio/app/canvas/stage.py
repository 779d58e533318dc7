"""What all items of one canvas share: the draft they show, and what the person is about to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.app.canvas.ends import End
from studio.app.draft import Draft
from studio.app.session import Session

if TYPE_CHECKING:
    from studio.app.canvas.quest import LinkQuest


@dataclass
class Stage:
    """The present of one canvas.

    Attributes:
        quest: The link that is being drawn, with what fits it.
        hovered: The port under the mouse.
        focused: The id of what the keyboard acts on.
        has_focus: Whether the keyboard acts on this canvas.
    """

    session: Session
    draft: Draft
    quest: LinkQuest | None = None
    hovered: End | None = None
    focused: str | None = None
    has_focus: bool = False

    def port_state(self, end: End) -> str:
        """Return how a port looks: "", "hovered", "fits" or "misfit"."""
        if self.quest is not None:
            if end == self.quest.origin:
                return "hovered"
            return "fits" if self.quest.misfit(end) is None else "misfit"
        return "hovered" if end == self.hovered else ""
