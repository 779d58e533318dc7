"""Pairs: a training experiment and the predictive one that was made of it, both open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio.app.draft import Draft
from studio.app.session import Session
from studio.document.edits import Batch, SetExperiment


def is_predictive(draft: Draft) -> bool:
    """Whether a draft is an experiment that answers requests."""
    return bool(draft.experiment.training)


def training_of(session: Session, draft: Draft) -> Draft | None:
    """Return the open training experiment that a predictive one was made of."""
    wanted = draft.experiment.training.experiment
    return next((one for one in _own(session) if wanted and one.experiment.id == wanted), None)


def predictive_of(session: Session, draft: Draft) -> Draft | None:
    """Return the open predictive experiment that was made of a training one."""
    wanted = draft.experiment.id
    drafts = _own(session) if draft.record is None else []
    return next((one for one in drafts if one.experiment.training.experiment == wanted), None)


def partner_of(session: Session, draft: Draft) -> Draft | None:
    """Return the other one of a pair."""
    of = training_of if is_predictive(draft) else predictive_of
    return of(session, draft)


def training_file(draft: Draft) -> Path | None:
    """Return the file of the training experiment of a predictive one, where it is there."""
    name = draft.experiment.training.file
    path = draft.base / name
    return path if name and path.is_file() else None


def keep_files(session: Session, draft: Draft, path: Path) -> None:
    """Let a predictive experiment that is saved at a path find its files from there.

    They are those that its nodes name, and the one of its training experiment.
    """
    if not is_predictive(draft) or draft.read_only:
        return
    # Imported here: it knows conversions, which no window begins with.
    from studio.session.file_paths import moved_paths, relative

    folder = path.absolute().parent
    edits = tuple(moved_paths(draft.experiment, session.registry, draft.base, folder))
    if edits:
        draft.apply(Batch(edits, "Keep the paths of files"))
    training = training_of(session, draft)
    if training is not None and training.path is not None:
        name = relative(training.path, folder)
        draft.apply(SetExperiment(training=replace(draft.experiment.training, file=name)))


def _own(session: Session) -> list[Draft]:
    """Return the drafts that are no records of runs."""
    return [draft for draft in session.drafts if draft.record is None]
