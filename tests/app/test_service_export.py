"""The dialog that makes a model package, and what can be done with the package at once."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from studio.app.dialogs.export_package import ExportPackageDialog
from studio.app.main_window import MainWindow
from studio.app.session import Session
from studio.document.edits import AddNode
from studio.document.items import Node
from studio.scoring.manifest import Manifest
from tests.app.window_hands import WindowHands

MINUTES = 300_000


def opened(window: MainWindow, hands: WindowHands) -> ExportPackageDialog:
    """Press the button that exports."""
    hands.press("tool_export_package")
    dialog = window.findChild(ExportPackageDialog)
    assert dialog is not None
    return dialog


def put(folder: Path, name: str, version: str) -> None:
    """Put something into a folder that says it is a package of that name and version."""
    place = folder / f"{name}-{version}"
    place.mkdir(parents=True)
    (place / "manifest.json").write_text(Manifest(name=name, version=version).to_json())
    empty = {"inputs": [], "outputs": [], "parameters": [], "missing_marks": [], "echoes": {}}
    (place / "signature.json").write_text(json.dumps(empty))


def typed(hands: WindowHands, name: str, text: str) -> None:
    line = hands.find(name, QLineEdit)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)


def test_the_next_free_version_is_offered_until_the_person_writes_one(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "packages"
    for version in ("1", "2", "9.1", "draft"):
        put(folder, "Shop", version)
    put(folder, "Other", "40")
    session.remembered.set("package_folder", str(folder))
    draft = session.new()
    draft.apply(AddNode(Node("data", "sample_dataset")))
    hands = WindowHands(window, qtbot)
    dialog = opened(window, hands)
    version, note = (
        dialog.findChild(QLineEdit, "package_version"),
        dialog.findChild(QLabel, "package_note"),
    )
    assert version is not None
    assert note is not None
    typed(hands, "package_name", "Shop")
    qtbot.waitUntil(lambda: version.text() == "10")
    typed(hands, "package_name", "Nothing like it")
    assert version.text() == "1"
    assert note.text() == str(folder / "Nothing-like-it-1")
    typed(hands, "package_version", "3")
    typed(hands, "package_name", "shop")
    assert version.text() == "3"
    hands.click(hands.find("package_as_zip", QRadioButton))
    assert note.text() == str(folder / "shop-3.zip")
    dialog.reject()


def test_what_cannot_be_is_said_and_what_is_there_is_replaced_only_with_a_word(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    put(tmp_path, "Shop", "1")
    session.remembered.set("package_folder", str(tmp_path))
    session.new().apply(AddNode(Node("data", "sample_dataset")))
    hands = WindowHands(window, qtbot)
    dialog = opened(window, hands)
    export = dialog.findChild(QPushButton, "export")
    assert export is not None
    typed(hands, "package_name", "Shop")
    typed(hands, "package_version", "1")
    assert export.text() == "Replace"
    assert "is there already" in hands.read("package_note")
    typed(hands, "package_version", "-1")
    assert not export.isEnabled()
    assert "A version is" in hands.read("package_note")
    typed(hands, "package_version", "2")
    assert export.text() == "Export"
    typed(hands, "package_name", "   ")
    assert not export.isEnabled()
    assert hands.read("package_note") == "Give it a name."
    dialog.reject()


@pytest.mark.slow
def test_a_problem_is_said_over_the_form(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    session.remembered.set("package_folder", str(tmp_path))
    session.new().apply(AddNode(Node("data", "sample_dataset")))
    hands = WindowHands(window, qtbot)
    dialog = opened(window, hands)
    typed(hands, "package_name", "Nothing")
    hands.press("export")
    problem = dialog.findChild(QLabel, "package_problem")
    assert problem is not None
    qtbot.waitUntil(problem.isVisible, timeout=MINUTES)
    assert "has no trained model" in problem.text()
    assert hands.find("package_name").isVisible()
    assert list(tmp_path.glob("Nothing*")) == []
    dialog.reject()


@pytest.mark.slow
def test_a_package_is_made_proven_verified_again_and_served(
    window: MainWindow, session: Session, qtbot: QtBot, shop: Path
) -> None:
    hands = WindowHands(window, qtbot)
    assert session.open(shop) is not None
    dialog = opened(window, hands)
    typed(hands, "package_description", "Who buys")
    hands.click(hands.find("package_as_zip", QRadioButton))
    hands.press("export")
    assert hands.find("package_progress").isVisible()
    proof = dialog.findChild
    qtbot.waitUntil(lambda: proof(QLabel, "package_proof") is not None, timeout=MINUTES)
    path = shop.with_name("Shop-1.zip")
    assert hands.read("package_place") == str(path)
    assert hands.read("package_proof").startswith("Proven on ")
    assert hands.read("proof_program").startswith("Equal")
    assert hands.read("proof_onnx").startswith("Equal")
    with zipfile.ZipFile(path) as archive:
        inner = next(name for name in archive.namelist() if name.endswith("manifest.json"))
        manifest = json.loads(archive.read(inner))
    assert (manifest["name"], manifest["version"]) == ("Shop", "1")
    assert manifest["description"] == "Who buys"
    hands.press("verify_again")
    qtbot.waitUntil(lambda: "ways" in hands.read("proof_program"), timeout=MINUTES)
    assert hands.read("proof_http").startswith("Equal")
    start = dialog.findChild(QPushButton, "start_endpoint")
    assert start is not None
    QTest.keyClick(start, Qt.Key.Key_Return)
    (endpoint,) = session.endpoints.items
    qtbot.waitUntil(lambda: endpoint.state == "ready", timeout=MINUTES)
    assert hands.find("endpoints_panel").isVisible()
    assert endpoint.path == path
    assert hands.read("endpoint_title") == "Shop 1"
    hands.press("tool_export_package")
    version = hands.find("package_version", QLineEdit)
    assert isinstance(version, QLineEdit)
    qtbot.waitUntil(lambda: version.text() == "2")
    hands.press("cancel")
    endpoint.stop()
    qtbot.waitUntil(lambda: endpoint.state == "stopped", timeout=MINUTES)


@pytest.mark.slow
def test_packing_can_be_given_up(
    window: MainWindow, session: Session, qtbot: QtBot, shop: Path
) -> None:
    hands = WindowHands(window, qtbot)
    assert session.open(shop) is not None
    opened(window, hands)
    hands.press("export")
    qtbot.waitUntil(lambda: bool(session.programs.running), timeout=MINUTES)
    hands.press("cancel")
    qtbot.waitUntil(lambda: not session.programs.running, timeout=MINUTES)
    assert list(shop.parent.glob("Shop-*")) == []
    assert session.endpoints.items == ()
