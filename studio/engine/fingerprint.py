"""The fingerprint of a node: the key under which its result is kept, and its parts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any

from studio.sdk.module import Module

Source = tuple[str, str]
"""The key of a result and the port of it."""


LIBRARIES = ("wireloom", "numpy", "pandas", "pyarrow", "duckdb", "scikit-learn", "lightgbm")
"""The libraries whose versions are noted with every run and every bug."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A cache key and the parts that it is the hash of."""

    key: str
    parts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else than its parameters a node's result depends on.

    Attributes:
        code: Hash of the module's code.
        seed: The experiment's seed.
        ranges: What a tuner may try, by parameter.
        inputs: Port -> results linked to it, in order.
        files: Path as the person wrote it -> hash of the content (or, for a module that writes, the
            full path).
        fetched: When an external source was last fetched; empty for others.
    """

    code: str
    seed: int = 0
    ranges: Mapping[str, Any] | None = None
    inputs: Mapping[str, Sequence[Source]] | None = None
    files: Mapping[str, str] | None = None
    fetched: str = ""


def fingerprint(module: Module, around: Surroundings) -> Fingerprint:
    """Return the fingerprint of a configured module in its surroundings."""
    meta = module.meta
    params = module.visible()
    seed = params.get("seed")
    files = _by_parameter(module, params, around.files or {})
    parts: dict[str, Any] = {
        "module": meta.id,
        "version": meta.version,
        "code": around.code,
        "params": params,
        "ranges": dict(around.ranges or {}),
        "inputs": {
            port: [f"{key}:{name}" for key, name in sources]
            for port, sources in (around.inputs or {}).items()
        },
        "seed": effective_seed(around.seed, meta.id, seed) if meta.seeded else None,
        "libraries": {name: library_version(name) for name in meta.libraries},
        "files": files,
        "fetched": around.fetched,
    }
    return Fingerprint(digest(parts), parts)


def _by_parameter(
    module: Module, params: dict[str, Any], files: Mapping[str, str]
) -> dict[str, str]:
    """Return the files by the parameter that names them, leaving only the ending in ``params``.

    A file's content is in the key, so that it may be moved, or named from another folder.
    """
    named = dict(files)
    found: dict[str, str] = {}
    for item in module.parameters():
        name = params.get(item.name)
        if item.kind == "file" and isinstance(name, str) and name in files:
            found[item.name] = files[name]
            named.pop(name, None)
            params[item.name] = "".join(PurePath(name).suffixes).lower()
    return named | found


def effective_seed(experiment_seed: int, module_id: str, seed: object) -> int:
    """Return the seed a node draws from, 31 bits; equal nodes of an experiment draw equally."""
    return int(digest([experiment_seed, module_id, seed])[:8], 16) & 0x7FFFFFFF


def digest(parts: object) -> str:
    """Return the hash of JSON-able data, whatever the order of its keys."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


@cache
def library_version(name: str) -> str:
    """Return the version of an installed distribution, or an empty string."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


_SIMPLE = {"module": "module", "version": "module version", "code": "code", "seed": "seed"}
_NAMED = {
    "params": "parameter", "ranges": "range", "inputs": "input", "libraries": "library",
    "files": "file",
}  # fmt: skip


def explain(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which parts of the key differ: "parameter fraction", "input dataset", "code", …"""
    changed = [label for part, label in _SIMPLE.items() if old.get(part) != new.get(part)]
    if old.get("fetched") != new.get("fetched"):
        changed.append("fetched again")
    for part, label in _NAMED.items():
        before, after = old.get(part) or {}, new.get(part) or {}
        changed.extend(
            f"{label} {name}"
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name) or (name in before) != (name in after)
        )
    return tuple(changed)
