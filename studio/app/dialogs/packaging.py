"""The work of making a model package: the verb beside the window, and what it says of the proof."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.app.dialogs.conversion import CHOICE_NEEDED
from studio.app.draft import Draft
from studio.app.program import Ended, Program
from studio.app.serving.report import ModelChoice
from studio.app.session import Session
from studio.document.experiment import Experiment
from studio.document.storage import save
from studio.sdk.errors import StudioError


@dataclass(frozen=True)
class PackageOrder:
    """What a package is to be called, and where it goes: a folder, or a path that ends in .zip."""

    out: Path
    name: str
    version: str
    description: str = ""
    replaces: bool = False
    choice: str = ""

    @property
    def arguments(self) -> list[str]:
        """The order as the verb takes it."""
        return [
            "--name", self.name, "--version", self.version,
            *(["--description", self.description] if self.description else []),
            *(["--replace"] if self.replaces else []),
            *(["--choice", self.choice] if self.choice else []),
        ]  # fmt: skip


@dataclass(frozen=True)
class Packaged:
    """A package that was made.

    Attributes:
        path: Where it is.
        manifest: What it is.
        rows: How many real rows its proof holds.
        paths: By what can answer, how its answers compare with the studio's.
    """

    path: Path
    manifest: Mapping[str, Any] = field(default_factory=dict)
    rows: int = 0
    paths: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Packaged:
        """Read what the verb ``package`` tells last."""
        proof = data.get("proof", {})
        paths = {str(name): str(said) for name, said in proof.get("paths", {}).items()}
        return cls(
            Path(str(data.get("package", ""))),
            data.get("manifest", {}),
            int(proof.get("rows", 0)),
            paths,
        )


class Packaging(QObject):
    """Makes a package of an experiment; signals as :class:`Conversion` has them."""

    progressed = Signal(str, object)
    choice_needed = Signal(object)
    failed = Signal(str)
    done = Signal(object)

    def __init__(self, session: Session, draft: Draft) -> None:
        """Take what is packed; it belongs to the session, as its program does."""
        super().__init__(session)
        self._session = session
        self._draft = draft
        self._folder = Path(tempfile.mkdtemp(prefix="wireloom-package-"))
        self._program: Program | None = None
        self._is_over = False

    def start(self, order: PackageOrder) -> None:
        """Begin."""
        file = self._folder / "packed.experiment"
        arguments = [
            "package", str(file), str(order.out),
            "--base", str(self._draft.base), "--workspace", str(self._session.workspace),
            *order.arguments,
        ]  # fmt: skip
        work = partial(_save, self._draft.experiment, file)
        self._session.bridge.work(work, partial(self._begin, arguments))

    def cancel(self) -> None:
        """Give it up."""
        self._is_over = True
        if self._program is None:
            self._clean()
        else:
            self._program.stop()

    def _begin(self, arguments: list[str], problem: StudioError | None) -> None:
        if self._is_over:
            return
        if problem is not None:
            self.failed.emit(problem.in_full)
            return
        self._program = self._session.programs.begin(*arguments, told=self._told, then=self._ended)

    def _told(self, told: Mapping[str, Any]) -> None:
        if "progress" not in told or self._is_over:
            return
        self.progressed.emit(f"{told.get('text', '')} …", told["progress"])

    def _ended(self, end: Ended) -> None:
        self._program = None
        if self._is_over:
            self._clean()
        elif end.code == CHOICE_NEEDED:
            self.choice_needed.emit(ModelChoice.all_of(end.answer))
        elif end.is_well:
            self._is_over = True
            self._clean()
            self.done.emit(Packaged.from_dict(end.answer))
        else:
            self.failed.emit(end.sentence)

    def _clean(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self.deleteLater()


def _save(experiment: Experiment, file: Path) -> None:
    save(experiment, file)
