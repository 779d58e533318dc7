"""One look at a stored value, taken in a worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.engine.faults import problem_of
from studio.engine.look import compare, preview, profile, snapshot, trees

if TYPE_CHECKING:
    from studio.engine.worker import Worker

_ANSWERS = {
    "preview": preview.answer,
    "profile": profile.answer,
    "compare": compare.answer,
    "trees": trees.answer,
    "snapshot": snapshot.answer,
}


def run(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an answer, or why there is none."""
    try:
        worker.limit(dict(job))
        marked = {**job, "mark": worker.store.mark(job["key"])}
        return {"outcome": "answered", "answer": _ANSWERS[job["do"]](worker, marked)}
    except Exception as error:
        problem, _ = problem_of(error, job["port"], job["memory"])
        return {"outcome": "failed", "problem": problem.to_dict()}
