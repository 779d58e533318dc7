"""The OpenAPI document of an endpoint, made from a package's signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studio.serve import errors
from studio.serve.about.inference_paths import inference_paths
from studio.serve.about.operations import (
    CHANGES,
    ROWS,
    Paths,
    error_schemas,
    json_content,
    operation,
    reply,
)
from studio.serve.about.request_forms import (
    Form,
    components,
    invocation_forms,
    score_forms,
    shown_forms,
)
from studio.serve.about.schemas import Schema, closed, listed
from studio.serve.mount import Mount
from studio.serve.options import ServeOptions
from studio.serve.version import Version

_NOBODY: list[dict[str, list[str]]] = []


def document(
    version: Version, options: ServeOptions, mounts: Sequence[Mount] = (), *, has_keys: bool
) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of an endpoint, with what is mounted on it."""
    about = (
        f"Scores rows with “{version.name}”. A request may have {options.max_rows:,} rows and "
        f"{options.max_body:,} bytes, packed by gzip or deflate or not. A missing value is null. "
        "Every error has one form: a code, a message, what to do, and where it is. "
        "X-Request-Id is taken from the request or made, and comes back."
    )
    keys = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": version.name, "version": version.version, "description": about},
        "servers": [{"url": "/"}],
        **({"security": [{name: []} for name in keys]} if has_keys else {}),
        "paths": {
            **_scoring_paths(version, options, has_keys),
            **inference_paths(version, has_keys=has_keys),
            **_health_paths(),
            **_own_paths(options, has_keys),
            **_admin_paths(),
            **{path: told for mount in mounts for path, told in mount.describe(has_keys).items()},
        },
        "components": {
            "schemas": {
                **error_schemas(),
                **components(version.signature),
                "State": _state(),
                **{name: schema for mount in mounts for name, schema in mount.schemas.items()},
            },
            "securitySchemes": keys,
        },
    }


def _scoring_paths(version: Version, options: ServeOptions, has_keys: bool) -> Paths:
    wrong: list[type[errors.RequestWrong]] = [*ROWS, *_key_errors(has_keys)]
    sticky = {
        "name": options.sticky,
        "in": "header",
        "description": "Where traffic is split, the same value is answered by the same version.",
        "schema": {"type": "string"},
    }
    signature = version.signature
    forms = shown_forms(score_forms(signature), signature)
    score = operation(
        "score",
        "Score rows",
        "Scoring",
        {"200": _answers(forms, "The answer, in the form of the request.")},
        wrong,
        body=_body(forms),
        parameters=[sticky],
    )
    paths = {"/score": {"post": score}}
    mlflow = shown_forms(invocation_forms(signature), signature)
    if mlflow:
        body = _body(mlflow)
        if not any(item.required for item in signature.parameters):  # a CSV file sets none
            body["content"]["text/csv"] = {"schema": {"type": "string"}}
        paths["/invocations"] = {
            "post": operation(
                "invocations",
                "Score rows as MLflow's clients ask",
                "Scoring",
                {"200": _answers(mlflow, "The first output, under “predictions”.")},
                wrong,
                body=body,
                parameters=[sticky],
            )
        }
    return paths


def _body(forms: Sequence[Form]) -> dict[str, Any]:
    examples = {form.name: {"summary": form.summary, "value": form.example} for form in forms}
    schema = {"anyOf": [form.asked | {"title": form.summary} for form in forms]}
    return {"required": True, "content": json_content(schema, examples)}


def _answers(forms: Sequence[Form], about: str) -> dict[str, Any]:
    unique: list[Schema] = []
    for form in forms:
        if form.answered not in unique:
            unique.append(form.answered)
    header = {"description": "The version that answered.", "schema": {"type": "string"}}
    return reply(about, json_content({"anyOf": unique})) | {"headers": {"X-Model-Version": header}}


def _key_errors(has_keys: bool) -> tuple[type[errors.RequestWrong], ...]:
    return (errors.KeyMissing, errors.NotAllowed) if has_keys else (errors.NotAllowed,)


