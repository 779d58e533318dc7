"""A version: one loaded package that answers questions, and what is known of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from studio.scoring.scorer import Scorer, Tables
from studio.scoring.signature import Field
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column
from studio.serve.answers import WRITE, to_values
from studio.serve.asking.intake import Intake, Raw
from studio.serve.errors import FormUnknown
from studio.serve.texts import whole_number

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns

_NO_ECHOES: Mapping[str, tuple[str, str]] = {}
Spelling = Literal["json", "texts", "lenient"]
"""How values are spelled: as JSON has them, as a delimited file has them, or as either."""


_WAITING = 0.05
"""Seconds that a thread may have to wait for a processor, and hardly more."""

Headers = tuple[tuple[bytes, bytes], ...]
JSON: Headers = ((b"content-type", b"application/json"),)


class Written(NamedTuple):
    """The body of an answer, and the headers that say what it is."""

    body: bytes
    headers: Headers = JSON


class Question(NamedTuple):
    """What a request asks.

    Attributes:
        tables: The rows of each input, as they were sent.
        parameters: The web service parameters that the request sets.
        spelling: How the values are spelled.
        write: Writes the answer in the form that was asked in.
    """

    tables: Mapping[str, Raw]
    parameters: Mapping[str, Any]
    spelling: Spelling
    write: Callable[[Answer], Written]

    @property
    def rows(self) -> int:
        """The rows of the first input."""
        return len(next(iter(next(iter(self.tables.values())).values()), ()))


class Answer(NamedTuple):
    """What a version says to a question.

    Attributes:
        version: The version that was asked.
        question: What it was asked.
        tables: The columns of each output.
    """

    version: Version
    question: Question
    tables: Tables

    def columns(self, output: str) -> list[Sequence[Any]]:
        """Return an output's columns as JSON values; what passed through is as it was sent."""
        table = self.tables[output]
        echoes = self.version.echoes.get(output)
        if echoes is None:
            return [write(table[name].tolist()) for name, write in self.version.writers[output]]
        return [self.values(output, column) for column in self.version.outputs[output]]

    def values(self, output: str, column: Column) -> Sequence[Any]:
        """Return a column of an output as JSON values."""
        echo = self.echo(output, column)
        return to_values(self.tables[output][column.name], column) if echo is None else echo

    def echo(self, output: str, column: Column) -> Sequence[Any] | None:
        """Return an output column that passed through as it was sent; None where it was made."""
        source = self.version.echoes.get(output, _NO_ECHOES).get(column.name)
        if source is None:
            return None
        sent = self.question.tables[source[0]][source[1]]
        if self.question.spelling != "texts":
            return sent
        values = to_values(self.tables[output][column.name], column)
        if column.type == "integer":
            pairs = zip(values, sent, strict=True)
            return [None if value is None else whole_number(text) for value, text in pairs]
        return values


class Stopwatch:
    """Tells how long something in this thread has taken since the stopwatch was made."""

    __slots__ = ("_start", "_work")

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._work = time.thread_time()

    @property
    def seconds(self) -> float:
        """The processor's time; the whole time where most of it, and much, was spent waiting.

        A thread that other programs keep from running is not slow, one that sleeps is.
        """
        work = time.thread_time() - self._work
        whole = time.perf_counter() - self._start
        return whole if whole - work > _WAITING else work


class _Taken(NamedTuple):
    """How many seconds a request of so many bytes took."""

    seconds: float
    size: int


