"""THIRD-PARTY.md: the licences of what a package needs."""

from __future__ import annotations

from studio.export.files import markdown
from studio.export.files.facts import PackageFacts

FILE = "THIRD-PARTY.md"
_INTRODUCTION = """\
# What the package needs

Nothing of this is in the package. `pip install --requirement requirements.txt` brings it, each with
the text of its licence."""


def third_party(facts: PackageFacts) -> str:
    """Return the list of pinned distributions with their licences."""
    rows = [
        (
            f"[{pin.name}]({pin.home})" if pin.home else pin.name,
            pin.version,
            markdown.text(pin.licence),
        )
        for pin in sorted(facts.pins, key=lambda pin: pin.name.lower())
    ]
    table = markdown.table(("Distribution", "Version", "Licence"), rows)
    return f"{_INTRODUCTION}\n\n{table}\n"
