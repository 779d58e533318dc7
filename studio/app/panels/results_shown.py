"""What the Results panel shows: a node, a port of it, and the result that stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from studio.app.draft import Draft
from studio.app.figures import count
from studio.app.viewers.source import Result
from studio.document.problems import input_port

Side = Literal["in", "out"]


@dataclass(frozen=True)
class Spot:
    """A port of a node: an output, or what arrives at an input.

    Attributes:
        label: What the port is called.
        kind: The type of what passes there: Table, Model, ….
        source: The node that it comes from; the node itself for an output.
        source_port: The output there.
    """

    node: str
    port: str
    side: Side
    label: str
    kind: str
    source: str
    source_port: str

    def result(self, draft: Draft) -> Result | None:
        """Return what there is to look at, or None."""
        state = draft.state(self.source)
        about = state.outputs.get(self.source_port)
        if state.key is None or about is None:
            return None
        title = f"{_title(draft, self.source)} · {self.label}"
        return Result(state.key, self.source_port, about, title)


def spots_of(draft: Draft, node: str) -> list[Spot]:
    """Return the linked inputs of a node, then its outputs."""
    cls = draft.module(node)
    found: list[Spot] = []
    for link in draft.experiment.links_into(node):
        port = None if cls is None else input_port(cls, link.target_port)
        label = link.target_port if port is None else port.label
        kind = "" if port is None else port.kind
        found.append(Spot(node, link.target_port, "in", label, kind, link.source, link.source_port))
    if cls is not None:
        found += [
            Spot(node, port.name, "out", port.label, port.kind, node, port.name)
            for port in cls.outputs()
        ]
    return found


def shape_text(about: Mapping[str, Any]) -> str:
    """Return how large a value is: “193 rows × 25 columns”."""
    match about.get("kind"):
        case "Table":
            columns = sum(1 for item in about.get("schema", ()) if item.get("role") != "origin")
            return f"{count(int(about.get('rows', 0)), 'row')} × {count(columns, 'column')}"
        case "Files":
            return count(int(about.get("files", 0)), "file")
        case "Report":
            parts = (("metrics", "figure"), ("tables", "table"), ("images", "image"))
            said = [count(len(about.get(k) or ()), word) for k, word in parts if about.get(k)]
            return " · ".join(said)
        case _:
            return ""


def _title(draft: Draft, node: str) -> str:
    found = draft.experiment.nodes.get(node)
    return "" if found is None else found.title
