"""Files are read as the training's file was: dates, decimal marks, headers, encodings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from studio.scoring.scorer import Tables
from studio.scoring.signature import Field, Signature
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column
from studio.sdk.text_style import PLAIN, TextStyle
from studio.serve.batch import BatchOptions, score_files
from tests.serve.batch_parts import read_refused

FIELDS = (Field("x", "double"), Field("day", "datetime"), Field("t", "string", required=False))
NAMELESS = (Field("Col1", "double"), Field("Col2", "datetime"), Field("Col3", "string"))


@dataclass
class Echo:
    """Answers with what it was asked."""

    style: TextStyle = PLAIN
    fields: tuple[Field, ...] = FIELDS
    name: str = "echo"
    version: str = "1"
    path: str = "program"

    @property
    def signature(self) -> Signature:
        answers = tuple(Column(f"{item.name}!", item.type, "score") for item in self.fields)
        return Signature({"in": self.fields}, {"out": answers}, (), ("", "?"), text=self.style)

    def score(self, tables: Tables, parameters: object = None) -> Tables:
        found = tables["in"]
        return {"out": {f"{item.name}!": found[item.name] for item in self.fields}}


def echoed(
    folder: Path, scorer: Echo, text: str | bytes, name: str = "in.csv", **options: object
) -> list[tuple[object, ...]]:
    """What a package read in a text, row by row, times as text."""
    data = text.encode() if isinstance(text, str) else text
    (folder / name).write_bytes(data)
    chosen = BatchOptions(replace=True, **options)  # type: ignore[arg-type]
    score_files(scorer, folder / name, folder / "out.parquet", chosen)
    table = pq.read_table(folder / "out.parquet")
    columns = [table.column(f"{item.name}!").to_pylist() for item in scorer.fields]
    return [
        tuple(value if not hasattr(value, "isoformat") else value.isoformat(" ") for value in row)
        for row in zip(*columns, strict=True)
    ]


@pytest.mark.parametrize(
    ("style", "text", "wanted"),
    [
        (TextStyle(), "1.5,2024-01-31,a", (1.5, "2024-01-31 00:00:00", "a")),
        (TextStyle(), "1.5,2024/1/5,a", (1.5, "2024-01-05 00:00:00", "a")),
        (TextStyle(dates="day_first"), "1.5,31.01.2024,a", (1.5, "2024-01-31 00:00:00", "a")),
        (TextStyle(dates="day_first"), "1.5,3/4/2024 9:05,a", (1.5, "2024-04-03 09:05:00", "a")),
        (TextStyle(dates="month_first"), "1.5,3/4/2024,a", (1.5, "2024-03-04 00:00:00", "a")),
        (TextStyle(dates="day_first"), "1.5,2024-01-31,a", (1.5, "2024-01-31 00:00:00", "a")),
        (TextStyle(dates="day_first"), "1.5,?,a", (1.5, None, "a")),
        (TextStyle(trim=True), "1.5,2024-01-31, a ", (1.5, "2024-01-31 00:00:00", "a")),
        (TextStyle(), "1.5,2024-01-31, a ", (1.5, "2024-01-31 00:00:00", " a ")),
        (TextStyle(trim=True), "1.5,2024-01-31, ? ", (1.5, "2024-01-31 00:00:00", None)),
        (TextStyle(quote="'"), "1.5,2024-01-31,'a,b'", (1.5, "2024-01-31 00:00:00", "a,b")),
        (TextStyle(skip_lines=0), "1.5,2024-01-31,a", (1.5, "2024-01-31 00:00:00", "a")),
    ],
)
def test_values_are_written_as_in_training(
    style: TextStyle, text: str, wanted: tuple[object, ...], tmp_path: Path
) -> None:
    assert echoed(tmp_path, Echo(style), f"x,day,t\n{text}\n") == [wanted]


def test_a_german_file(tmp_path: Path) -> None:
    style = TextStyle(";", "cp1252", '"', ",", "day_first", True, 2)
    text = "Bericht\nStand: heute\nx;day;t\n1,5;31.01.2024;Zürich\n-2;1.2.2024 8:30;Köln\n"
    wanted = [(1.5, "2024-01-31 00:00:00", "Zürich"), (-2.0, "2024-02-01 08:30:00", "Köln")]
    assert echoed(tmp_path, Echo(style), text.encode("cp1252")) == wanted
    score_files(Echo(style), tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines() == [
        "x;day;t;x!;day!;t!",
        "1,5;31.01.2024;Zürich;1,5;2024-01-31 00:00:00;Zürich",
        "-2;1.2.2024 8:30;Köln;-2,0;2024-02-01 08:30:00;Köln",
    ]


def test_what_is_said_of_a_file_goes_before(tmp_path: Path) -> None:
    style = TextStyle(";", "cp1252", '"', ",", "day_first", False, 2)
    text = "x,day,t\n1.5,02/03/2024,Zürich\n"
    said = {
        "encoding": "utf-8", "decimal": ".", "dates": "month_first", "header": True,
        "skip_lines": 0,
    }  # fmt: skip
    assert echoed(tmp_path, Echo(style), text, **said) == [(1.5, "2024-02-03 00:00:00", "Zürich")]


def test_a_file_with_commas_between_its_fields_has_none_in_its_numbers(tmp_path: Path) -> None:
    """The decimal comma is the training's; nobody said that this file has it."""
    scorer = Echo(TextStyle(";", decimal=","))
    text = "x,day,t\n1.5,2024-01-31,a\n"
    assert echoed(tmp_path, scorer, text) == [(1.5, "2024-01-31 00:00:00", "a")]
    score_files(scorer, tmp_path / "in.csv", tmp_path / "out.csv")
    written = (tmp_path / "out.csv").read_text()
    assert written == "x,day,t,x!,day!,t!\n1.5,2024-01-31,a,1.5,2024-01-31 00:00:00,a\n"
    with pytest.raises(StudioError, match="has no column “x”"):
        echoed(tmp_path, scorer, text, decimal=",")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^"])
