"""Dockerfiles read into their instructions."""

from __future__ import annotations

import json
import re
import shlex
from typing import NamedTuple


class Instruction(NamedTuple):
    """A line of a Dockerfile, its continuations joined."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """The command of an instruction, in the exec form or as a shell splits it."""
        text = self.text.partition("CMD ")[2] if self.name == "HEALTHCHECK" else self.text
        return json.loads(text) if text.startswith("[") else shlex.split(text)


def instructions(text: str) -> list[Instruction]:
    """Return the instructions of a Dockerfile in order."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    found = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [Instruction(name, rest.strip()) for name, _, rest in found]
