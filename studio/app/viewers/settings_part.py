"""The settings of a learner or model, those that differ from the default marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.app.viewers.facts import value_text
from studio.app.viewers.labels import label
from studio.app.widgets.names import name_of


class SettingsPart(QWidget):
    """A setting a line: its label, its value, and whether somebody chose it."""

    def __init__(self, settings: Sequence[Mapping[str, Any]]) -> None:
        """Take the settings as the engine tells them."""
        super().__init__()
        self.setObjectName("settings")
        self.setAccessibleName("Settings")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        for line, setting in enumerate(settings):
            is_default = bool(setting.get("is_default", True))
            name = str(setting.get("label") or setting.get("name"))
            value = label(
                value_text(setting.get("value")), "soft" if is_default else "strong",
                wraps=True, picks=True,
            )  # fmt: skip
            value.setObjectName(f"setting_{name_of(name)}")
            value.setAccessibleName(name)
            grid.addWidget(label(name, "soft"), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1, Qt.AlignmentFlag.AlignTop)
            mark = label("default" if is_default else "", "caption")
            grid.addWidget(mark, line, 2, Qt.AlignmentFlag.AlignVCenter)
