"""What comes into the request path from the side: live, saved or frozen."""

from __future__ import annotations

from studio.engine.plan import Wire
from studio.export.predictive.builder import Builder
from studio.export.predictive.report import Frozen, Trouble, table_size
from studio.export.predictive.verdict import LEARNED, Judge
from studio.sdk.errors import Problem

_SAVED = {
    "model": ("model", "Requests are answered with what it learned; nothing is trained again."),
    "transform": ("transformation", LEARNED),
}


def wire_up(builder: Builder, judge: Judge, node: str) -> None:
    """Draw the links into a node that is kept."""
    for port, place, wire in builder.flow.wires(node):
        if port.kind == "Table":
            source = _table(builder, judge, wire, node)
        elif port.kind in ("Model", "Transform"):
            source = fitted(builder, judge, wire, node)
        else:
            source = _other(builder, wire, node)
        builder.link(source, node, port.name, place)


def keep_input(builder: Builder, node: str) -> None:
    """Take over a web service input that is there already, with all that stands above it."""
    above = builder.flow.ancestors(node) - {node} - builder.nodes.keys()
    builder.keep_with_sources(node)
    for port in builder.flow.ports(node, "Table"):
        builder.where[node, port.name] = node, port.name
    for each in sorted(above):
        why = "It stands above an input of the web service, and is cut where requests are served."
        builder.tell("kept", each, "{} stays.", why)
    builder.tell("kept", node, "{} stays.", "Requests come in here.")


def fitted(builder: Builder, judge: Judge, wire: Wire, near: str) -> Wire:
    """Return the output that brings a fitted thing: where it was brought already, or saved."""
    taken = judge.taken(wire)
    if not builder.flow.steps[taken[0]].sources:
        if taken[0] not in builder.nodes:
            builder.keep(taken[0])
            builder.tell("kept", taken[0], "{} stays.", "It brings what was saved before.")
        return taken
    is_new = taken not in builder.saved
    source = builder.bring(taken, near)
    if is_new and taken[0] != near:
        kind, why = _SAVED[builder.saved[taken].kind]
        what = f"{{}} becomes the saved {kind} “{builder.saved[taken].name}”."
        builder.tell("saved", taken[0], what, why)
    return source


def _table(builder: Builder, judge: Judge, wire: Wire, near: str) -> Wire:
    """Return the output that a side table comes from: the request's own rows, or a saved table."""
    if _is_live(builder, judge, wire):
        _make_live(builder, judge, wire)
        return builder.where[wire]
    is_new = wire not in builder.saved
    source = builder.bring(wire, near)
    if is_new:
        about, size = builder.facts.about(wire), builder.facts.sizes.get(wire, 0)
        title, rows = builder.flow.title(wire[0]), int(about["rows"])
        builder.frozen.append(Frozen(*wire, title, source[0], rows, size))
        what = f"The table of {{}} is frozen: {table_size(rows, size)}."
        why = "It does not come row by row from a request, so every request meets this table."
        builder.tell("frozen", wire[0], what, why)
    return source


def _is_live(builder: Builder, judge: Judge, wire: Wire) -> bool:
    """Whether a side table descends from the request through nodes that read rows one by one."""
    while wire not in builder.where and not builder.flow.marks(wire[0], "input"):
        node, came = wire[0], builder.flow.data(wire[0])
        module = builder.flow.steps[node].module
        if came is None or module is None or node in judge.path.nodes:
            return False
        # What is drawn by chance goes by the place of a row among the others.
        if builder.flow.effect(node).reads != "row" or module.meta.seeded:
            return False
        wire = came[1]
    return True


def _make_live(builder: Builder, judge: Judge, wire: Wire) -> None:
    if wire in builder.where:
        return
    node, came = wire[0], builder.flow.data(wire[0])
    if builder.flow.marks(node, "input"):
        keep_input(builder, node)
        return
    if came is not None:
        _make_live(builder, judge, came[1])
    for port in builder.flow.ports(node, "Table"):
        builder.where[node, port.name] = node, port.name
    if node not in builder.nodes:
        builder.keep(node)
        builder.tell("kept", node, "{} stays.", "It looks at the rows of a request one by one.")
        wire_up(builder, judge, node)


def _other(builder: Builder, wire: Wire, near: str) -> Wire:
    """Return the output that a learner or files come from, which no request changes."""
    if wire[0] not in builder.nodes:
        tables = [n for n in builder.flow.ancestors(wire[0]) if builder.flow.data(n) is not None]
        if tables:
            title = builder.flow.title(wire[0])
            sentence = f"What “{title}” makes of a table cannot be frozen into a package."
            hint = f"Give “{builder.flow.title(near)}” something that is made without a table."
            problem = Problem("side_not_frozen", sentence, hint)
            builder.problems.append(Trouble(wire[0], problem))
        builder.keep_with_sources(wire[0])
    return wire
