"""The modules that a package brings: how it finds them where the studio is not installed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

from studio.sdk.module import Module


def finder(places: Mapping[str, str]) -> Callable[[str], type[Module] | None]:
    """Return how modules are found by their id in the files of a package.

    ``places`` has the dotted name of the file that defines each; see :attr:`Manifest.modules`.
    """

    def find(module_id: str) -> type[Module] | None:
        place = places.get(module_id)
        if place is None:
            return None
        defined = vars(importlib.import_module(place)).values()
        modules = (item for item in defined if isinstance(item, type) and issubclass(item, Module))
        return next((cls for cls in modules if _id(cls) == module_id), None)

    return find


def _id(cls: type[Module]) -> str:
    return cls.meta.id if hasattr(cls, "meta") else ""
