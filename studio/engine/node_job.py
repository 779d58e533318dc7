"""One node run in a worker: inputs from the store, the module, outputs into the store."""

from __future__ import annotations

import random
import shutil
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engine import limits
from studio.engine.errors import ModuleNotInstalled, ResultGone
from studio.engine.faults import problem_of
from studio.engine.files import require_unchanged, written_files
from studio.engine.fingerprint import LIBRARIES, library_version
from studio.engine.store import Entry
from studio.sdk.context import Context
from studio.sdk.errors import Cancelled, Problem
from studio.sdk.module import Module, read_params

if TYPE_CHECKING:
    from studio.engine.worker import Wire, Worker
    from studio.sdk.data import Value

MAX_LOGS = 2000
MAX_LINE = 4000
PROGRESS_EVERY = 0.05


@dataclass
class Reporter:
    """Sends a module's progress, log lines and warnings to the owner, and keeps what is stored."""

    wire: Wire
    job: int
    logs: list[str] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    _next: float = 0.0

    def progress(self, fraction: float, text: str) -> None:
        """Send how far the work is, at most twenty times a second and at the end."""
        now = time.monotonic()
        if now >= self._next or fraction >= 1:
            self._next = now + PROGRESS_EVERY
            self.wire.send("progress", job=self.job, fraction=fraction, text=text[:MAX_LINE])

    def log(self, text: str) -> None:
        """Send and keep a line; a module that logs without end is cut short."""
        if len(self.logs) < MAX_LOGS:
            line = text[:MAX_LINE] if len(self.logs) < MAX_LOGS - 1 else "…"
            self.logs.append(line)
            self.wire.send("log", job=self.job, text=line, code="")

    def warn(self, code: str, sentence: str) -> None:
        """Send and keep a warning."""
        if len(self.warnings) < MAX_LOGS:
            problem = Problem(code, sentence[:MAX_LINE], severity="warning")
            self.warnings.append(problem.to_dict())
            self.wire.send("log", job=self.job, text=problem.sentence, code=code)


class InputLost(Exception):
    """An input is not in the store any more."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def run(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Run a node and return how it ended."""
    started = time.perf_counter()
    reporter = Reporter(worker.wire, job["job"])
    draft: Path | None = None
    try:
        worker.limit(dict(job))
        limits.forget_peak()
        draft = worker.store.draft(worker.settings.owner)
        entry = _make(worker, job, reporter, draft, started)
        return {"outcome": "finished", "retire": worker.memory.is_swollen, **_told(entry)}
    except InputLost as lost:
        return {"outcome": "lost", "key": lost.key}
    except Cancelled:
        return {"outcome": "cancelled"}
    except BaseException as error:
        problem, bug = problem_of(error, job["title"], job["memory"])
        return {
            "outcome": "failed",
            "problem": problem.to_dict(),
            "details": _details(worker, job, error) if bug else "",
            "seconds": time.perf_counter() - started,
            "retire": problem.code == "out_of_memory" or not isinstance(error, Exception),
        }
    finally:
        _clean_up(worker, draft)


def _details(worker: Worker, job: Mapping[str, Any], error: BaseException) -> str:
    """Return what a report about a bug needs: where it happened, on what, with which versions."""
    lines = []
    for port, sources in job["inputs"].items():
        for key, name in sources:
            entry = worker.store.find(key)
            about = {} if entry is None else entry.outputs.get(name, {})
            columns = f", {len(about['schema'])} columns" if "schema" in about else ""
            rows = f", {about['rows']} rows" if "rows" in about else ""
            lines.append(f"Input {port}: {about.get('kind', 'gone')}{rows}{columns}")
    versions = {name: library_version(name) for name in LIBRARIES}
    lines.append("Versions: " + ", ".join(f"{n} {v}" for n, v in versions.items() if v))
    return "".join(traceback.format_exception(error)) + "\n".join(lines)


def _make(
    worker: Worker, job: Mapping[str, Any], reporter: Reporter, draft: Path, started: float
) -> Entry:
    """Execute the module and commit what it made; raises whatever the module does."""
    from studio.sdk.execution import execute

    module = _configured(worker.registry, job)
    inputs = _inputs(worker, job)
    _seed(job["seed"])
    context = _context(worker, job, reporter)
    outputs = execute(module, inputs, context)
    about = {
        port: _keep(value, draft / port, job)
        for port, value in outputs.items()
        if value is not None
    }
    context.check()
    require_unchanged(job["marks"], job["title"])
    entry = Entry(
        key=job["key"],
        module=module.meta.id,
        parts=job["parts"],
        seconds=time.perf_counter() - started,
        memory=limits.peak(),
        outputs=about,
        warnings=tuple(reporter.warnings),
        logs=tuple(reporter.logs),
        written=written_files(module, context.base),
    )
    return worker.store.commit(draft, entry, replace=job["fresh"])


def _configured(registry: Any, job: Mapping[str, Any]) -> Module:
    cls = registry.get(job["module"])
    if cls is None:
        raise ModuleNotInstalled(module=job["module"])
    module, problems = read_params(cls, job["params"])
    if module is None:
        raise ValueError("; ".join(problem.sentence for problem in problems))
    return module


def _inputs(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    for port, sources in job["inputs"].items():
        values = []
        for key, name in sources:
            try:
                values.append(worker.store.load(key, name))
            except ResultGone as error:
                raise InputLost(key) from error
        inputs[port] = tuple(values) if port in job["many"] else values[0]
    return inputs


def _context(worker: Worker, job: Mapping[str, Any], reporter: Reporter) -> Context:
    from studio.sdk import duck

    duck.configure(job["memory"], job["threads"], worker.scratch)
    return Context(
        scratch=worker.scratch,
        seed=job["seed"],
        threads=job["threads"],
        memory=job["memory"],
        base=Path(job["base"]),
        listener=reporter,
        asked_to_stop=worker.asked_to_stop,
        resolve=worker.registry.get,
    )


def _keep(value: Value, folder: Path, job: Mapping[str, Any]) -> dict[str, Any]:
    from studio.sdk.data import Learner
    from studio.sdk.keep import keep

    if isinstance(value, Learner) and value.module == job["module"] and job["ranges"]:
        value = replace(value, ranges=job["ranges"])
    folder.mkdir()
    return keep(value, folder)


def _seed(seed: int) -> None:
    """Make the global generators start the same in whichever worker the node runs."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed)


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "seconds": entry.seconds,
        "memory": entry.memory,
        "outputs": entry.outputs,
        "warnings": entry.warnings,
        "bytes": entry.bytes,
    }


def _clean_up(worker: Worker, draft: Path | None) -> None:
    from studio.sdk import duck

    duck.close()
    if draft is not None and draft.exists():
        worker.store.discard(draft)
    for left in worker.scratch.iterdir():
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
