"""The store: what is kept, what is evicted, what a damaged or foreign entry does."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.engine.errors import ResultGone, ResultNotKept
from studio.engine.leases import Lease, alive, held
from studio.engine.store import Entry, Store
from studio.sdk.keep import keep
from tests.engine.stubs.plain import numbers, values_of


@pytest.fixture
def lease(store: Store) -> Iterator[Lease]:
    lease = store.lease()
    yield lease
    lease.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def put(store: Store, key: str, values: list[int], seconds: float = 1.0, **more: bool) -> Entry:
    draft = store.draft("test")
    (draft / "numbers").mkdir()
    about = keep(numbers(values), draft / "numbers")
    entry = Entry(key, "numbers", {"module": "numbers"}, seconds, outputs={"numbers": about})
    return store.commit(draft, entry, **more)


def values(store: Store, key: str) -> list[int]:
    return values_of(store.load(key, "numbers"))


def test_what_is_put_is_found_and_read(store: Store) -> None:
    assert store.find("k") is None
    put(store, "k", [1, 2])
    entry = store.find("k")
    assert entry is not None
    assert (entry.seconds, entry.outputs["numbers"]["rows"]) == (1.0, 2)
    assert entry.bytes == sum(entry.sizes.values()) > 0
    assert values(store, "k") == [1, 2]


def test_the_folder_is_the_persons_own(store: Store, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700


def test_the_first_of_two_equal_results_stays(store: Store, tmp_path: Path) -> None:
    put(store, "k", [1])
    put(store, "k", [2])
    assert values(store, "k") == [1]
    assert not list((tmp_path / "store" / "drafts" / "test").iterdir())


@pytest.mark.parametrize("lost", ["entry.json", "numbers/table.arrow", "numbers/value.json"])
def test_a_result_that_is_not_whole_gives_way(store: Store, lost: str) -> None:
    first = put(store, "k", [1])
    (store.folder_of("k") / lost).unlink()
    assert not store.is_whole(first) or store.find("k") is None
    put(store, "k", [2])
    assert values(store, "k") == [2]


def test_a_result_that_cannot_be_put_in_place_is_said(store: Store) -> None:
    results = store.folder_of("k").parent
    results.rename(results.with_name("elsewhere"))
    results.write_text("no folder")
    with pytest.raises(ResultNotKept, match="could not be kept in “"):
        put(store, "k", [1])


def test_a_replaced_result_stays_readable_where_it_is_mapped(store: Store) -> None:
    put(store, "k", list(range(1000)))
    mapped = store.load("k", "numbers")
    put(store, "k", [2], replace=True)
    assert values(store, "k") == [2]
    assert values_of(mapped) == list(range(1000))


def test_an_unfinished_draft_is_not_a_result(store: Store) -> None:
    draft = store.draft("test")
    (draft / "numbers").mkdir()
    keep(numbers([1]), draft / "numbers")
    assert store.size() == (0, 0)


@pytest.mark.parametrize("name", ["numbers/table.arrow", "numbers/value.json"])
@pytest.mark.parametrize("damage", ["cut", "gone", "zeros"])
def test_a_damaged_result_is_dropped_and_said_to_be_gone(
    store: Store, name: str, damage: str
) -> None:
    put(store, "k", [1, 2, 3])
    path = store.folder_of("k") / name
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-9] if damage == "cut" else bytes(len(content)))
    with pytest.raises(ResultGone):
        store.load("k", "numbers")
    assert store.find("k") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"key": 1, "warnings": 2, "logs": 3}'])
def test_an_entry_that_cannot_be_read_is_dropped(store: Store, text: str) -> None:
    put(store, "k", [1])
    (store.folder_of("k") / "entry.json").write_text(text)
    assert store.find("k") is None
    assert not store.folder_of("k").exists()


def test_a_port_that_is_not_there_is_gone(store: Store) -> None:
    put(store, "k", [1])
    with pytest.raises(ResultGone):
        store.load("k", "other")
    assert store.find("k") is not None


def test_a_sweep_evicts_the_cheap_and_old_first_until_the_budget_is_kept(store: Store) -> None:
    entries = [put(store, key, [1], s) for key, s in [("dear", 99), ("old", 5), ("cheap", 1)]]
    for age, key in ((7200, "dear"), (86_400, "old"), (7200, "cheap")):
        path = store.folder_of(key) / "entry.json"
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    size = entries[0].bytes
    assert store.sweep(3 * size) == 0
    assert store.sweep(int(2.5 * size)) == size
    assert {entry.key for entry in store.entries()} == {"dear", "cheap"}
    assert store.sweep(int(1.2 * size)) == size
    assert [entry.key for entry in store.entries()] == ["dear"]


def test_use_makes_a_result_young(store: Store) -> None:
    for key in ("a", "b"):
        size = put(store, key, [1]).bytes
        os.utime(store.folder_of(key) / "entry.json", (0, 0))
    store.touch(["a", "not there"])
    store.sweep(int(1.5 * size))
    assert [entry.key for entry in store.entries()] == ["a"]


def test_leased_results_are_not_evicted(store: Store, lease: Lease, tmp_path: Path) -> None:
    put(store, "mine", [1])
    put(store, "other", [2])
    store.hold(lease, ["mine", "not made yet"])
    other = Store(tmp_path / "store")
    other.clean()
    assert [entry.key for entry in other.entries()] == ["mine"]
    lease.release(["mine"])
    other.clean()
    assert other.size() == (0, 0)


def test_a_lease_counts_and_ends_with_its_process(store: Store, lease: Lease) -> None:
    lease.hold(["a", "b"])
    lease.hold(["a"])
    lease.release(["a", "b"])
    assert held(store.leases) == {"a"}
    dead = store.leases / "1-dead.lease"
    dead.write_text("c")
    assert alive(store.leases, lease.name)
    assert not alive(store.leases, "1-dead")
    assert held(store.leases) == {"a"}
    assert not dead.exists()


def test_leftovers_of_dead_processes_are_cleared(store: Store, lease: Lease) -> None:
    mine, dead = store.draft(lease.name), store.draft("1-dead")
    store.clear_leftovers()
    assert mine.exists()
    assert not dead.exists()


def test_room_is_made_when_results_come_in(tmp_path: Path) -> None:
    size = put(Store(tmp_path / "store"), "a", [1]).bytes
    store = Store(tmp_path / "store", budget=int(2.5 * size))
    assert store.make_room(size) == 0
    for key in "bc":
        put(store, key, [1])
        store.make_room(size)
    assert store.size()[0] == 2
