"""How files are read, scored and written."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from studio.sdk.text_style import PLAIN, DateOrder, Decimal, TextStyle
from studio.serve.batch.errors import OptionWrong

Format = Literal["csv", "json_lines", "parquet", "arrow"]
Columns = Literal["append", "scores", "output"]
Extra = Literal["keep", "drop"]

AUTO = "auto"
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}
"""Names of separators."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How files are read, scored and written; raises OptionWrong for what cannot be.

    What is None of a delimited text's style is as it was in the file that training read.

    Attributes:
        columns: “append” puts the answers after the file's own columns; “scores” writes the answers
            alone; “output” writes the columns of the web service output, as a request gets them.
        extra: Whether the file's columns that the package does not ask for are carried through.
        output: The web service output whose columns are the answers; where None the first that has
            scores, or the first where none has.
        parameters: Values of web service parameters.
        separator: A character, a name of :data:`SEPARATORS`, or “auto”: the one under which the
            first line holds most of the columns that the package asks for.
        encoding: A codec's name; a byte order mark goes before UTF-8. Output is UTF-8.
        quote: The character around fields with separators in them; empty for none.
        decimal: The decimal mark of a delimited text's numbers.
        dates: The order of day, month and year in a delimited text; ISO 8601 is read in any.
        header: Whether the first row of a delimited text names its columns.
        skip_lines: How many lines stand above a delimited text's first row.
        source_format, target_format: A file's format; None takes what its name says, and for the
            target of a folder the format of each source.
        strict: Whether the first row that cannot be scored ends the work.
        most_refused: How many rows may be put aside in a file; None for any number.
        resume: Go on with what was stopped, where there is something; else begin anew.
        replace: Whether a file that lies where the answers go may be replaced.
    """

    columns: Columns = "append"
    extra: Extra = "keep"
    output: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    separator: str = AUTO
    encoding: str | None = None
    quote: str | None = None
    decimal: Decimal | None = None
    dates: DateOrder | None = None
    header: bool | None = None
    skip_lines: int | None = None
    source_format: Format | None = None
    target_format: Format | None = None
    strict: bool = False
    most_refused: int | None = None
    resume: bool = False
    replace: bool = False

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                shown = [str(choice) for choice in choices if choice is not None]
                raise OptionWrong(
                    option=name.replace("_", " "),
                    value=value,
                    reason="it is not known",
                    advice=f"Choose one of: {', '.join(shown)}.",
                )
        self.style(PLAIN)
        if self.most_refused is not None and self.most_refused < 0:
            raise OptionWrong(
                option="number of rows put aside",
                value=self.most_refused,
                reason="it is below zero",
                advice="Choose zero or more.",
            )

    def style(self, usual: TextStyle) -> TextStyle:
        """Return how a text is written: as is chosen here, else as is usual; raises OptionWrong."""
        chosen = {name: getattr(self, name) for name in _STYLE if getattr(self, name) is not None}
        style = replace(usual, separator=self.delimiter or usual.separator, **chosen)
        _require_style(style, self.delimiter)
        return style

    @property
    def delimiter(self) -> str | None:
        """The character between two fields; None where it is to be found."""
        return None if self.separator == AUTO else SEPARATORS.get(self.separator, self.separator)

    def shaping(self) -> dict[str, Any]:
        """Return, as JSON-able data, the options on which the bytes that are written depend."""
        return {
            name: getattr(self, name)
            for name in self.__slots__
            if name not in ("strict", "most_refused", "resume", "replace")
        }


_STYLE = ("encoding", "quote", "decimal", "dates", "header", "skip_lines")


def _require_style(style: TextStyle, separator: str | None) -> None:
    """Raise OptionWrong for what a text cannot be written like."""
    _require_sign("separator", separator)
    _require_sign("quote", style.quote or None)
    for option, value in (("quote", style.quote), ("decimal", style.decimal)):
        if value and value == separator:
            raise OptionWrong(
                option=option,
                value=value,
                reason="it is the separator too",
                advice="Choose two different characters.",
            )
    if style.skip_lines < 0:
        raise OptionWrong(
            option="number of lines to skip",
            value=style.skip_lines,
            reason="it is below zero",
            advice="Choose zero or more.",
        )
    try:
        "".encode(style.encoding)
        codecs.lookup(style.encoding)
    except (LookupError, ValueError) as error:
        raise OptionWrong(
            option="encoding",
            value=style.encoding,
            reason="it is not known",
            advice="Name one such as utf-8, utf-16, cp1252, latin-1 or shift_jis.",
        ) from error


def _require_sign(option: str, value: str | None) -> None:
    """Raise OptionWrong for what is no character that numbers and times never have."""
    if value is None or (len(value) == 1 and value.isascii() and value not in _TAKEN):
        return
    raise OptionWrong(
        option=option,
        value=value,
        reason="it must be one ASCII character that is not in numbers and times",
        advice=f"Names of separators: {', '.join(SEPARATORS)}.",
    )


_TAKEN = "\r\n\0+-.:0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

_CHOICES: dict[str, tuple[str | None, ...]] = {
    "columns": get_args(Columns),
    "extra": get_args(Extra),
    "decimal": (None, *get_args(Decimal)),
    "dates": (None, *get_args(DateOrder)),
    "source_format": (None, *get_args(Format)),
    "target_format": (None, *get_args(Format)),
}
