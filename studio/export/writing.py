"""A package put where the person wants it: a folder or a .zip file, whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.document.atomic import said
from studio.scoring.manifest import FILE
from studio.sdk.errors import StudioError
from studio.sdk.saved import pack

ZIP = ".zip"


class PackageExists(StudioError):
    """There is something already where a package is to be written."""

    code = "package_exists"
    sentence = "“{path}” exists already{what}."
    hint = "Choose another place{replace}."


class PackageNotWritten(StudioError):
    """A package could not be written."""

    code = "package_not_written"
    sentence = "The package could not be written to “{path}”: {reason}."
    hint = "Choose another place, or make room there."


@contextmanager
def new_package(out: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give an empty folder, and put what is in it where the package belongs when all went well.

    ``out`` is a folder, or a file that ends in .zip. What is there already is replaced only if it
    is a package, and only if asked to. Raises PackageExists and PackageNotWritten.
    """
    out = out.absolute()
    refuse_taken(out, replace=replace)
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.writing")
    old = out.with_name(f".{out.name}.{secrets.token_hex(4)}.old")
    try:
        part.mkdir(parents=True)
        yield part
        finished = _packed(part) if out.suffix == ZIP else part
        with suppress(FileNotFoundError):
            out.rename(old)
        finished.rename(out)
    except OSError as error:
        with suppress(OSError):
            old.rename(out)
        raise PackageNotWritten(path=out, reason=said(error)) from error
    finally:
        for left in (part, _zip_of(part), old):
            _remove(left)


def refuse_taken(out: Path, *, replace: bool = False) -> None:
    """Raise PackageExists where a package cannot be put without losing what is there."""
    if not out.exists():
        return
    is_package = out.suffix == ZIP if out.is_file() else (out / FILE).is_file()
    if not is_package and (out.is_file() or any(out.iterdir())):
        raise PackageExists(path=out, what=" and is no package", replace="")
    if not replace and is_package:
        raise PackageExists(path=out, what="", replace=", or replace it")


def _packed(folder: Path) -> Path:
    file = _zip_of(folder)
    pack(folder, file)
    return file


def _zip_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{ZIP}")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
