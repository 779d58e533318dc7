"""Things that were saved under a name: datasets, models and transforms, as one file each."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from studio.sdk.errors import StudioError

SavedKind = Literal["dataset", "model", "transform"]
KINDS: tuple[SavedKind, ...] = get_args(SavedKind)
ENDINGS: Mapping[SavedKind, str] = {
    "dataset": ".arrow",
    "model": ".model",
    "transform": ".transform",
}
ABOUT = ".json"
"""The ending of the file beside each, that says what it is without opening it."""
FORMAT = 1
MAX_NAME = 100
MAX_FILES = 10_000
MAX_BYTES = 8 << 30
"""What the files of a model or transform may take unpacked; more is not ours."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20


class SavedNameWrong(StudioError):
    """A name cannot be that of a file on every system."""

    code = "saved_name_wrong"
    sentence = "“{name}” cannot be the name of something saved: {reason}."
    hint = "Choose a short name of letters, digits, blanks and dashes."


class SavedNameTaken(StudioError):
    """Something is saved under that name already."""

    code = "saved_name_taken"
    sentence = "There is a saved {kind} “{name}” already."
    hint = "Choose another name, or replace it."


class NotSavable(StudioError):
    """Only tables, models and transforms can be saved."""

    code = "not_savable"
    sentence = "What is at “{port}” cannot be saved: it is no dataset, model or transform."
    hint = "Save a dataset, a trained model or a transformation."


class SavedUnreadable(StudioError):
    """A saved model or transform is not what the studio writes."""

    code = "saved_unreadable"
    sentence = "“{path}” cannot be read: {reason}."
    hint = "Save it again from the experiment that made it."


@dataclass(frozen=True, slots=True)
class About:
    """What is known of something saved without opening it.

    Attributes:
        line: What it is, in a few words: rows and columns, or what made it.
        source: The experiment that it comes from.
        made: When it was saved, in seconds since 1970.
    """

    line: str = ""
    source: str = ""
    made: float = 0.0


def folder_of(saved: Path, kind: SavedKind) -> Path:
    """Return the folder of one kind of saved things."""
    return saved / f"{kind}s"


def checked_name(name: str) -> str:
    """Return a name as it is used for a file; raises SavedNameWrong."""
    name = name.strip()
    found = _FORBIDDEN.search(name)
    reason = ""
    if not name:
        reason = "it is empty"
    elif len(name) > MAX_NAME or len(name.encode("utf-8", "replace")) > 2 * MAX_NAME:
        reason = f"it is longer than {MAX_NAME} letters"
    elif found is not None:
        sign = found.group()
        reason = f"it holds {sign}" if sign.isprintable() else "it holds a sign that is not shown"
    elif name.startswith(".") or name.endswith("."):
        reason = "it begins or ends with a point"
    elif _RESERVED.fullmatch(name):
        reason = "some systems keep this name for themselves"
    if reason:
        raise SavedNameWrong(name=name, reason=reason)
    return name


def name_like(text: str, ending: str = "") -> str:
    """Return a name that can be a file's on every system, as like the text as can be."""
    plain = " ".join(_FORBIDDEN.sub(" ", text).split()).strip(".")
    kept = plain[: MAX_NAME - len(ending)]
    while len(f"{kept}{ending}".encode("utf-8", "replace")) > 2 * MAX_NAME:
        kept = kept[:-1]
    kept = kept.strip() or "Untitled"
    return f"{kept}{ending}" if not _RESERVED.fullmatch(f"{kept}{ending}") else f"{kept} -{ending}"


def place_for(saved: Path, kind: SavedKind, name: str, *, replace: bool = False) -> Path:
    """Return where something of that name is to be saved; raises SavedNameWrong, SavedNameTaken.

    Names that differ in capitals only are the same: they are on some systems.
    """
    folder, ending = folder_of(saved, kind), ENDINGS[kind]
    path = folder / (checked_name(name) + ending)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    taken = [one for one in folder.iterdir() if one.name.casefold() == path.name.casefold()]
    if taken and not replace:
        raise SavedNameTaken(kind=kind, name=taken[0].stem)
    return taken[0] if taken else path


def write_saved(path: Path, write: Callable[[Path], None], about: About) -> None:
    """Write a file and what is said about it, each whole or not at all; raises OSError."""
    _write_whole(path, write)
    text = json.dumps({"format": FORMAT, **asdict(about)}, ensure_ascii=False, indent=1)
    _write_whole(path.with_suffix(ABOUT), lambda part: _write_text(part, text))


def read_about(path: Path) -> About | None:
    """Return what is said about a saved file, or None where nothing readable is."""
    try:
        data = json.loads(path.with_suffix(ABOUT).read_bytes())
        return About(str(data["line"]), str(data["source"]), float(data["made"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def pack(folder: Path, path: Path) -> None:
    """Write a folder into a new zip file; equal folders give equal bytes."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            item = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EPOCH)
            item.compress_type = zipfile.ZIP_DEFLATED
            item.external_attr = 0o600 << 16
            with file.open("rb") as source, packed.open(item, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, _BLOCK)


def unpack(path: Path, folder: Path, name: str = "") -> None:
    """Unpack what :func:`pack` wrote into an empty folder; raises SavedUnreadable.

    ``name`` is what a person calls the file. Nothing is written outside the folder, and no more
    than a model can be.
    """
    shown = name or str(path)
    try:
        with zipfile.ZipFile(path) as packed:
            items = packed.infolist()
            if len(items) > MAX_FILES or sum(item.file_size for item in items) > MAX_BYTES:
                raise SavedUnreadable(path=shown, reason="it holds more than a model can")
            for item in items:
                _unpack_one(packed, item, folder, shown)
    except OSError as error:
        raise SavedUnreadable(path=shown, reason=error.strerror or str(error)) from error
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise SavedUnreadable(path=shown, reason="it is damaged or no file of ours") from error


def _unpack_one(packed: zipfile.ZipFile, item: zipfile.ZipInfo, folder: Path, shown: str) -> None:
    parts = item.filename.split("/")
    if any(_FORBIDDEN.search(part) or part in ("", ".", "..") for part in parts):
        raise SavedUnreadable(path=shown, reason="it holds a file with a path that is not ours")
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = item.file_size
    with packed.open(item) as source, target.open("xb") as file:
        while block := source.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise SavedUnreadable(path=shown, reason="it holds more than it says")
            file.write(block)


def _write_whole(path: Path, write: Callable[[Path], None]) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.saving")
    try:
        write(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def line_about(description: Mapping[str, Any], title: str) -> str:
    """Return a line about a value from what was said when it was kept."""
    kind = description["kind"]
    if kind == "Table":
        columns = [c for c in description["schema"] if c.get("role") != "origin"]
        return f"{_many(description['rows'], 'row')} × {_many(len(columns), 'column')}"
    if kind == "Model":
        label = description["label"]
        what = f"predicts {label['name']}" if label else "finds clusters"
        return f"{title}, {what} from {_many(len(description['features']), 'column')}"
    return f"{title}, on {_many(len(description['reads']), 'column')}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
