"""The Endpoints panel serves real packages, tries them over HTTP, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.app.dialogs.trust import TrustDialog
from studio.app.main_window import MainWindow
from studio.app.panels.sparkline import Sparkline
from studio.app.serving.endpoint import Endpoint
from studio.app.session import Session
from tests.app.shop import sample, write_package
from tests.app.window_hands import WindowHands

MINUTES = 120_000

pytestmark = pytest.mark.slow


def shown(window: MainWindow, qtbot: QtBot, package: Path) -> tuple[WindowHands, Endpoint]:
    """Show the panel with a package in it that has been read."""
    window.session.new()
    window.services.show_endpoints()
    endpoint = window.session.endpoints.add(package)
    qtbot.waitUntil(lambda: endpoint.facts is not None, timeout=MINUTES)
    page = window.docks.endpoints.page
    assert page is not None
    assert page.endpoint is endpoint
    qtbot.waitUntil(lambda: page.form.is_made, timeout=MINUTES)
    return WindowHands(window, qtbot), endpoint


def started(window: MainWindow, qtbot: QtBot, package: Path) -> tuple[WindowHands, Endpoint]:
    """Show the panel and press Start."""
    hands, endpoint = shown(window, qtbot, package)
    hands.press("start_endpoint")
    qtbot.waitUntil(lambda: endpoint.state == "ready", timeout=MINUTES)
    return hands, endpoint


def pid_of(endpoint: Endpoint) -> int:
    (program,) = endpoint._programs.running
    return program.pid


def reply(hands: WindowHands) -> str:
    """Wait for the reply to what was sent, and return its first line."""
    hands.qtbot.waitUntil(lambda: hands.read("reply_status").startswith("Status"), timeout=MINUTES)
    return hands.read("reply_status")


def value(hands: WindowHands, column: str) -> str:
    """Return what the shown reply has in a column."""
    table = hands.find("reply_table", QTableView)
    assert isinstance(table, QTableView)
    model = table.model()
    rows = range(model.rowCount())
    return next(model.index(row, 1).data() for row in rows if model.index(row, 0).data() == column)


def stop(hands: WindowHands, endpoint: Endpoint) -> None:
    pid = pid_of(endpoint)
    hands.press("stop_endpoint")
    hands.qtbot.waitUntil(lambda: endpoint.state == "stopped", timeout=MINUTES)
    assert not psutil.pid_exists(pid)


def test_an_endpoint_answers_as_the_studio_did(
    window: MainWindow, qtbot: QtBot, package: Path
) -> None:
    request, wanted = sample(package)
    hands, endpoint = started(window, qtbot, package)
    assert hands.read("endpoint_state") == endpoint.url
    assert hands.find("request_0", QLineEdit).text() == str(request["age"])
    hands.press("send_request")
    assert reply(hands).startswith("Status 200")
    assert value(hands, "Scored Labels") == wanted["Scored Labels"]
    hands.press("copy_reply")
    (answered,) = json.loads(QGuiApplication.clipboard().text())
    assert answered == wanted
    QTest.keyClick(hands.find("request_0"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: endpoint.figures.calls == 2, timeout=MINUTES)
    assert endpoint.figures.errors == 0
    qtbot.waitUntil(lambda: hands.read("endpoint_calls") == "2", timeout=MINUTES)
    assert hands.read("endpoint_middle").endswith("ms")
    course = hands.find("endpoint_course", Sparkline)
    assert isinstance(course, Sparkline)
    assert any(number > 0 for number in course.numbers)
    stop(hands, endpoint)


def test_a_value_that_is_none_is_not_sent_and_a_refusal_is_shown_at_its_field(
    window: MainWindow, qtbot: QtBot, package: Path
) -> None:
    hands, endpoint = started(window, qtbot, package)
    age = hands.find("request_0", QLineEdit)
    age.setText("young")
    hands.press("send_request")
    assert hands.read("form_note") == "“age” needs a whole number, not “young”."
    assert age.property("wrong")
    assert window.focusWidget() is age
    age.setText("9" * 30)
    hands.press("send_request")
    assert reply(hands).startswith("Status 422")
    assert "“age”" in hands.read("reply_problem")
    assert age.property("wrong")
    hands.press("fill_example")
    assert not age.property("wrong")
    age.clear()
    hands.press("send_request")
    assert reply(hands).startswith("Status 200")
    qtbot.waitUntil(lambda: endpoint.figures.errors == 1, timeout=MINUTES)
    qtbot.waitUntil(lambda: hands.read("endpoint_errors") == "1", timeout=MINUTES)
    stop(hands, endpoint)


def test_a_call_can_be_copied_and_sent_from_elsewhere(
    window: MainWindow, qtbot: QtBot, package: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not here")
    _, wanted = sample(package)
    hands, endpoint = started(window, qtbot, package)
    hands.press("copy_url")
    assert QGuiApplication.clipboard().text() == f"{endpoint.url}/score"
    hands.press("copy_curl")
    command = QGuiApplication.clipboard().text()
    said = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == [wanted]
    tabs = hands.find("endpoint_tabs", QTabWidget)
    assert isinstance(tabs, QTabWidget)
    tabs.setCurrentIndex(1)
    log = hands.find("endpoint_log", QPlainTextEdit)
    assert isinstance(log, QPlainTextEdit)
    qtbot.waitUntil(lambda: "POST /score  200  1 row" in log.toPlainText(), timeout=MINUTES)
    assert "/metrics" not in log.toPlainText()
    stop(hands, endpoint)


class Browser(QWidget):
    """Takes what would open in the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.urls.append(url.toString())


