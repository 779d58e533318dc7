"""Bad input: one sentence that says what and where, and the parameter that can mend it."""

from __future__ import annotations

import contextlib
import os
import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import openpyxl
import pandas as pd
import pytest

from modules.data_entry import EnterDataManually
from modules.data_io import ExportData, ImportData
from studio.sdk import Context, StudioError, Table
from studio.sdk.execution import execute
from tests.modules.reading_aid import configured, made, values, written

UTF16 = "a,b\n1,e\n".encode("utf-16-le")
QUOTE = b'a,b\n1,"x\n2,y\n3,z\n'


@pytest.mark.parametrize(
    ("name", "content", "params", "said", "param"),
    [
        ("x.csv", b"", {}, "it is empty", "path"),
        ("x.csv", b"\n\n \n", {}, "it holds no text", "path"),
        ("x.csv", b"a,b\n1,2\n3\n", {}, "line 3 has 1 field, the header has 2", "ragged_rows"),
        (
            "x.csv",
            b"a,b\n1,2\n\n\n3,4,5\n",
            {},
            "line 5 has 3 fields, the header has 2",
            "ragged_rows",
        ),
        (
            "x.csv",
            b'a,b\n"1\n\n1",2\n3\n',
            {},
            "line 5 has 1 field, the header has 2",
            "ragged_rows",
        ),
        ("x.csv", b"t\na,b\n1\n", {"skip_lines": 1}, "line 3 has 1 field", "ragged_rows"),
        (
            "x.csv",
            b"1,2\n3\n",
            {"has_header": False},
            "line 2 has 1 field, the first row has 2",
            "ragged_rows",
        ),
        (
            "x.csv",
            b"a,b\n1,2\n3,4,5\n",
            {"ragged_rows": "fill"},
            "line 3 has 3 fields",
            "ragged_rows",
        ),
        ("x.csv", b"a,b\n1,2\n1,caf\xe9\n", {}, "the byte 0xE9 in line 3 is not UTF-8", "encoding"),
        ("x.csv", b"caf\xe9,b\n1,2\n", {}, "the byte 0xE9 in line 1 is not UTF-8", "encoding"),
        (
            "x.csv",
            "a,b\n1,日本語\n".encode(),
            {"encoding": "ascii"},
            "the byte 0xE6 in line 2 is not ascii",
            "encoding",
        ),
        ("x.csv", b"a,b\n1,x\0y\n", {}, "line 2 holds a NUL byte", "encoding"),
        ("x.csv", UTF16, {}, "line 1 holds a NUL byte", "encoding"),
        ("x.csv", QUOTE, {}, "a quote that opens in line 2 is never closed", "quote"),
        ("x.csv", b'a,b\n"1,2\n3,4\n', {}, "a quote that opens in line 2 is never closed", "quote"),
        ("x.csv", b"PAR1\x15\x04", {}, "it is a Parquet file, not text", "path"),
        ("x.csv", b"PK\x03\x04\x14", {}, "it is a zip or Excel file, not text", "path"),
        ("x.csv", b"a::b\n\x1f::1\n", {"separator": "::"}, "the control character 0x1F", "path"),
        ("x.parquet", b"PAR1 nothing", {}, "it is not a whole Parquet file", "path"),
        ("x.arrow", b"ARROW1\0\0cut", {}, "it is not a whole Arrow file", "path"),
        ("x.arrow", b"hello world, hello", {}, "it is not a whole Arrow file", "path"),
        ("x.xlsx", b"no workbook", {}, "it is not a whole Excel file", "path"),
        ("x.xls", b"\xd0\xcf\x11\xe0", {}, "it is an Excel file of the old kind", "path"),
        ("x.jsonl", b'{"a": 1}\n{"a": \n', {}, "line 2 is not JSON", "path"),
        ("x.jsonl", b'{"a": 1}\n[1]\n', {}, "line 2 holds a list, not an object", "path"),
        ("x.jsonl", b'\n{"a": 1}\n7\n', {}, "line 3 holds a number, not an object", "path"),
        ("x.json", b'[{"a": 1}, 5]', {}, "item 2 of the list is a number", "path"),
        ("x.jsonl", b"{}\n", {}, "it holds no objects with values", "path"),
        ("x.jsonl", b'{"a": "\xe9"}\n', {}, "the byte 0xE9 in line 1 is not UTF-8", "encoding"),
        ("x.jsonl", b"[" * 100_000, {}, "line 1 begins a value that is nested", "path"),
        ("x.csv.gz", b"\x1f\x8b\x08\x00cut", {}, "the archive is damaged", "path"),
        ("x.csv.gz", b"a,b\n1,2\n", {}, "the archive is damaged", "path"),
        ("x.csv.zip", b"PK\x03\x04", {}, "the archive is damaged", "path"),
        ("x.csv.xz", b"\xfd7zXZ\x00cut", {}, "the archive is damaged", "path"),
        ("x.banana", b"a,b\n", {}, "does not tell by its name what format it has", "file_format"),
        (
            "x.csv",
            b"a,b\n1,2\n2,x\n",
            {"column_types": {"b": "integer"}},
            "Column “b” cannot be read as integer: row 2 holds “x”",
            "column_types",
        ),
    ],
)
def test_a_bad_file_is_one_sentence(
    ctx: Context, name: str, content: bytes, params: dict[str, object], said: str, param: str
) -> None:
    with pytest.raises(StudioError) as caught:
        made(ImportData, ctx, path=written(ctx.base, name, content), **params)
    assert said in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.message.count("\n") == 0
    assert caught.value.param == param


