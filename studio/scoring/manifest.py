"""The manifest of a package: what it is, what is in it, and the hash of each file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from studio.sdk.errors import StudioError

FILE = "manifest.json"
FORMAT = 1
MOST_BYTES = 16 << 20
"""What a manifest may take; more is not ours."""
_BLOCK = 1 << 20
_PART = re.compile(r"[^<>:\"/\\|?*\x00-\x1f\x7f]+")


class PackageUnreadable(StudioError):
    """A folder or file is no package, or not one that this version reads."""

    code = "package_unreadable"
    sentence = "“{path}” is no model package that can be read: {reason}."
    hint = "Choose a folder or .zip file that “wireloom package” wrote."


class PackageChanged(StudioError):
    """A file of a package is not what its manifest says."""

    code = "package_changed"
    sentence = "The package “{path}” was changed after it was made: {reason}."
    hint = "Use it only if you know why; make it again from its experiment otherwise."


class Trusted(BaseModel):
    """A step that runs code which a person wrote: its title, and the hash of its parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    module: str
    hash: str


class Manifest(BaseModel):
    """What is known of a package without loading anything.

    Attributes:
        name, version: What it is called; versions count from 1.
        description: What it is for.
        experiment: The id of the experiment that it was made from.
        run: What is known of the run that trained it: data and code hashes, seed, rows.
        metrics: Figures of the training's reports, by report.
        paths: What can answer, the quickest first: “onnx” (the whole path as one graph), “mixed”
            (the numpy program with graphs for models), “program”.
        graphs: The graphs that answer for models, by the node of their step.
        conversion: Why a path is missing, and what the gate counted.
        libraries: The distributions that scoring needs, with their versions.
        modules: Where the modules of the path are defined: id to dotted name.
        trust: Steps that run code which a person wrote.
        tables: Frozen side tables: file, title, rows, bytes.
        previous: The version that it follows, where it was made by retraining.
        files: The hash of each file.
        content: The hash of all of these: what the package is known by.
        made: Who made it, when and with what; the one part that differs between equal packages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    name: str = Field(min_length=1, max_length=200)
    version: str = Field(min_length=1, max_length=50, pattern=r"^[0-9A-Za-z][0-9A-Za-z._+-]*$")
    description: str = ""
    experiment: str = ""
    run: Mapping[str, Any] = {}
    metrics: Mapping[str, Mapping[str, float | None]] = {}
    paths: tuple[str, ...] = ("program",)
    graphs: Mapping[str, str] = {}
    conversion: Mapping[str, Any] = {}
    libraries: Mapping[str, str] = {}
    modules: Mapping[str, str] = {}
    trust: tuple[Trusted, ...] = ()
    tables: tuple[Mapping[str, Any], ...] = ()
    previous: str | None = None
    files: Mapping[str, str] = {}
    content: str = ""
    made: Mapping[str, Any] = {}

    @field_validator("files")
    @classmethod
    def _inside(cls, files: Mapping[str, str]) -> Mapping[str, str]:
        for name in files:
            parts = name.split("/")
            if any(part in (".", "..") or not _PART.fullmatch(part) for part in parts):
                raise ValueError(f"the path “{name}” leads out of the package")
        return files

    def to_json(self) -> str:
        """Return the manifest as text; equal manifests give equal text."""
        data = self.model_dump(mode="json")
        return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Return the manifest of a package's folder; raises PackageUnreadable."""
        file = path / FILE
        try:
            if file.stat().st_size > MOST_BYTES:
                raise PackageUnreadable(path=path, reason="its manifest is too large")
            data = json.loads(file.read_text(encoding="utf-8"))
            if data.get("format") != FORMAT:
                reason = f"its format is {data.get('format')}, and {FORMAT} is known"
                raise PackageUnreadable(path=path, reason=reason)
            return cls.model_validate(data)
        except FileNotFoundError as error:
            raise PackageUnreadable(path=path, reason=f"it has no {FILE}") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise PackageUnreadable(path=path, reason=f"{place}: {first['msg']}") from error
        except (OSError, ValueError, AttributeError, RecursionError) as error:
            raise PackageUnreadable(path=path, reason=str(error)[:200]) from error

    def check(self, path: Path) -> None:
        """Raise PackageChanged unless every file is there and as it was written.

        Links are refused: a package is files.
        """
        if content_hash(self.files) != self.content:
            raise PackageChanged(path=path, reason="its list of files is another one")
        for name, expected in self.files.items():
            file = path / name
            if any(part.is_symlink() for part in (file, *list(file.parents)[: name.count("/")])):
                raise PackageChanged(path=path, reason=f"“{name}” is a link")
            try:
                found = file_hash(file)
            except OSError as error:
                reason = f"“{name}” cannot be read ({error.strerror or error})"
                raise PackageChanged(path=path, reason=reason) from error
            if found != expected:
                raise PackageChanged(path=path, reason=f"“{name}” is another file")


def file_hash(file: Path) -> str:
    """Return the SHA-256 of a file's content."""
    total = hashlib.sha256()
    with file.open("rb") as source:
        while block := source.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def content_hash(files: Mapping[str, str]) -> str:
    """Return the SHA-256 of a list of files and their hashes."""
    lines = "".join(f"{digest} {name}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
