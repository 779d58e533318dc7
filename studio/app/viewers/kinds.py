"""Which viewer shows which kind of value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studio.app.draft import Draft
from studio.app.session import Session
from studio.app.viewers.files_viewer import FilesViewer
from studio.app.viewers.learner_viewer import LearnerViewer
from studio.app.viewers.model_viewer import ModelViewer
from studio.app.viewers.report_viewer import ReportViewer
from studio.app.viewers.source import Result
from studio.app.viewers.table_viewer import TableViewer
from studio.app.viewers.transform_viewer import TransformViewer
from studio.app.viewers.viewer import Viewer

VIEWERS: Mapping[str, Callable[[Session, Draft | None, Result], Viewer]] = {
    "Table": TableViewer,
    "Report": ReportViewer,
    "Model": ModelViewer,
    "Learner": LearnerViewer,
    "Transform": TransformViewer,
    "Files": FilesViewer,
}
"""A viewer is made with the session, the draft and what it is to show."""


def open_viewer(session: Session, draft: Draft | None, result: Result) -> Viewer:
    """Return a viewer for a result; raises KeyError for a kind that has none."""
    return VIEWERS[result.kind](session, draft, result)
