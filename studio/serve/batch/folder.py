"""Tasks: which files are to be scored, and where their answers go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from studio.scoring.scorer import Scorer
from studio.serve.batch.errors import AllEmpty, NothingToScore, TargetTaken, TargetWrong
from studio.serve.batch.formats import KNOWN, is_table, kind_of, renamed
from studio.serve.batch.layout import answers_of
from studio.serve.batch.matching import Demand
from studio.serve.batch.options import BatchOptions
from studio.serve.batch.places import REFUSED, Places
from studio.serve.batch.stream import reading
from studio.serve.batch.task import Task


class Tasks(NamedTuple):
    """The files to score, and those of a folder that are left out.

    Attributes:
        tasks: The files to score.
        left_out: Those that are no tables, and those that are empty.
        empty: Those of them that are empty.
    """

    tasks: tuple[Task, ...]
    left_out: tuple[Path, ...] = ()
    empty: tuple[Path, ...] = ()


def tasks_of(scorer: Scorer, source: Path, target: Path, options: BatchOptions) -> Tasks:
    """Return what is to be scored; raises a StudioError.

    A folder's files go into a folder, under the names that they have; hidden ones are left out, and
    so are empty ones of formats that need a header.
    """
    demand = Demand.of(scorer.signature)
    answers = answers_of(scorer.signature, options)
    with reading(source.name):
        is_folder = source.is_dir()
        source.stat()
    if is_folder:
        pairs, left_out, empty = _folder(source, target, options)
    else:
        pairs, left_out, empty = _file(source, target), (), ()
    tasks = tuple(
        Task(
            one,
            other,
            kind_of(one, options.source_format),
            kind_of(other, options.target_format),
            demand,
            answers,
            options,
        )
        for one, other in pairs
    )
    return Tasks(tasks, left_out, empty)


def require_free(tasks: Sequence[Task]) -> None:
    """Raise TargetTaken where something lies that must not be replaced."""
    for task in tasks:
        begun = task.options.resume and Places(task.target).journal.exists()
        free = task.options.replace or begun or not task.target.exists()
        if task.target.is_dir() or not free:
            raise TargetTaken(name=task.target.name)


Pairs = list[tuple[Path, Path]]


def _file(source: Path, target: Path) -> Pairs:
    if target.is_dir():
        target = target / source.name
    if _same(source, target):
        raise TargetWrong(name=target.name, reason="it is the file that is read")
    return [(source, target)]


def _folder(
    source: Path, target: Path, options: BatchOptions
) -> tuple[Pairs, tuple[Path, ...], tuple[Path, ...]]:
    inner, outer = source.resolve(), target.resolve()
    if outer == inner or inner in outer.parents:
        raise TargetWrong(name=target.name, reason="it is in the folder that is read")
    if target.exists() and not target.is_dir():
        raise TargetWrong(name=target.name, reason="it is a file, and a folder is read")
    with reading(source.name):
        found = sorted(path for path in source.rglob("*") if path.is_file())
    shown = [path for path in found if not _is_hidden(path.relative_to(source))]
    tables = [
        path
        for path in shown
        if not path.name.endswith(REFUSED) and (options.source_format or is_table(path))
    ]
    if not tables:
        raise NothingToScore(name=source.name, known=KNOWN)
    with reading(source.name):
        empty = [path for path in tables if _is_void(path, options)]
    full = [path for path in tables if path not in set(empty)]
    if not full:
        raise AllEmpty(name=source.name)
    pairs = [
        (path, target / renamed(path.relative_to(source), options.target_format)) for path in full
    ]
    twice = [path.name for path, count in Counter(other for _, other in pairs).items() if count > 1]
    if twice:
        raise TargetWrong(name=twice[0], reason="two files of the folder would be written there")
    return pairs, tuple(path for path in shown if path not in set(full)), tuple(empty)


def _is_void(path: Path, options: BatchOptions) -> bool:
    """Whether a file has no byte, and its format cannot be that: JSON Lines without a line can."""
    kept = kind_of(path, options.source_format).format
    return kept != "json_lines" and not path.stat().st_size


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
