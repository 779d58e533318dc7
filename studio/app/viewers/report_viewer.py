"""The viewer of reports: the layout is chosen by what the report has to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QTabWidget, QWidget
from typing_extensions import override

from studio.app.viewers.facts import Figures
from studio.app.viewers.page import Page
from studio.app.viewers.report_binary import BinaryReport
from studio.app.viewers.report_multiclass import MulticlassReport
from studio.app.viewers.report_parts import ImagePart, SeriesPart, TablePart, TextPart
from studio.app.viewers.report_regression import RegressionReport
from studio.app.viewers.viewer import ContentViewer
from studio.session.figure_names import figure_name

SUFFIX = "_to_compare"
"""What the names of the second of two datasets end in."""
NAMES = ("Scored dataset", "Scored dataset to compare")


class ReportViewer(ContentViewer):
    """Shows figures, curves, tables, texts and pictures of a report."""

    @override
    def show_content(self, content: dict[str, Any]) -> None:
        question = content.get("texts", {}).get("question", "")
        if question == "binary" and "thresholds" in content["tables"]:
            self._layout.addWidget(BinaryReport(self, content))
        elif question == "multiclass" and "confusion_matrix" in content["tables"]:
            self._layout.addWidget(MulticlassReport(self, content))
        elif question == "regression":
            self._layout.addWidget(RegressionReport(self, content))
        else:
            self._layout.addWidget(self._general(content))

    def _general(self, content: Mapping[str, Any]) -> QWidget:
        """Return everything that the report has, in an order that suits most."""
        page = Page(self.result.title)
        metrics = content.get("metrics", {})
        if metrics:
            figures = [(figure_name(name), value) for name, value in metrics.items()]
            page.add(Figures(figures))
        for name, image in content.get("images", {}).items():
            page.add(ImagePart(name, image, self.session.say), name)
        for name, lines in content.get("series", {}).items():
            page.add(SeriesPart(name, lines, self.session.say), figure_name(name))
        texts = {n: t for n, t in content.get("texts", {}).items() if n != "question"}
        for name, text in texts.items():
            page.add(TextPart(name, text), figure_name(name))
        tables = content.get("tables", [])
        if len(tables) == 1:
            page.add(TablePart(self, tables[0]), figure_name(tables[0]))
        elif tables:
            tabs = QTabWidget()
            tabs.setObjectName("report_tables")
            for name in tables:
                tabs.addTab(TablePart(self, name), figure_name(name))
            page.add(tabs, "Tables")
        if not (metrics or texts or tables or content.get("series") or content.get("images")):
            page.add(TextPart("Nothing", "This report is empty: nothing was printed or drawn."))
        return page
