"""What the tests of results need: a small experiment that has run, and its results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.viewers.source import Result
from studio.document.edits import AddNode, Connect
from studio.document.items import Link, Node

SECONDS = 60_000
_GOOD = ("finished", "reused")

NodeSpec = tuple[str, str, Mapping[str, Any]]


def build(draft: Draft, nodes: Iterable[NodeSpec], links: Iterable[tuple[str, str]] = ()) -> None:
    """Add nodes, given as id, module and parameters, and links, given as "node.port" twice."""
    for id, module, params in nodes:
        assert draft.apply(AddNode(Node(id, module, title=id, params=params)))
    for source, target in links:
        assert draft.apply(Connect(Link(*source.split("."), *target.split("."))))


def run(draft: Draft, qtbot: QtBot) -> None:
    """Run all of it, and wait until each node has a result."""
    draft.run()
    qtbot.waitUntil(lambda: not draft.is_running, timeout=SECONDS)
    states = {id: draft.state(id) for id in draft.experiment.nodes}
    wrong = {id: state for id, state in states.items() if state.status not in _GOOD}
    assert not wrong, (draft.last_run, wrong)


def result(draft: Draft, node: str, port: str) -> Result:
    """Return what came out of a port."""
    state = draft.state(node)
    assert state.key is not None
    return Result(state.key, port, state.outputs[port], f"{node} {port}")
