"""Operations of an OpenAPI document: what is asked, what is answered, what may be wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from studio.serve import errors
from studio.serve.about.schemas import Schema, closed
from studio.serve.errors import RequestWrong

Paths = dict[str, dict[str, Any]]

ROWS = (
    errors.FormUnknown,
    errors.BodyLate,
    errors.RowsTooMany,
    errors.ContentTypeWrong,
    errors.ValueUnfit,
    errors.Unexpected,
    errors.Busy,
    errors.Late,
)
"""What may be wrong with a request that has rows: an example for each status."""

CHANGES = (
    errors.FormUnknown,
    errors.KeyMissing,
    errors.NotAllowed,
    errors.BodyLate,
    errors.ChangeRefused,
    errors.BodyTooLarge,
    errors.ContentTypeWrong,
    errors.Unexpected,
)
"""What may be wrong with a request that changes versions."""

_TEXT = {"type": ["string", "null"]}
_REASONS = {
    400: "The body is not JSON, or has no form that is known.",
    401: "No valid API key came.",
    403: "This may not be asked, or not from there.",
    404: "There is no such model or version.",
    408: "The body did not arrive in time.",
    409: "The change makes no sense, or the package cannot be loaded.",
    413: "The body is too large, or has too many rows.",
    415: "The body is of a kind that is not read here.",
    422: "A column, a value or a parameter is unknown, missing or does not fit.",
    429: "As many jobs wait as may.",
    500: "A fault of the endpoint; what it was stands in its log.",
    503: "The endpoint answers as many requests as it takes, or is being stopped.",
    504: "The rows were not scored in time.",
    507: "There is no room for the file.",
}


def error_schemas() -> dict[str, Schema]:
    """Return the one form of errors, and that of the Open Inference Protocol."""
    told = closed(
        {
            "code": {"type": "string", "description": "Stays the same when words change."},
            "message": {"type": "string", "description": "What is wrong, and where."},
            "hint": {**_TEXT, "description": "What to do."},
            "input": {**_TEXT, "description": "The input that it is about."},
            "column": {**_TEXT, "description": "The column that it is about."},
            "row": {"type": ["integer", "null"], "description": "The row, counted from 1."},
            "parameter": {**_TEXT, "description": "The web service parameter it is about."},
        }
    )
    return {
        "Problem": told,
        "Error": closed({"error": {"$ref": "#/components/schemas/Problem"}}),
        "InferenceError": closed(
            {"error": {"type": "string"}, "problem": {"$ref": "#/components/schemas/Problem"}}
        ),
    }


def operation(
    id_: str,
    summary: str,
    tag: str,
    replies: dict[str, Any],
    wrong: Iterable[type[RequestWrong]] = (),
    *,
    body: dict[str, Any] | None = None,
    parameters: Sequence[dict[str, Any]] = (),
    security: Sequence[dict[str, list[str]]] | None = None,
    error: str = "Error",
    reasons: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """Return an operation; ``replies`` are what is answered by status, besides errors.

    ``reasons`` say what an error's status means here, where that is not what it usually means.
    """
    said = {**_REASONS, **(reasons or {})}
    content = json_content({"$ref": f"#/components/schemas/{error}"})
    problems = {
        str(status): {"description": said[status], "content": content}
        for status in sorted({item.status for item in wrong})
    }
    made: dict[str, Any] = {"operationId": id_, "summary": summary, "tags": [tag]}
    if parameters:
        made["parameters"] = list(parameters)
    if body is not None:
        made["requestBody"] = body
    made["responses"] = {**problems, **replies}
    if security is not None:
        made["security"] = list(security)
    return made


def reply(description: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what is answered: in words, and as content."""
    return {"description": description, **({} if content is None else {"content": content})}


def json_content(schema: Schema, examples: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return JSON content of a schema."""
    more = {} if not examples else {"examples": examples}
    return {"application/json": {"schema": schema, **more}}
