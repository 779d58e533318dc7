"""An image without a container engine: the steps of a Dockerfile, done in a folder."""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.export.files.dockerfile import Instruction, instructions

_OF_THE_SYSTEM = ("apt-get ", "groupadd ", "useradd ")
"""What only a system of one's own lets itself be told."""


@dataclass
class Image:
    """What building a package's folder leaves: a virtual environment stands for the base image.

    Attributes:
        context: The package's folder.
        place: Where the image's folders are made.
        user: Who the command runs as, as the Dockerfile says.
        command, health: The commands that run the container and look after it.
        skipped: Steps that change the system, which were left out.
    """

    context: Path
    place: Path
    user: str = ""
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.place

    def build(self) -> Image:
        """Do the steps in order."""
        for step in instructions((self.context / "Dockerfile").read_text(encoding="utf-8")):
            method = getattr(self, f"_{step.name.lower()}", None)
            if method is not None:
                method(step)
        return self

    def run(self, command: Sequence[str], timeout: float = 280) -> str:
        """Run a command as the container would, and return what it printed."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def variables(self) -> dict[str, str]:
        """The environment's variables: those of the image, its programs first."""
        programs = self.place / "env" / ("Scripts" if os.name == "nt" else "bin")
        path = os.pathsep.join((str(programs), os.environ["PATH"]))
        return {**os.environ, **self.environment, "PATH": path}

    def _from(self, step: Instruction) -> None:
        assert step.text.startswith("python:")
        subprocess.run([sys.executable, "-m", "venv", self.place / "env"], check=True, timeout=120)

    def _env(self, step: Instruction) -> None:
        self.environment |= dict(word.split("=", 1) for word in step.words)

    def _workdir(self, step: Instruction) -> None:
        self.folder = self.place / step.text.lstrip("/")
        self.folder.mkdir(parents=True)

    def _copy(self, step: Instruction) -> None:
        *sources, target = step.words
        assert target == "./"
        for source in sources:
            if source == ".":
                shutil.copytree(
                    self.context, self.folder, ignore=self._left_out, dirs_exist_ok=True
                )
            else:
                shutil.copy(self.context / source, self.folder)

    def _run(self, step: Instruction) -> None:
        if step.text.startswith(_OF_THE_SYSTEM):
            self.skipped.append(step.text)
        else:
            self.run(["sh", "-c", step.text])

    def _user(self, step: Instruction) -> None:
        self.user = step.text

    def _healthcheck(self, step: Instruction) -> None:
        self.health = step.words

    def _cmd(self, step: Instruction) -> None:
        self.command = step.words

    def _left_out(self, folder: str, names: list[str]) -> set[str]:
        """Return the names in a folder that .dockerignore keeps out."""
        lines = (self.context / ".dockerignore").read_text(encoding="utf-8").splitlines()
        patterns = [line.strip("/") for line in lines if line and not line.startswith("#")]
        at_top = Path(folder) == self.context
        anywhere = [
            pattern.removeprefix("**/") for pattern in patterns if pattern.startswith("**/")
        ]
        here = [*anywhere, *(patterns if at_top else ())]
        return {name for name in names if any(fnmatch.fnmatch(name, p) for p in here)}
