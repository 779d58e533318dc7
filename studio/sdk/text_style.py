"""The style of a delimited text: how its values, its header and its bytes are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    import pyarrow as pa

Decimal = Literal[".", ","]
DateOrder = Literal["year_first", "day_first", "month_first"]


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a delimited text is written, beyond what can be found by looking at it.

    Attributes:
        separator: The text between two fields; empty where it is to be found.
        encoding: A codec's name.
        quote: The character around fields; empty for none.
        decimal: The decimal mark of numbers.
        dates: The order of day, month and year.
        header: Whether the first row names the columns; without, they are Col1, Col2, ….
        skip_lines: How many lines stand above the first row.
        trim: Whether blanks around text are none of it.
    """

    separator: str = ""
    encoding: str = "utf-8"
    quote: str = '"'
    decimal: Decimal = "."
    dates: DateOrder = "year_first"
    header: bool = True
    skip_lines: int = 0
    trim: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return, as JSON-able data, what differs from a plain file."""
        return {
            item.name: getattr(self, item.name)
            for item in fields(self)
            if getattr(self, item.name) != item.default
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TextStyle:
        """Read what :meth:`to_dict` wrote; raises TypeError and ValueError."""
        style = cls(**data)
        for item in fields(cls):
            if type(getattr(style, item.name)) is not type(item.default):
                raise TypeError(f"{item.name} is no {type(item.default).__name__}")
        if style.decimal not in get_args(Decimal) or style.dates not in get_args(DateOrder):
            raise ValueError("decimal or dates are not known")
        return style


PLAIN = TextStyle()
"""A text in UTF-8 with a header, points and ISO dates."""


def nameless(count: int) -> list[str]:
    """Return what the columns of a text without a header are called."""
    return [f"Col{number}" for number in range(1, count + 1)]


def iso_dates(text: pa.Array, dates: DateOrder) -> pa.Array:
    """Return times in the one way of writing that Arrow reads, cut off below microseconds.

    What is no time in that order stays as it is.
    """
    import pyarrow.compute as pc

    for rule, put in (_TO_YEAR_FIRST[dates], *_TO_ISO):
        text = pc.replace_substring_regex(text, rule, put)
    return text


_TO_YEAR_FIRST = {
    "day_first": (r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", r"\3-\2-\1"),
    "month_first": (r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", r"\3-\1-\2"),
    "year_first": (r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3"),
}
_TO_ISO = (
    (r"^(\d{4}-\d{2})$", r"\1-01"),
    (r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})", r"\1-0\2-0\3"),
    (r"^(\d{4})-0(\d\d)", r"\1-\2"),
    (r"^(\d{4}-\d\d)-0(\d\d)", r"\1-\2"),
    (r"^(\S{10})[ T](\d):", r"\1 0\2:"),
    (r"(:\d{2}),(\d+)", r"\1.\2"),
    (r"(\.\d{6})\d+", r"\1"),
    (r" (Z|[+-]\d{2}(:?\d{2})?)$", r"\1"),
)
