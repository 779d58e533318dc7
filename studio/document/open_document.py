"""An open document: its editor, its file, its journal and its lock."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from studio.document.edit import difference
from studio.document.editor import Editor
from studio.document.errors import AutosaveFailed, ChangedOnDisk, DocumentInUse, DocumentReadOnly
from studio.document.experiment import Experiment, new_id
from studio.document.journal import INTERVAL, Journal
from studio.document.problems import Found
from studio.document.recovery import Recovery
from studio.document.storage import digest_of, load, save
from studio.registry.discovery import Registry
from studio.sdk.errors import Problem, StudioError


class OpenDocument:
    """A document that is being worked on, with everything that keeps the work from being lost.

    Attributes:
        editor: Changes go through it; refuses them where the document is in use elsewhere.
        problems: What was found when the file was read.
        in_use: Why the document can only be looked at, or None.
    """

    def __init__(
        self,
        experiment: Experiment,
        path: Path | None = None,
        *,
        digest: str | None = None,
        problems: tuple[Found, ...] = (),
        folder: Path | None = None,
        interval: float = INTERVAL,
        on_autosave_failure: Callable[[Problem], None] | None = None,
    ) -> None:
        """Open an experiment; ``folder`` and ``interval`` are the journal's."""
        self.path = path
        self.problems = problems
        self.in_use: Problem | None = None
        self._digest = digest
        self._journal: Journal | None = None
        self._no_autosave: Problem | None = None
        try:
            self._journal = Journal(
                experiment,
                path,
                saved=digest,
                folder=folder,
                interval=interval,
                on_failure=on_autosave_failure,
            )
        except DocumentInUse as error:
            self.in_use = error.to_problem()
        except AutosaveFailed as error:
            self._no_autosave = error.to_problem()
        self.editor = Editor(experiment, read_only=self.in_use is not None)
        if self._journal is not None:
            self.editor.on_edit(self._journal.record)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        registry: Registry,
        *,
        folder: Path | None = None,
        interval: float = INTERVAL,
        on_autosave_failure: Callable[[Problem], None] | None = None,
    ) -> OpenDocument:
        """Open a file; raises DocumentUnreadable. One that is open elsewhere can only be read."""
        file = Path(path)
        opened = load(file, registry)
        document = cls(
            opened.experiment,
            file,
            digest=opened.digest,
            problems=opened.problems,
            folder=folder,
            interval=interval,
            on_autosave_failure=on_autosave_failure,
        )
        if not opened.is_current:
            document.editor.mark_modified()
        return document

    @property
    def recoveries(self) -> tuple[Recovery, ...]:
        """Unsaved work of this document that crashes left, the newest first."""
        return () if self._journal is None else self._journal.recoveries

    @property
    def autosave_failure(self) -> Problem | None:
        """Why the last edits are not in the journal, or None."""
        return self._no_autosave if self._journal is None else self._journal.failure

    def recover(self, recovery: Recovery) -> None:
        """Go on from what a crash left, as an edit that can be undone; its journal goes.

        The journal stays where autosave does not work now, and so does what other crashes left.
        """
        self.editor.apply(difference(self.editor.experiment, recovery.experiment))
        self.flush()
        if self.autosave_failure is None:
            self.discard_recovery(recovery)

    def discard_recovery(self, recovery: Recovery) -> None:
        """Delete one thing that a crash left."""
        if self._journal is not None:
            self._journal.discard_recovery(recovery)

    def discard_recoveries(self) -> None:
        """Delete what crashes left."""
        if self._journal is not None:
            self._journal.discard_recoveries()

    def flush(self) -> None:
        """Write all edits to the journal now."""
        if self._journal is not None:
            self._journal.flush()

    def save(self, path: str | os.PathLike[str] | None = None, *, replace: bool = False) -> None:
        """Save to the document's file, or to another one that it then has.

        Raises SaveFailed; DocumentReadOnly and DocumentInUse where another window has the file; and
        ChangedOnDisk where the file was changed by something else, unless ``replace``.
        """
        file = self.path if path is None else Path(path)
        if file is None or self.in_use is not None:
            raise DocumentReadOnly(name=self.editor.experiment.name or "The experiment")
        is_own = self.path is not None and file.resolve() == self.path.resolve()
        if is_own and not replace and digest_of(file) not in (None, self._digest):
            raise ChangedOnDisk(path=file.name)
        experiment = self.editor.experiment
        claim = None if self._journal is None else self._journal.claim(file)
        try:
            self._digest = save(experiment, file)
        except StudioError:
            if claim is not None:
                claim.give_up()
            raise
        if self._journal is not None and claim is not None:
            self._journal.document_saved(claim, experiment, self._digest)
        self.path = file
        self.editor.mark_saved(experiment)

    def save_copy(self, path: str | os.PathLike[str]) -> None:
        """Save a copy that is a document of its own; this one stays as it is."""
        save(dataclasses.replace(self.editor.experiment, id=new_id()), path)

    def close(self) -> None:
        """Close the document in good order: unsaved changes are given up, the journal goes."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
