"""The desk: questions about columns and results, answered side by side while nodes run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio import paths
from studio.document.experiment import Experiment
from studio.engine import messages as say
from studio.engine.errors import NoAnswer
from studio.engine.faults import problem_of
from studio.engine.planner import Planner, Preparation
from studio.engine.runner import Desk as Place
from studio.engine.runner import Do, Handle, Job, Report, Runner
from studio.sdk.errors import Cancelled, Problem

ANSWER_SECONDS = 20.0
"""A question that takes longer is given up: a module's own code may hang."""

_LOOKS: dict[type[say.Look], tuple[Do, Place, type[Any]]] = {
    say.Preview: ("preview", "rows", say.Previewed),
    say.Profile: ("profile", "study", say.Profiled),
    say.Compare: ("compare", "study", say.Compared),
    say.Trees: ("trees", "study", say.TreesShown),
    say.Snapshot: ("snapshot", "study", say.Snapshotted),
}
"""How each look at a stored value is taken, where, and what the answer is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the job that answers it or why there is none."""

    question: say.Question
    job: Job | None
    found: Preparation | None = None
    problem: Problem | None = None


class Desk:
    """Takes questions and gives answers; used by the supervisor's thread."""

    def __init__(
        self,
        planner: Planner,
        last_keys: Callable[[str], Mapping[str, str]],
        memory: int,
        emit: Callable[[say.Event], None],
        put: Callable[[Asked], None],
    ) -> None:
        self._planner = planner
        self._last_keys = last_keys
        self._memory = memory
        self._emit = emit
        self._put = put
        self._closed = threading.Event()
        self._waiting: list[Asked] = []
        self._open: dict[int, tuple[Asked, Handle]] = {}
        self._forgotten: set[str] = set()
        self._planning: list[str] = []

    @property
    def idle(self) -> bool:
        """Whether no thread of its own is at work."""
        return not self._planning

    def ask(self, question: say.Question) -> None:
        """Take a question; what needs files to be looked at is prepared in a thread."""
        if self._closed.is_set():
            self._answer(Asked(question, None), NoAnswer().to_problem(), {})
            return
        if not isinstance(question, say.Describe):
            self._waiting.append(Asked(question, self._look(question)))
            self._waiting.sort(key=_patience)
            return
        self._planning.append(question.request)
        target = threading.Thread(target=self._prepare, args=(question,), name="ask", daemon=True)
        target.start()

    def take_prepared(self, asked: Asked) -> None:
        """Take a prepared question back from its thread."""
        self._planning.remove(asked.question.request)
        if asked.job is None or self._closed.is_set():
            self._answer(asked, asked.problem or NoAnswer().to_problem(), {})
        else:
            self._waiting.append(asked)

    def forget(self, request: str) -> None:
        """Drop a question, or stop the process that is at work on it; nothing is answered."""
        for asked in [item for item in self._waiting if item.question.request == request]:
            self._waiting.remove(asked)
            self._let_go(asked)
        for asked, handle in self._open.values():
            if asked.question.request == request:
                self._forgotten.add(request)
                handle.ask()
        if request in self._planning:
            self._forgotten.add(request)

    def fill(self, runner: Runner) -> None:
        """Hand the next question for each desk to the runner."""
        for asked in list(self._waiting):
            if asked.job is None or asked.job.desk is None:
                raise AssertionError("what waits has a job at a desk")
            if runner.desk_is_free(asked.job.desk):
                self._waiting.remove(asked)
                self._start(asked, asked.job, runner)

    def owns(self, job: int) -> bool:
        """Whether a job answers a question."""
        return job in self._open

    def take(self, report: Report) -> None:
        """Take in what a job says, and answer when it is done."""
        if report.kind not in ("done", "died"):
            return
        asked, _ = self._open.pop(report.job)
        if report.kind == "died":
            self._answer(asked, NoAnswer().to_problem(), {})
        elif report.data["outcome"] == "failed":
            self._answer(asked, say.problem_from(report.data["problem"]), {})
        else:
            self._answer(asked, None, report.data)

    def close(self) -> None:
        """Give up what is being prepared, waits or is being answered."""
        self._closed.set()
        given_up = [*self._waiting, *(asked for asked, _ in self._open.values())]
        self._waiting.clear()
        self._open.clear()
        for asked in given_up:
            self._answer(asked, NoAnswer().to_problem(), {})

    def _look(self, question: say.Look) -> Job:
        do, desk, _ = _LOOKS[type(question)]
        limits = {"title": question.port, "memory": self._memory, "threads": 1}
        if isinstance(question, say.Snapshot):
            limits["folder"] = question.folder or str(paths.saved())
        return Job(do, {**asdict(question), **limits}, desk=desk)

    def _start(self, asked: Asked, job: Job, runner: Runner) -> None:
        try:
            handle = runner.start(job)
        except OSError as error:
            title = job.spec["title"]
            self._answer(asked, problem_of(error, title, self._memory)[0], {})
        else:
            self._open[handle.number] = asked, handle

    def _prepare(self, question: say.Describe) -> None:
        try:
            experiment = Experiment.from_dict(dict(question.experiment))
            last = self._last_keys(experiment.id)
            stop = self._closed.is_set
            found = self._planner.prepare(experiment, Path(question.base), last=last, stop=stop)
            asked = Asked(question, self._job(found, last, question.base), found)
        except Cancelled:
            asked = Asked(question, None, problem=NoAnswer().to_problem())
        except Exception as error:
            asked = Asked(question, None, problem=problem_of(error, "Describe", 0)[0])
        self._put(asked)

    def _job(self, found: Preparation, last: Mapping[str, str], base: str) -> Job:
        nodes = []
        own, newest = True, 0
        for node, step in found.steps.items():
            if step.cls is None or step.module is None or step.disabled:
                continue
            is_own, code = self._planner.code(step.cls)
            own, newest = own and is_own, max(newest, code.newest)
            files = found.ready[node].print.parts["files"] if node in found.ready else {}
            nodes.append(
                {
                    "node": node,
                    "module": step.cls.meta.id,
                    "params": step.params,
                    "inputs": step.inputs,
                    "many": [port.name for port in step.cls.inputs() if port.many],
                    "mark": [code.digest, files],
                    "stored": node in found.stored,
                    "last": self._last_schemas(found, node, last),
                }
            )
        limits = {"title": "Describe", "memory": self._memory, "threads": 1}
        return Job(
            "describe",
            {"nodes": nodes, "base": base, **limits},
            own=own,
            newest=newest,
            seconds=ANSWER_SECONDS,
            desk="columns",
        )

    def _last_schemas(
        self, found: Preparation, node: str, last: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return the schemas of a node's stored result, or of the last one that it had."""
        entry = found.stored.get(node)
        if entry is None and node in last:
            entry = self._planner.store.find(last[node])
        outputs = {} if entry is None else entry.outputs
        return {port: about["schema"] for port, about in outputs.items() if "schema" in about}

    def _let_go(self, asked: Asked) -> None:
        if asked.found is not None:
            self._planner.release(asked.found.keys)

    def _answer(self, asked: Asked, problem: Problem | None, data: Mapping[str, Any]) -> None:
        question, found = asked.question, asked.found
        self._let_go(asked)
        if question.request in self._forgotten:
            self._forgotten.remove(question.request)
            return
        if not isinstance(question, say.Describe):
            self._emit(_answered(question, problem, data))
            return
        ready = {} if found is None else found.ready
        steps = {} if found is None else found.steps
        self._emit(
            say.Described(
                question.request,
                data.get("schemas", {}),
                {
                    node: tuple(say.problem_from(item) for item in items)
                    for node, items in data.get("problems", {}).items()
                },
                tuple(data.get("guessed", ())),
                {node: ready[node].print.key if node in ready else None for node in steps},
                () if found is None else tuple(found.stored),
                problem,
            )
        )


def _patience(asked: Asked) -> int:
    """Return how long a question can wait: a page of rows least, a profile most."""
    question = asked.question
    if isinstance(question, say.Preview):
        return 1 if question.sort or question.where else 0
    return 2 if isinstance(question, say.Profile) else 1


def _answered(question: say.Look, problem: Problem | None, data: Mapping[str, Any]) -> say.Answer:
    kind = _LOOKS[type(question)][2]
    if problem is not None:
        failed: say.Answer = kind(question.request, problem=problem)
        return failed
    return say.answer_from(kind, {"request": question.request, **data["answer"]})
