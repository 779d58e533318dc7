"""The rules of the window's code that no other tool looks after."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import studio.app

ROOT = Path(studio.app.__file__).parent
COLOUR = re.compile(r"""["'\s]#[0-9a-fA-F]{6}\b""")
NAME = re.compile(r"[a-z0-9_]*")
TICKING = {"garbage.py", "jobs.py"}
"""What looks at something again and again: the garbage, and the clock of runs."""
NAMING = {"setObjectName": 0, "tool_button": 0, "tool": 0, "TitleLine": 0, "Swatches": 0}
"""By what names a widget: which of its arguments is the name."""


def _files() -> Iterator[tuple[Path, str]]:
    for file in sorted(ROOT.rglob("*.py")):
        yield file, file.read_text(encoding="utf-8")


def _calls() -> Iterator[tuple[Path, str, ast.Call]]:
    for file, text in _files():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                yield file, getattr(node.func, "id", getattr(node.func, "attr", "")), node


def test_colours_are_written_in_the_themes_alone() -> None:
    assert [file.name for file, text in _files() if COLOUR.search(text)] == []


def test_names_of_widgets_are_snake_case() -> None:
    wrong = []
    for file, called, call in _calls():
        for given in call.args[NAMING.get(called, len(call.args)) :][:1]:
            parts = given.values if isinstance(given, ast.JoinedStr) else [given]
            texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
            wrong += [(file.name, text) for text in texts if not NAME.fullmatch(text)]
    assert wrong == []


def test_timers_fire_once() -> None:
    again = {
        file.name
        for file, called, call in _calls()
        if called == "QTimer" and "singleShot" not in {word.arg for word in call.keywords}
    }
    assert again == TICKING
