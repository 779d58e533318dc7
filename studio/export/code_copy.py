"""The source files that scoring needs, as they lie in a package's folder ``code``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from studio import paths
from studio.engine.code import code_files
from studio.registry.discovery import Registry
from studio.registry.source import Source

FOLDER = "code"
USERS = "wireloom_user_modules"
_ROOMS = ("studio.sdk", "studio.scoring", "studio.serve")
_BUILTIN = ("modules", "studio.sdk")
_PAGES = (".html", ".css", ".js")


@dataclass(frozen=True)
class CodeCopy:
    """Copied source files, and what they are called there.

    Attributes:
        files: Path in the package to content.
        modules: Id of a module to the dotted name of the file that defines it.
        distributions: Installed distributions that bring modules of the path.
    """

    files: Mapping[str, bytes]
    modules: Mapping[str, str]
    distributions: tuple[str, ...]


def copy_code(registry: Registry, modules: Iterable[str]) -> CodeCopy:
    """Return the scoring rooms of the studio and the files of some modules, with their imports.

    A module that an installed distribution brings is not copied: the distribution is required.
    """
    root = paths.root()
    rooms = [root.joinpath(*room.split(".")) for room in _ROOMS[1:]]
    starts = [file for room in rooms for file in sorted(room.rglob("*.py"))]
    pages = [f for room in rooms for f in sorted(room.rglob("*")) if f.suffix in _PAGES]
    files = {file: _place(file, root) for file in (*code_files(starts, root, _ROOMS), *pages)}
    names: dict[str, str] = {}
    distributions: set[str] = set()
    for module_id in sorted(set(modules)):
        source = registry.source(module_id)
        if source.origin == "package":
            cls = registry.get(module_id)
            names[module_id] = "" if cls is None else cls.__module__
            distributions.add(source.distribution)
        elif source.origin == "builtin":
            names[module_id] = _dotted(source.file, root)
            files |= {f: _place(f, root) for f in code_files([source.file], root, _BUILTIN)}
        else:
            names[module_id] = f"{USERS}.{source.file.stem}"
            files |= _users(source)
    content = {place: file.read_bytes() for file, place in files.items()}
    return CodeCopy(dict(sorted(content.items())), names, tuple(sorted(distributions)))


def _users(source: Source) -> dict[Path, str]:
    """Return a file of the user's folder, and those beside it that it imports."""
    found = code_files([source.file], source.root, ("",))
    return {file: f"{FOLDER}/{USERS}/{file.relative_to(source.root).as_posix()}" for file in found}


def _place(file: Path, root: Path) -> str:
    return f"{FOLDER}/{file.relative_to(root).as_posix()}"


def _dotted(file: Path, root: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts)
