"""The desk: questions about columns and rows, answered one at a time while nodes run elsewhere."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.document.experiment import Experiment
from studio.engine import messages as say
from studio.engine.errors import NoAnswer
from studio.engine.faults import problem_of
from studio.engine.planner import Planner, Preparation
from studio.engine.runner import Job, Report, Runner
from studio.sdk.errors import Cancelled, Problem

ANSWER_SECONDS = 20.0
"""A question that takes longer is given up: a module's own code may hang."""

Question = say.Describe | say.Preview


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the job that answers it or why there is none."""

    question: Question
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
        self._waiting: deque[Asked] = deque()
        self._open: dict[int, Asked] = {}
        self._planning = 0

    @property
    def idle(self) -> bool:
        """Whether no thread of its own is at work."""
        return self._planning == 0

    def ask(self, question: Question) -> None:
        """Take a question; what needs files to be looked at is prepared in a thread."""
        if isinstance(question, say.Preview):
            limits = {"title": question.port, "memory": self._memory, "threads": 1}
            spec = {
                "key": question.key,
                "port": question.port,
                "offset": question.offset,
                "limit": question.limit,
                "columns": question.columns,
                "table": question.table,
            }
            self._waiting.append(Asked(question, Job("preview", {**spec, **limits})))
            return
        self._planning += 1
        target = threading.Thread(target=self._prepare, args=(question,), name="ask", daemon=True)
        target.start()

    def take_prepared(self, asked: Asked) -> None:
        """Take a prepared question back from its thread."""
        self._planning -= 1
        if asked.job is None:
            self._answer(asked, asked.problem, {})
        else:
            self._waiting.append(asked)

    def fill(self, runner: Runner) -> None:
        """Hand the next question to the runner when it has room for one."""
        if self._waiting and runner.desk_is_free():
            asked = self._waiting.popleft()
            try:
                if asked.job is not None:
                    self._open[runner.start(asked.job).number] = asked
            except OSError as error:
                self._answer(asked, problem_of(error, "Describe", self._memory)[0], {})

    def owns(self, job: int) -> bool:
        """Whether a job answers a question."""
        return job in self._open

    def take(self, report: Report) -> None:
        """Take in what a job says, and answer when it is done."""
        if report.kind not in ("done", "died"):
            return
        asked = self._open.pop(report.job)
        if report.kind == "died":
            self._answer(asked, NoAnswer().to_problem(), {})
        elif report.data["outcome"] == "failed":
            self._answer(asked, say.problem_from(report.data["problem"]), {})
        else:
            self._answer(asked, None, report.data)

    def close(self) -> None:
        """Give up what is being prepared or waits."""
        self._closed.set()
        self._waiting.clear()

    def _prepare(self, question: say.Describe) -> None:
        try:
            experiment = Experiment.from_dict(dict(question.experiment))
            last = self._last_keys(experiment.id)
            stop = self._closed.is_set
            found = self._planner.prepare(experiment, Path(question.base), last=last, stop=stop)
            asked = Asked(question, self._job(found, last), found)
        except Cancelled:
            asked = Asked(question, None, problem=NoAnswer().to_problem())
        except Exception as error:
            asked = Asked(question, None, problem=problem_of(error, "Describe", 0)[0])
        self._put(asked)

    def _job(self, found: Preparation, last: Mapping[str, str]) -> Job:
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
            "describe", {"nodes": nodes, **limits}, own=own, newest=newest, seconds=ANSWER_SECONDS
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

    def _answer(self, asked: Asked, problem: Problem | None, data: Mapping[str, Any]) -> None:
        question, found = asked.question, asked.found
        if found is not None:
            self._planner.release(found.keys)
        if isinstance(question, say.Preview):
            self._emit(_previewed(question, problem, data))
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


def _previewed(
    question: say.Preview, problem: Problem | None, data: Mapping[str, Any]
) -> say.Previewed:
    return say.Previewed(
        question.request,
        data.get("total", 0),
        data.get("offset", question.offset),
        tuple(data.get("columns", ())),
        tuple(tuple(row) for row in data.get("rows", ())),
        data.get("content"),
        problem,
    )