def test_the_encoding_that_would_fit_is_named(ctx: Context) -> None:
    for encoding, text in (
        ("cp1252", "a,b\n1,déjà vu, naïve café\n"),
        ("shift_jis", "a,b\n1,これはテストです\n"),
        ("cp1251", "a,b\n1,Привет мир это текст\n"),
        ("utf-16-le", "a,b\n1,hello\n"),
    ):
        with pytest.raises(StudioError) as caught:
            made(ImportData, ctx, path=written(ctx.base, "x.csv", text.encode(encoding)))
        assert f"{encoding} would fit" in caught.value.advice


def test_files_that_are_not_there(ctx: Context) -> None:
    (ctx.base / "folder.csv").mkdir()
    for name, said in (
        ("none.csv", "it does not exist"),
        ("https://example.com/x.csv", "it is an address on the web, not a file"),
        ("folder.csv", "it is a folder"),
        ("/dev/null", "it is not an ordinary file"),
        ("a\0b.csv", "it does not exist"),
    ):
        with pytest.raises(StudioError, match=said):
            made(ImportData, ctx, path=name)


@contextmanager
def nobody() -> Iterator[None]:
    """Act as a user without rights, which root can."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="rights work otherwise here")
def test_without_the_right_to_read(tmp_path_factory: pytest.TempPathFactory, ctx: Context) -> None:
    from modules.reading.source import find

    folder = tmp_path_factory.mktemp("rights")
    for part in (folder, *folder.parents):
        if part.owner() != "root" or part.stat().st_mode & 0o001:
            continue
        part.chmod(part.stat().st_mode | 0o001)
    (folder / "x.csv").write_text("a\n1\n")
    (folder / "x.csv").chmod(0)
    with nobody(), pytest.raises(StudioError, match="permission is denied"):
        find("x.csv", folder)


def test_an_archive_of_several_files(ctx: Context) -> None:
    with zipfile.ZipFile(ctx.base / "x.zip", "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
        archive.writestr("b.csv", "a\n1\n")
    with pytest.raises(StudioError, match=r"must hold one file; it holds a.csv, b.csv"):
        made(ImportData, ctx, path="x.zip")


def test_a_sheet_that_is_not_there(ctx: Context) -> None:
    book = openpyxl.Workbook()
    book.save(ctx.base / "x.xlsx")
    with pytest.raises(StudioError, match="has no sheet “Sales”"):
        made(ImportData, ctx, path="x.xlsx", sheet="Sales")
    with pytest.raises(StudioError, match="the sheet is empty"):
        made(ImportData, ctx, path="x.xlsx")


def test_a_column_that_a_table_cannot_hold(ctx: Context) -> None:
    pd.DataFrame({"a": [[1, 2], [3]]}).to_parquet(ctx.base / "x.parquet")
    with pytest.raises(StudioError, match="Column “a” holds lists"):
        made(ImportData, ctx, path="x.parquet")


def test_a_parquet_file_cut_short(ctx: Context) -> None:
    pd.DataFrame({"a": range(1000)}).to_parquet(ctx.base / "x.parquet")
    whole = (ctx.base / "x.parquet").read_bytes()
    for size in range(4, len(whole) - 1, 97):
        (ctx.base / "x.parquet").write_bytes(whole[:size])
        with pytest.raises(StudioError, match="it is not a whole Parquet file"):
            made(ImportData, ctx, path="x.parquet")


def test_a_damaged_file_of_any_format_never_escapes_as_another_error(ctx: Context) -> None:
    table = Table.from_pandas(pd.DataFrame({"a": range(50), "b": [f"t{i}" for i in range(50)]}))
    for name in ("x.csv", "x.parquet", "x.arrow", "x.xlsx", "x.jsonl"):
        execute(configured(ExportData, path=name), {"dataset": table}, ctx)
        whole = (ctx.base / name).read_bytes()
        for step in range(1, 40):
            damaged = bytearray(whole)
            place = len(whole) * step // 41
            damaged[place] ^= 0xFF
            (ctx.base / name).write_bytes(damaged)
            with contextlib.suppress(StudioError):
                made(ImportData, ctx, path=name)


@pytest.mark.parametrize(
    ("data_format", "text", "said"),
    [
        ("CSV", "", "it holds no text"),
        ("CSV", "a,b\n1,2,3\n", "line 2 has 3 fields, the header has 2"),
        ("TSV", 'a\tb\n"1\t2\n', "a quote that opens in line 2 is never closed"),
        ("ARFF", "a,b\n", "line 1 is neither an attribute nor @data"),
        ("ARFF", "@relation x\n", "it has no @attribute lines"),
        ("ARFF", "@attribute a numeric\n@data\n1,2\n", "line 3 has 2 values for 1 attributes"),
        ("ARFF", "@attribute a {x,y}\n@data\nz\n", "“z”, which is not a level of “a”"),
        ("ARFF", "@attribute a numeric\n@data\nz\n", "“z” in row 1 of “a” is not a double"),
        ("ARFF", "@attribute a relational\n@data\n", "declares the type “relational”"),
        ("SVMLight", "1 0:5\n", "line 1 holds “0:5”"),
        ("SVMLight", "a 1:5\n", "line 1 holds “a” where a number is needed"),
        ("SVMLight", "# nothing\n", "it has no rows"),
    ],
)
def test_bad_typed_text(ctx: Context, data_format: str, text: str, said: str) -> None:
    with pytest.raises(StudioError) as caught:
        made(EnterDataManually, ctx, data_format=data_format, data=text or "\n")
    assert caught.value.message.startswith("The text could not be read: ")
    assert said in caught.value.message
    assert caught.value.param == "data"


SMALL = pd.DataFrame({"a": [1, 2], "b": ["x", "é"]})


def export(ctx: Context, frame: pd.DataFrame, **params: object) -> None:
    execute(configured(ExportData, **params), {"dataset": Table.from_pandas(frame)}, ctx)


def test_an_export_that_fails_leaves_the_old_file(ctx: Context) -> None:
    (ctx.base / "x.csv").write_text("old")
    (ctx.base / "folder.csv").mkdir()
    big = pd.DataFrame({"a": ["x" * 1000] * 5000})
    for frame, params, said in (
        (SMALL, {"path": "x.csv", "write_mode": "error"}, "it exists already"),
        (SMALL, {"path": "x.csv", "encoding": "ascii"}, "“é” cannot be written in ascii"),
        (SMALL, {"path": "folder.csv"}, "it is a folder"),
        (SMALL, {"path": "none/x.csv"}, "does not exist"),
        (SMALL, {"path": "x.banana"}, "does not tell by its name"),
        (big, {"path": "x.csv"}, "could not be written: file too large"),
        (big, {"path": "x.parquet"}, ""),
    ):
        with limited(100_000 if frame is big else None):
            try:
                export(ctx, frame, **params)
                raised = ""
            except StudioError as error:
                raised = error.message
        assert said in raised
    assert (ctx.base / "x.csv").read_text() == "old"
    assert [path.name for path in ctx.base.glob(".*")] == []


@contextmanager
def limited(size: int | None) -> Iterator[None]:
    """Let files grow no larger than ``size`` bytes, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("value", "said"),
    [("a\x01b", "holds a control character"), ("x" * 32_768, "is longer than the 32,767")],
)
def test_text_that_a_sheet_cannot_hold(ctx: Context, value: str, said: str) -> None:
    with pytest.raises(StudioError, match=said):
        export(ctx, pd.DataFrame({"a": [value]}), path="x.xlsx")
    assert list(ctx.base.glob("*x.xlsx*")) == []


def test_a_table_too_large_for_a_sheet(ctx: Context) -> None:
    with pytest.raises(StudioError, match="there are 1,048,577 rows"):
        export(ctx, pd.DataFrame({"a": range(1_048_576)}), path="x.xlsx")


def test_a_sentence_does_not_hide_what_is_right(ctx: Context) -> None:
    assert values(made(ImportData, ctx, path=written(ctx.base, "x.csv", 'a\n5" pipe\n'))) == {
        "a": ['5" pipe']
    }