class Version:
    """A loaded package, ready to answer; used by several threads at once.

    Attributes:
        scorer: The package.
        name, version, path: See :class:`Scorer`.
        intakes: Its inputs.
        outputs: The columns of its outputs.
        names: The names of those.
        writers: For each output, what makes JSON values of each column's array, by name.
        echoes: See :class:`Signature`.
        parameters: Its web service parameters.
        header: The header that tells who asked which version answered.
        shown: The version as JSON has it.
        row_bytes: The bytes of a request of one row, or nearly.
    """

    def __init__(self, scorer: Scorer) -> None:
        signature = scorer.signature
        self.scorer = scorer
        self.name = scorer.name
        self.version = scorer.version
        self.path = scorer.path
        self.signature = signature
        self.intakes = {
            name: Intake(name, fields, signature.missing_marks)
            for name, fields in signature.inputs.items()
        }
        self.outputs: Mapping[str, tuple[Column, ...]] = signature.outputs
        self.names = {
            name: tuple(c.name for c in columns) for name, columns in self.outputs.items()
        }
        self.writers = {
            name: [(column.name, WRITE[column.type]) for column in columns]
            for name, columns in self.outputs.items()
        }
        self.echoes = signature.echoes
        self.parameters = {item.name: item for item in signature.parameters}
        self._last = self._before = _Taken(0.0, 1)
        self.header = (b"x-model-version", self.version.encode("ascii", "backslashreplace"))
        self.shown = json.dumps(self.version)
        row = {f.name: f.example for fields in signature.inputs.values() for f in fields}
        self.row_bytes = len(json.dumps(row, default=str))

    @property
    def intake(self) -> Intake:
        """The one input; raises FormUnknown where there are several."""
        if len(self.intakes) > 1:
            raise FormUnknown(
                reason=f"The package has the inputs {', '.join(self.intakes)}.",
                advice="Send {“tables”: {…}} with the rows of each under its name.",
            )
        return next(iter(self.intakes.values()))

    def expected(self, size: int) -> float:
        """Return how many seconds a small request of so many bytes may take.

        The last two tell, the quicker of them, as any may wait; one of more bytes takes longer.
        """
        last, before = self._last, self._before
        one = last.seconds * size / last.size if size > last.size else last.seconds
        other = before.seconds * size / before.size if size > before.size else before.seconds
        return min(one, other)

    def took(self, seconds: float, size: int) -> None:
        """Learn how many seconds a small request of so many bytes took."""
        self._before, self._last = self._last, _Taken(seconds, size)

    def answer(self, question: Question) -> Answer:
        """Return the answer; raises a RequestWrong, or what the scorer raises."""
        read = _READ[question.spelling]
        tables = {name: read(self.intakes[name], raw) for name, raw in question.tables.items()}
        try:
            scored = self.scorer.score(tables, question.parameters)
        except StudioError as error:
            place(error, tables)
            raise
        return Answer(self, question, scored)

    def warm_up(self) -> None:
        """Score an example row, so that no request waits for what loads when first needed.

        Raises what the scorer raises. Nothing is done where a parameter has to be set, and nothing
        shows how.
        """
        given = self.signature.needed
        if any(item.required and item.name not in given for item in self.parameters.values()):
            return
        tables = sample(self.signature.inputs, self.intakes)
        self.scorer.score(tables, given)
        for _ in range(2):
            watch = Stopwatch()
            self.scorer.score(tables, given)
            self.took(watch.seconds, self.row_bytes)


_READ: dict[Spelling, Callable[[Intake, Raw], Columns]] = {
    "json": Intake.read,
    "texts": Intake.read_texts,
    "lenient": Intake.read_lenient,
}


def sample(
    inputs: Mapping[str, Sequence[Field]], intakes: Mapping[str, Intake]
) -> dict[str, Columns]:
    """Return one row for each input, made of the examples of its columns."""
    return {
        name: intakes[name].read({field.name: [field.example] for field in fields})
        for name, fields in inputs.items()
    }


def place(error: StudioError, tables: Tables) -> None:
    """Add to an error which input and row it is about, where its column and value tell."""
    column, value = error.fields.get("column"), error.fields.get("value")
    owner = next((name for name, columns in tables.items() if column in columns), None)
    if owner is None:
        return
    error.fields.setdefault("input", owner)
    if "row" in error.fields or not isinstance(value, str):
        return
    values = tables[owner][str(column)].tolist()
    if value in values:
        error.fields["row"] = values.index(value) + 1
