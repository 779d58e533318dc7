"""The code behind a module: a hash of its file and what that imports of its distribution."""

from __future__ import annotations

import ast
import hashlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.engine.memory import Mark, Memory
from studio.registry.source import Source

_BUILTIN = ("modules", "studio.sdk")
"""What built-in modules may import of this distribution (import-linter sees to it)."""
# WORKAROUND https://github.com/python/cpython/issues/106905: two threads in ast.parse trip over
# one another ("AST constructor recursion depth mismatch"); planning and describing are two.
_PARSING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Code:
    """The hash of a module's code, and when the newest of its files changed (nanoseconds)."""

    digest: str
    newest: int


@dataclass(frozen=True, slots=True)
class _File:
    digest: str
    imported: tuple[Path, ...]
    mark: Mark


class CodeReader:
    """Reads the hashes of code without importing it; several threads may use one."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._known: dict[Path, _File] = {}
        self._looked_at: set[Path] = set()
        self._codes: dict[Path, Code] = {}
        self._found: dict[tuple[Path, str], tuple[Path, ...]] = {}

    def refresh(self) -> None:
        """Look at the files' times again when next asked; called once a planning."""
        self._looked_at.clear()
        self._codes.clear()
        self._found.clear()

    def read(self, source: Source) -> Code:
        """Return the hash of the code that a module's file needs, transitively."""
        code = self._codes.get(source.file)
        if code is None:
            code = self._codes[source.file] = self._walk(source)
        return code

    def _walk(self, source: Source) -> Code:
        packages = _packages(source)
        found: dict[Path, _File] = {}
        waiting = [source.file]
        while waiting:
            path = waiting.pop()
            if path not in found and (file := self._file(path, source.root, packages)):
                found[path] = file
                waiting.extend(file.imported)
        total = hashlib.blake2b(digest_size=16)
        for path in sorted(found):
            total.update(f"{_relative(path, source.root)} {found[path].digest}\n".encode())
        newest = max((file.mark.mtime_ns for file in found.values()), default=0)
        return Code(total.hexdigest(), newest)

    def _file(self, path: Path, root: Path, packages: tuple[str, ...]) -> _File | None:
        """Return a file's hash and what it imports of these packages; None without the file."""
        known = self._known.get(path)
        if known is not None and path in self._looked_at:
            return known
        try:
            mark = Mark.of(path)
            if known is None or known.mark != mark or not mark.settled:
                (digest, names), mark = self._memory.of_file("code", path, _read)
                known = _File(digest, tuple(self._resolve(names, path, root, packages)), mark)
        except (OSError, ValueError, SyntaxError):
            return None
        self._known[path] = known
        self._looked_at.add(path)
        return known

    def _resolve(
        self, names: list[tuple[int, str]], file: Path, root: Path, packages: tuple[str, ...]
    ) -> Iterator[Path]:
        for dotted in _dotted(names, file, root, packages):
            found = self._found.get((root, dotted))
            if found is None:
                found = self._found[root, dotted] = tuple(_files_of(root, dotted))
            yield from found


def code_files(starts: Iterable[Path], root: Path, packages: tuple[str, ...]) -> list[Path]:
    """Return some files of code and all that they import of these packages, transitively.

    ``root`` is the folder that dotted names start from; the ``__init__`` files on the way are
    among them. Raises OSError, ValueError and SyntaxError for a file that cannot be read.
    """
    found: set[Path] = set()
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for dotted in _dotted(_read(path)[1], path, root, packages):
            waiting.extend(_files_of(root, dotted))
    return sorted(found)


def _dotted(
    names: list[tuple[int, str]], file: Path, root: Path, packages: tuple[str, ...]
) -> Iterator[str]:
    """Yield the names that a file imports of these packages, each from the root."""
    for level, name in names:
        parts = name.split(".")
        if level:
            parts = [*file.parents[level - 1].relative_to(root).parts, *parts]
        dotted = ".".join(part for part in parts if part)
        if any(_inside(dotted, package) for package in packages):
            yield dotted


def _packages(source: Source) -> tuple[str, ...]:
    """Return the dotted names under which a distribution's own code lies."""
    if source.origin == "builtin":
        return _BUILTIN
    if source.file.parent == source.root:
        return ("",) if source.origin == "user" else (source.file.stem,)
    return (source.file.relative_to(source.root).parts[0],)


def _read(file: Path) -> tuple[str, list[tuple[int, str]]]:
    """Return a file's hash and the names it imports, each with its level (0 for absolute)."""
    content = file.read_bytes()
    names: dict[tuple[int, str], None] = {}
    with _PARSING:
        tree = ast.parse(content)
    for item in _imports(tree):
        if isinstance(item, ast.Import):
            names.update(((0, alias.name), None) for alias in item.names)
        else:
            base = item.module or ""
            names[item.level, base] = None
            dotted = (f"{base}.{alias.name}" if base else alias.name for alias in item.names)
            names.update(((item.level, name), None) for name in dotted)
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    return digest, list(names)


def _imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports that can happen at run time: not those for type checkers."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for other in node.orelse:
                yield from _imports(other)
        else:
            yield from _imports(node)


def _inside(dotted: str, package: str) -> bool:
    return not package or dotted == package or dotted.startswith(f"{package}.")


def _files_of(root: Path, dotted: str) -> Iterator[Path]:
    """Yield the file of a dotted name, and of the packages around it, as far as they exist."""
    path = root
    for part in dotted.split("."):
        path = path / part
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if file.is_file():
                yield file


def _relative(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
