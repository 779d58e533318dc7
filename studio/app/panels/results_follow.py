"""Which node and port the Results panel follows: the last one selected, the port last looked at."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from studio.app.draft import Draft
from studio.app.panels.results_shown import Spot, spots_of
from studio.app.session import Session
from studio.document.change import Change


class Follow(QObject):
    """Listens to the session and to its current draft; ``changed`` when there is another view."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        """Begin with the draft that is in front."""
        super().__init__(parent)
        self._session = session
        self.draft: Draft | None = None
        self.node = ""
        self._before: frozenset[str] = frozenset()
        self._chosen: WeakKeyDictionary[Draft, dict[str, tuple[str, str]]] = WeakKeyDictionary()
        session.current_changed.connect(self._take_draft)
        session.output_requested.connect(self.show_output)
        self._take_draft(session.current)

    @property
    def spots(self) -> list[Spot]:
        """The ports of the node."""
        return [] if self.draft is None or not self.node else spots_of(self.draft, self.node)

    @property
    def spot(self) -> Spot | None:
        """The port that is looked at: the chosen one, else the first output that has a result."""
        spots = self.spots
        if self.draft is None:
            return None
        chosen = self._chosen.get(self.draft, {}).get(self.node)
        for spot in spots:
            if (spot.side, spot.port) == chosen:
                return spot
        outputs = [spot for spot in spots if spot.side == "out"]
        known = (spot for spot in outputs if spot.result(self.draft) is not None)
        return next(known, outputs[0] if outputs else None)

    def choose(self, spot: Spot) -> None:
        """Look at another port of the node."""
        if self.draft is not None:
            self._chosen.setdefault(self.draft, {})[spot.node] = (spot.side, spot.port)
            self.changed.emit()

    def show_output(self, draft: Draft, node: str, port: str) -> None:
        """Look at an output of a node, wherever it is."""
        self._chosen.setdefault(draft, {})[node] = ("out", port)
        if draft is not self.draft:
            self._session.set_current(draft)
        self.node = node
        draft.select([node])
        self.changed.emit()

    def _take_draft(self, draft: Draft | None) -> None:
        if self.draft is not None:
            self.draft.selection_changed.disconnect(self._take_selection)
            self.draft.states_changed.disconnect(self._take_states)
            self.draft.run_changed.disconnect(self.changed)
            self.draft.changed.disconnect(self._take_change)
        self.draft, self.node, self._before = draft, "", frozenset()
        if draft is not None:
            draft.selection_changed.connect(self._take_selection)
            draft.states_changed.connect(self._take_states)
            draft.run_changed.connect(self.changed)
            draft.changed.connect(self._take_change)
            self._take_selection()
        else:
            self.changed.emit()

    def _take_selection(self) -> None:
        """Follow the node that was selected last."""
        if self.draft is None:
            return
        nodes = frozenset(node.id for node in self.draft.selected_nodes)
        new = nodes - self._before
        self._before = nodes
        if new:
            self.node = min(new)
        elif self.node not in nodes:
            self.node = min(nodes, default="")
        self.changed.emit()

    def _take_states(self, nodes: frozenset[str]) -> None:
        if nodes & {spot.source for spot in self.spots} or self.node in nodes:
            self.changed.emit()

    def _take_change(self, change: Change) -> None:
        near = {self.node, *(spot.source for spot in self.spots)}
        linked = {link.target for link in (*change.links_added, *change.links_removed)}
        if near & {*change.nodes_added, *change.nodes_changed, *change.nodes_removed, *linked}:
            self.changed.emit()
