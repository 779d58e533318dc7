"""The work of making a model package: the verb beside the window, and what it says of the proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from typing_extensions import override

from studio.app.dialogs.experiment_work import ExperimentWork
from studio.app.draft import Draft
from studio.app.program import Ended
from studio.app.session import Session
from studio.document.experiment import Experiment
from studio.document.storage import save


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


class Packaging(ExperimentWork):
    """Makes a package of an experiment; ``done`` carries what was :class:`Packaged`."""

    def __init__(self, session: Session, draft: Draft) -> None:
        """Take what is packed."""
        super().__init__(session)
        self._draft = draft

    def start(self, order: PackageOrder) -> None:
        """Begin."""
        file = self._folder / "packed.experiment"
        arguments = [
            "package", str(file), str(order.out),
            "--base", str(self._draft.base), "--workspace", str(self._session.workspace),
            *order.arguments,
        ]  # fmt: skip
        self._run(partial(_save, self._draft.experiment, file), arguments)

    @override
    def _result(self, end: Ended) -> Packaged | None:
        return Packaged.from_dict(end.answer) if end.is_well else None


def _save(experiment: Experiment, file: Path) -> None:
    save(experiment, file)
