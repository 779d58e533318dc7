"""Files scored: a file, or a folder of them, into files of answers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from studio.scoring.scorer import Scorer
from studio.serve.asking.parameters import read_parameters
from studio.serve.batch.folder import require_free, tasks_of
from studio.serve.batch.identity import work_identity
from studio.serve.batch.layout import output_of
from studio.serve.batch.ledger import Ledger
from studio.serve.batch.one_file import FileResult, score_file, writing
from studio.serve.batch.options import BatchOptions
from studio.serve.batch.places import REFUSED, Places
from studio.serve.batch.progress import Listener, Stop, Watch, ignore, never
from studio.serve.batch.scoring import Question
from studio.serve.batch.task import Task


class BatchResult(NamedTuple):
    """What became of a batch.

    Attributes:
        files: What became of each file, in order.
        left_out: Files of the folder that are no tables, and those that are empty.
        empty: Those of them that are empty.
        output: The web service output that was written.
        other_outputs: Those that the package has besides.
        seconds: How long it took since it began or was resumed.
        rows_per_second: The speed since then.
    """

    files: tuple[FileResult, ...]
    left_out: tuple[Path, ...]
    empty: tuple[Path, ...]
    output: str
    other_outputs: tuple[str, ...]
    seconds: float
    rows_per_second: float

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return sum(item.rows for item in self.files)

    @property
    def scored(self) -> int:
        """How many rows were scored."""
        return sum(item.scored for item in self.files)

    @property
    def refused(self) -> int:
        """How many rows could not be scored."""
        return sum(item.refused for item in self.files)

    @property
    def is_in_vain(self) -> bool:
        """Whether there were rows and none of them was scored."""
        return bool(self.rows) and not self.scored

    @property
    def choice(self) -> str:
        """Which output was written and what else there is, as a sentence; empty where one is."""
        if not self.other_outputs:
            return ""
        names = ", ".join(f"“{name}”" for name in self.other_outputs)
        return f"They are of the output “{self.output}”; choose another with --output: {names}."

    @property
    def complaints(self) -> list[str]:
        """What was not scored, as sentences: rows put aside, and files left out."""
        no_tables = [path for path in self.left_out if path not in self.empty]
        left_out = [
            f"Left out, as they are {what}: {', '.join(path.name for path in paths)}."
            for paths, what in ((no_tables, "no tables"), (self.empty, "empty"))
            if paths
        ]
        return [self.refusal, *left_out] if self.refused else left_out

    @property
    def refusal(self) -> str:
        """Where the rows are that could not be scored, as a sentence; empty where all were."""
        rejected = [item.rejected for item in self.files if item.rejected is not None]
        if not rejected:
            return ""
        place = rejected[0] if len(rejected) == 1 else f"the files whose names end in {REFUSED}"
        rows = "1 row" if self.refused == 1 else f"{self.refused:,} rows"
        return f"{rows} could not be scored: see {place}."


def score_files(
    scorer: Scorer,
    source: Path,
    target: Path,
    options: BatchOptions | None = None,
    progress: Listener = ignore,
    stop: Stop = never,
) -> BatchResult:
    """Score a file, or the files of a folder, whatever their size; return what became of them.

    CSV and its kin, JSON Lines (both maybe packed with gzip), Parquet and Arrow are read and
    written, as the names say. Rows keep their order; columns are found by name. Rows that cannot be
    scored go into a file of their own, ``TARGET.rejected.csv``, and the work goes on. A file of
    answers gets its name when it is complete; until then what is done lies beside it, and
    ``options.resume`` goes on from there, after a kill too.

    ``progress`` is told after each batch. ``stop`` is called between batches and may raise
    Cancelled. Raises a StudioError: before anything is written where the files cannot be scored at
    all, and later where reading or writing fails.
    """
    options = options or BatchOptions()
    tasks, left_out, empty = tasks_of(scorer, source, target, options)
    output = output_of(scorer.signature, options)
    question = Question(scorer, output, tasks[0].answers, _parameters(scorer, options), stop)
    watch = Watch(progress, stop, len(tasks))
    if source.is_dir():
        files = _folder(tasks, target, question, watch)
    else:
        _require_scorable(tasks)
        files = (score_file(tasks[0], question, watch),)
    others = tuple(name for name in scorer.signature.outputs if name != output)
    return BatchResult(files, left_out, empty, output, others, watch.seconds, watch.rows_per_second)


def check_files(scorer: Scorer, source: Path, target: Path, options: BatchOptions) -> None:
    """Raise the StudioError that :func:`score_files` would raise before it writes anything."""
    tasks = tasks_of(scorer, source, target, options).tasks
    _parameters(scorer, options)
    _require_scorable(tasks)


def _parameters(scorer: Scorer, options: BatchOptions) -> dict[str, Any]:
    known = {item.name: item for item in scorer.signature.parameters}
    return read_parameters(dict(options.parameters), known, texts=True)


def _folder(
    tasks: Sequence[Task], target: Path, question: Question, watch: Watch
) -> tuple[FileResult, ...]:
    options = tasks[0].options
    if not options.resume:
        _require_scorable(tasks)
    with Places(target / "batch").held():
        identity = work_identity(question.scorer, options)
        with writing(target):
            ledger = Ledger(target, identity, resume=options.resume)
        with closing(ledger):
            found = [ledger.found(task) for task in tasks]
            if options.resume:
                _require_scorable([t for t, done in zip(tasks, found, strict=True) if not done])
            results = []
            for number, (task, done) in enumerate(zip(tasks, found, strict=True), start=1):
                watch.number = number
                result = done or score_file(task, question, watch)
                if done is None:
                    with writing(target):
                        ledger.add(task, result)
                results.append(result)
            with writing(target):
                ledger.remove()
    return tuple(results)


def _require_scorable(tasks: Sequence[Task]) -> None:
    """Raise a StudioError where a file cannot be scored, or something lies where answers go."""
    require_free(tasks)
    for task in tasks:
        task.open().close()
