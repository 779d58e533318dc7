"""Keys: what they depend on, what they do not, and what changed between two of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.engine.code import CodeReader
from studio.engine.fingerprint import Surroundings, effective_seed, explain, fingerprint
from studio.engine.memory import Mark, Memory
from studio.registry.discovery import open_registry
from studio.registry.source import Source
from tests.engine.stubs.plain import Numbers, Plus, Split

AROUND = Surroundings("code", inputs={"table": [("k1", "numbers")]})


def test_equal_specs_have_equal_keys() -> None:
    assert fingerprint(Plus(amount=2), AROUND) == fingerprint(Plus(amount=2), AROUND)


@pytest.mark.parametrize(
    ("module", "around", "changed"),
    [
        (Plus(amount=3), AROUND, "parameter amount"),
        (Plus(amount=2), Surroundings("other", inputs=AROUND.inputs), "code"),
        (Plus(amount=2), Surroundings("code", inputs={"table": [("k2", "x")]}), "input table"),
        (Plus(amount=2), Surroundings("code"), "input table"),
        (
            Plus(amount=2),
            Surroundings("code", ranges={"amount": [1]}, inputs=AROUND.inputs),
            "range amount",
        ),
        (
            Plus(amount=2),
            Surroundings("code", files={"a.csv": "h"}, inputs=AROUND.inputs),
            "file a.csv",
        ),
        (
            Plus(amount=2),
            Surroundings("code", inputs=AROUND.inputs, fetched="now"),
            "fetched again",
        ),
    ],
)
def test_every_part_counts_and_is_named(module: Plus, around: Surroundings, changed: str) -> None:
    old, new = fingerprint(Plus(amount=2), AROUND), fingerprint(module, around)
    assert old.key != new.key
    assert explain(old.parts, new.parts) == (changed,)


def test_the_order_of_several_links_counts() -> None:
    one = Surroundings("code", inputs={"tables": [("a", "x"), ("b", "x")]})
    two = Surroundings("code", inputs={"tables": [("b", "x"), ("a", "x")]})
    assert fingerprint(Numbers(), one).key != fingerprint(Numbers(), two).key


def test_the_seed_counts_only_where_it_is_drawn_from() -> None:
    one, two = Surroundings("code", seed=1), Surroundings("code", seed=2)
    assert fingerprint(Numbers(), one).key == fingerprint(Numbers(), two).key
    old, new = fingerprint(Split(), one), fingerprint(Split(), two)
    assert explain(old.parts, new.parts) == ("seed",)
    assert effective_seed(1, "split", 0) != effective_seed(1, "split", 1)
    assert effective_seed(1, "split", 0) != effective_seed(1, "told", 0)


def test_the_versions_of_named_libraries_count() -> None:
    parts = fingerprint(Plus(), AROUND).parts
    assert list(parts["libraries"]) == ["pyarrow"]
    older = {**parts, "libraries": {"pyarrow": "1.0"}}
    assert explain(older, parts) == ("library pyarrow",)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "memory.sqlite")


def package(root: Path) -> Source:
    files = {
        "pack/__init__.py": "",
        "pack/main.py": "from pack.near import x\nfrom . import other\nimport json\n"
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pack.types_only\n",
        "pack/near.py": "def f():\n    import pack.deep.deepest\n",
        "pack/other.py": "",
        "pack/deep/__init__.py": "",
        "pack/deep/deepest.py": "",
        "pack/types_only.py": "",
        "pack/unrelated.py": "",
        "json.py": "",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Source("package", "pack", root / "pack" / "main.py", root)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("pack/main.py", True),
        ("pack/near.py", True),
        ("pack/other.py", True),
        ("pack/deep/deepest.py", True),
        ("pack/deep/__init__.py", True),
        ("pack/__init__.py", True),
        ("pack/unrelated.py", False),
        ("pack/types_only.py", False),
        ("json.py", False),
    ],
)
def test_code_is_what_a_file_imports_of_its_own_distribution(
    tmp_path: Path, memory: Memory, name: str, counts: bool
) -> None:
    source = package(tmp_path)
    reader = CodeReader(memory)
    before = reader.read(source)
    with (tmp_path / name).open("a") as file:
        file.write("\nx = 1\n")
    assert reader.read(source) == before
    reader.refresh()
    assert (reader.read(source).digest != before.digest) is counts
    assert CodeReader(memory).read(source).digest == reader.read(source).digest


def test_a_file_with_a_mistake_in_it_has_a_code_all_the_same(
    tmp_path: Path, memory: Memory
) -> None:
    source = package(tmp_path)
    (tmp_path / "pack" / "near.py").write_text("def (")
    assert CodeReader(memory).read(source).digest


def test_every_built_in_module_has_a_code(memory: Memory) -> None:
    registry = open_registry()
    reader = CodeReader(memory)
    for cls in registry.modules():
        assert reader.read(registry.source(cls.meta.id)).newest > 0


def test_what_is_remembered_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    mark = Mark.of(path)
    first = Memory(tmp_path / "m.sqlite")
    first.put("content", str(path), mark.text, "hash")
    first.flush()
    again = Memory(tmp_path / "m.sqlite")
    assert again.get("content", str(path), mark.text) == "hash"
    assert again.get("content", str(path), "another mark") is None
    assert again.of_file("content", path, lambda _: "read") == ("hash", mark)


def test_a_file_that_has_just_changed_is_not_remembered(tmp_path: Path, memory: Memory) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    answers = iter(["first", "second"])
    assert memory.of_file("content", path, lambda _: next(answers))[0] == "first"
    assert memory.of_file("content", path, lambda _: next(answers))[0] == "second"


def test_a_damaged_memory_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    path.write_bytes(b"not a database" * 1000)
    memory = Memory(path)
    memory.put("kind", "name", "mark", 1)
    memory.flush()
    assert Memory(path).get("kind", "name", "mark") == 1
