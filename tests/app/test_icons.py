"""The drawings: every icon that is named is there, and every one that is there is named."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import studio
from studio import paths
from studio.app.column_types import TYPE_ICON
from studio.app.node_state import STATUS_ICON
from studio.registry.discovery import open_registry

PLACES = {
    "EmptyNote": 0, "IconLabel": 0, "icon": 0, "pixmap": 0, "show_icon": 0, "add": 1, "button": 1,
    "draw_icon": 1, "paint": 1, "tool_button": 1, "LineCard": 2, "Action": 4,
}  # fmt: skip
"""By what takes the name of an icon: which of its arguments that is."""
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DRAWN = {file.stem for file in (paths.resources() / "icons").glob("*.svg")}


def _nodes() -> Iterator[ast.AST]:
    for file in Path(studio.__file__).parent.rglob("*.py"):
        yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def _of_groups() -> set[str]:
    return {group.icon for group in open_registry().palette.groups.values() if group.icon}


def test_every_icon_that_is_named_is_drawn() -> None:
    named = {*TYPE_ICON.values(), *filter(None, STATUS_ICON.values()), *_of_groups()}
    for node in _nodes():
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = node.args[PLACES.get(called, len(node.args)) :][:1]
            texts = [a.value for a in given if isinstance(a, ast.Constant)]
            named |= {text for text in texts if isinstance(text, str) and NAME.fullmatch(text)}
    assert len(named) > 80
    assert named <= DRAWN


def test_every_drawing_is_named_somewhere() -> None:
    constants = (node.value for node in _nodes() if isinstance(node, ast.Constant))
    assert DRAWN - _of_groups() <= {value for value in constants if isinstance(value, str)}
