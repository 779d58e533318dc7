"""A draft: one open experiment, what is selected in it, and how its nodes stand."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app.engine_bridge import EngineBridge
from studio.app.node_state import NodeState
from studio.app.node_states import NodeStates, Schemas
from studio.app.run_log import LogLine, RunLog, RunProgress
from studio.app.times import moment
from studio.document.change import Change
from studio.document.edit import Edit
from studio.document.editor import Editor
from studio.document.experiment import Experiment
from studio.document.items import Link, Node
from studio.document.open_document import OpenDocument
from studio.document.problems import Found, find_problems, input_port
from studio.engine import messages as say
from studio.registry.discovery import Registry
from studio.sdk.errors import Problem, StudioError
from studio.sdk.module import Module
from studio.sdk.schema import TableSchema

if TYPE_CHECKING:
    from studio.engine.history import RunRecord

DESCRIBE_MS = 150
"""How long the experiment must stay as it is before its columns are asked for."""
GATHER_MS = 30
"""States that change within this time, and how far a run is, are told at once."""


class Draft(QObject):
    """One open experiment. Everything that shows it listens to its signals."""

    changed = Signal(object)
    selection_changed = Signal()
    states_changed = Signal(object)
    problems_changed = Signal()
    described = Signal()
    run_changed = Signal()
    happened = Signal(object)
    logged = Signal(object)
    title_changed = Signal()
    refused = Signal(str)

    def __init__(
        self,
        bridge: EngineBridge,
        registry: Registry,
        editor: Editor,
        *,
        document: OpenDocument | None = None,
        record: RunRecord | None = None,
        base: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Begin with a document, or with the record of a run, which can only be looked at."""
        super().__init__(parent)
        self.bridge = bridge
        self.registry = registry
        self.document = document
        self.record = record
        self._base = base or Path.cwd()
        self._editor = editor
        self._selection: frozenset[str] = frozenset()
        self._selected_links: tuple[Link, ...] = ()
        self._states = NodeStates()
        self._problems: tuple[Found, ...] = ()
        self._by_node: dict[str, tuple[Problem, ...]] = {}
        self._static: tuple[Found, ...] = ()
        self._log = RunLog()
        self._run: RunProgress | None = None
        self._request = ""
        self._dirty: set[str] = set()
        self._was_modified = editor.is_modified
        self._has_progressed = False
        self._describe_timer = QTimer(self, singleShot=True, interval=DESCRIBE_MS)
        self._describe_timer.timeout.connect(self._describe)
        self._gather_timer = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather_timer.timeout.connect(self._tell_gathered)
        self._stop_listening = editor.on_change(self._changed)
        bridge.happened.connect(self._take)
        if record is not None:
            self._take_record(record)
        self._describe_timer.start(0)

    @property
    def experiment(self) -> Experiment:
        """The experiment as it stands now."""
        return self._editor.experiment

    @property
    def path(self) -> Path | None:
        """The file, or None where it was never saved."""
        return None if self.document is None else self.document.path

    @property
    def base(self) -> Path:
        """The folder that relative paths of files start from."""
        return self._base if self.path is None else self.path.absolute().parent

    @property
    def title(self) -> str:
        """What the tab says."""
        name = self.experiment.name or (self.path.stem if self.path else "") or "Untitled"
        if self.record is None:
            return name
        return f"{name} · run of {moment(self.record.started)}"

    @property
    def read_only(self) -> bool:
        """Whether it can only be looked at."""
        return self._editor.read_only

    @property
    def is_modified(self) -> bool:
        """Whether there is something that the file does not have."""
        return self._editor.is_modified

    def apply(self, edit: Edit) -> Change | None:
        """Do an edit; where it cannot be done, ``refused`` says why and None is returned."""
        try:
            return self._editor.apply(edit)
        except StudioError as error:
            self.refused.emit(error.in_full)
            return None

    def undo(self) -> None:
        """Take the last edit back."""
        if not self.read_only:
            self._editor.undo()

    def redo(self) -> None:
        """Do the edit again that was taken back last."""
        if not self.read_only:
            self._editor.redo()

    def end_typing(self) -> None:
        """Let the next edit begin a new step of Undo."""
        self._editor.end_typing()

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._editor.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is something to do again."""
        return self._editor.can_redo

    @property
    def undo_text(self) -> str:
        """What Undo would take back."""
        return self._editor.undo_text

    @property
    def redo_text(self) -> str:
        """What Redo would do again."""
        return self._editor.redo_text

    def save(self, path: Path | None = None, *, overwrite: bool = False) -> None:
        """Save to its file, or to another one that it then has; raises StudioError."""
        if self.document is not None:
            self.document.save(path, replace=overwrite)
            self._tell_title()

    def close(self) -> None:
        """Close it: its run is cancelled, unsaved changes are given up."""
        self._stop_listening()
        self.bridge.happened.disconnect(self._take)
        self._describe_timer.stop()
        self._gather_timer.stop()
        self.bridge.forget(self._request)
        if self.is_running:
            self.cancel()
        if self.document is not None:
            self.document.close()

    @property
    def selection(self) -> frozenset[str]:
        """The ids of the nodes, groups, frames and notes that are selected."""
        return self._selection

    @property
    def selected_links(self) -> tuple[Link, ...]:
        """The links that are selected."""
        return self._selected_links

    @property
    def selected_nodes(self) -> list[Node]:
        """The nodes that are selected, by id."""
        nodes = self.experiment.nodes
        return [nodes[id] for id in sorted(self._selection) if id in nodes]

    def select(self, ids: Iterable[str], links: Iterable[Link] = ()) -> None:
        """Select just these, as far as they are there."""
        experiment = self.experiment
        chosen = frozenset(id for id in ids if id in experiment)
        wires = tuple(link for link in links if link in experiment.links_into(link.target))
        if (chosen, wires) != (self._selection, self._selected_links):
            self._selection, self._selected_links = chosen, wires
            self.selection_changed.emit()

    def module(self, node: str) -> type[Module] | None:
        """Return the module of a node, or None where it is not installed."""
        found = self.experiment.nodes.get(node)
        return None if found is None else self.registry.get(found.module)

    def state(self, node: str) -> NodeState:
        """Return how a node stands."""
        return self._states.state(self.experiment, node, self.problems_of(node))

    def result_key(self, node: str) -> str | None:
        """Return the key of the result of a node that can be looked at, or None."""
        return self.state(node).key

    @property
    def problems(self) -> tuple[Found, ...]:
        """What is wrong with the experiment as it stands, found without running."""
        return self._problems

    def problems_of(self, node: str) -> tuple[Problem, ...]:
        """Return what is wrong with a node."""
        return self._by_node.get(node, ())

    def failure_of(self, node: str) -> Problem | None:
        """Return what a node failed of when it ran, as long as it would fail again."""
        return self._states.failure(self.experiment, node)

    def output_schemas(self, node: str) -> Schemas:
        """Return the columns at each Table output; None where nothing is known of them."""
        return self._states.schemas(node)

    def input_schemas(self, node: str) -> dict[str, TableSchema | None]:
        """Return the columns that will arrive at each linked Table input (the first of several)."""
        cls = self.module(node)
        found: dict[str, TableSchema | None] = {}
        for link in self.experiment.links_into(node):
            port = None if cls is None else input_port(cls, link.target_port)
            if port is not None and port.kind == "Table" and link.target_port not in found:
                found[link.target_port] = self._states.schemas(link.source).get(link.source_port)
        return found

    def look_again(self) -> None:
        """Find out anew which results there are: something may have removed some."""
        self._states.doubt_results()
        self._mark(self.experiment.nodes)
        self._describe_timer.start(0)

    @property
    def is_running(self) -> bool:
        """Whether a run of it is under way."""
        return self._run is not None and self._run.outcome is None

    @property
    def last_run(self) -> RunProgress | None:
        """How far the run is, or how the last one ended."""
        return self._run

    def run(self, targets: Iterable[str] = (), fresh: Iterable[str] = ()) -> None:
        """Run all of it, or what the targets need, ``fresh`` ones whatever the store has."""
        if self.is_running or self.record is not None:
            return
        self._log = RunLog()
        self._run = RunProgress(uuid4().hex, time.time())
        self._states.begin(self.experiment)
        data = self.experiment.to_dict()
        self.bridge.send(say.Run(self._run.id, data, str(self.base), tuple(targets), tuple(fresh)))
        self.run_changed.emit()

    def cancel(self, node: str | None = None) -> None:
        """Stop the run, or one node of it."""
        if self._run is not None:
            self.bridge.send(say.Cancel(self._run.id, node))

    def log(self, node: str | None = None) -> list[LogLine]:
        """Return the lines of the last run, or those of one node."""
        return [line for line in self._log.lines if node is None or line.node == node]

    def _changed(self, change: Change) -> None:
        """Take in what an edit changed."""
        if change.nodes_removed:
            self._states.forget(change.nodes_removed)
        self.changed.emit(change)
        self.select(self._selection, self._selected_links)
        if change.touches_results:
            self._describe_timer.start(DESCRIBE_MS)
        self._mark([*change.nodes_added, *change.nodes_changed])
        if "name" in change.meta or self._was_modified != self.is_modified:
            self._tell_title()

    def _tell_title(self) -> None:
        self._was_modified = self.is_modified
        self.title_changed.emit()

    def _describe(self) -> None:
        """Look for problems and ask for columns, elsewhere."""
        experiment, registry = self.experiment, self.registry
        self.bridge.work(
            lambda: (experiment, find_problems(experiment, registry), experiment.to_dict()),
            self._looked_at,
        )

    def _looked_at(self, found: object) -> None:
        if isinstance(found, StudioError) or not isinstance(found, tuple):
            return
        experiment, problems, data = found
        if experiment is not self.experiment:
            return
        self._static = tuple(problems)
        self._take_problems(self._static)
        self.bridge.forget(self._request)
        self._request = uuid4().hex
        self.bridge.ask(say.Describe(self._request, data, str(self.base)), self._take_described)

    def _take_described(self, answer: say.Described) -> None:
        if answer.problem is not None:
            return
        self._states.take_described(answer)
        broken = {item.node for item in self._static if item.problem.severity == "error"}
        more = [
            Found(node, problem)
            for node, problems in answer.problems.items()
            if node not in broken
            for problem in problems
        ]
        self._take_problems((*self._static, *more))
        self.described.emit()
        self._mark(self.experiment.nodes)
        unseen = self._states.unseen_keys()
        if unseen:
            self.bridge.about(unseen, self._take_abouts)

    def _take_problems(self, problems: tuple[Found, ...]) -> None:
        if problems == self._problems:
            return
        by_node: dict[str, list[Problem]] = {}
        for item in problems:
            by_node.setdefault(item.node or "", []).append(item.problem)
        new = {node: tuple(found) for node, found in by_node.items()}
        differing = {id for id in {*new, *self._by_node} if new.get(id) != self._by_node.get(id)}
        self._problems, self._by_node = problems, new
        self._mark(differing)
        self.problems_changed.emit()

    def _take_abouts(self, found: dict[str, dict[str, dict[str, object]]]) -> None:
        self._states.take_abouts(found)
        self._mark(self.experiment.nodes)

    def _take(self, event: say.RunEvent) -> None:
        """Take in an event of a run, if the run is this draft's."""
        if self._run is None or event.run != self._run.id:
            return
        self._mark(self._states.take_event(event))
        lines = self._log.take(event)
        self._run = self._run.after(event)
        self.happened.emit(event)
        for line in lines:
            self.logged.emit(line)
        if isinstance(event, say.RunFinished):
            self._mark(self._states.end())
            self._describe_timer.start(0)
            self.run_changed.emit()
        else:
            self._has_progressed = True
            self._gather()

    def _take_record(self, record: RunRecord) -> None:
        """Take the states and keys of an earlier run."""
        self._states.take_record(record)
        keys = tuple(item.key for item in record.nodes if item.key)
        self.bridge.about(keys, self._take_abouts)

    def _mark(self, nodes: Iterable[str]) -> None:
        """Note that the states of some nodes may be new; they are told soon, together."""
        self._dirty.update(nodes)
        if self._dirty:
            self._gather()

    def _gather(self) -> None:
        if not self._gather_timer.isActive():
            self._gather_timer.start()

    def _tell_gathered(self) -> None:
        """Tell what came since the last time: a run says more than anybody can look at."""
        dirty, self._dirty = frozenset(self._dirty), set()
        if dirty:
            self.states_changed.emit(frozenset(id for id in dirty if id in self.experiment.nodes))
        if self._has_progressed:
            self._has_progressed = False
            self.run_changed.emit()
