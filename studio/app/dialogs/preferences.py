"""The Preferences: every setting, made from its declaration, grouped; changes hold at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.preferences_workspace import workspace_problem
from studio.app.dialogs.setting_field import SettingField
from studio.app.session import Session
from studio.app.theme import SPACE, theme
from studio.app.widgets.separator import separator
from studio.document.atomic import said
from studio.session.settings import Settings, wrong_values

SIZE = (680, 640)
_LATER = "What is changed here holds when Wireloom starts the next time."


class PreferencesDialog(Dialog):
    """A field for each setting; what is wrong is said below it and not taken."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show the settings of a session."""
        super().__init__("preferences_dialog", "Preferences", session.settings_problem, parent)
        if session.settings_problem:
            self.sentence.setProperty("role", "error")
        self._session = session
        self._fields: dict[str, SettingField] = {}
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 3 * SPACE, 0)
        rows.setSpacing(2 * SPACE)
        for group, names in _groups().items():
            self._add_group(rows, group, names)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("settings")
        scroll.setAccessibleName("Settings")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self.add(scroll, 1)
        self._reset = self.button(
            "reset_all", "Reset everything", self._reset_all, "quiet", left=True
        )
        self.button("close", "Close", self.accept, "primary").setDefault(False)
        self.finish()
        self.resize(*SIZE)
        session.settings_changed.connect(self._show)
        self._show()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button that has the focus on Enter, which closes nothing from a field."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = self.focusWidget()
        if isinstance(focused, QAbstractButton) and not isinstance(focused, QCheckBox):
            focused.click()

    def _add_group(self, rows: QVBoxLayout, group: str, names: list[str]) -> None:
        heading = QLabel(group)
        heading.setProperty("role", "strong")
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(4 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        inside.setSpacing(2 * SPACE)
        for place, name in enumerate(names):
            if place:
                inside.addWidget(separator())
            field = SettingField(name, Settings.model_fields[name])
            field.edited.connect(self._take)
            inside.addWidget(field)
            self._fields[name] = field
        rows.addWidget(heading)
        if any(_extra(name).get("restart") for name in names):
            later = QLabel(_LATER)
            later.setProperty("role", "caption")
            rows.addWidget(later)
        rows.addWidget(card)
        rows.addSpacing(2 * SPACE)

    def _show(self) -> None:
        """Show the settings as they are."""
        settings = self._session.settings
        for name, field in self._fields.items():
            if not field.is_wrong:
                field.show_value(getattr(settings, name))
        self._reset.setEnabled(settings != Settings())

    def _take(self, name: str, value: object) -> None:
        """Take a value that was entered, or say what is wrong with it."""
        values = {**self._session.settings.model_dump(), name: value}
        problem = wrong_values(values).get(name, "")
        if not problem:
            settings = Settings.model_validate(values)
            if name == "workspace" and settings.workspace is not None:
                problem = workspace_problem(settings.workspace)
        self._fields[name].show_problem(problem)
        if not problem:
            self._set(settings)

    def _reset_all(self) -> None:
        for field in self._fields.values():
            field.show_problem("")
        self._set(Settings())

    def _set(self, settings: Settings) -> None:
        if settings == self._session.settings:
            self._show()
            return
        try:
            self._session.set_settings(settings)
        except OSError as error:
            self._session.say("error", f"The settings could not be written: {said(error)}.")
            self._show()
            return
        if theme().choice != settings.theme:
            theme().choose(settings.theme)


def _extra(name: str) -> dict[str, Any]:
    extra = Settings.model_fields[name].json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}


def _groups() -> dict[str, list[str]]:
    """Return the names of the settings by group, in the order of their declaration."""
    groups: dict[str, list[str]] = {}
    for name in Settings.model_fields:
        groups.setdefault(str(_extra(name).get("group", "Other")), []).append(name)
    return groups
