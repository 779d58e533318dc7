"""The palette: the order of groups and modules, their icons, and words to find them by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.sdk.module import Module


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the palette.

    Attributes:
        path: Its place, levels separated by ``/``.
        place: Its number among the groups.
        icon: The name of its icon.
        search: Words under which people look for what is in it.
        first: Ids of the modules that stand before the others.
    """

    path: str
    place: int
    icon: str = ""
    search: tuple[str, ...] = ()
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Palette:
    """The groups by path, as ``palette.toml`` lists them."""

    groups: Mapping[str, Group] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Palette:
        """Read a ``palette.toml``; an absent file means that groups stand by name."""
        if not path.is_file():
            return cls()
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("group", [])
        groups = (
            Group(
                row["path"],
                place,
                row.get("icon", ""),
                tuple(row.get("search", ())),
                tuple(row.get("first", ())),
            )
            for place, row in enumerate(rows)
        )
        return cls({group.path: group for group in groups})

    def order(self, module: type[Module]) -> tuple[int, str, int, str]:
        """Return where a module stands: by its group, those listed first, then by title."""
        meta = module.meta
        group = self.groups.get(meta.group)
        if group is None:
            return len(self.groups), meta.group, 0, meta.title
        first = group.first.index(meta.id) if meta.id in group.first else len(group.first)
        return group.place, meta.group, first, meta.title
