"""The list of what was saved: cheap, and not put out by what does not belong there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from studio import paths
from studio.sdk.saved import About, SavedKind, SavedNameTaken, SavedNameWrong, place_for
from studio.sdk.saved import write_saved as write
from studio.session.library import Library, SavedGone, SavedItem


def put(name: str, kind: SavedKind = "dataset", line: str = "2 rows × 3 columns") -> Path:
    path = place_for(paths.saved(), kind, name)
    write(path, lambda part: _write(part), About(line, "Prices", 1000.0))
    return path


def _write(path: Path) -> None:
    path.write_bytes(b"12345")


def names() -> list[str]:
    return [item.name for item in Library().items()]


def test_without_anything_saved_the_list_is_empty() -> None:
    assert Library().items() == ()


def test_items_say_what_they_are() -> None:
    path = put("Cars v1.2")
    assert Library().items() == (
        SavedItem("dataset", "Cars v1.2", path, 1000.0, "2 rows × 3 columns", "Prices", 5),
    )
    (item,) = Library().items()
    assert (item.module, item.params) == ("saved_dataset", {"path": str(path)})


def test_items_come_by_kind_and_name() -> None:
    for kind, name in (("model", "b"), ("dataset", "z"), ("dataset", "A"), ("transform", "a")):
        put(name, kind)  # type: ignore[arg-type]
    found = [(item.kind, item.name) for item in Library().items()]
    assert found == [("dataset", "A"), ("dataset", "z"), ("model", "b"), ("transform", "a")]


def test_damage_beside_a_file_costs_only_the_line_about_it() -> None:
    for number, text in enumerate(["", "[]", '{"line": 1}', "\x00\xff"]):
        put(f"d{number}").with_suffix(".json").write_text(text, encoding="latin-1")
    put("gone").with_suffix(".json").unlink()
    items = Library().items()
    assert [item.name for item in items] == ["d0", "d1", "d2", "d3", "gone"]
    assert all(item.about == "" and item.made > 1000 for item in items)


def test_what_does_not_belong_there_is_left_out() -> None:
    folder = put("a").parent
    (folder / ".a.arrow.1234.saving").write_bytes(b"")
    (folder / "notes.txt").write_text("mine")
    (folder / "b.arrow").symlink_to(folder / "nowhere")
    (paths.saved() / "models").write_text("a file in place of the folder")
    assert names() == ["a"]


def test_an_item_can_be_removed() -> None:
    path = put("a")
    put("b")
    library = Library()
    library.remove(library.items()[0])
    assert names() == ["b"]
    assert not path.with_suffix(".json").exists()


def test_an_item_can_be_renamed() -> None:
    put("a")
    put("taken")
    library = Library()
    item = library.items()[0]
    with pytest.raises(SavedNameTaken):
        library.rename(item, "TAKEN")
    with pytest.raises(SavedNameWrong):
        library.rename(item, "a/b")
    renamed = library.rename(item, " New name ")
    assert (renamed.name, renamed.about) == ("New name", "2 rows × 3 columns")
    assert names() == ["New name", "taken"]
    assert library.rename(renamed, "new NAME").name == "new NAME"
    assert names() == ["new NAME", "taken"]


def test_what_is_gone_cannot_be_changed() -> None:
    path = put("a")
    library = Library()
    (item,) = library.items()
    path.unlink()
    with pytest.raises(SavedGone, match="“a” cannot be changed: the folder or file does not exist"):
        library.remove(item)
    with pytest.raises(SavedGone):
        library.rename(item, "b")


def test_the_list_needs_no_heavy_library() -> None:
    code = (
        "import sys; from studio.session.library import Library; Library().items();"
        "print([name for name in ('pyarrow', 'pandas', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
