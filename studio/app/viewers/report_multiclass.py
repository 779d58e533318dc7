"""The layout of an evaluation with several classes: figures, and a confusion matrix each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.viewers.confusion import Confusion
from studio.app.viewers.facts import Figures
from studio.app.viewers.flow import Flow
from studio.app.viewers.labels import label
from studio.app.viewers.page import Page
from studio.engine import messages as say
from studio.session.figure_names import figure_name

if TYPE_CHECKING:
    from studio.app.viewers.viewer import Viewer

_SUFFIX = "_to_compare"
_NAMES = {"": "Scored dataset", _SUFFIX: "Scored dataset to compare"}


class MulticlassReport(Page):
    """Shows how often each class was taken for which."""

    def __init__(self, viewer: Viewer, content: Mapping[str, Any]) -> None:
        """Take the viewer, whose source has the matrices, and the report's content."""
        super().__init__(viewer.result.title)
        self._viewer = viewer
        suffixes = [s for s in _NAMES if f"confusion_matrix{s}" in content["tables"]]
        for suffix in suffixes:
            title = _NAMES[suffix] if len(suffixes) > 1 else ""
            self.add(Figures(figures_of(content["metrics"], suffix)), title)
        holder = QWidget()
        self._matrices = Flow(holder, spacing=32)
        self.add(holder, "Confusion matrix" if len(suffixes) == 1 else "Confusion matrices")
        self._sources = [viewer.source.of_table(f"confusion_matrix{s}") for s in suffixes]
        for suffix, source in zip(suffixes, self._sources, strict=True):
            title = _NAMES[suffix] if len(suffixes) > 1 else ""
            source.preview(partial(self._take, title), 0, 1000)

    def _take(self, title: str, answer: say.Previewed) -> None:
        if answer.problem is not None:
            self._matrices.addWidget(label(answer.problem.sentence, "soft", wraps=True))
            return
        classes = [str(row[0]) for row in answer.rows]
        counts = [[int(number or 0) for number in row[1:]] for row in answer.rows]
        block = QWidget()
        layout = QVBoxLayout(block)
        layout.setContentsMargins(0, 0, 0, 0)
        if title:
            layout.addWidget(label(title, "strong"))
        name = f"Confusion matrix {title}".strip()
        layout.addWidget(Confusion(classes, counts, self._viewer.session.say, name))
        self._matrices.addWidget(block)


def figures_of(metrics: Mapping[str, Any], suffix: str) -> list[tuple[str, Any]]:
    """Return the names and values of the figures of one of two datasets."""
    return [
        (figure_name(name.removesuffix(_SUFFIX)), value)
        for name, value in metrics.items()
        if name.endswith(_SUFFIX) == bool(suffix)
    ]
