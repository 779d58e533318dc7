"""What a canvas must show for a document, worked out here and compared with what it shows."""

from __future__ import annotations

from collections import Counter

from studio.app.canvas.canvas import Canvas
from studio.app.canvas.card import Card
from studio.app.canvas.view_state import ViewState
from studio.app.canvas.wire import Wire
from studio.document.experiment import Experiment


def expected_view(experiment: Experiment, titles: dict[str, str]) -> ViewState:
    """Return what a canvas must show; ``titles`` are those of modules, by id of the module."""
    links = {}
    for link in experiment.links:
        start, stop = holder(experiment, link.source), holder(experiment, link.target)
        within = start is not None and start == stop
        drawn = (
            (link.source, link.target) if within else (start or link.source, stop or link.target)
        )
        links[link] = (*drawn, not within)
    shown = {id: group for id, group in experiment.groups.items() if holder(experiment, id) is None}
    return ViewState(
        nodes={
            id: (
                node.title or titles.get(node.module, node.module),
                node.position,
                node.comment,
                node.disabled,
                holder(experiment, id) is None,
            )
            for id, node in experiment.nodes.items()
        },
        links=links,
        folded={
            id: (group.title or "Group", group.position)
            for id, group in shown.items()
            if group.collapsed
        },
        opened={id: group.title for id, group in shown.items() if not group.collapsed},
        frames={id: (f.title, f.colour, f.rectangle) for id, f in experiment.frames.items()},
        notes={id: (n.text, n.colour, n.rectangle) for id, n in experiment.notes.items()},
    )


def holder(experiment: Experiment, id: str) -> str | None:
    """Return the outermost folded group that something is in."""
    item = experiment.nodes.get(id) or experiment.groups[id]
    found, group = None, item.group
    while group is not None:
        found = group if experiment.groups[group].collapsed else found
        group = experiment.groups[group].parent
    return found


def assert_shows_document(canvas: Canvas) -> None:
    """Fail where the canvas, or the library's graph below it, differs from the document."""
    registry = canvas.session.registry
    titles = {module.meta.id: module.meta.title for module in registry.modules()}
    assert canvas.view_state() == expected_view(canvas.draft.experiment, titles)
    graph = canvas.graph
    assert graph.undo_stack().count() == 0
    items = graph.scene().items()
    cards = {item.id: item for item in items if isinstance(item, Card)}
    wires = [item for item in items if isinstance(item, Wire)]
    assert set(graph.model.nodes) == set(cards)
    joined = [
        (id, name, other, port)
        for id, node in graph.model.nodes.items()
        for name, model in node.model.outputs.items()
        for other, ports in model.connected_ports.items()
        for port in ports
    ]
    drawn = [(w.start.card.id, w.start.name, w.stop.card.id, w.stop.name) for w in wires]
    assert Counter(joined) == Counter(drawn)
    ends = {(w.link, "out", id(w.start)) for w in wires} | {
        (w.link, "in", id(w.stop)) for w in wires
    }
    kept = {
        (pipe.link, port.end.side, id(port))
        for card in cards.values()
        for port in card.ports
        for pipe in port.connected_pipes
    }
    assert ends == kept
