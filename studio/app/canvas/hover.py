"""What hovering says of nodes, ports and links, and what a screen reader says of a node."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from studio.app.canvas.ends import End
from studio.app.canvas.hits import Hit
from studio.app.canvas.port_item import CardPort
from studio.app.draft import Draft
from studio.app.figures import count
from studio.app.node_state import STATUS_TEXT
from studio.document.items import Link
from studio.sdk.schema import TableSchema

_COLUMNS = 6


def tip(draft: Draft, found: Hit) -> str:
    """Return what the tooltip says of what is under the mouse, as rich text, or nothing."""
    if found.port is not None:
        return _paragraphs(*port_lines(draft, found.port))
    if found.card is not None and found.card.id in draft.experiment.nodes:
        return _paragraphs(*node_lines(draft, found.card.id))
    if found.card is not None:
        look, state = found.card.look, found.card.state
        return _paragraphs(look.title, look.detail, state.sentence, look.comment)
    if found.wire is not None:
        return _paragraphs(*link_lines(draft, found.wire.link))
    return ""


def port_lines(draft: Draft, port: CardPort) -> list[str]:
    """Return a port's name, its type, and the shape of what passes through it."""
    look = port.look
    more = "several links, in order" if look.many else "optional" if look.optional else ""
    kind = look.kind or "unknown type"
    end = look.end
    lines = [look.label, f"{kind}, {more}" if more and end.side == "in" else kind]
    if port.card.look.count:
        lines.insert(0, draft.experiment.nodes[end.node].shown_title)
    if end.side == "in":
        links = [
            link for link in draft.experiment.links_into(end.node) if link.target_port == end.port
        ]
        return [
            *lines,
            *filter(None, (shape(draft, link.source, link.source_port) for link in links)),
        ]
    return [*lines, *filter(None, (shape(draft, end.node, end.port),))]


def node_lines(draft: Draft, id: str) -> list[str]:
    """Return a node's title, how it stands, what is wrong with it, and its comment."""
    node, state = draft.experiment.nodes[id], draft.state(id)
    module = draft.module(id)
    name = module.meta.title if module is not None else f"Module “{node.module}”, not installed"
    status = STATUS_TEXT[state.status]
    if state.progress and state.status == "running":
        status = f"{status}: {state.progress}"
    problems = [problem.in_full for problem in draft.problems_of(id)]
    warnings = [problem.sentence for problem in state.warnings]
    lines = [node.shown_title, name if name != node.shown_title else "", status, state.sentence]
    return list(dict.fromkeys(filter(None, [*lines, *problems[:3], *warnings[:3], node.comment])))


def link_lines(draft: Draft, link: Link) -> list[str]:
    """Return where a link goes, and the shape of what passes through it."""
    nodes = draft.experiment.nodes
    ends = f"{nodes[link.source].shown_title} → {nodes[link.target].shown_title}"
    return [ends, shape(draft, link.source, link.source_port)]


def shape(draft: Draft, node: str, port: str) -> str:
    """Return the shape of what came out of a port, or of what will, in a few words."""
    about = draft.state(node).outputs.get(port)
    if about:
        return _shape_of(about)
    schema = draft.output_schemas(node).get(port)
    if schema is None:
        return ""
    names = [column.name for column in schema.visible]
    return f"{count(len(names), 'column')}: {_listed(names)}" if names else ""


def spoken(draft: Draft, id: str) -> str:
    """Return what a screen reader says of a node."""
    node = draft.experiment.nodes[id]
    before = [draft.experiment.nodes[other].shown_title for other in draft.experiment.sources(id)]
    after = [draft.experiment.nodes[other].shown_title for other in draft.experiment.targets(id)]
    lines = node_lines(draft, id)
    if before:
        lines.append(f"takes from {_listed(before)}")
    if after:
        lines.append(f"gives to {_listed(after)}")
    return "; ".join(line.rstrip(".") for line in lines) + ("" if lines else node.shown_title)


def end_name(draft: Draft, end: End) -> str:
    """Return a port and its node as a person reads them."""
    module = draft.module(end.node)
    title = draft.experiment.nodes[end.node].shown_title
    ports = () if module is None else module.outputs() if end.side == "out" else module.inputs()
    label = next((port.label for port in ports if port.name == end.port), "") or end.port
    return f"“{label}” of “{title}”"


def _shape_of(about: Mapping[str, Any]) -> str:
    if about.get("kind") == "Table":
        columns = len(TableSchema.from_dict(about.get("schema", ())).visible)
        return f"{count(about.get('rows', 0), 'row')} × {count(columns, 'column')}"
    if about.get("kind") == "Files":
        return count(about.get("files", 0), "file")
    return ""


def _listed(names: list[str]) -> str:
    more = len(names) - _COLUMNS
    return ", ".join(names[:_COLUMNS]) + (f" and {more} more" if more > 0 else "")


def _paragraphs(first: str, *others: str) -> str:
    rest = "".join(f"<br>{escape(line)}" for line in others if line)
    return f"<p style='white-space:pre-wrap'><b>{escape(first)}</b>{rest}</p>"
