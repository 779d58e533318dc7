"""The Preferences are made from the declaration of the settings, and hold at once."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.app.dialogs.preferences import PreferencesDialog
from studio.app.dialogs.setting_field import SettingField
from studio.app.session import Session
from studio.app.theme import theme
from studio.session.settings import Settings

W = TypeVar("W", bound=QWidget)


def opened(session: Session, qtbot: QtBot) -> PreferencesDialog:
    dialog = PreferencesDialog(session)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def control(dialog: PreferencesDialog, kind: type[W], name: str) -> W:
    found = dialog.findChild(kind, name)
    assert found is not None
    return found


def typed(field: QLineEdit, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_every_setting_has_a_field(session: Session, qtbot: QtBot) -> None:
    dialog = opened(session, qtbot)
    names = [field.name for field in dialog.findChildren(SettingField)]
    assert names == list(Settings.model_fields)
    assert all(field.control.accessibleName() for field in dialog.findChildren(SettingField))


def test_changes_hold_at_once_and_are_kept(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(session, qtbot)
    combo = control(dialog, QComboBox, "theme")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert theme().is_dark
    control(dialog, QCheckBox, "minimap").click()
    control(dialog, QSpinBox, "workers").setValue(3)
    typed(control(dialog, QLineEdit, "memory"), "1.5 GB")
    typed(control(dialog, QLineEdit, "workspace"), str(tmp_path))
    wanted = Settings(theme="dark", minimap=False, workers=3, memory=3 << 29, workspace=tmp_path)
    assert session.settings == wanted
    assert Settings.load() == wanted
    assert control(dialog, QLineEdit, "memory").text() == "1.5 GB"


def test_what_is_wrong_is_said_below_the_field(session: Session, qtbot: QtBot) -> None:
    dialog = opened(session, qtbot)
    memory = control(dialog, QLineEdit, "memory")
    problem = control(dialog, QLabel, "problem_memory")
    typed(memory, "much")
    assert "“much” is not a size" in problem.text()
    assert problem.isVisibleTo(dialog)
    assert session.settings == Settings()
    control(dialog, QCheckBox, "snap_to_grid").click()
    assert memory.text() == "much"
    assert problem.isVisibleTo(dialog)
    typed(memory, "2 GB")
    assert not problem.isVisibleTo(dialog)
    assert session.settings == Settings(memory=2 << 30, snap_to_grid=False)


def test_defaults_come_back(session: Session, qtbot: QtBot) -> None:
    session.set_settings(Settings(workers=4, store_budget=1 << 30))
    dialog = opened(session, qtbot)
    assert control(dialog, QSpinBox, "workers").value() == 4
    reset = control(dialog, QToolButton, "reset_workers")
    assert reset.isVisibleTo(dialog)
    reset.click()
    assert session.settings == Settings(store_budget=1 << 30)
    assert control(dialog, QSpinBox, "workers").text() == "Automatic"
    assert not reset.isVisibleTo(dialog)
    control(dialog, QPushButton, "reset_all").click()
    assert session.settings == Settings()
    assert control(dialog, QLineEdit, "store_budget").text() == ""
