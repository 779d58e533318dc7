"""The window's questions, its lists and its toasts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.app.dialogs.about import AboutDialog
from studio.app.dialogs.changed_on_disk import ChangedOnDiskDialog
from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.save_output import SaveOutputDialog
from studio.app.dialogs.shortcuts import ShortcutsDialog
from studio.app.dialogs.unsaved import UnsavedDialog
from studio.app.draft import Draft
from studio.app.session import Session
from studio.app.toasts import MOST, Toasts
from studio.document.edits import AddNode
from studio.document.items import Node

SECONDS = 60_000


def opened(dialog: Dialog, qtbot: QtBot) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()


def button(dialog: QWidget, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    return found


def test_unsaved_changes_are_saved_discarded_or_kept(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    for name, expected in (("save", ["saved"]), ("discard", ["discarded"]), ("cancel", [])):
        said: list[str] = []
        dialog = UnsavedDialog([draft, session.new()])
        opened(dialog, qtbot)
        dialog.save_chosen.connect(lambda said=said: said.append("saved"))
        dialog.discarded.connect(lambda said=said: said.append("discarded"))
        button(dialog, name).click()
        assert said == expected
        assert not dialog.isVisible()


def test_enter_saves_and_escape_cancels(draft: Draft, qtbot: QtBot) -> None:
    dialog = UnsavedDialog([draft])
    opened(dialog, qtbot)
    with qtbot.waitSignal(dialog.save_chosen):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    dialog = UnsavedDialog([draft])
    opened(dialog, qtbot)
    with qtbot.assertNotEmitted(dialog.discarded):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_file_that_was_changed_is_asked_about(draft: Draft, qtbot: QtBot) -> None:
    dialog = ChangedOnDiskDialog(draft)
    opened(dialog, qtbot)
    with qtbot.waitSignal(dialog.overwrite_chosen):
        button(dialog, "overwrite").click()
    opened(dialog, qtbot)
    with qtbot.waitSignal(dialog.save_as_chosen):
        button(dialog, "save_as").click()


def test_an_output_is_saved_as_a_dataset_and_replaced(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    draft.apply(AddNode(Node("data", "sample_dataset", title="Cars")))
    draft.run()
    qtbot.waitUntil(lambda: draft.result_key("data") is not None, timeout=SECONDS)
    for expected in ("Save", "Replace"):
        dialog = SaveOutputDialog(session, draft, "data", "dataset")
        opened(dialog, qtbot)
        save = button(dialog, "save")
        qtbot.waitUntil(lambda save=save, text=expected: save.text() == text, timeout=SECONDS)
        with qtbot.waitSignal(session.library_changed, timeout=SECONDS):
            save.click()
        qtbot.waitUntil(lambda dialog=dialog: not dialog.isVisible(), timeout=SECONDS)
    (item,) = session.library.items()
    assert (item.kind, item.name) == ("dataset", "Cars")
    assert item.source == f"{draft.title}, Cars"


def test_a_name_that_cannot_be_is_said(session: Session, draft: Draft, qtbot: QtBot) -> None:
    draft.apply(AddNode(Node("data", "sample_dataset", title="Cars")))
    dialog = SaveOutputDialog(session, draft, "data", "dataset")
    opened(dialog, qtbot)
    note = dialog.findChild(QLabel, "output_note")
    name = dialog.findChild(QLineEdit, "output_name")
    assert note is not None
    assert name is not None
    assert "Run the node first" in note.text()
    assert not button(dialog, "save").isEnabled()
    dialog.reject()
    draft.run()
    qtbot.waitUntil(lambda: draft.result_key("data") is not None, timeout=SECONDS)
    dialog = SaveOutputDialog(session, draft, "data", "dataset")
    opened(dialog, qtbot)
    note, name = dialog.findChild(QLabel, "output_note"), dialog.findChild(QLineEdit, "output_name")
    assert note is not None
    assert name is not None
    name.setText("a/b")
    button(dialog, "save").click()
    qtbot.waitUntil(lambda: "cannot be the name" in note.text(), timeout=SECONDS)
    assert dialog.isVisible()
    assert not list(session.library.items())
    name.setText("")
    assert not button(dialog, "save").isEnabled()


def test_shortcuts_are_grouped_and_found(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = []
    for menu, text, key in (
        ("&File", "Open…", "Ctrl+O"),
        ("&Run", "Run", "F5"),
        ("&Run", "Odd", ""),
    ):
        found = [item.menu() for item in window.menuBar().actions() if item.text() == menu]
        action = QAction(text, window)
        action.setShortcut(key)
        place = found[0] if found else window.menuBar().addMenu(menu)
        assert place is not None
        place.addAction(action)  # type: ignore[attr-defined]
        actions.append(action)
    dialog = ShortcutsDialog(actions)
    opened(dialog, qtbot)
    tree = dialog.findChild(QTreeWidget, "shortcut_list")
    search = dialog.findChild(QLineEdit, "shortcut_search")
    assert tree is not None
    assert search is not None

    def shown() -> list[str]:
        groups = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
        return [
            f"{group.text(0)}/{group.child(row).text(0)}"
            for group in groups
            if group is not None and not group.isHidden()
            for row in range(group.childCount())
            if not group.child(row).isHidden()
        ]

    assert shown() == ["File/Open", "Run/Run"]
    search.setText("f5")
    assert shown() == ["Run/Run"]
    search.setText("file")
    assert shown() == ["File/Open"]


def test_about_copies_the_versions(qtbot: QtBot) -> None:
    dialog = AboutDialog()
    opened(dialog, qtbot)
    button(dialog, "copy_versions").click()
    copied = QGuiApplication.clipboard().text()
    assert "Wireloom" in copied
    assert "PySide6-Essentials" in copied


def test_toasts_stack_follow_the_window_and_go(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    toasts = Toasts(window)
    for number in range(MOST + 1):
        toasts.say("info", f"Sentence {number}")
    assert [toast.sentence for toast in toasts.shown] == ["Sentence 1", "Sentence 2", "Sentence 3"]
    toasts.say("info", "Sentence 3")
    assert len(toasts.shown) == MOST
    tops = [toast.geometry().top() for toast in toasts.shown]
    assert tops == sorted(tops)
    window.resize(QSize(500, 400))
    assert all(window.rect().contains(toast.geometry()) for toast in toasts.shown)
    last = toasts.shown[-1]
    assert last.accessibleName() == "Sentence 3"
    copy, close = (
        last.findChild(QToolButton, "copy_toast"),
        last.findChild(QToolButton, "close_toast"),
    )
    assert copy is not None
    assert close is not None
    copy.click()
    assert QGuiApplication.clipboard().text() == "Sentence 3"
    with qtbot.waitSignal(last.destroyed, timeout=SECONDS):
        close.click()
    for toast in toasts.shown:
        toast.leave()
    qtbot.waitUntil(lambda: not window.findChildren(QTimer), timeout=SECONDS)


def test_an_error_stays_longer_than_a_remark(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    toasts = Toasts(window)
    for severity in ("info", "warning", "error"):
        toasts.say(severity, severity)
    stays = [toast.findChildren(QTimer)[0].interval() for toast in toasts.shown]
    assert stays == sorted(stays)
    assert stays[0] == 6000
