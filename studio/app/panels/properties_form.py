"""The form of a module: a field for each parameter, for one node or for several of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.app.draft import Draft
from studio.app.icons import icon
from studio.app.panels.properties_field import ParameterField
from studio.app.panels.properties_parts import PAUSE_MS
from studio.app.panels.properties_values import (
    AT_ONCE,
    complaint,
    differs,
    fields_of,
    problems_at_once,
    published,
    shown_value,
    surroundings,
)
from studio.document.edits import Batch, Edit, SetBindings, SetExperiment, SetParams, SetRanges
from studio.document.items import Node
from studio.sdk.errors import Problem, StudioError
from studio.sdk.module import Module


class ParameterForm(QWidget):
    """The fields of a module. It is made once, and then shows whichever nodes are selected."""

    def __init__(self, cls: type[Module], parent: QWidget | None = None) -> None:
        """Make a field for each parameter that the module declares."""
        super().__init__(parent)
        self.cls = cls
        self._draft: Draft | None = None
        self._ids: tuple[str, ...] = ()
        self._waiting: dict[str, Any] = {}
        self._fields: dict[str, ParameterField] = {}
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.flush)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        self._more = QWidget(self)
        inside = QVBoxLayout(self._more)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(16)
        for parameter in cls.parameters():
            parent_of = self._more if parameter.advanced else self
            field = ParameterField(parameter, self._explain, parent_of)
            (inside if parameter.advanced else layout).addWidget(field)
            self._fields[parameter.name] = field
            self._connect(field)
        self._fold = self._make_fold()
        layout.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._more)
        self.unfold(False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in order."""
        return tuple(self._fields)

    def field(self, name: str) -> ParameterField | None:
        """Return the field of a parameter, or None where there is none."""
        return self._fields.get(name)

    def show_nodes(self, draft: Draft, ids: Sequence[str]) -> None:
        """Show other nodes of the module; what was typed and could not be a value is forgotten."""
        self.flush()
        fresh = (draft, tuple(ids)) != (self._draft, self._ids)
        self._draft, self._ids = draft, tuple(ids)
        for field in self._fields.values():
            field.set_read_only(draft.read_only)
        self.refresh(fresh=fresh)
        self.refresh_surroundings()

    def refresh(self, *, fresh: bool = False) -> None:
        """Show the values as they are in the document."""
        nodes = self._nodes()
        if not nodes or self._draft is None:
            return
        seen = frozenset[str]().union(*(fields_of(self.cls, node) for node in nodes))
        known = self._draft.experiment.parameters
        changed = 0
        for name, field in self._fields.items():
            shown = shown_value(field.parameter, nodes)
            if field.isHidden() == (name in seen):
                field.setVisible(name in seen)
            field.show_value(shown, fresh=fresh)
            field.show_range(_common(nodes, "ranges", name))
            field.show_binding(_common(nodes, "bindings", name), known, True)
            if field.parameter.advanced and name in seen:
                changed += differs(field.parameter, shown)
        self._show_fold(seen, changed)
        self.refresh_problems()

    def refresh_problems(self) -> None:
        """Show what is wrong, under the fields it is about."""
        if self._draft is None:
            return
        found: dict[str, list[Problem]] = {}
        for node in self._nodes():
            late = [p for p in self._draft.problems_of(node.id) if p.code not in AT_ONCE]
            soon = problems_at_once(self.cls, node, self._draft.experiment)
            failed = self._draft.failure_of(node.id)
            for problem in (*soon, *(late or [failed] if failed else late)):
                found.setdefault(problem.param or "", []).append(problem)
        for name, field in self._fields.items():
            field.show_problems(found.get(name, ()))

    def refresh_surroundings(self) -> None:
        """Show what is known of the columns that will arrive."""
        nodes = self._nodes()
        if self._draft is None or not nodes:
            return
        schemas = self._draft.input_schemas(nodes[0].id)
        title = nodes[0].shown_title if len(nodes) == 1 else f"{len(nodes)} nodes"
        for field in self._fields.values():
            around = surroundings(self.cls, field.parameter, title, self._draft.base, schemas)
            field.show_surroundings(around)

    def unfold(self, unfolded: bool) -> None:
        """Show or hide the parameters that are folded away."""
        self._fold.setChecked(unfolded)
        self._fold.setIcon(icon("chevron-down" if unfolded else "chevron-right"))
        self._more.setVisible(unfolded and not self._fold.isHidden())

    def flush(self) -> None:
        """Set what was typed for several nodes and not set yet."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        for name, value in waiting.items():
            self._set(name, value)

    def _connect(self, field: ParameterField) -> None:
        field.edited.connect(self._edited)
        field.emptied.connect(self._emptied)
        field.ranged.connect(self._ranged)
        field.bound.connect(self._bound)
        field.published.connect(self._publish)
        field.left.connect(self._left)

    def _make_fold(self) -> QPushButton:
        fold = QPushButton("More", self)
        fold.setObjectName("more_parameters")
        fold.setProperty("kind", "quiet")
        fold.setStyleSheet("text-align: left; padding-left: 2px;")
        fold.setCheckable(True)
        fold.clicked.connect(self.unfold)
        return fold

    def _show_fold(self, seen: frozenset[str], changed: int) -> None:
        there = any(name in seen for name, f in self._fields.items() if f.parameter.advanced)
        self._fold.setVisible(there)
        self._fold.setText(f"More · {changed} changed" if changed else "More")
        self._more.setVisible(there and self._fold.isChecked())

    def _nodes(self) -> list[Node]:
        """Return the nodes as they are now; none where one is gone."""
        if self._draft is None:
            return []
        nodes = self._draft.experiment.nodes
        return [nodes[id] for id in self._ids if id in nodes]

    def _explain(self, name: str, text: str) -> str:
        return complaint(self.cls, name, text)

    def _edited(self, name: str, value: Any) -> None:
        if len(self._ids) > 1 and self._fields[name].editor.is_typed:
            self._waiting = {name: value}
            self._timer.start()
        else:
            self._set(name, value)

    def _set(self, name: str, value: Any) -> None:
        try:
            edits = [SetParams(node.id, {name: value}) for node in self._nodes()]
        except StudioError as error:
            self._fields[name].complain(error.in_full)
            return
        self._apply(edits, f"Set “{name}” of {len(edits)} nodes")

    def _emptied(self, name: str) -> None:
        self._waiting.pop(name, None)
        self._apply([SetParams(node.id, unset=(name,)) for node in self._nodes()], "Reset")

    def _ranged(self, name: str, values: list[Any] | None) -> None:
        self._apply([_entry(SetRanges, n, name, values) for n in self._nodes()], "Set ranges")

    def _bound(self, name: str, parameter: str | None) -> None:
        self._apply([_entry(SetBindings, n, name, parameter) for n in self._nodes()], "Bind")

    def _publish(self, name: str) -> None:
        """Give the experiment a parameter with the field's value, and bind the field to it."""
        nodes = self._nodes()
        if self._draft is None or not nodes:
            return
        declared = self._fields[name].parameter
        known = self._draft.experiment.parameters
        new = published(declared, shown_value(declared, nodes).value, known)
        edits = [SetBindings(node.id, {name: new.name}) for node in nodes]
        text = f"Make “{declared.label}” a web service parameter"
        self._draft.apply(Batch((SetExperiment(parameters=(*known, new)), *edits), text))

    def _apply(self, edits: Sequence[Edit], text: str) -> None:
        if self._draft is not None and edits:
            self._draft.apply(edits[0] if len(edits) == 1 else Batch(tuple(edits), text))

    def _left(self) -> None:
        self.flush()
        if self._draft is not None:
            self._draft.end_typing()


def _entry(
    edit: type[SetRanges] | type[SetBindings], node: Node, name: str, value: Any
) -> SetRanges | SetBindings:
    """Return the edit that sets an entry of a node, or takes it out where there is no value."""
    return edit(node.id, unset=(name,)) if value is None else edit(node.id, {name: value})


def _common(nodes: Sequence[Node], mapping: str, name: str) -> Any:
    """Return the entry that the first node has, where it has one."""
    entries: Mapping[str, Any] = getattr(nodes[0], mapping)
    return entries.get(name)