def test_the_test_page_opens_in_the_browser(
    window: MainWindow, qtbot: QtBot, package: Path
) -> None:
    browser = Browser()
    qtbot.addWidget(browser)
    QDesktopServices.setUrlHandler("http", browser, "open")
    hands, endpoint = started(window, qtbot, package)
    hands.press("open_page")
    QDesktopServices.unsetUrlHandler("http")
    assert browser.urls == [f"{endpoint.url}/"]
    stop(hands, endpoint)


def test_closing_the_window_asks_and_then_ends_what_is_served(
    window: MainWindow, session: Session, qtbot: QtBot, package: Path
) -> None:
    hands, endpoint = started(window, qtbot, package)
    pid = pid_of(endpoint)
    window.close()
    hands.find("endpoints_running_dialog")
    hands.press("keep")
    assert window.isVisible()
    assert endpoint.state == "ready"
    window.close()
    hands.press("stop")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=MINUTES)
    assert not psutil.pid_exists(pid)
    assert session.programs.running == []


@pytest.mark.skipif(os.name != "posix", reason="processes are killed by signals")
def test_an_endpoint_that_dies_is_said_and_can_be_started_again(
    window: MainWindow, qtbot: QtBot, package: Path
) -> None:
    hands, endpoint = started(window, qtbot, package)
    os.kill(pid_of(endpoint), signal.SIGKILL)
    qtbot.waitUntil(lambda: endpoint.state == "failed", timeout=MINUTES)
    assert hands.read("endpoint_state") == "It crashed, or was ended by something else."
    hands.press("start_endpoint")
    qtbot.waitUntil(lambda: endpoint.state == "ready", timeout=MINUTES)
    stop(hands, endpoint)


def test_code_in_a_package_runs_only_when_the_person_lets_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    package = write_package(tmp_path, script=True)
    hands, endpoint = shown(window, qtbot, package)
    hands.press("start_endpoint")
    hands.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None, timeout=MINUTES)
    dialog = hands.find("trust_dialog", TrustDialog)
    assert isinstance(dialog, TrustDialog)
    assert "“Half”" in dialog.sentence.text()
    hands.press("refuse")
    assert endpoint.state == "stopped"
    hands.press("start_endpoint")
    hands.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None, timeout=MINUTES)
    hands.press("trust")
    qtbot.waitUntil(lambda: endpoint.state == "ready", timeout=MINUTES)
    hands.press("send_request")
    assert reply(hands).startswith("Status 200")
    stop(hands, endpoint)
    # Once is enough.
    hands.press("start_endpoint")
    qtbot.waitUntil(lambda: endpoint.state == "ready", timeout=MINUTES)
    stop(hands, endpoint)


def test_packages_are_remembered_and_can_be_forgotten(
    window: MainWindow, qtbot: QtBot, package: Path, tmp_path: Path
) -> None:
    hands, endpoint = shown(window, qtbot, package)
    gone = tmp_path / "gone.zip"
    window.session.endpoints.add(gone)
    later = Session(tmp_path / "other workspace")
    assert [item.path for item in later.endpoints.items] == [gone, package]
    qtbot.waitUntil(lambda: bool(later.endpoints.items[0].problem), timeout=MINUTES)
    later.stop()
    assert "there is no such folder or file" in hands.read("endpoint_state")
    assert not hands.find("start_endpoint").isEnabled()
    tabs = hands.find("endpoint_tabs", QTabWidget)
    assert isinstance(tabs, QTabWidget)
    tabs.setCurrentIndex(2)
    hands.press("forget_package")
    assert window.session.endpoints.items == (endpoint,)
    assert hands.read("endpoint_title") == "Shop 1"


def test_a_package_is_added_by_its_folder(
    window: MainWindow, session: Session, qtbot: QtBot, package: Path
) -> None:
    hands = WindowHands(window, qtbot)
    session.new()
    window.services.show_endpoints()
    hands.press("add_package")
    menu = hands.find("add_package_menu", QMenu)
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    dialog = hands.find("add_package_dialog")
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setText(str(package))
    dialog.accept()
    (endpoint,) = session.endpoints.items
    qtbot.waitUntil(lambda: endpoint.facts is not None, timeout=MINUTES)
    view = hands.find("endpoint_list", QListView)
    assert isinstance(view, QListView)
    assert view.currentIndex().data() == "Shop 1: Stopped"


def test_a_package_is_verified_and_scores_a_file(
    window: MainWindow, qtbot: QtBot, package: Path, tmp_path: Path
) -> None:
    hands, _ = shown(window, qtbot, package)
    tabs = hands.find("endpoint_tabs", QTabWidget)
    assert isinstance(tabs, QTabWidget)
    tabs.setCurrentIndex(2)
    hands.press("verify_package")
    qtbot.waitUntil(
        lambda: bool(QApplication.activeModalWidget().findChildren(QLabel, "proof_http")),
        timeout=MINUTES,
    )
    assert hands.read("proof_onnx").startswith("Equal")
    hands.press("close")
    rows = tmp_path / "rows.csv"
    rows.write_text("age,job,member\n20,baker,true\n60,smith,false\nold,clerk,true\n")
    hands.press("score_file")
    hands.fill("score_in", str(rows))
    hands.press("score")
    done = QApplication.activeModalWidget().findChild(QLabel, "score_done")
    assert done is not None
    qtbot.waitUntil(done.isVisible, timeout=MINUTES)
    out = tmp_path / "rows scored.csv"
    assert done.text().startswith(f"2 rows answered. The answers are in {out}.")
    assert "1 row could not be" in done.text()
    lines = out.read_text().splitlines()
    assert len(lines) == 3
    assert [line.split(",")[3] for line in lines[1:]] == ["no", "yes"]
    hands.press("cancel")
