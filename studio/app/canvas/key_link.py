"""Drawing a link with the keyboard: a port of the focused node, then one that fits it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from studio.app.canvas.ends import End, link_between
from studio.app.canvas.hover import end_name
from studio.app.canvas.quest import LinkQuest
from studio.app.canvas.viewer import CanvasViewer
from studio.app.canvas.wishes import Wishes

_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_ON = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Tab)
_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class KeyLink:
    """A link that is being drawn with the keys; ``tell`` shows what can be done now."""

    def __init__(
        self, viewer: CanvasViewer, wishes: Wishes, node: str, tell: Callable[[str], None]
    ) -> None:
        self._viewer = viewer
        self._wishes = wishes
        self._tell = tell
        self._quest: LinkQuest | None = None
        card = viewer.drawing.cards[node]
        self._choices = [
            port.end for port in (*card.outputs_by_end.values(), *card.inputs_by_end.values())
        ]
        self._place = 0
        self.is_over = not self._choices
        if not self.is_over:
            self._show()

    def press(self, key: int) -> bool:
        """Take a key; returns whether it meant something."""
        if key == Qt.Key.Key_Escape:
            self.end()
        elif key in _TAKE:
            self._take()
        elif key in _BACK or key in _ON:
            self._place = (self._place + (1 if key in _ON else -1)) % len(self._choices)
            self._show()
        else:
            return False
        return True

    def end(self) -> None:
        """Leave the drawing of the link."""
        self.is_over = True
        stage = self._viewer.stage
        stage.quest, stage.hovered = None, None
        self._viewer.live.setVisible(False)
        self._viewer.viewport().update()
        self._tell("")

    @property
    def _chosen(self) -> End:
        return self._choices[self._place]

    def _take(self) -> None:
        chosen = self._chosen
        if self._quest is None:
            self._look_for_other_end(chosen)
            return
        link = link_between(self._quest.origin, chosen)
        self.end()
        self._wishes.relink([], [link])

    def _look_for_other_end(self, origin: End) -> None:
        """Go on to the ports that fit, the nearest first."""
        drawing = self._viewer.drawing
        quest = LinkQuest(self._viewer.stage.draft, origin)
        ports = [port for card in drawing.shown_cards() for port in card.ports]
        port = drawing.port(origin)
        if port is None:
            self.end()
            return
        here = port.middle()
        fitting = [other for other in ports if quest.misfit(other.end) is None]
        fitting.sort(key=lambda other: ((other.middle() - here).manhattanLength(), other.end))
        if not fitting:
            name = end_name(self._viewer.stage.draft, origin)
            self.end()
            self._wishes.say(f"Nothing on the canvas fits {name}. Press Tab to add a module.")
            return
        self._quest = self._viewer.stage.quest = quest
        self._choices, self._place = [other.end for other in fitting], 0
        self._show()

    def _show(self) -> None:
        viewer, chosen = self._viewer, self._chosen
        viewer.stage.hovered = chosen
        port = viewer.drawing.port(chosen)
        name = end_name(viewer.stage.draft, chosen)
        of = f"{self._place + 1} of {len(self._choices)}"
        if self._quest is None:
            self._tell(
                f"Link from {name} ({of})  ·  arrows: another port  ·  Enter: take it  ·  Esc"
            )
        else:
            origin = viewer.drawing.port(self._quest.origin)
            if origin is not None and port is not None:
                viewer.live.stretch(origin, port.middle(), refused=False)
            self._tell(f"Link to {name} ({of})  ·  arrows: another port  ·  Enter: link  ·  Esc")
        if port is not None:
            viewer.show_rect(port.card.rect.adjusted(-40, -40, 40, 40))
        viewer.viewport().update()
