"""The store: results by key, written once and renamed into place; only it knows paths."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from studio.document.atomic import said
from studio.engine.errors import ResultGone, ResultNotKept
from studio.engine.leases import Lease, alive, held
from studio.engine.locks import locked

if TYPE_CHECKING:
    from studio.sdk.data import Value

FORMAT = 1
DEFAULT_BUDGET = 20 << 30
_ENTRY = "entry.json"
_FREED_TO = 0.9
"""A sweep goes on until this share of the budget is used, so that the next run has some room."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a kept result without reading it.

    Attributes:
        key: The cache key.
        module: Id of the module that made it.
        parts: The parts of the key.
        seconds: The time it took.
        memory: The largest memory of its process, in bytes.
        outputs: Port -> description of its value.
        warnings: Problems of severity "warning" that the module found, as data.
        logs: Lines that it logged.
        sizes: File (relative, with ``/``) -> bytes.
        written: File outside the store -> [size, mtime_ns, hash], for modules that write.
    """

    key: str
    module: str
    parts: Mapping[str, Any]
    seconds: float
    memory: int = 0
    outputs: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Mapping[str, Any], ...] = ()
    logs: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """The size of its files."""
        return sum(self.sizes.values())


class Store:
    """Results of nodes in a folder, by key, shared by every process that opens it."""

    def __init__(self, folder: Path, budget: int = DEFAULT_BUDGET) -> None:
        self.budget = budget
        self._entries = folder / f"results-{FORMAT}"
        self._drafts = folder / "drafts"
        self.leases = folder / "leases"
        for one in (folder, self._entries, self._drafts, self.leases):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._lock = folder / "lock"
        self._total: int | None = None

    def lease(self) -> Lease:
        """Return a lease of this process, to be closed by the caller."""
        with locked(self._lock, shared=True):
            return Lease(self.leases)

    def hold(self, lease: Lease, keys: Iterable[str]) -> None:
        """Keep these results from being evicted, whether they are there yet or not."""
        with locked(self._lock, shared=True):
            lease.hold(keys)

    def find(self, key: str) -> Entry | None:
        """Return what is known of a result, or None; an entry that cannot be read is dropped."""
        path = self._entries / key / _ENTRY
        try:
            data = json.loads(path.read_bytes())
            return Entry(
                **{**data, "warnings": tuple(data["warnings"]), "logs": tuple(data["logs"])}
            )
        except OSError:
            return None
        except (ValueError, TypeError, KeyError):
            self.drop(key)
            return None

    def mark(self, key: str) -> str | None:
        """Return what tells a result from another one made under its key; None where it is gone."""
        try:
            data = (self._entries / key / _ENTRY).read_bytes()
        except (OSError, ValueError):
            return None
        return hashlib.blake2b(data, digest_size=16).hexdigest()

    def load(self, key: str, port: str) -> Value:
        """Return a value, its tables mapped; raises ResultGone and drops a damaged entry."""
        from studio.sdk.keep import KeptValueDamaged, load

        entry = self.find(key)
        if entry is None or port not in entry.outputs:
            raise ResultGone(port=port)
        folder = self._entries / key
        try:
            for name, size in entry.sizes.items():
                if name.startswith(f"{port}/") and (folder / name).stat().st_size != size:
                    raise KeptValueDamaged(folder=folder, reason="it was cut short")
            return load(folder / port)
        except (KeptValueDamaged, FileNotFoundError) as error:
            self.drop(key)
            raise ResultGone(port=port) from error

    def folder_of(self, key: str) -> Path:
        """Return where a result is or would be; only to look at."""
        return self._entries / key

    def draft(self, owner: str) -> Path:
        """Return a new empty folder for a result of the process with that lease; may raise."""
        folder = self._drafts / owner / uuid4().hex[:12]
        try:
            folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise ResultNotKept(folder=self._drafts, reason=said(error)) from error
        return folder

    def processes(self, owner: str) -> Path:
        """Return the folder in which a process keeps what its workers need while they live."""
        folder = self._drafts / owner
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def commit(self, draft: Path, entry: Entry, *, replace: bool = False) -> Entry:
        """Make a draft the result of its key, in one step, and return the entry that is in place.

        Another process may have been quicker; its result stays, unless ``replace`` or it is not
        whole. Raises ResultNotKept.
        """
        done = dataclasses.replace(entry, sizes=_sizes(draft))
        text = json.dumps(_fields(done), separators=(",", ":"), default=str)
        if replace:
            self.drop(entry.key)
        try:
            (draft / _ENTRY).write_text(text, encoding="utf-8")
            there = self._put(draft, entry.key)
        except OSError as error:
            raise ResultNotKept(folder=self._entries, reason=said(error)) from error
        return done if there is None else there

    def _put(self, draft: Path, key: str) -> Entry | None:
        """Rename a draft into place, or return the whole result that is there."""
        try:
            draft.rename(self._entries / key)
        except OSError:
            there = self.find(key)
            if there is None or not self.is_whole(there):
                self.drop(key)
                draft.rename(self._entries / key)
                return None
            self.discard(draft)
            return there
        return None

    def is_whole(self, entry: Entry) -> bool:
        """Whether every file of a result is there, of the size that it had."""
        folder = self._entries / entry.key
        try:
            return all((folder / n).stat().st_size == size for n, size in entry.sizes.items())
        except OSError:
            return False

    def discard(self, folder: Path) -> None:
        """Remove a draft or scratch folder."""
        shutil.rmtree(folder, ignore_errors=True)

    def forget_drafts(self, owner: str) -> None:
        """Remove everything that a process had not finished."""
        self.discard(self._drafts / owner)

    def drop(self, key: str) -> None:
        """Remove a result; whoever has it mapped keeps what they see."""
        trash = self._drafts / f"trash-{uuid4().hex[:12]}"
        try:
            (self._entries / key).rename(trash)
        except OSError:
            return
        self.discard(trash)

    def touch(self, keys: Iterable[str]) -> None:
        """Note that these results were used now."""
        for key in keys:
            try:
                os.utime(self._entries / key / _ENTRY)
            except OSError:
                continue

    def size(self) -> tuple[int, int]:
        """Return the number of results and their bytes."""
        sizes = [entry.bytes for entry, _ in self._scan()]
        return len(sizes), sum(sizes)

    def entries(self) -> list[Entry]:
        """Return what is known of every result."""
        return [entry for entry, _ in self._scan()]

    def sweep(self, budget: int | None = None) -> int:
        """Evict results until the budget is kept, the least worth first; return the bytes freed.

        Worth is the time it took, for its size, the less the longer it was not used. Leased results
        stay.
        """
        limit = self.budget if budget is None else budget
        freed = 0
        with locked(self._lock):
            found = list(self._scan())
            self._total = total = sum(entry.bytes for entry, _ in found)
            if total <= limit:
                return 0
            leased = held(self.leases)
            now = time.time()
            for entry, _ in sorted(found, key=lambda item: _worth(item[0], item[1], now)):
                if total - freed <= limit * _FREED_TO:
                    break
                if entry.key not in leased:
                    self.drop(entry.key)
                    freed += entry.bytes
            self._total = total - freed
        return freed

    def make_room(self, added: int) -> int:
        """Note that results of so many bytes came in; evict some if they are too many."""
        if self._total is not None and self._total + added <= self.budget:
            self._total += added
            return 0
        return self.sweep()

    def clean(self) -> int:
        """Remove every result that nobody holds, and leftovers; return the bytes freed."""
        self.clear_leftovers()
        return self.sweep(-1)

    def clear_leftovers(self) -> None:
        """Remove drafts and leases of processes that are dead."""
        with locked(self._lock):
            held(self.leases)
        for folder in self._drafts.iterdir():
            if not alive(self.leases, folder.name):
                self.discard(folder)

    def _scan(self) -> Iterator[tuple[Entry, float]]:
        with os.scandir(self._entries) as found:
            keys = [item.name for item in found]
        for key in keys:
            entry = self.find(key)
            if entry is not None:
                try:
                    yield entry, (self._entries / key / _ENTRY).stat().st_mtime
                except FileNotFoundError:
                    continue


def _worth(entry: Entry, used: float, now: float) -> float:
    hours = max(now - used, 0.0) / 3600
    return (entry.seconds + 0.05) / (entry.bytes + 4096) / (1 + hours)


def _sizes(folder: Path) -> dict[str, int]:
    sizes = {}
    waiting = [(folder, "")]
    while waiting:
        inside, prefix = waiting.pop()
        with os.scandir(inside) as found:
            for item in found:
                if item.is_dir(follow_symlinks=False):
                    waiting.append((Path(item.path), f"{prefix}{item.name}/"))
                else:
                    sizes[prefix + item.name] = item.stat().st_size
    return sizes


def _fields(entry: Entry) -> dict[str, Any]:
    return {item.name: getattr(entry, item.name) for item in fields(entry)}
