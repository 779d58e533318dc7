"""Groups: making them, folding and opening them, and taking them apart."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF

from studio.app.canvas.drawing import Drawing
from studio.app.canvas.metrics import CARD_HEIGHT, CARD_WIDTH, GRID
from studio.app.canvas.wishes import Positions, Wishes
from studio.app.draft import Draft
from studio.document.edits import AddGroup, Batch, Collapse, Edit, Move, MoveToGroup, Remove
from studio.document.items import Group
from studio.document.naming import fresh_id

TITLE = "Group"


class Grouping:
    """What can be done with groups; each is one step of Undo."""

    def __init__(self, draft: Draft, drawing: Drawing, wishes: Wishes) -> None:
        self._draft = draft
        self._drawing = drawing
        self._wishes = wishes

    def make(self, ids: Iterable[str]) -> str | None:
        """Make an open group of nodes and groups; returns its id."""
        members = self._outermost(ids)
        if not members:
            return None
        experiment = self._draft.experiment
        parents = {self._parent(id) for id in members}
        parent = parents.pop() if len(parents) == 1 else None
        id = fresh_id(experiment, "group")
        titles = {group.title for group in experiment.groups.values()}
        numbers = (f"{TITLE} {number}" for number in range(1, len(titles) + 2))
        title = next(name for name in numbers if name not in titles)
        group = Group(id, title, parent=parent, position=self._middle(members))
        if not self._wishes.apply(AddGroup(group, tuple(members))):
            return None
        self._draft.select([id])
        return id

    def take_apart(self, ids: Iterable[str]) -> None:
        """Take groups away and leave what is in them."""
        groups = tuple(id for id in ids if id in self._draft.experiment.groups)
        if not groups:
            return
        inside = [id for group in groups for id in self._draft.experiment.members(group)]
        if self._wishes.apply(Remove(groups)):
            self._draft.select(inside)

    def fold(self, id: str, folded: bool) -> None:
        """Fold a group into one card, which stands in the middle of what it held, or open it."""
        edits: list[Edit] = [Collapse(id, folded)]
        members = self._draft.experiment.members(id)
        if folded and members:
            edits.insert(0, Move({id: self._middle(members)}))
        if self._wishes.apply(Batch(tuple(edits), "Fold a group" if folded else "Open a group")):
            self._draft.select([id])

    def toggle(self, ids: Iterable[str]) -> None:
        """Fold groups that are open; open those that are folded."""
        for id in sorted(ids):
            group = self._draft.experiment.groups.get(id)
            if group is not None:
                self.fold(id, not group.collapsed)

    def take_out(self, ids: Iterable[str]) -> None:
        """Move nodes and groups out of the group they are in, to the one around it."""
        edits: list[Edit] = []
        for id in self._outermost(ids):
            parent = self._parent(id)
            if parent is not None:
                edits.append(MoveToGroup((id,), self._draft.experiment.groups[parent].parent))
        if edits:
            self._wishes.apply(Batch(tuple(edits), "Move out of the group"))

    def put_into(self, group: str, places: Positions) -> None:
        """Put nodes and groups into a group, and things at places."""
        edits: list[Edit] = [Move(places), MoveToGroup(tuple(self._outermost(places)), group)]
        if not self._wishes.apply(Batch(tuple(edits), "Move into a group")):
            self._drawing.restore(places)

    def move_into(self, group: str, ids: Iterable[str]) -> None:
        """Make nodes and groups members of a group, where they stand."""
        self._wishes.apply(MoveToGroup(tuple(self._outermost(ids)), group))

    def others(self, ids: Iterable[str]) -> list[Group]:
        """Return the groups that nodes and groups can be moved into, by title."""
        members = self._outermost(ids)
        groups = self._draft.experiment.groups
        not_into = self._draft.experiment.within(id for id in members if id in groups)
        parents = {self._parent(id) for id in members}
        if len(parents) == 1:
            not_into |= {parent for parent in parents if parent is not None}
        found = (group for group in groups.values() if group.id not in not_into)
        return sorted(found, key=lambda group: (group.title, group.id))

    def _parent(self, id: str) -> str | None:
        item = self._draft.experiment.nodes.get(id) or self._draft.experiment.groups.get(id)
        return None if item is None else item.group

    def _outermost(self, ids: Iterable[str]) -> list[str]:
        """Return the nodes and groups among some ids that are in no other of them, sorted."""
        experiment = self._draft.experiment
        chosen = {id for id in ids if id in experiment.nodes or id in experiment.groups}
        groups = [id for id in chosen if id in experiment.groups]
        inside = {id for group in groups for id in experiment.within([group]) if id != group}
        return sorted(chosen - inside)

    def _middle(self, members: Iterable[str]) -> tuple[float, float]:
        around = QRectF()
        for id in members:
            thing = self._drawing.thing(id)
            if thing is not None:
                around = around.united(thing.rect)
        middle = around.center()
        x, y = middle.x() - CARD_WIDTH / 2, middle.y() - CARD_HEIGHT / 2
        return (round(x / GRID) * GRID, round(y / GRID) * GRID)