def _health_paths() -> Paths:
    ready = json_content(closed({"ready": {"type": "boolean"}}))
    live = json_content(closed({"live": {"const": True}}))
    alive = operation(
        "live",
        "Whether the process answers",
        "Health",
        {"200": reply("It does.", live)},
        (errors.NotAllowed,),
        security=_NOBODY,
    )
    replies = {"200": reply("It does.", ready), "503": reply("It does not.", ready)}
    paths: Paths = {"/health/live": {"get": alive}}
    for path, id_ in (("/health/ready", "ready"), ("/health", "health"), ("/ping", "ping")):
        paths[path] = {
            "get": operation(
                id_,
                "Whether the endpoint takes requests",
                "Health",
                replies,
                (errors.NotAllowed,),
                security=_NOBODY,
            )
        }
    return paths


def _own_paths(options: ServeOptions, has_keys: bool) -> Paths:
    text = {"schema": {"type": "string"}}
    found: Paths = {}
    for path, id_, summary, kind, is_open in (
        ("/metrics", "metrics", "Metrics for Prometheus", "text/plain", "metrics" in options.open),
        ("/version", "version", "The version of what serves", "text/plain", True),
        ("/", "page", "A page to try it", "text/html", "page" in options.open),
    ):
        found[path] = {
            "get": operation(
                id_,
                summary,
                "About",
                {"200": reply(f"{summary}.", {kind: text})},
                _key_errors(has_keys and not is_open),
                security=_NOBODY if is_open else None,
            )
        }
    is_open = "page" in options.open
    found["/openapi.json"] = {
        "get": operation(
            "openapi",
            "This document",
            "About",
            {"200": reply("This document.", json_content({"type": "object"}))},
            _key_errors(has_keys and not is_open),
            security=_NOBODY if is_open else None,
        )
    }
    return found


def _changes() -> list[tuple[str, str, Schema]]:
    """Return what can be done to versions: its name, a summary, the schema of its body."""
    package = {"type": ["string", "null"], "description": "Where the package is; the candidate."}
    accept = {"type": "boolean", "description": "Whether columns may differ."}
    share = {"type": "number", "minimum": 0, "maximum": 100}
    loaded = {"package": package, "accept_changes": accept}
    return [
        ("swap", "Let a package answer, or the candidate", closed(loaded, [])),
        ("rollback", "Let the previous version answer", closed({})),
        ("shadow", "Let a candidate answer too, unheard", closed(loaded, [])),
        (
            "split",
            "Let a candidate answer a share of requests",
            closed({**loaded, "percent": share}, ["percent"]),
        ),
        ("dismiss", "Let the candidate go", closed({})),
    ]


def _admin_paths() -> Paths:
    state = json_content({"$ref": "#/components/schemas/State"})
    admin: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}]
    versions = operation(
        "versions",
        "What is loaded",
        "Versions",
        {"200": reply("What is loaded.", state)},
        (errors.KeyMissing, errors.NotAllowed),
        security=admin,
    )
    paths: Paths = {"/admin/versions": {"get": versions}}
    for name, summary, schema in _changes():
        paths[f"/admin/{name}"] = {
            "post": operation(
                name,
                summary,
                "Versions",
                {"200": reply("What is loaded now.", state)},
                CHANGES,
                body={"required": name == "split", "content": json_content(schema)},
                security=admin,
            )
        }
    return paths


def _state() -> Schema:
    version = closed(
        {
            "role": {"enum": ["current", "candidate", "previous"]},
            "version": {"type": "string"},
            "path": {"type": "string", "description": "What answers: onnx or program."},
            "place": {"type": "string"},
            "seconds_for_one_row": {"type": "number"},
        }
    )
    return closed(
        {
            "name": {"type": "string"},
            "mode": {"enum": ["off", "shadow", "split"]},
            "percent": {"type": "number"},
            "versions": listed(version),
            "changes": listed({"type": "string"}),
        },
        ["name", "mode", "percent", "versions"],
    )
