"""The viewer of learners: which algorithm, and how it is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from studio.app.viewers.facts import Facts, value_text
from studio.app.viewers.labels import label
from studio.app.viewers.page import Page
from studio.app.viewers.settings_part import SettingsPart
from studio.app.viewers.viewer import ContentViewer


class LearnerViewer(ContentViewer):
    """Shows the settings of a learner, and of those within it."""

    @override
    def show_content(self, content: dict[str, Any]) -> None:
        page = Page(self.result.title)
        page.body.setContentsMargins(24, 20, 24, 24)
        add_learner(page, content, "heading")
        self._layout.addWidget(page)


def add_learner(page: Page, learner: Mapping[str, Any], role: str) -> None:
    """Put a learner on a page: its name, settings, ranges, and the learners within it."""
    page.add(label(str(learner.get("title", "Learner")), role, picks=True))
    if role == "heading":
        page.add(label("Set up, not trained yet: Train Model teaches it.", "soft", wraps=True))
    if learner.get("settings"):
        page.add(SettingsPart(learner["settings"]), "Settings" if role == "heading" else "")
    ranges = learner.get("ranges") or []
    if ranges:
        lines = [(str(item["label"]), value_text(item["values"])) for item in ranges]
        page.add(Facts(lines, "Ranges"), "Values to try")
    for inner in learner.get("learners") or []:
        add_learner(page, inner, "title")
