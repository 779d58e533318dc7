"""What can be put on the canvas: a module, or a saved or sample thing as a module already set."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QMimeData

from studio import paths
from studio.document.frozen import thaw
from studio.registry.discovery import Registry
from studio.sdk.module import Module

if TYPE_CHECKING:
    from studio.session.library import SavedItem

MIME = "application/x-wireloom-module"
SAMPLES = "Saved Datasets/Samples"
SAVED_GROUPS = {
    "dataset": "Saved Datasets/My Datasets",
    "model": "Trained Models",
    "transform": "Transforms",
}
FAILED = "Could not be loaded"
_SAMPLE_MODULE = "sample_dataset"


@dataclass(frozen=True)
class PaletteEntry:
    """One entry of the palette.

    Attributes:
        module: The module's id; empty for what could not be loaded.
        title: What is shown, and what the node is called.
        group: Its place in the tree, levels separated by ``/``.
        description: One sentence.
        icon: The name of its icon.
        words: Other words and names under which it is found.
        params: Parameters that are set when it is put on the canvas.
        problem: Why it cannot be used and how to get it, or an empty text.
        topics: Words under which its whole group is found.
        gives: The kind of its first output, or an empty text.
        saved: The thing in the library that it stands for, or None.
    """

    module: str
    title: str
    group: str
    description: str = ""
    icon: str = "box"
    words: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    topics: tuple[str, ...] = ()
    gives: str = ""
    saved: SavedItem | None = None

    @property
    def key(self) -> str:
        """What it is remembered by: the module's id, and its parameters where they are set."""
        return key_of(self.module, self.params)

    @property
    def token(self) -> str:
        """The theme's colour for it: that of what it gives."""
        return self.gives.lower() or "text_soft"

    @property
    def place(self) -> str:
        """Its group as people read it, without the levels above the last two."""
        return " › ".join(self.group.split("/")[-2:])

    def mime_data(self) -> QMimeData:
        """Return the entry as it is dragged."""
        data = {"module": self.module, "params": dict(self.params), "title": self.title}
        mime = QMimeData()
        mime.setData(MIME, QByteArray(json.dumps(data).encode()))
        mime.setText(self.title)
        return mime


def key_of(module: str, params: Mapping[str, Any]) -> str:
    """Return what a module set in some way is remembered by."""
    return f"{module} {json.dumps(thaw(params), sort_keys=True)}" if params else module


def entry_of(registry: Registry, module: type[Module]) -> PaletteEntry:
    """Return the entry of a module that is not set in any way."""
    meta = module.meta
    outputs = module.outputs()
    return PaletteEntry(
        meta.id,
        meta.title,
        meta.group,
        (module.__doc__ or "").strip().partition("\n")[0],
        _icon(registry, meta.group),
        (*meta.search, *_old_names(registry, meta.id)),
        problem=_missing(meta.libraries),
        topics=_topics(registry, meta.group),
        gives=outputs[0].kind if outputs else "",
    )


def entries(registry: Registry, saved: Iterable[SavedItem] = ()) -> list[PaletteEntry]:
    """Return everything that can be put on the canvas, in the order of the palette.

    What could not be loaded stands at the end, with the sentence that says why.
    """
    found = [entry_of(registry, cls) for cls in registry.modules() if not _is_saved(cls)]
    found += [*_samples(registry), *(_saved(registry, item) for item in saved)]
    groups = registry.palette.groups
    last = len(groups)
    found.sort(key=lambda entry: groups[entry.group].place if entry.group in groups else last)
    return found + [
        PaletteEntry("", failure.source, FAILED, failure.sentence, problem=failure.sentence)
        for failure in registry.failures
    ]


def dragged(mime: QMimeData) -> PaletteEntry | None:
    """Return the entry that is being dragged, or None where it is something else."""
    try:
        data = json.loads(bytes(mime.data(MIME).data()))
        return PaletteEntry(data["module"], data["title"], "", params=data["params"])
    except (ValueError, KeyError, TypeError):
        return None


def _is_saved(module: type[Module]) -> bool:
    """Whether a module only stands for things in the library."""
    return module.meta.id in {f"saved_{kind}" for kind in SAVED_GROUPS}


def _samples(registry: Registry) -> Iterator[PaletteEntry]:
    """Yield the sample datasets."""
    module = registry.get(_SAMPLE_MODULE)
    if module is None:
        return
    listed = (paths.resources() / "samples" / "samples.toml").read_text(encoding="utf-8")
    plain = _set_entry(registry, module, SAMPLES)
    for name, about in tomllib.loads(listed).items():
        yield replace(
            plain,
            title=about["title"],
            description=f"{about['rows']:,} rows, label: {about['label']}",
            words=(name.replace("_", " "),),
            params={"name": name},
        )


def _saved(registry: Registry, item: SavedItem) -> PaletteEntry:
    """Return the entry of a thing in the library."""
    group = SAVED_GROUPS[item.kind]
    module = registry.get(item.module)
    about = ", from ".join(part for part in (item.about, item.source) if part)
    plain = PaletteEntry(item.module, item.name, group)
    if module is not None:
        plain = _set_entry(registry, module, group)
    return replace(
        plain,
        title=item.name,
        description=about,
        params=item.params,
        saved=item,
    )


def _set_entry(registry: Registry, module: type[Module], group: str) -> PaletteEntry:
    """Return the entry of a module, for a group of things that it is set to."""
    return replace(
        entry_of(registry, module),
        group=group,
        icon=_icon(registry, group),
        words=(),
        topics=_topics(registry, group),
    )


def _icon(registry: Registry, path: str) -> str:
    group = registry.palette.groups.get(path)
    return group.icon if group is not None and group.icon else "box"


def _topics(registry: Registry, path: str) -> tuple[str, ...]:
    group = registry.palette.groups.get(path)
    return () if group is None else group.search


def _old_names(registry: Registry, module: str) -> Iterator[str]:
    """Yield what a module was called, as people read it."""
    renames = registry.renames
    for old in renames.modules:
        if renames.module(old) == module:
            yield old.replace("_", " ").title()


@cache
def _missing(libraries: tuple[str, ...]) -> str:
    """Return which libraries are not installed and how to get them, or an empty text."""
    missing = [name for name in libraries if not _is_installed(name)]
    if not missing:
        return ""
    verb = "is" if len(missing) == 1 else "are"
    names = " and ".join(missing)
    return (
        f"It needs {names}, which {verb} not installed. To get it: pip install {' '.join(missing)}"
    )


@cache
def _is_installed(library: str) -> bool:
    try:
        distribution(library)
    except PackageNotFoundError:
        return False
    return True
