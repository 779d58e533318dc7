"""What the window shows of a model package, read without loading anything of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.scoring.folder import SAMPLE, SIGNATURE
from studio.scoring.manifest import FILE, MOST_BYTES, Manifest, PackageUnreadable
from studio.scoring.signature import Signature
from studio.sdk.errors import StudioError

Read = Callable[[str], bytes]


@dataclass(frozen=True)
class PackageFacts:
    """A package as its own files describe it.

    Attributes:
        path: The folder or .zip file.
        manifest: What it is.
        signature: What it is asked with, and what it answers.
        sample: A request of real rows, as JSON text; empty where it has none.
    """

    path: Path
    manifest: Manifest
    signature: Signature
    sample: str = ""

    @property
    def title(self) -> str:
        """What the window calls it."""
        return f"{self.manifest.name} {self.manifest.version}"

    @property
    def example(self) -> Mapping[str, Mapping[str, Any]]:
        """For each input, one row of the sample request, or of what training saw.

        What a request need not have, such as the label, is missing in it.
        """
        rows = _sample_rows(self.sample, self.signature)
        return {
            name: {
                item.name: rows.get(name, {}).get(
                    item.name, item.example if item.required else None
                )
                for item in fields
            }
            for name, fields in self.signature.inputs.items()
        }


@dataclass(frozen=True)
class KnownPackages:
    """Names and versions of packages, to find a version that is free."""

    versions: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, manifests: Iterable[Manifest]) -> KnownPackages:
        """Gather the versions of each name."""
        found: dict[str, set[str]] = {}
        for manifest in manifests:
            found.setdefault(manifest.name.casefold(), set()).add(manifest.version)
        return cls({name: frozenset(versions) for name, versions in found.items()})

    def next_version(self, name: str) -> str:
        """Return the next whole number that no package of this name has passed."""
        versions = self.versions.get(name.casefold(), frozenset())
        numbers = [int(text.partition(".")[0]) for text in versions if text[:1].isdigit()
                   and text.partition(".")[0].isdigit()]  # fmt: skip
        return str(max(numbers, default=0) + 1)


def read_package(path: Path) -> PackageFacts:
    """Read what a package says of itself; raises PackageUnreadable."""
    try:
        if path.is_dir():
            return _facts(path, lambda name: _limited(path / name))
        with zipfile.ZipFile(path) as archive:
            prefix = _prefix(archive)
            return _facts(path, lambda name: _member(archive, prefix + name))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise PackageUnreadable(path=path, reason=_reason(error)) from error


def read_packages(paths: Iterable[Path]) -> list[PackageFacts]:
    """Read those of some packages that can be read."""
    found = []
    for path in paths:
        try:
            found.append(read_package(path))
        except StudioError:
            continue
    return found


def is_package(path: Path) -> bool:
    """Whether a folder or file may be a package, as far as its place tells."""
    return (path / FILE).is_file() or (path.suffix.casefold() == ".zip" and path.is_file())


def _facts(path: Path, read: Read) -> PackageFacts:
    manifest = Manifest.model_validate(json.loads(read(FILE)))
    signature = Signature.from_dict(json.loads(read(SIGNATURE)))
    sample = read(SAMPLE).decode("utf-8") if SAMPLE in manifest.files else ""
    return PackageFacts(path, manifest, signature, sample)


def _limited(file: Path) -> bytes:
    if file.stat().st_size > MOST_BYTES:
        raise ValueError(f"{file.name} is too large")
    return file.read_bytes()


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MOST_BYTES:
        raise ValueError(f"{name} is too large")
    return archive.read(name)


def _prefix(archive: zipfile.ZipFile) -> str:
    """Return the folder in an archive that the package's files are in, with its slash."""
    names = [name for name in archive.namelist() if name.rpartition("/")[2] == FILE]
    shortest = min(names, key=lambda name: name.count("/"), default="")
    if not shortest or shortest.count("/") > 1:
        raise ValueError(f"it has no {FILE}")
    return shortest.removesuffix(FILE)


def _sample_rows(sample: str, signature: Signature) -> dict[str, Mapping[str, Any]]:
    """Return the first row of each input of a sample request, whatever form it has."""
    try:
        request = json.loads(sample)
    except ValueError:
        return {}
    tables = request.get("tables") if isinstance(request, dict) else None
    tables = tables if isinstance(tables, dict) else {signature.input: request}
    found = {name: _first(table) for name, table in tables.items()}
    return {name: row for name, row in found.items() if row}


def _first(table: Any) -> Mapping[str, Any]:
    if isinstance(table, dict) and "columns" in table and table.get("rows"):
        return dict(zip(table["columns"], table["rows"][0], strict=False))
    rows = table.get("records") if isinstance(table, dict) else table
    return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such folder or file, or it is incomplete"
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]}"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
