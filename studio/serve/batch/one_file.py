"""One file scored: read, asked about and written, three things at a time, and resumed."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from studio.sdk.ahead import ahead
from studio.serve.batch.batch import Batch, Refused
from studio.serve.batch.errors import (
    ResumeRefused,
    RowRefused,
    SourceChanged,
    TooManyRefused,
    unwritable,
)
from studio.serve.batch.identity import source_identity, work_identity
from studio.serve.batch.journal import Journal, Saved
from studio.serve.batch.outputs import Output
from studio.serve.batch.places import Places
from studio.serve.batch.progress import Watch
from studio.serve.batch.refusals import Refusals
from studio.serve.batch.scoring import Question
from studio.serve.batch.task import Sheet, Task

if TYPE_CHECKING:
    import pyarrow as pa

    Answered = tuple[Batch, list[pa.Array]]


_Item = TypeVar("_Item")


class FileResult(NamedTuple):
    """What became of a file.

    Attributes:
        source, target: The file, and the file of its answers.
        rejected: The file of the rows that could not be scored; None where there is none.
        rows, scored, refused: How many rows it has, and how many of them were which.
        resumed: How many rows were done before this work began.
    """

    source: Path
    target: Path
    rejected: Path | None
    rows: int
    scored: int
    refused: int
    resumed: int = 0


def score_file(task: Task, question: Question, watch: Watch) -> FileResult:
    """Score a file; raises a StudioError, and Cancelled.

    What was done until then stays beside the file of answers, and can be resumed.
    """
    places = Places(task.target)
    with places.held():
        identity = work_identity(question.scorer, task.options)
        identity["source"] = source_identity(task.source)
        journal = _journal(task, places, identity)
        before = Saved.last(journal)
        with closing(journal):
            if not before.complete:
                _require_written(task, places, before)
                with closing(task.open()) as sheet:
                    _Work(sheet, question, watch, places, journal, before).run(identity["source"])
            done = Saved.last(journal)
            with writing(task.target):
                places.publish(done.refused)
                journal.remove()
    rejected = places.refused if done.refused else None
    counts = (done.read, done.scored, done.refused, before.read)
    return FileResult(task.source, task.target, rejected, *counts)


def _journal(task: Task, places: Places, identity: Mapping[str, Any]) -> Journal:
    with writing(task.target):
        if not task.options.resume:
            places.clear()
        name = task.target.name
        return Journal(places.journal, identity, name, resume=task.options.resume)


def _require_written(task: Task, places: Places, saved: Saved) -> None:
    """Raise ResumeRefused where a file is shorter than it was when the state was saved."""
    grown = places.partial if task.written_as.is_text else places.spool
    for path, size in ((grown, saved.output), (places.partly_refused, saved.refusals)):
        if _size(path) < size:
            raise ResumeRefused(name=task.target.name, reason="what was written before is gone")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turn what the system says of a file that cannot be written into a sentence."""
    try:
        yield
    except OSError as error:
        raise unwritable(target, error) from error


@dataclass
class _Work:
    """The work on a file from where its journal is to the end."""

    sheet: Sheet
    question: Question
    watch: Watch
    places: Places
    journal: Journal
    saved: Saved

    def run(self, source: Mapping[str, Any]) -> None:
        """Score the rest of the file, until only names are to be changed."""
        task, saved = self.sheet.task, self.saved
        with ExitStack() as stack:
            with writing(task.target):
                output = stack.enter_context(closing(self.sheet.output(self.places, saved.output)))
                refusals = Refusals(self.places.partly_refused, saved.refusals)
                stack.enter_context(closing(refusals))
            answered = stack.enter_context(closing(_early(self._answered(saved))))
            if saved.read:
                self._tell()
            for batch, answers in answered:
                self._write(batch, answers, output, refusals)
                self._tell()
                self._require_few(batch)
                self.watch.stop()
            if source_identity(task.source) != source:
                raise SourceChanged(name=task.source.name)
            with writing(task.target):
                output.finish()
                self._save(output, refusals, complete=True)

    def _answered(self, saved: Saved) -> Generator[Answered]:
        """Yield batches with their answers; the next ones are read meanwhile."""
        reader, carrying = self.sheet.reader, self.sheet.carrying
        batches = _early(reader.batches(carrying, saved.position, saved.read))
        with closing(batches):
            for batch in batches:
                yield self.question.ask(batch)

    def _write(
        self, batch: Batch, answers: list[pa.Array], output: Output, refusals: Refusals
    ) -> None:
        """Write a batch; raises RowRefused where the options say so."""
        task = self.sheet.task
        if batch.refused and task.options.strict:
            first = batch.refused[0]
            raise RowRefused(row=first.row, name=task.source.name, reason=_spoken(first))
        with writing(task.target):
            output.write(batch, answers)
            refusals.add(batch.refused)
            self._save(output, refusals, batch=batch)
        self.watch.count(batch.read)

    def _require_few(self, batch: Batch) -> None:
        """Raise TooManyRefused where more rows are put aside than may be."""
        task = self.sheet.task
        most = task.options.most_refused
        if most is None or self.saved.refused <= most:
            return
        with suppress(OSError):
            shutil.copyfile(self.places.partly_refused, self.places.refused)
        raise TooManyRefused(
            most=most,
            name=task.source.name,
            row=batch.refused[0].row,
            reason=_spoken(batch.refused[0]),
            rejected=self.places.refused.name,
        )

    def _save(
        self,
        output: Output,
        refusals: Refusals,
        *,
        batch: Batch | None = None,
        complete: bool = False,
    ) -> None:
        """Make what was written last, and then write down that it was."""
        saved = replace(
            self.saved,
            output=output.save(),
            refusals=refusals.save(),
            complete=complete,
        )
        if batch is not None:
            saved = replace(
                saved,
                position=batch.position,
                read=saved.read + batch.read,
                scored=saved.scored + batch.rows,
                refused=saved.refused + len(batch.refused),
            )
        self.journal.add(saved.to_dict())
        self.saved = saved

    def _tell(self) -> None:
        saved, reader = self.saved, self.sheet.reader
        self.watch.tell(
            self.sheet.task.source.name, saved.read, reader.rows, reader.share, saved.refused
        )


def _early(items: Generator[_Item]) -> Generator[_Item]:
    """Yield items that are made in a thread while the last ones are used; closes it with itself."""
    with closing(items):
        yield from ahead(items)


def _spoken(refused: Refused) -> str:
    return f"column “{refused.column}”: {refused.reason}" if refused.column else refused.reason