def test_a_file_without_a_header(separator: str, tmp_path: Path) -> None:
    scorer = Echo(TextStyle("^", header=False), NAMELESS)
    text = f"\n1.5{separator}2024-01-31{separator}a\n2{separator}2024-02-01{separator}b\n"
    wanted = [(1.5, "2024-01-31 00:00:00", "a"), (2.0, "2024-02-01 00:00:00", "b")]
    assert echoed(tmp_path, scorer, text) == wanted
    score_files(scorer, tmp_path / "in.csv", tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    names = ("Col1", "Col2", "Col3", "Col1!", "Col2!", "Col3!")
    assert lines[0].split(separator) == list(names)
    assert lines[1].startswith(f"1.5{separator}2024-01-31{separator}a{separator}1.5{separator}")
    assert len(lines) == 3
    again = echoed(tmp_path, scorer, "\n".join([*lines, ""]), header=True)
    assert again == wanted


def test_what_is_no_date_is_told_as_it_stands(tmp_path: Path) -> None:
    text = "x,day,t\n1,31.02.2024,a\n2,01.02.2024,b\n3,soon,c\n"
    assert len(echoed(tmp_path, Echo(TextStyle(dates="day_first")), text)) == 1
    assert [reason for _, _, reason, _ in read_refused(tmp_path / "out.parquet")] == [
        f"it has the text “{found}”; a date and time such as 31.01.2024 13:30:00 is needed"
        for found in ("31.02.2024", "soon")
    ]


def test_lines_above_are_left_out_however_many_they_are(tmp_path: Path) -> None:
    above = "".join(f"line {number}, with commas\n" for number in range(200_000))
    scorer = Echo(TextStyle(skip_lines=200_000))
    wanted = [(1.0, "2024-01-31 00:00:00", "a")]
    assert echoed(tmp_path, scorer, f"{above}x,day,t\n1,2024-01-31,a\n") == wanted
    with pytest.raises(StudioError, match="it is empty below line 200,000"):
        echoed(tmp_path, scorer, above)


def test_other_files_are_not_read_so(tmp_path: Path) -> None:
    scorer = Echo(TextStyle(";", "cp1252", '"', ",", "day_first", False, 2, True))
    line = '{"x": 1.5, "day": "2024-01-31", "t": " Zürich "}\n'
    wanted = [(1.5, "2024-01-31 00:00:00", " Zürich ")]
    assert echoed(tmp_path, scorer, line, "in.jsonl") == wanted
    score_files(scorer, tmp_path / "in.jsonl", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == (
        "x,day,t,x!,day!,t!\n1.5,2024-01-31 00:00:00, Zürich ,1.5,2024-01-31 00:00:00, Zürich \n"
    )


@pytest.mark.parametrize(
    "damaged",
    [
        {"dates": "any"}, {"decimal": ";"}, {"header": 1}, {"skip_lines": "2"}, {"colour": "red"},
        {"encoding": None},
    ],
)  # fmt: skip
def test_a_damaged_style_is_refused(damaged: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        TextStyle.from_dict(damaged)


def test_a_style_is_kept_by_what_is_not_plain() -> None:
    style = TextStyle(decimal=",", header=False)
    assert style.to_dict() == {"decimal": ",", "header": False}
    assert TextStyle.from_dict(style.to_dict()) == style
    assert Signature.from_dict(Echo(style).signature.to_dict()) == Echo(style).signature


def test_a_negative_number_of_lines_is_refused() -> None:
    with pytest.raises(StudioError, match="number of lines to skip"):
        BatchOptions(skip_lines=-1)
