"""Licences: the project's own text, and what distributions say of theirs."""

from __future__ import annotations

from importlib.metadata import Distribution, distribution

_LONGEST = 60
"""A licence's name; what is longer is its text."""
_PROJECT = "wireloom"
_SITE = ("homepage", "home", "home-page", "source", "repository", "github")


def project_licence() -> str:
    """Return the text of the licence of the code in a package."""
    found = distribution(_PROJECT)
    text = found.read_text("licenses/LICENSE")
    if text is None:
        raise FileNotFoundError(f"{_PROJECT} {found.version} is installed without its licence")
    return text


def licence_of(found: Distribution) -> str:
    """Return the name of a distribution's licence, from its metadata or its licence's first line.

    Metadata have it as an SPDX expression, as classifiers, or as free text.
    """
    expression = _entry(found, "License-Expression")
    if expression:
        return expression
    classified = [
        line.rpartition("::")[2].strip()
        for line in found.metadata.get_all("Classifier") or ()
        if line.startswith("License ::") and line.count("::") > 1
    ]
    if classified:
        return " or ".join(sorted(classified))
    for text in (_entry(found, "License"), _own_text(found)):
        first = text.strip().partition("\n")[0].strip()
        if 0 < len(first) <= _LONGEST:
            return first
    return "see its own files"


def home_of(found: Distribution) -> str:
    """Return the address of a distribution's page; empty where it names none."""
    named = [line.partition(",") for line in found.metadata.get_all("Project-URL") or ()]
    by_label = {label.strip().lower(): address.strip() for label, _, address in named}
    pages = (by_label[label] for label in _SITE if label in by_label)
    return _entry(found, "Home-page") or next(pages, "")


def _own_text(found: Distribution) -> str:
    names = sorted(found.metadata.get_all("License-File") or ())
    texts = (found.read_text(place) for name in names for place in (f"licenses/{name}", name))
    return next((text for text in texts if text), "")


def _entry(found: Distribution, name: str) -> str:
    return next(iter(found.metadata.get_all(name) or ()), "").strip()
