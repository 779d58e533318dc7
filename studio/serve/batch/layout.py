"""The columns of a file of answers: what is carried through, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio.scoring.signature import Signature
from studio.sdk.schema import Column, unique_names
from studio.serve.batch.errors import AnswerUnfit, OptionWrong
from studio.serve.batch.matching import Matching
from studio.serve.batch.options import BatchOptions

if TYPE_CHECKING:
    import pyarrow as pa

    from studio.sdk.arrays import Array, Columns


@dataclass(frozen=True)
class Layout:
    """The columns of a file of answers.

    Attributes:
        places: The places, in the file that is read, of the columns that are carried through.
        names: What these are called in the file that is written.
        whole: Whether they are all that the file has, so that its rows may be carried as they are.
        answers: The columns that follow.
        renamed: What a column of the file that is called like an answer is called instead, by the
            answer's name, whether the file is known to have one or not.
    """

    places: tuple[int, ...]
    names: tuple[str, ...]
    whole: bool
    answers: tuple[Column, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)


def output_of(signature: Signature, options: BatchOptions) -> str:
    """Return the web service output that is written: the chosen one, else the first with scores."""
    if options.output:
        return options.output
    scoring = (
        name
        for name, columns in signature.outputs.items()
        if any(column.role == "score" for column in columns)
    )
    return next(scoring, signature.output)


def answers_of(signature: Signature, options: BatchOptions) -> tuple[Column, ...]:
    """Return the columns that are answered; raises OptionWrong.

    Those are the output's scores and what its input does not have; all where there is neither.
    """
    output = output_of(signature, options)
    if output not in signature.outputs:
        raise OptionWrong(
            option="output",
            value=output,
            reason="the package has none of that name",
            advice=f"Choose one of: {', '.join(signature.outputs)}.",
        )
    columns = signature.outputs[output]
    if options.columns == "output":
        return columns
    asked = {item.name for items in signature.inputs.values() for item in items}
    new = tuple(c for c in columns if c.role == "score" or c.name not in asked)
    return new or columns


def layout_of(matching: Matching, answers: tuple[Column, ...], options: BatchOptions) -> Layout:
    """Return the columns of the answers to a file with these columns.

    A column of the file that is called like an answer gets the next free name; one that the package
    asks for gives way to its answer.
    """
    if options.columns != "append":
        return Layout((), (), False, answers)
    taken = {column.name for column in answers}
    asked = {item.name for item in matching.fields.values()}
    places = tuple(
        place
        for place, name in enumerate(matching.names)
        if (name not in taken if name in asked else options.extra == "keep")
    )
    clashing = [column.name for column in answers if column.name not in asked]
    free = unique_names(clashing, taken.union(matching.names))
    renamed = dict(zip(clashing, free, strict=True))
    own = [renamed.get(name, name) for name in map(matching.names.__getitem__, places)]
    whole = len(places) == len(matching.names) and taken.isdisjoint(matching.names)
    return Layout(places, tuple(unique_names(own, taken)), whole, answers, renamed)


def to_arrow(answers: Columns, columns: Sequence[Column], rows: int) -> list[pa.Array]:
    """Return answers as a table keeps them, categories as text; raises AnswerUnfit."""
    return [_typed(answers[column.name], column, rows) for column in columns]


def arrow_fields(columns: Sequence[Column]) -> list[pa.Field]:
    """Return the fields that columns of answers have in a file."""
    import pyarrow as pa

    from studio.sdk.arrow import arrow_type

    kept = [pa.string() if column.is_text else arrow_type(column) for column in columns]
    return [pa.field(column.name, type_) for column, type_ in zip(columns, kept, strict=True)]


def _typed(values: Array, column: Column, rows: int) -> pa.Array:
    import pyarrow as pa

    from studio.sdk import arrays
    from studio.sdk.arrow import Misfit

    try:
        if column.is_text:
            made = pa.array(values, pa.string(), from_pandas=True)
        else:
            made = arrays.to_arrow(values, column)
    except (Misfit, pa.ArrowException, ValueError, TypeError) as error:
        raise AnswerUnfit(column=column.name, type=column.type) from error
    if len(made) != rows:
        raise AnswerUnfit(column=column.name, type=column.type)
    return made
