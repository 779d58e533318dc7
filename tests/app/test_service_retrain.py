"""The dialog that retrains: what it asks, what decides, and the version that comes of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from studio.app.dialogs.retrain import RetrainDialog
from studio.app.main_window import MainWindow
from studio.app.session import Session
from tests.app.window_hands import SECONDS, WindowHands

MINUTES = 300_000


def opened(window: MainWindow, hands: WindowHands) -> None:
    """Press the keys that open the dialog."""
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window, Qt.Key.Key_R, modifiers)
    hands.find("retrain_dialog")


def written(hands: WindowHands, name: str, text: str) -> None:
    line = hands.find(name, QLineEdit)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


def grown(shop: Path) -> Path:
    """Write a table with a hundred rows more than the shop's, ages that go the same way."""
    lines = (shop.parent / "shop.csv").read_text().splitlines()
    more = [
        f"{18 + (11 * n) % 50},{('baker', 'clerk')[n % 2]},false,"
        f"{'yes' if 18 + (11 * n) % 50 > 40 else 'no'}"
        for n in range(100)
    ]
    path = shop.parent / "grown.csv"
    path.write_text("\n".join([*lines, *more]) + "\n")
    return path


@pytest.fixture
def in_use(session: Session, package: Path, tmp_path: Path, qtbot: QtBot) -> Path:
    """A package that the window knows."""
    path = shutil.copytree(package, tmp_path / "packages" / "Shop-1")
    endpoint = session.endpoints.add(path)
    qtbot.waitUntil(lambda: endpoint.facts is not None, timeout=SECONDS)
    return path


def test_what_cannot_be_is_said_before_anything_begins(
    window: MainWindow, session: Session, qtbot: QtBot, shop: Path, package: Path, tmp_path: Path
) -> None:
    hands = WindowHands(window, qtbot)
    session.open(shop)
    opened(window, hands)
    go = hands.find("retrain", QPushButton)
    assert hands.read("retrain_note") == "Choose the package that is in use."
    assert not go.isEnabled()
    written(hands, "retrain_package", str(tmp_path))
    assert hands.read("retrain_note") == f"There is no model package at {tmp_path}."
    place = shutil.copytree(package, tmp_path / "Shop-1")
    written(hands, "retrain_package", str(place / "manifest.json"))
    qtbot.waitUntil(go.isEnabled, timeout=SECONDS)
    assert hands.read("retrain_note") == f"Version 2 goes to {tmp_path / 'Shop-2'}."
    (tmp_path / "Shop-2").mkdir()
    written(hands, "data_import_data", "")
    assert hands.read("retrain_note") == "Choose a file: Data for “Import Data”."
    written(hands, "data_import_data", "shop.csv")
    assert "replaces what is there" in hands.read("retrain_note")
    written(hands, "retrain_margin", "much")
    assert "is a number" in hands.read("retrain_note")
    hands.press("cancel")


@pytest.mark.slow
def test_the_next_version_is_made_and_can_be_started(
    window: MainWindow, session: Session, qtbot: QtBot, shop: Path, in_use: Path
) -> None:
    hands = WindowHands(window, qtbot)
    session.open(shop)
    opened(window, hands)
    box = hands.find("known_packages", QComboBox)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Shop 1"
    written(hands, "data_import_data", str(shop.parent / "missing.csv"))
    hands.press("retrain")
    qtbot.waitUntil(lambda: "missing.csv" in hands.read("retrain_problem"), timeout=MINUTES)
    written(hands, "data_import_data", str(grown(shop)))
    hands.choose("retrain_metric", "AUC")
    written(hands, "retrain_margin", "-0.5")
    hands.press("retrain")
    hands.find("retrain_progress")
    qtbot.waitUntil(lambda: not session.programs.running, timeout=MINUTES)
    assert hands.read("retrain_name_auc") == "AUC decides"
    assert hands.read("retrain_old") == "Version 1"
    assert 0.5 < float(hands.read("retrain_new_auc")) <= 1
    made = in_use.parent / "Shop-2"
    assert hands.read("retrain_place") == str(made)
    manifest = json.loads((made / "manifest.json").read_text())
    assert (manifest["name"], manifest["version"]) == ("Shop", "2")
    assert session.endpoints.items[0].path == made
    hands.press("start_retrained")
    (endpoint,) = session.endpoints.running
    qtbot.waitUntil(lambda: endpoint.state == "ready", timeout=MINUTES)
    endpoint.stop()
    qtbot.waitUntil(lambda: endpoint.state == "stopped", timeout=MINUTES)


@pytest.mark.slow
def test_a_version_that_is_not_good_enough_is_not_made(
    window: MainWindow, session: Session, qtbot: QtBot, shop: Path, in_use: Path
) -> None:
    hands = WindowHands(window, qtbot)
    session.open(shop)
    opened(window, hands)
    written(hands, "retrain_margin", "0,75")
    hands.press("retrain")
    hands.find("retrain_progress")
    qtbot.waitUntil(lambda: not session.programs.running, timeout=MINUTES)
    assert hands.read("retrain_head").startswith("Judged on ")
    dialog = window.findChild(RetrainDialog)
    assert dialog is not None
    assert dialog.sentence.text().startswith("The new model is not good enough")
    assert list(in_use.parent.iterdir()) == [in_use]
    assert [item.path for item in session.endpoints.items] == [in_use]
    hands.press("cancel")
