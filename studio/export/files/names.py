"""Names: what a package is called where only letters, digits and hyphens may stand."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

_LONGEST = 40
"""A Kubernetes name has 63 signs; what is added to it needs the rest."""


def resource_name(name: str) -> str:
    """Return a name for images and Kubernetes' objects: lower-case letters, digits and hyphens.

    It begins with a letter. Where a name has letters that cannot stand in it, a part of its hash
    keeps it apart from others.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    lost = any(sign.isalnum() for sign in name if not _folded(sign))
    if lost or not words:
        words = f"{words[: _LONGEST - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    if not words[0].isalpha():
        words = f"model-{words.lstrip('-')}"
    return words[:_LONGEST].rstrip("-")


def version_tag(version: str) -> str:
    """Return a version as image tags and labels may have it."""
    return re.sub(r"[^0-9A-Za-z_.-]", "-", version)[:63].strip("._-")


def inference_path(name: str) -> str:
    """Return where the Open Inference Protocol's clients ask a package of this name."""
    return f"/v2/models/{quote(name, safe='')}/infer"


def _folded(sign: str) -> str:
    """Return what is left of a sign without its accents; empty where nothing is."""
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
