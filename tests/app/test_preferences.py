"""The Preferences are made from the declaration of the settings, and hold at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TypeVar

import pytest
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
from studio.app.dialogs.preferences_workspace import workspace_problem
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


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_does_what_leaving_the_field_does(
    session: Session, qtbot: QtBot, key: Qt.Key
) -> None:
    dialog = opened(session, qtbot)
    memory = control(dialog, QLineEdit, "memory")
    memory.setFocus()
    QTest.keyClicks(memory, "banana")
    QTest.keyClick(memory, key)
    assert dialog.isVisible()
    assert control(dialog, QLabel, "problem_memory").isVisible()
    assert memory.text() == "banana"
    memory.selectAll()
    QTest.keyClicks(memory, "2 GB")
    QTest.keyClick(memory, key)
    assert dialog.isVisible()
    assert session.settings == Settings(memory=2 << 30)


@pytest.mark.parametrize("kind", [QComboBox, QCheckBox, QSpinBox])
def test_enter_closes_nothing_from_any_field(
    session: Session, qtbot: QtBot, kind: type[QWidget]
) -> None:
    dialog = opened(session, qtbot)
    field = dialog.findChildren(kind)[0]
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert session.settings == Settings()


def test_enter_presses_the_button_that_has_the_focus(session: Session, qtbot: QtBot) -> None:
    session.set_settings(Settings(workers=4, threads=2))
    dialog = opened(session, qtbot)
    for kind, name in ((QToolButton, "reset_workers"), (QPushButton, "reset_all")):
        button = control(dialog, kind, name)
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert session.settings == Settings(threads=2 if name == "reset_workers" else None)
    close = control(dialog, QPushButton, "close")
    close.setFocus()
    QTest.keyClick(close, Qt.Key.Key_Return)
    assert not dialog.isVisible()


@pytest.mark.parametrize("how", ["escape", "button"])
def test_it_closes_while_a_problem_stands(session: Session, qtbot: QtBot, how: str) -> None:
    dialog = opened(session, qtbot)
    memory = control(dialog, QLineEdit, "memory")
    typed(memory, "banana")
    if how == "escape":
        QTest.keyClick(memory, Qt.Key.Key_Escape)
    else:
        QTest.mouseClick(control(dialog, QPushButton, "close"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert session.settings == Settings()


def test_sizes_out_of_bounds_are_said_as_people_read_them(session: Session, qtbot: QtBot) -> None:
    dialog = opened(session, qtbot)
    memory = control(dialog, QLineEdit, "memory")
    problem = control(dialog, QLabel, "problem_memory")
    typed(memory, "1 MB")
    assert problem.text() == "This must be at least 64 MB."
    typed(memory, "99999999999999999999 GB")
    assert problem.text() == "This must be at most 1 PB."
    assert session.settings == Settings()


def test_too_many_workers_stay_and_are_refused(session: Session, qtbot: QtBot) -> None:
    dialog = opened(session, qtbot)
    workers = control(dialog, QSpinBox, "workers")
    problem = control(dialog, QLabel, "problem_workers")
    typed(workers.lineEdit(), "9999")
    assert workers.value() == 9999
    assert problem.text() == "This must be at most 256."
    assert session.settings == Settings()
    reset = control(dialog, QToolButton, "reset_workers")
    assert reset.isVisibleTo(dialog)
    reset.click()
    assert workers.text() == "Automatic"
    assert not problem.isVisibleTo(dialog)
    assert not reset.isVisibleTo(dialog)


def test_a_workspace_that_cannot_be_is_refused(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(session, qtbot)
    workspace = control(dialog, QLineEdit, "workspace")
    problem = control(dialog, QLabel, "problem_workspace")
    (tmp_path / "file").touch()
    typed(workspace, "results")
    assert "from the root on" in problem.text()
    typed(workspace, str(tmp_path / "file"))
    assert "something else has its name" in problem.text()
    assert session.settings == Settings()
    assert workspace.text() == str(tmp_path / "file")
    folder = tmp_path / "new" / "folder"
    typed(workspace, str(folder))
    assert not problem.isVisibleTo(dialog)
    assert session.settings == Settings(workspace=folder)
    assert not folder.parent.exists()


def test_what_a_workspace_suffers_from_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = sorted(tmp_path.iterdir())
    assert workspace_problem(tmp_path) == ""
    assert workspace_problem(tmp_path / "a" / "b") == ""
    inside = workspace_problem(tmp_path / "file" / "folder")
    assert "a part of its path is not a folder" in inside
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_workspace_is_no_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    assert "something else has its name" in workspace_problem(tmp_path / "link")


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_where_nothing_can_be_made_is_no_workspace() -> None:
    assert "no folder can be made in “/proc”" in workspace_problem(Path("/proc/nope"))


def test_a_folder_that_cannot_be_written_is_no_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "hidden")

    monkeypatch.setattr(Path, "touch", refuse)
    problem = workspace_problem(tmp_path / "new")
    assert "access is denied. Choose a folder that you may write to" in problem
    assert "hidden" not in problem
