"""A reader: a file's rows in batches, from any of them on."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from studio.serve.batch.batch import Batch
from studio.serve.batch.matching import Matching
from studio.serve.batch.text_values import Reasons

if TYPE_CHECKING:
    import pyarrow as pa

How = Literal["nothing", "lines", "text", "typed"]


@dataclass(frozen=True)
class Carrying:
    """What goes beside the answers, and how.

    Attributes:
        how: Nothing; the rows as lines of text, as they stand; their fields as text; or their
            values with types.
        places: The places of the columns in the file.
        names: What they are called in the file that is written.
        renamed: What members of lines that are called like an answer are called instead.
    """

    how: How
    places: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


class Reader(Protocol):
    """A file's rows in batches, from any of them on; what is in a batch follows from its place.

    Attributes:
        matching: The file's columns.
        rows: How many rows there are, where the file tells.
    """

    @property
    def matching(self) -> Matching:
        """The file's columns."""

    @property
    def rows(self) -> int | None:
        """How many rows there are, where the file tells."""

    @property
    def share(self) -> float:
        """How much of the file was read, from 0 to 1."""

    def carried(self, carrying: Carrying) -> pa.Schema:
        """Return the columns that are carried; raises ColumnUnfit for what cannot be."""

    def batches(self, carrying: Carrying, position: int, row: int) -> Generator[Batch]:
        """Yield the rows from a position on; ``row`` of them come before it.

        Position 0 is the first row. Raises SourceUnreadable.
        """

    def close(self) -> None:
        """Close the file."""


def first_reasons(found: Mapping[str, Reasons]) -> dict[int, tuple[str, str]]:
    """Return, by row, the first column of it that does not fit, and why."""
    bad: dict[int, tuple[str, str]] = {}
    for column, reasons in found.items():
        for index, reason in reasons.items():
            bad.setdefault(index, (column, reason))
    return bad
