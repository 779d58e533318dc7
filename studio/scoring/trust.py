"""Code that a person wrote, inside packages: which of it was allowed to run here."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.sdk.errors import StudioError

if TYPE_CHECKING:
    from studio.sdk.module import Module


class TrustNeeded(StudioError):
    """A package holds a script, and nobody said yet that it may run."""

    code = "trust_needed"
    sentence = "The package runs code that a person wrote, in “{title}” ({module})."
    hint = "Look at it in predictive.experiment; if you trust it, allow it once with --trust."


def script_hash(module: Module) -> str:
    """Return what the code in a configured module is known by: the hash of its parameters."""
    text = json.dumps([module.meta.id, module.visible()], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class TrustBook:
    """The scripts that were allowed to run, by their hashes, in a file of the person's."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def known(self) -> frozenset[str]:
        """Return the hashes of what was allowed; nothing where the file cannot be read."""
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return frozenset()
        items = found if isinstance(found, list) else []
        return frozenset(item for item in items if isinstance(item, str))

    def allow(self, hashes: Iterable[str]) -> None:
        """Remember that scripts may run; raises OSError."""
        known = sorted({*self.known(), *hashes})
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        part.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        part.replace(self.file)
