"""The Open Inference Protocol's addresses, in an OpenAPI document."""

from __future__ import annotations

from typing import Any

from studio.serve import errors
from studio.serve.about.operations import ROWS, Paths, json_content, operation, reply
from studio.serve.about.schemas import Schema, closed, listed
from studio.serve.asking.inference import model_metadata
from studio.serve.version import Version

Parameters = tuple[dict[str, Any], ...]

_TAG = "Open Inference Protocol v2"
_SHAPE = listed({"type": "integer", "minimum": 0}, minItems=1, maxItems=2)


def inference_paths(version: Version, *, has_keys: bool) -> Paths:
    """Return the addresses below ``/v2``."""
    wrong = (errors.NotAllowed,)
    name = {"name": "name", "in": "path", "required": True, "schema": {"const": version.name}}
    number = {
        "name": "version",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "example": version.version,
    }
    return {
        "/v2": {"get": _get("v2", "What the server is", json_content(_server()), wrong, True)},
        "/v2/health/live": {
            "get": _get("v2_live", "Whether the process answers", _live(), wrong, True)
        },
        "/v2/health/ready": {"get": _ready("v2_ready", wrong, (), _is_ready())},
        **_model_paths("/v2/models/{name}", "model", (name,), version, has_keys),
        **_model_paths(
            "/v2/models/{name}/versions/{version}",
            "model_version",
            (name, number),
            version,
            has_keys,
        ),
    }


def _model_paths(
    base: str, id_: str, parameters: Parameters, version: Version, has_keys: bool
) -> Paths:
    key = (errors.KeyMissing,) if has_keys else ()
    found = (errors.NotFound, errors.NotAllowed)
    metadata = model_metadata(version, [version.version])
    answer = json_content(_metadata(), {"model": {"value": metadata}})
    about = "What the package takes and gives"
    infer = operation(
        f"{id_}_infer",
        "Score rows as tensors, one a column",
        _TAG,
        {"200": reply("The outputs as tensors.", _content(_answered()))},
        (*ROWS, *found, *key),
        body={"required": True, "content": _content(_asked(version), _example(version))},
        parameters=parameters,
        error="InferenceError",
    )
    return {
        base: {"get": _get(id_, about, answer, (*found, *key), False, parameters)},
        f"{base}/ready": {"get": _ready(f"{id_}_ready", found, parameters, _model_is_ready())},
        f"{base}/infer": {"post": infer},
    }


def _get(
    id_: str,
    summary: str,
    content: dict[str, Any],
    wrong: tuple[type[errors.RequestWrong], ...],
    is_open: bool,
    parameters: Parameters = (),
) -> dict[str, Any]:
    return operation(
        id_,
        summary,
        _TAG,
        {"200": reply(f"{summary}.", content)},
        wrong,
        parameters=parameters,
        security=[] if is_open else None,
        error="InferenceError",
    )


def _ready(
    id_: str,
    wrong: tuple[type[errors.RequestWrong], ...],
    parameters: Parameters,
    content: dict[str, Any],
) -> dict[str, Any]:
    return operation(
        id_,
        "Whether requests are taken",
        _TAG,
        {"200": reply("They are.", content), "503": reply("They are not.", content)},
        wrong,
        parameters=parameters,
        security=[],
        error="InferenceError",
    )


def _live() -> dict[str, Any]:
    return json_content(closed({"live": {"const": True}}))


def _is_ready() -> dict[str, Any]:
    return json_content(closed({"ready": {"type": "boolean"}}))


def _model_is_ready() -> dict[str, Any]:
    return json_content(closed({"name": {"type": "string"}, "ready": {"type": "boolean"}}))


def _content(schema: Schema, examples: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return JSON, or JSON with tensors as bytes behind it."""
    return {**json_content(schema, examples), "application/octet-stream": {"schema": {}}}


def _server() -> Schema:
    text: Schema = {"type": "string"}
    return closed({"name": text, "version": text, "extensions": listed(text)})


def _metadata() -> Schema:
    text: Schema = {"type": "string"}
    tensor = closed({"name": text, "datatype": text, "shape": listed({"type": "integer"})})
    tensors = listed(tensor)
    names = {"name": text, "versions": listed(text), "platform": text}
    return closed({**names, "inputs": tensors, "outputs": tensors})


def _asked(version: Version) -> Schema:
    metadata = model_metadata(version, ())
    inputs = {"enum": [tensor["name"] for tensor in metadata["inputs"]]}
    outputs = {"enum": [tensor["name"] for tensor in metadata["outputs"]]}
    tensor = {
        "type": "object",
        "properties": {
            "name": inputs,
            "datatype": {"type": "string"},
            "shape": _SHAPE,
            "data": {"type": "array"},
            "parameters": {"type": ["object", "null"]},
        },
        "required": ["name", "datatype", "shape"],
    }
    wanted = {
        "type": "object",
        "properties": {"name": outputs, "parameters": {"type": ["object", "null"]}},
        "required": ["name"],
    }
    return closed(
        {
            "id": {"type": "string"},
            "model_name": {},
            "model_version": {},
            "parameters": {"type": ["object", "null"]},
            "inputs": listed(tensor, minItems=1),
            "outputs": {"anyOf": [listed(wanted), {"type": "null"}]},
        },
        ["inputs"],
    )


def _answered() -> Schema:
    text: Schema = {"type": "string"}
    tensor = {
        "type": "object",
        "properties": {"name": text, "datatype": text, "shape": _SHAPE, "data": {"type": "array"}},
        "required": ["name", "datatype", "shape"],
    }
    names = {"model_name": text, "model_version": text, "id": text}
    return closed({**names, "outputs": listed(tensor)}, ["model_name", "model_version", "outputs"])


def _example(version: Version) -> dict[str, Any]:
    inputs = version.signature.inputs
    tensors = model_metadata(version, ())["inputs"]
    values = [field.example for fields in inputs.values() for field in fields]
    named = zip(tensors, values, strict=True)
    data = [tensor | {"shape": [1], "data": [value]} for tensor, value in named]
    given = version.signature.needed
    return {"tensors": {"value": {"inputs": data, **({"parameters": given} if given else {})}}}
