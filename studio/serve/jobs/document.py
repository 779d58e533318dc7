"""What the OpenAPI document says of jobs: their addresses, their bodies, and how a job looks."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, get_args

from studio.sdk.text_style import DateOrder, Decimal
from studio.serve import errors
from studio.serve.about.operations import Paths, json_content, operation, reply
from studio.serve.about.schemas import Schema, closed, listed
from studio.serve.batch.formats import WRITTEN
from studio.serve.batch.options import Columns, Extra
from studio.serve.errors import RequestWrong
from studio.serve.jobs import errors as wrong
from studio.serve.jobs.job import State
from studio.serve.jobs.upload_forms import TYPES

_TAG = "Jobs"
_JOB = {"$ref": "#/components/schemas/Job"}
_FILE = {"description": "The file.", "content": {"*/*": {"schema": {}}}}
_NO_STATE = {409: "The job has not finished."}


def job_paths(prefix: str, has_keys: bool) -> Paths:
    """Return the paths of jobs below ``prefix``."""
    keys: tuple[type[RequestWrong], ...] = (errors.KeyMissing,) if has_keys else ()
    asked = (*keys, errors.NotAllowed, errors.Unexpected)
    one = (*asked, wrong.JobUnknown)
    name = _parameter("id", {"type": "string"}, "path", "The job.")
    made = reply("The job.", json_content(_JOB))
    jobs = closed({"jobs": listed(_JOB), "next": {"type": ["string", "null"]}})
    links = {
        "result": ("The answers of a job that has finished", (wrong.JobUnfinished,)),
        "rejected": ("The rows of a job that could not be scored", ()),
    }
    return {
        prefix: {
            "get": operation(
                "list_jobs", "The last jobs, the newest first", _TAG,
                {"200": reply("Jobs, and where the ones before them are.", json_content(jobs))},
                (*asked, wrong.OptionUnread),
                parameters=[
                    _parameter("limit", {"type": "integer", "minimum": 1}),
                    _parameter("before", {"type": "integer", "minimum": 0}),
                ],
            ),
            "post": operation(
                "submit_job", "Submit a file to be scored", _TAG,
                {"200": reply("It was submitted before.", json_content(_JOB)),
                 "202": reply("It waits for its turn.", json_content(_JOB))},
                (*asked, *_SUBMITTED),
                body={"required": True, "content": _bodies()},
                parameters=[*_options(), _parameter(
                    "Idempotency-Key", {"type": "string", "pattern": "^[!-~]{1,255}$"}, "header",
                    "The same key and body are the same job.",
                )],
            ),
        },
        f"{prefix}/{{id}}": {
            "get": operation("get_job", "How a job is", _TAG, {"200": made}, one,
                             parameters=[name]),
            "delete": operation(
                "cancel_job", "Cancel a job, or remove one that has ended", _TAG,
                {"200": made, "202": reply("It stops soon.", json_content(_JOB)),
                 "204": reply("It is removed.")},
                one, parameters=[name],
            ),
        },
        **{
            f"{prefix}/{{id}}/{link}": {
                "get": operation(f"{link}_of_job", about, _TAG, {"200": _FILE}, (*one, *more),
                                 parameters=[name], reasons=_NO_STATE)
            }
            for link, (about, more) in links.items()
        },
    }  # fmt: skip


def job_schemas() -> dict[str, Schema]:
    """Return how a job looks."""
    moment: Schema = {"type": ["string", "null"], "format": "date-time"}
    count: Schema = {"type": "integer", "minimum": 0}
    package = closed({"name": {"type": "string"}, "version": {"type": "string"}})
    progress = {
        "rows": count,
        "total": {"type": ["integer", "null"]},
        "share": {"type": "number", "minimum": 0, "maximum": 1},
        "rows_per_second": {"type": "number"},
    }
    link: Schema = {"type": "string"}
    job = {
        "id": {"type": "string"},
        "state": {"enum": list(get_args(State))},
        "created": {**moment, "type": "string"},
        "started": moment,
        "ended": moment,
        "package": {"anyOf": [package, {"type": "null"}]},
        "progress": closed(progress),
        "counts": closed({"scored": count, "rejected": count}),
        "error": {"anyOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "null"}]},
        "links": closed({"self": link, "result": link, "rejected": link}, ["self"]),
    }
    return {"Job": closed(job)}


_SUBMITTED: tuple[type[RequestWrong], ...] = (
    errors.FormUnknown,
    errors.BodyLate,
    errors.BodyTooLarge,
    errors.ContentTypeWrong,
    wrong.OptionUnread,
    wrong.JobsTooMany,
    wrong.DiskFull,
)


def _options() -> list[dict[str, Any]]:
    """Return the options of a job as parameters of the address."""
    sign: Schema = {"type": "string"}
    schemas: dict[str, Schema] = {
        "columns": {"enum": list(get_args(Columns))},
        "extra": {"enum": list(get_args(Extra))},
        "output": {"type": "string"},
        "format": {"enum": list(WRITTEN.values())},
        "separator": sign,
        "quote": sign,
        "decimal": {"enum": list(get_args(Decimal))},
        "encoding": {"type": "string"},
        "dates": {"enum": list(get_args(DateOrder))},
        "header": {"type": "boolean"},
        "skip_lines": {"type": "integer", "minimum": 0},
        "strict": {"type": "boolean"},
        "most_refused": {"type": "integer", "minimum": 0},
    }
    return [_parameter(name, schema) for name, schema in schemas.items()]


def _bodies() -> dict[str, Any]:
    records: Schema = {"type": "array", "items": {"type": "object"}, "minItems": 1}
    chosen = closed({"records": records, "options": {"type": "object"}}, ["records"])
    content: dict[str, Any] = {type_: {"schema": {}} for type_ in TYPES}
    content |= json_content({"anyOf": [records, chosen]})
    if find_spec("python_multipart"):
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        form = {"type": "object", "properties": {"file": file}, "required": ["file"]}
        content["multipart/form-data"] = {"schema": form}
    return content


def _parameter(name: str, schema: Schema, place: str = "query", about: str = "") -> dict[str, Any]:
    words = {"description": about} if about else {}
    required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, **words, **required, "schema": schema}
