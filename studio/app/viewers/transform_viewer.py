"""The viewer of transforms: what was fitted, and on which columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from studio.app.viewers.chips import Chips
from studio.app.viewers.facts import Facts
from studio.app.viewers.grid import Grid
from studio.app.viewers.labels import label
from studio.app.viewers.page import Page
from studio.app.viewers.viewer import ContentViewer


class TransformViewer(ContentViewer):
    """Shows the settings and the fitted tables of a transform, and of the steps in it."""

    @override
    def show_content(self, content: dict[str, Any]) -> None:
        page = Page(self.result.title)
        page.body.setContentsMargins(24, 20, 24, 24)
        self._add(page, content, "heading")
        self._layout.addWidget(page)

    def _add(self, page: Page, content: Mapping[str, Any], role: str) -> None:
        page.add(label(str(content.get("title", "Transform")), role, picks=True))
        settings = content.get("settings") or []
        if settings:
            lines = [(str(item["label"]), item["value"]) for item in settings]
            page.add(Facts(lines, "Settings"))
        for text, key in (("Reads", "reads"), ("Writes", "writes"), ("Drops", "drops")):
            names = content.get(key) or []
            if names and role == "heading":
                in_all = int(content.get(f"{key}_in_all") or len(names))
                page.add(Chips([str(name) for name in names], in_all), f"{text} columns")
        for table in content.get("tables") or []:
            page.add(Grid(table["title"], table["columns"], table["rows"]), table["title"])
            in_all = int(table.get("rows_in_all") or len(table["rows"]))
            if in_all > len(table["rows"]):
                page.add(label(f"The first {len(table['rows']):,} of {in_all:,}.", "caption"))
        for number, step in enumerate(content.get("steps") or [], start=1):
            named = {**step, "title": f"{number}. {step.get('title', 'Step')}"}
            self._add(page, named, "title")
