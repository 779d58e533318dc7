"""The memory: whatever is wrong with its file, it only knows less."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from studio.engine.memory import Memory


def filled(path: Path) -> Memory:
    memory = Memory(path)
    for number in range(500):
        memory.put("kind", f"name {number}", "mark", "v" * 100)
    memory.flush()
    return memory


def garble(path: Path) -> None:
    """Write nonsense over all pages but the first."""
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + random.Random(3).randbytes(len(whole) - 4096))


def test_damaged_pages_are_noticed_at_opening(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    filled(path)
    garble(path)
    memory = Memory(path)
    assert memory.get("kind", "name 7", "mark") is None
    memory.put("kind", "new", "mark", 1)
    memory.flush()
    assert Memory(path).get("kind", "new", "mark") == 1
    assert not list(tmp_path.glob("*damaged*"))


def test_damaged_pages_are_noticed_when_writing(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    memory = filled(path)
    garble(path)
    memory.put("kind", "new", "mark", 1)
    memory.flush()
    assert Memory(path).get("kind", "new", "mark") == 1


@pytest.mark.parametrize("value", ["NULL", "'{'", "CAST(x'ff' AS TEXT)"])
def test_a_value_that_cannot_be_read_is_damage(tmp_path: Path, value: str) -> None:
    path = tmp_path / "m.sqlite"
    filled(path)
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE remembered SET value = {value} WHERE name = 'name 7'")
    connection.commit()
    connection.close()
    memory = Memory(path)
    memory.put("kind", "new", "mark", 1)
    memory.flush()
    again = Memory(path)
    assert (again.get("kind", "new", "mark"), again.get("kind", "name 8", "mark")) == (1, None)


def test_where_nothing_can_be_written_it_remembers_for_itself(tmp_path: Path) -> None:
    (tmp_path / "m.sqlite").mkdir()
    memory = Memory(tmp_path / "m.sqlite")
    memory.put("kind", "name", "mark", 1)
    memory.flush()
    assert memory.get("kind", "name", "mark") == 1
