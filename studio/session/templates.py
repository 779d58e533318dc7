"""The experiments that come with the studio, to start from."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from studio import paths
from studio.sdk.errors import StudioError


@dataclass(frozen=True, slots=True)
class Template:
    """An experiment to start from: its name, what it is called, what it shows, and its file."""

    name: str
    title: str
    summary: str
    path: Path


class TemplateUnknown(StudioError):
    """There is no template of that name."""

    code = "template_unknown"
    sentence = "There is no template “{name}”; choose one of {available}."


def templates() -> list[Template]:
    """Return the shipped templates, in the order in which they are shown."""
    folder = paths.resources() / "templates"
    listed = tomllib.loads((folder / "templates.toml").read_text(encoding="utf-8"))
    return [
        Template(name, entry["title"], entry["summary"], folder / f"{name}.experiment")
        for name, entry in listed.items()
    ]


def template(name: str) -> Template:
    """Return a template by its name or title; raises TemplateUnknown."""
    found = templates()
    by_name = {key.casefold(): item for item in found for key in (item.name, item.title)}
    if name.casefold() in by_name:
        return by_name[name.casefold()]
    near = difflib.get_close_matches(name.casefold(), list(by_name), n=3)
    available = list(dict.fromkeys(by_name[key].name for key in near)) or [t.name for t in found]
    raise TemplateUnknown(name=name, available=available)
