"""One module run on values: the call, and its outputs named and settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.sdk.module import Module, method_of, promised
from studio.sdk.settle import settle
from studio.sdk.table import Table

if TYPE_CHECKING:
    from studio.sdk.context import Context
    from studio.sdk.data import Value


def execute(module: Module, inputs: Mapping[str, Any], ctx: Context) -> dict[str, Value]:
    """Run a configured module and return its outputs by port, tables under the studio's schema.

    ``inputs`` has a value for each wired port; a ``many`` port has a tuple. Whatever ``run`` raises
    passes through. A table that comes out may still be unread: keeping it reads it.
    """
    arguments = {port.name: inputs.get(port.name) for port in module.inputs()}
    schemas = {n: v.schema for n, v in arguments.items() if isinstance(v, Table)}
    like = list(schemas.values())
    ports = module.outputs()
    run = method_of(module, "run")
    if run is None:
        raise TypeError(f"{type(module).__name__} has no run method")
    result = run(**arguments, ctx=ctx)
    if not ports:
        return {}
    values = tuple(result) if isinstance(result, tuple) else (result,)
    known = {port.name: schemas.get(port.name) for port in module.inputs() if port.kind == "Table"}
    promises = promised(module, known)
    outputs: dict[str, Value] = {}
    for port, value in zip(ports, values, strict=True):
        if isinstance(value, Table):
            value = settle(value, like, promises.get(port.name))
        outputs[port.name] = value
    return outputs
