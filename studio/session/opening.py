"""Packages opened by the installed studio: by its own code, and with the scripts it may run."""

from __future__ import annotations

from pathlib import Path

from studio import paths
from studio.registry.discovery import open_registry
from studio.scoring.folder import Package, open_package
from studio.scoring.trust import TrustBook


def trust_book() -> TrustBook:
    """Return the scripts that this user has allowed to run."""
    return TrustBook(paths.user_data() / "trusted_scripts.json")


def open_trusted(path: Path, *, trust: bool = False, everything: bool = False) -> Package:
    """Return a package, checked; its code is the installed studio's, never its own copy.

    With ``trust`` its scripts may run from now on; with ``everything`` this once. Raises
    PackageUnreadable and PackageChanged.
    """
    open_registry()
    if everything:
        return open_package(path, None)
    book = trust_book()
    package = open_package(path, book.known())
    if trust and package.manifest.trust:
        book.allow(item.hash for item in package.manifest.trust)
        package = open_package(path, book.known())
    return package
