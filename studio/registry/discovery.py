"""The modules that exist: built in, installed, in the user's folder; failures are kept."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from studio import paths
from studio.registry.palette import Palette
from studio.registry.renames import Renames
from studio.registry.source import Failure, Origin, Source
from studio.sdk.module import Module
from studio.sdk.transform import find_modules

ENTRY_POINTS = "wireloom.modules"
BUILTIN = "modules"


class Registry:
    """The modules that exist, by id, and what could not be loaded."""

    def __init__(self, renames: Renames | None = None, palette: Palette | None = None) -> None:
        self.failures: list[Failure] = []
        self.renames = renames or Renames()
        self.palette = palette or Palette()
        self._classes: dict[str, type[Module]] = {}
        self._sources: dict[str, Source] = {}

    @classmethod
    def of(cls, *classes: type[Module], renames: Renames | None = None) -> Registry:
        """Return a registry of just these classes."""
        registry = cls(renames)
        for item in classes:
            file = Path(inspect.getfile(item)).resolve()
            registry.add(item, Source("given", file.stem, file, file.parent))
        return registry

    def add(self, item: type[Module], source: Source) -> None:
        """Add a class; one whose id is taken, or whose declaration does not hold, is a failure."""
        name = f"{source.distribution}: {item.__name__}"
        try:
            module_id = item.meta.id
            item.inputs(), item.outputs(), item.parameters()
        except (AttributeError, TypeError, NameError, ValueError) as error:
            self.failures.append(Failure(name, f"The module cannot be read: {error}."))
            return
        if module_id in self._classes:
            taken = self._sources[module_id].distribution
            sentence = f"The id “{module_id}” is already used by a module of {taken}."
            self.failures.append(Failure(name, sentence))
            return
        self._classes[module_id] = item
        self._sources[module_id] = source

    def get(self, module_id: str) -> type[Module] | None:
        """Return the class of that id, or of what that id is called now; else None."""
        return self._classes.get(self.renames.module(module_id))

    def modules(self) -> list[type[Module]]:
        """Return every class in the order of the palette."""
        return sorted(self._classes.values(), key=self.palette.order)

    def source(self, module_id: str) -> Source:
        """Return where a module comes from; raises KeyError for an unknown id."""
        return self._sources[self.renames.module(module_id)]

    def rename(self, module_id: str, params: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return a module's current id and its parameters under their current names."""
        current = self.renames.module(module_id)
        return current, self.renames.params(current, params)


@cache
def open_registry(user_folder: Path | None = None) -> Registry:
    """Return the registry of all modules: built in, entry points, the user's folder.

    Importing a module's file runs none of its methods and imports no library; a file that fails is
    reported in ``failures`` and stops nothing.
    """
    folder = Path(str(_own_package().__file__)).parent
    registry = Registry(
        Renames.read(folder / "renames.toml"), Palette.read(folder / "palette.toml")
    )
    own = paths.root()
    for file in _python_files(own / BUILTIN):
        _add_from(registry, f"{BUILTIN}.{file.stem}", "builtin", "wireloom", own)
    for entry in entry_points(group=ENTRY_POINTS):
        if entry.value != BUILTIN:
            _add_entry(registry, entry)
    users = user_folder or paths.user_modules()
    try:
        files = _python_files(users)
    except OSError as error:
        registry.failures.append(Failure(str(users), f"It could not be read: {error.strerror}."))
        files = []
    for file in files:
        _add_file(registry, file)
    find_modules(registry.get)
    return registry


def _own_package() -> ModuleType:
    """Import the package of built-in modules from beside the studio, whatever else is called so."""
    folder = paths.root() / BUILTIN
    loaded = sys.modules.get(BUILTIN)
    if loaded is not None and loaded.__file__ and Path(loaded.__file__).resolve().parent == folder:
        return loaded
    init = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        BUILTIN, init, submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"the built-in modules are not in {folder}")
    package = importlib.util.module_from_spec(spec)
    sys.modules[BUILTIN] = package
    spec.loader.exec_module(package)
    return package


def _python_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.glob("*.py") if not file.name.startswith("_"))


def _add_entry(registry: Registry, entry: EntryPoint) -> None:
    distribution = entry.dist.name if entry.dist is not None else entry.value
    try:
        package = entry.load()
        root = Path(str(package.__file__)).resolve().parent
        names = [package.__name__]
        if hasattr(package, "__path__"):
            names += [f"{package.__name__}.{file.stem}" for file in _python_files(root)]
    except (Exception, SystemExit) as error:
        registry.failures.append(Failure(distribution, f"It could not be loaded: {error}."))
        return
    for name in names:
        _add_from(registry, name, "package", distribution, root.parent)


def _add_from(registry: Registry, name: str, origin: Origin, dist: str, root: Path) -> None:
    """Import one Python file by its dotted name and add the modules that it defines."""
    try:
        loaded = importlib.import_module(name)
    except (Exception, SystemExit) as error:
        registry.failures.append(Failure(name, f"It could not be loaded: {error}."))
        return
    file = Path(str(loaded.__file__)).resolve()
    for item in _defined(loaded):
        registry.add(item, Source(origin, dist, file, root))


def _add_file(registry: Registry, file: Path) -> None:
    """Load one file of the user's folder under a name of its own and add its modules."""
    name = f"wireloom_user_modules.{file.stem}"
    try:
        spec = importlib.util.spec_from_file_location(name, file)
        if spec is None or spec.loader is None:
            return
        loaded = importlib.util.module_from_spec(spec)
        sys.modules[name] = loaded
        spec.loader.exec_module(loaded)
    except (Exception, SystemExit) as error:
        sys.modules.pop(name, None)
        registry.failures.append(Failure(str(file), f"It could not be loaded: {error}."))
        return
    for item in _defined(loaded):
        registry.add(item, Source("user", file.name, file.resolve(), file.parent.resolve()))


def _defined(loaded: ModuleType) -> Iterator[type[Module]]:
    """Yield the module classes that a file defines itself, in the order in which it does."""
    for item in vars(loaded).values():
        if not (isinstance(item, type) and issubclass(item, Module)):
            continue
        if item.__module__ == loaded.__name__ and hasattr(item, "meta"):
            yield item
