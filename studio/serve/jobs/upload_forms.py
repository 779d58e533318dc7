"""Uploads that are not the file itself: records as JSON, and forms with a file in them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

from anyio.to_thread import run_sync
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from studio.serve import json_text
from studio.serve.batch.errors import FormatUnknown
from studio.serve.batch.formats import Kind, kind_of
from studio.serve.cells import found
from studio.serve.errors import FormUnknown, RowsNone
from studio.serve.http import unpack
from studio.serve.jobs.bodies import Received, Sink, chunks
from studio.serve.jobs.errors import UploadMissing, UploadUnread
from studio.serve.jobs.limits import JobLimits
from studio.serve.jobs.request_options import read_options

TYPES: dict[str, Kind] = {
    "text/csv": Kind("csv"),
    "application/csv": Kind("csv"),
    "text/tab-separated-values": Kind("csv", separator="\t"),
    "application/x-ndjson": Kind("json_lines"),
    "application/ndjson": Kind("json_lines"),
    "application/jsonl": Kind("json_lines"),
    "application/x-jsonlines": Kind("json_lines"),
    "application/vnd.apache.parquet": Kind("parquet"),
    "application/x-parquet": Kind("parquet"),
    "application/vnd.apache.arrow.file": Kind("arrow"),
    "application/vnd.apache.arrow.stream": Kind("arrow"),
}
"""Content types of files, and what is in them."""

_MOST_FIELDS = 20
_MOST_LINES = 10_000
_CHUNK = 1 << 20


async def receive_records(
    request: Request, folder: Path, options: dict[str, Any], limits: JobLimits
) -> Received:
    """Take in records, as JSON: a list of them, or an object with “records” and “options”."""
    parts = [chunk async for chunk in chunks(request, limits.records, limits)]
    coding = request.headers.get("content-encoding", "identity").lower().encode()
    body = unpack(b"".join(parts), coding, limits.records)
    records, more = _records(await run_sync(json_text.read, body))
    read = read_options(options | more, limits.refused)
    with Sink(folder, Kind("json_lines")) as sink:
        await run_sync(_write, records, sink.write)
        return sink.received(read)


def _records(value: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the records and the options in a body; raises FormUnknown and RowsNone."""
    options: Any = {}
    if isinstance(value, dict):
        if not value.keys() <= {"records", "options"}:
            raise FormUnknown(
                reason="The body has keys besides “records” and “options”.",
                advice="Send the records under “records”, and options under “options”.",
            )
        options, value = value.get("options", {}), value.get("records")
    if not isinstance(options, dict):
        raise FormUnknown(reason=f"“options” is {found(options)}.", advice="Send an object.")
    if not isinstance(value, list):
        raise FormUnknown(
            reason=f"The records are {found(value)}, not a list.",
            advice="Send a list of objects, under “records” or by itself.",
        )
    if not value:
        raise RowsNone(input="records")
    return value, options


def _write(records: list[Any], write: Callable[[bytes], None]) -> None:
    for start in range(0, len(records), _MOST_LINES):
        some = records[start : start + _MOST_LINES]
        write(b"".join(json_text.write_any(record) + b"\n" for record in some))


async def receive_form(
    request: Request, folder: Path, options: dict[str, Any], limits: JobLimits
) -> Received:
    """Take in a form with one file, and options as fields."""
    stream = chunks(request, limits.body, limits)
    parser = MultiPartParser(request.headers, stream, max_files=1, max_fields=_MOST_FIELDS)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise UploadUnread(reason=error.message.rstrip(".").lower()) from error
    try:
        items = form.multi_items()
        files = [value for _, value in items if isinstance(value, UploadFile)]
        if not files:
            raise UploadMissing(found="no file")
        texts = {name: value for name, value in items if isinstance(value, str)}
        read = read_options(options | texts, limits.refused)
        with Sink(folder, _kind(files[0])) as sink:
            await run_sync(_copy, files[0].file, sink)
            return sink.received(read)
    finally:
        await form.close()


def _kind(file: UploadFile) -> Kind:
    """Return what is in a file, by its name or else its content type; raises FormatUnknown."""
    try:
        return kind_of(Path(file.filename or ""))
    except FormatUnknown:
        type_ = (file.content_type or "").partition(";")[0].strip().lower()
        if type_ not in TYPES:
            raise
        return TYPES[type_]


def _copy(file: IO[bytes], sink: Sink) -> None:
    shutil.copyfileobj(file, cast("IO[bytes]", sink), _CHUNK)
