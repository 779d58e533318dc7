"""Old names of modules, parameters and ports, and what they are called now."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Renames:
    """Renames as data: ``[modules]`` old = new; ``[parameters.ID]``, ``[ports.ID]`` by new id."""

    modules: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ports: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Renames:
        """Read a ``renames.toml``; an absent file means that nothing was renamed."""
        if not path.is_file():
            return cls()
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(data.get("modules", {}), data.get("parameters", {}), data.get("ports", {}))

    def module(self, module_id: str) -> str:
        """Return the current id of a module, following renames of renames."""
        seen: set[str] = set()
        while module_id in self.modules and module_id not in seen:
            seen.add(module_id)
            module_id = self.modules[module_id]
        return module_id

    def params(self, module_id: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return parameters under their current names; ``module_id`` is the current id."""
        names = self.parameters.get(module_id, {})
        return {names.get(name, name): value for name, value in params.items()}

    def port(self, module_id: str, port: str) -> str:
        """Return the current name of a port; ``module_id`` is the current id."""
        return self.ports.get(module_id, {}).get(port, port)
