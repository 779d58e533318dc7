"""The page of an endpoint: a form made from a package's signature, in one file."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.scoring.signature import Field, WebParameter
from studio.serve.about import schemas
from studio.serve.about.request_forms import score_forms, shown_forms
from studio.serve.cells import WANTED, found
from studio.serve.errors import ValueUnfit, problem
from studio.serve.version import Version

FRONT = Path(__file__).resolve().parent / "front"
"""The folder of what the page is made of: ``page.html``, ``page.css`` and ``page.js``."""

_ADDRESSES = [
    ["POST /score", "Scores rows, in any of the forms above."],
    ["POST /invocations", "Scores rows as MLflow's clients ask."],
    ["POST /v2/models/NAME/infer", "Scores tensors: the Open Inference Protocol, version 2."],
    ["GET /health/live, /health/ready", "Whether the process answers, and whether it takes rows."],
    ["GET /metrics", "Metrics for Prometheus."],
    ["GET /openapi.json", "Everything above, for programs."],
]
_NOTES = [
    "Send rows as JSON to /score. A missing value is null. Times are ISO 8601 text without a zone "
    "(one with a zone becomes UTC), spans of time are seconds.",
    "An answer has the form of its request. A number without end is the text “Infinity” or "
    "“-Infinity”, because JSON has no number for it.",
]
_KEYS = (
    "This endpoint needs an API key. Send it as “Authorization: Bearer KEY” or “X-API-Key: KEY”."
)


def page(version: Version, *, has_keys: bool) -> tuple[bytes, bytes]:
    """Return the page of a version, and the content security policy that it is served with.

    Its own script and style are let in by their hashes; nothing else is, from anywhere.
    """
    style = _part("page.css")
    script = _part("page.js")
    parts = {
        "title": html.escape(version.name),
        "style": style,
        "script": script,
        "data": _embedded(_data(version, has_keys)),
    }
    content = re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _part("page.html"))
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return content.encode(), policy.encode("ascii")


def _part(name: str) -> str:
    return (FRONT / name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _embedded(data: dict[str, Any]) -> str:
    """Return JSON that no text in it can end the element of."""
    return json.dumps(data, ensure_ascii=True).replace("<", "\\u003c").replace("&", "\\u0026")


def _data(version: Version, has_keys: bool) -> dict[str, Any]:
    signature = version.signature
    wrong = ValueUnfit(
        input=signature.input,
        column=signature.inputs[signature.input][0].name,
        row=1,
        found=found([]),
        wanted=WANTED[signature.inputs[signature.input][0].type],
    )
    return {
        "name": version.name,
        "version": version.version,
        "has_keys": has_keys,
        "inputs": [
            {"name": name, "columns": [_field(field) for field in fields]}
            for name, fields in signature.inputs.items()
        ],
        "outputs": [
            {
                "name": name,
                "columns": [[column.name, column.type] for column in columns],
                "scores": [column.name for column in columns if column.role == "score"],
            }
            for name, columns in signature.outputs.items()
        ],
        "parameters": [_parameter(item) for item in signature.parameters],
        "forms": [
            {"summary": form.summary, "example": form.example}
            for form in shown_forms(score_forms(signature), signature)
        ],
        "problem": {"error": problem(wrong)},
        "notes": [*([_KEYS] if has_keys else []), *_NOTES],
        "addresses": _ADDRESSES,
    }


def _field(field: Field) -> dict[str, Any]:
    levels: Sequence[str] | None = field.levels if field.column.is_text else None
    return {
        "name": field.name,
        "type": field.type,
        "about": "timespan, in seconds" if field.type == "timespan" else field.type,
        "required": field.required,
        "levels": levels,
        "hint": schemas.bounds(field),
        "seen": schemas.seen(field),
        "example": str(field.example) if type(field.example) is int else field.example,
    }


def _parameter(item: WebParameter) -> dict[str, Any]:
    plain = item.type in ("integer", "double", "boolean", "string")
    example = item.default if plain or item.default is None else json.dumps(item.default)
    return {
        "name": item.name,
        "type": item.type,
        "about": item.type,
        "required": item.required,
        "levels": None,
        "hint": item.help,
        "help": item.help,
        "example": example,
    }
