"""From an experiment to work: the keys of all nodes, and what the store has of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from studio.document.experiment import Experiment
from studio.engine.code import Code, CodeReader
from studio.engine.files import content_hash, located, never, unchanged
from studio.engine.fingerprint import Fingerprint, Source, Surroundings, explain, fingerprint
from studio.engine.leases import Lease
from studio.engine.memory import Memory
from studio.engine.plan import Step, make_plan
from studio.engine.state import Task
from studio.engine.store import Entry, Store
from studio.registry.discovery import Registry
from studio.sdk.errors import Cancelled
from studio.sdk.module import Module


@dataclass(frozen=True, slots=True)
class Prepared:
    """A node that can run: its key, and what a worker must be told.

    Attributes:
        step: The node.
        print: Its fingerprint.
        code: Its code's hash and time.
        inputs: Port -> results it reads, in order.
        seed: The seed it draws from.
        marks: File it reads -> the mark that its hash belongs to.
        unfetched: For an external source, the name under which its fetch is remembered.
        trusted: Whether its code came with the studio and it runs none of the user's.
        own: Whether its code came with the studio.
    """

    step: Step
    print: Fingerprint
    code: Code
    inputs: Mapping[str, tuple[Source, ...]]
    seed: int
    marks: Mapping[str, str]
    unfetched: str
    trusted: bool
    own: bool


@dataclass(slots=True)
class Preparation:
    """What planning found: the steps, what can run, what is stored, and why the rest must run."""

    steps: dict[str, Step]
    ready: dict[str, Prepared] = field(default_factory=dict)
    stored: dict[str, Entry] = field(default_factory=dict)
    why: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()

    def tasks(self, wanted: Iterable[str]) -> list[Task]:
        """Return the nodes as the state machine sees them."""
        asked = set(wanted) & self.steps.keys() or set(self.steps)
        return [
            Task(
                node,
                inputs=step.sources,
                key=self.ready[node].print.key if node in self.ready else "",
                stored=node in self.stored,
                wanted=node in asked,
                incomplete=step.problem is not None,
                disabled=step.disabled,
            )
            for node, step in self.steps.items()
        ]


class Planner:
    """Prepares experiments; slow where large files are hashed, so it is used in threads."""

    def __init__(self, registry: Registry, store: Store, memory: Memory, lease: Lease) -> None:
        self.registry = registry
        self.store = store
        self.memory = memory
        self._lease = lease
        self._codes = CodeReader(memory)

    def prepare(
        self,
        experiment: Experiment,
        base: Path,
        targets: Iterable[str] = (),
        fresh: Iterable[str] = (),
        last: Mapping[str, str] | None = None,
        stop: Callable[[], bool] = never,
    ) -> Preparation:
        """Return what there is to do; raises Cancelled when ``stop`` says so.

        The keys of the run are held in the lease; the caller releases ``keys``. ``last`` are the
        keys that the nodes had when they last had a result.
        """
        self._codes.refresh()
        found = Preparation(make_plan(experiment, self.registry, targets))
        again = frozenset(fresh)
        for node, step in found.steps.items():
            if stop():
                raise Cancelled
            if not step.disabled and step.problem is None and step.module is not None:
                self._prepare_step(
                    step, step.module, experiment.seed, base, node in again, found, stop
                )
        found.keys = tuple(item.print.key for item in found.ready.values())
        self.store.hold(self._lease, found.keys)
        for node, item in found.ready.items():
            if node not in again:
                self._look_up(node, item, found)
            if node not in found.stored:
                found.why[node] = self._why(item, (last or {}).get(node), node in again)
        self.memory.flush()
        return found

    def code(self, cls: type[Module]) -> tuple[bool, Code]:
        """Return whether a module came with the studio, and its code."""
        source = self.registry.source(cls.meta.id)
        return source.is_builtin, self._codes.read(source)

    def release(self, keys: Iterable[str]) -> None:
        """Let go of a run's results."""
        self._lease.release(keys)

    def fetched(self, item: Prepared) -> None:
        """Remember when an external source was fetched."""
        if item.unfetched:
            self.memory.put("fetched", item.unfetched, "", item.print.parts["fetched"])
            self.memory.flush()

    def _prepare_step(
        self,
        step: Step,
        module: Module,
        seed: int,
        base: Path,
        fresh: bool,
        found: Preparation,
        stop: Callable[[], bool],
    ) -> None:
        inputs: dict[str, tuple[Source, ...]] = {}
        for port, wires in (step.inputs or {}).items():
            if any(node not in found.ready for node, _ in wires):
                return
            inputs[port] = tuple((found.ready[node].print.key, name) for node, name in wires)
        own, code = self.code(type(module))
        files, marks = self._files(module, base, stop)
        around = Surroundings(code.digest, seed, step.ranges, inputs, files)
        print = fingerprint(module, around)
        unfetched = ""
        if module.meta.world == "external":
            unfetched = print.key
            stamp = None if fresh else self.memory.get("fetched", unfetched, "")
            print = fingerprint(module, replace(around, fetched=stamp or uuid4().hex))
        found.ready[step.node] = Prepared(
            step,
            print,
            code,
            inputs,
            print.parts["seed"] or 0,
            marks,
            unfetched,
            trusted=own and not module.meta.trust,
            own=own,
        )

    def _files(
        self, module: Module, base: Path, stop: Callable[[], bool]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return what the key says of a module's files, and the marks of those that it reads."""
        hashes: dict[str, str] = {}
        marks: dict[str, str] = {}
        if module.meta.world not in ("file", "writes"):
            return hashes, marks
        for name in module.files():
            path = located(base, name)
            if module.meta.world == "writes":
                hashes[name] = str(path)
                continue
            try:
                hashes[name] = self._content(path, marks, stop)
            except OSError:
                hashes[name] = f"unreadable {uuid4().hex}"
        return hashes, marks

    def _content(self, path: Path, marks: dict[str, str], stop: Callable[[], bool]) -> str:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file())
            total = hashlib.blake2b(digest_size=16)
            for file in files:
                total.update(
                    f"{file.relative_to(path)} {self._content(file, marks, stop)}\n".encode()
                )
            return total.hexdigest()
        value, mark = self.memory.of_file("content", path, lambda p: content_hash(p, stop))
        marks[str(path)] = mark.text
        return str(value)

    def _look_up(self, node: str, item: Prepared, found: Preparation) -> None:
        entry = self.store.find(item.print.key)
        if entry is None or not self.store.is_whole(entry):
            return
        if all(unchanged(Path(path), seen) for path, seen in entry.written.items()):
            found.stored[node] = entry

    def _why(self, item: Prepared, last: str | None, fresh: bool) -> tuple[str, ...]:
        if fresh:
            return ("asked for",)
        if last is None:
            return ()
        if last == item.print.key:
            return ("result gone",)
        old = self.store.find(last)
        return () if old is None else explain(old.parts, item.print.parts)
