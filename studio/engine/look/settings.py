"""The parameters of a learner as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.engine.look.cells import plain
from studio.sdk.module import read_params
from studio.sdk.transform import find_module

MAX_ITEMS = 1000
"""So many entries a list of an answer has at most."""


def title_of(module_id: str) -> str:
    """Return what people call a module; its id where it is not installed."""
    cls = find_module(module_id)
    return module_id if cls is None else cls.meta.title


def labelled(module_id: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters that count, each with its label and whether it was left as it stood."""
    cls = find_module(module_id)
    module = None if cls is None else read_params(cls, params)[0]
    if module is None:
        return [setting(name, name, value, is_default=False) for name, value in params.items()]
    shown = module.visible()
    return [
        setting(item.name, item.label, shown[item.name], is_default=_is_default(module, item.name))
        for item in module.parameters()
        if item.name in shown
    ]


def setting(name: str, label: str, value: Any, *, is_default: bool) -> dict[str, Any]:
    """Return one line of a table of settings."""
    return {"name": name, "label": label, "value": plain(value), "is_default": is_default}


def fact(name: str, value: Any) -> dict[str, Any]:
    """Return one line of what is known, its label made from a name in the code."""
    return {"label": spoken(name), "value": plain(value)}


def spoken(name: str) -> str:
    """Return a name from the code as a label."""
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def _is_default(module: Any, name: str) -> bool:
    item = module.parameter(name)
    return not item.required and bool(getattr(module, name) == item.default)
