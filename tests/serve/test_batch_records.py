"""Where rows begin and end, and what their texts are: against plain readers, on generated text."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from studio.scoring.signature import Field
from studio.sdk.arrays import to_array
from studio.sdk.schema import ColumnType
from studio.serve.batch.records import Marks, pieces, split
from studio.serve.batch.text_values import read_texts
from studio.serve.errors import ValueUnfit
from studio.serve.texts import read_column


class Text:
    """A text that is read on from where it is."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position

    def read(self, size: int) -> bytes:
        found = self.data[self.position : self.position + size]
        self.position += len(found)
        return found


def ends_of(data: bytes) -> list[int]:
    """Where the records of a text end, found letter by letter."""
    ends, place, where = [], 0, "start"
    while place < len(data):
        letter = data[place : place + 1]
        if where == "quotes":
            if letter == b'"' and data[place + 1 : place + 2] == b'"':
                place += 1
            elif letter == b'"':
                where = "field"
        elif where == "start" and letter == b'"':
            where = "quotes"
        elif letter in b"\r\n":
            place += data[place : place + 2] == b"\r\n"
            ends.append(place + 1)
            where = "start"
        else:
            where = "start" if letter == b"," else "field"
        place += 1
    if where != "quotes" and (ends[-1] if ends else 0) < len(data):
        ends.append(len(data))
    return ends


def test_records_end_where_they_should() -> None:
    chance = random.Random(1)
    for _ in range(5000):
        data = bytes(chance.choice(b'aa",\n\r"') for _ in range(chance.randrange(15)))
        assert split(data, Marks(), ended=True).tolist() == ends_of(data), data


def test_a_block_follows_from_where_it_begins() -> None:
    """So work that is resumed at a block reads the same blocks as work that was not stopped."""
    chance = random.Random(2)
    for _ in range(500):
        data = bytes(chance.choice(b'aaaa",\n\r') for _ in range(chance.randrange(80)))
        found = list(pieces(Text(data), Marks(), 8, 64))
        assert b"".join(piece.data for piece in found) == data
        position = 0
        for piece in found:
            again = next(pieces(Text(data, position), Marks(), 8, 64))
            assert (again.data, again.position, again.broken) == (
                piece.data,
                piece.position,
                piece.broken,
            )
            assert again.ends.tolist() == piece.ends.tolist()
            position = piece.position


TEXTS: dict[ColumnType, tuple[str, str]] = {
    "integer": (
        "0123.+-x e_",
        "5|-7|3.0|+5|007|123456789012345678|9223372036854775807|9223372036854775808|"
        " 4|NA|0x1F|1e3|?",
    ),
    "double": (
        "0129.eE+-infa ",
        "1.5|1e5|nan|inf|-.5|5.|+3| 2 |NA|1e400|1e-400|1_0|1.e5|+-5|0x1p3|infinity|-0|?|1,5",
    ),
    "boolean": ("truefalsTRUE01yn ", "true|False|1|0|yes|N|T|tRue| true|2|NA|?"),
    "datetime": (
        "0129-/T :.Z+",
        "2020-01-02|2020-01-02T03:04|2020-01-02 03:04:05|2020-01-02T03:04:05.123|2020-01-02T03|"
        "2020-1-2|2020/01/02|20200102|2020-02-30|0000-01-01|2020-01-02T03:04:05Z|9999-12-31|"
        "2020-01-02T03:04:05+02:00|2020-01|NA|2020-01-02T24:00|2020-01-02T03:04:05.1234567|"
        "2020-01-02T03:04:60|?",
    ),
    "timespan": (
        "0129:.- days",
        "01:02:03|1.02:03:04.5|-00:00:01|90|1.5|24:00:00|9:3:2|09:30|99:00:00|01:02:03.1234567|"
        "NA|01:02:60|23:59:60|1 day 01:02:03|?",
    ),
}


def alone(text: str, field: Field) -> tuple[float, str | None]:
    """A text's value, and why it has none."""
    try:
        return float(read_column([text], field, "", ("", "?"))[0]), None
    except ValueUnfit as error:
        found, wanted = error.fields["found"], error.fields["wanted"]
        return math.nan, f"it has {found}; {wanted} is needed"


@pytest.mark.parametrize("type_", TEXTS)
def test_columns_of_text_are_read_as_each_text_by_itself(type_: ColumnType) -> None:
    """At once or one by one, beside plain texts or odd ones: the values are the same."""
    chance = random.Random(3)
    field = Field("c", type_)
    letters, known = TEXTS[type_]
    words = known.split("|")
    for _ in range(600):
        texts = [
            chance.choice(words)
            if chance.random() < 0.7
            else "".join(chance.choice(letters) for _ in range(chance.randrange(1, 8)))
            for _ in range(chance.choice((1, 1, 2, 5)))
        ]
        values, reasons = read_texts(pa.array(texts, pa.string()), field, ("", "?"))
        found = to_array(values, field.column)
        for index, text in enumerate(texts):
            wanted, reason = alone(text, field)
            assert reasons.get(index) == reason, (texts, text)
            assert found[index] == wanted or (math.isnan(found[index]) and math.isnan(wanted))


def test_neither_arrow_nor_pandas_is_loaded_before_a_file_is_read() -> None:
    program = (
        "import sys, studio.serve.batch, studio.serve.jobs\n"
        "print([name for name in ('pyarrow', 'pandas', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
