"""Identity: what answers depend on, so that work is only resumed where it would go on the same."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.scoring.scorer import Scorer
from studio.serve.batch.errors import ResumeRefused
from studio.serve.batch.options import BatchOptions
from studio.serve.batch.stream import reading

FORMAT = 3
_HEAD = 1 << 20
_CHANGED = {
    "format": "it was begun by another version of the program",
    "source": "the file to score has changed",
    "package": "it was begun with another package",
    "options": "it was begun with other options",
}


def work_identity(scorer: Scorer, options: BatchOptions) -> dict[str, Any]:
    """Return what answers depend on besides the file, as JSON-able data."""
    import hashlib

    signature = json.dumps(scorer.signature.to_dict(), sort_keys=True)
    identity = {
        "format": FORMAT,
        "package": {
            "name": scorer.name,
            "version": scorer.version,
            "path": scorer.path,
            "signature": hashlib.sha256(signature.encode()).hexdigest(),
        },
        "options": options.shaping(),
    }
    return dict(json.loads(json.dumps(identity)))


def source_identity(path: Path) -> dict[str, Any]:
    """Return what tells a file from another, and from what it was before.

    That is its name, size, time and first megabyte. Raises SourceUnreadable.
    """
    import hashlib

    with reading(path.name), path.open("rb") as file:
        found = os.fstat(file.fileno())
        head = hashlib.sha256(file.read(_HEAD)).hexdigest()
    return {"name": path.name, "size": found.st_size, "time": found.st_mtime_ns, "head": head}


def require_same(begun: Mapping[str, Any], identity: Mapping[str, Any], name: str) -> None:
    """Raise ResumeRefused where something else was begun."""
    for key, reason in _CHANGED.items():
        if begun.get(key) != identity.get(key):
            raise ResumeRefused(name=name, reason=reason)
