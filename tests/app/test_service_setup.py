"""Setting up a web service: the predictive experiment opens beside the one that trains."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QRadioButton,
    QTabBar,
)
from pytestqt.qtbot import QtBot

from studio.app.dialogs.model_choices import ModelChoices
from studio.app.draft import Draft
from studio.app.editors.segments import Segments
from studio.app.main_window import MainWindow
from studio.app.session import Session
from studio.document.edits import AddNode, SetParams
from studio.document.items import Node
from tests.app.looking import build
from tests.app.window_hands import WindowHands

MINUTES = 300_000
PROBLEM = "service_problem"

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let what the window writes for its programs be seen."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def modules(draft: Draft) -> set[str]:
    return {node.module for node in draft.experiment.nodes.values()}


def node_of(draft: Draft, module: str) -> str:
    return next(node.id for node in draft.experiment.nodes.values() if node.module == module)


def wait_for_work(hands: WindowHands) -> None:
    """Wait until no dialog works any longer and no program runs; a problem is none of it."""
    session = hands.window.session

    def is_over() -> bool:
        dialogs = hands.window.findChildren(QDialog, "set_up_service_dialog")
        for label in (one for dialog in dialogs for one in dialog.findChildren(QLabel, PROBLEM)):
            if label.isVisible():
                pytest.fail(label.text())
        return not session.programs.running and not any(one.isVisible() for one in dialogs)

    hands.qtbot.waitUntil(is_over, timeout=MINUTES)


def set_up(window: MainWindow, qtbot: QtBot, file: Path) -> tuple[WindowHands, Draft, Draft]:
    """Open a training experiment and press the button; returns it and the predictive one."""
    hands = WindowHands(window, qtbot)
    training = window.session.open(file)
    assert training is not None
    hands.press("tool_set_up_service")
    wait_for_work(hands)
    assert len(window.session.drafts) == 2
    return hands, training, window.session.drafts[1]


def click_row(hands: WindowHands, text: str) -> None:
    """Click the line of the report that begins so."""
    view = hands.find("service_list", QListView)
    assert isinstance(view, QListView)
    model = view.model()
    row = next(n for n in range(model.rowCount()) if model.index(n, 0).data().startswith(text))
    view.scrollTo(model.index(row, 0))
    rect = view.visualRect(model.index(row, 0))
    hands.click(view.viewport(), rect.topLeft() + QPoint(40, rect.height() // 2))


def choose_side(hands: WindowHands, side: int) -> None:
    """Click a segment of the switch between the two experiments."""
    segments = hands.find("pair_segments", Segments)
    width = segments.width() // 2
    hands.click(segments, QPoint(width * side + width // 2, segments.height() // 2))


def save_as(hands: WindowHands, path: Path) -> None:
    """Press Save and name a file."""
    hands.press("tool_save")
    dialog = hands.find("file_dialog", QFileDialog)
    line, box = dialog.findChild(QLineEdit), dialog.findChild(QDialogButtonBox)
    assert line is not None
    assert box is not None
    line.setText(str(path))
    hands.click(box.button(QDialogButtonBox.StandardButton.Save))
    hands.qtbot.waitUntil(lambda: hands.window.draft.path == path)


def test_the_predictive_experiment_opens_beside_the_other_and_says_what_was_done(
    window: MainWindow, qtbot: QtBot, shop: Path, temporary: Path
) -> None:
    hands, training, predictive = set_up(window, qtbot, shop)
    assert training.last_run is not None
    assert training.last_run.outcome == "finished"
    assert window.session.current is predictive
    assert predictive.experiment.training.experiment == training.experiment.id
    assert predictive.experiment.training.file == shop.name
    assert {"web_service_input", "web_service_output", "saved_model"} <= modules(predictive)
    assert not {"split_data", "evaluate_model", "train_model"} & modules(predictive)
    assert predictive.is_modified
    assert not training.is_modified
    assert predictive.base == training.base
    assert list(temporary.glob("wireloom-service-*")) == []
    tabs = hands.find("document_tabs", QTabBar)
    assert isinstance(tabs, QTabBar)
    assert [tabs.tabText(n) for n in (1, 2)] == ["Shop", "• Shop [predictive]"]
    click_row(hands, "“Score Model” stays")
    assert window.session.current is predictive
    assert predictive.selection == {node_of(predictive, "score_model")}
    click_row(hands, "“Split Data” goes")
    assert window.session.current is training
    assert training.selection == {node_of(training, "split_data")}
    choose_side(hands, 1)
    assert window.session.current is predictive
    choose_side(hands, 0)
    assert window.session.current is training


def test_an_update_takes_over_what_was_trained_and_keeps_what_was_edited(
    window: MainWindow, qtbot: QtBot, shop: Path
) -> None:
    hands, training, predictive = set_up(window, qtbot, shop)
    save_as(hands, shop.with_name("service.experiment"))
    score = node_of(predictive, "score_model")
    predictive.apply(SetParams(score, {"append": False}))
    model = predictive.experiment.nodes[node_of(predictive, "saved_model")]
    before = Path(str(model.params["path"])).read_bytes()
    choose_side(hands, 0)
    training.apply(SetParams(node_of(training, "split_data"), {"seed": 2}))
    hands.press("service_update")
    wait_for_work(hands)
    assert window.session.current is predictive
    assert predictive.experiment.nodes[score].params["append"] is False
    source = predictive.experiment.nodes[node_of(predictive, "import_data")]
    assert source.params["path"] == "shop.csv"
    after = predictive.experiment.nodes[model.id].params["path"]
    assert after == model.params["path"]
    assert Path(str(after)).read_bytes() != before
    assert predictive.experiment.training.file == shop.name
    assert predictive.undo_text == "Update predictive experiment"


def test_the_training_experiment_is_found_again_by_its_file(
    window: MainWindow, qtbot: QtBot, shop: Path
) -> None:
    hands, training, predictive = set_up(window, qtbot, shop)
    folder = shop.parent / "services"
    folder.mkdir()
    save_as(hands, folder / "service.experiment")
    assert predictive.experiment.training.file == "../shop.experiment"
    source = predictive.experiment.nodes[node_of(predictive, "import_data")]
    assert (predictive.base / str(source.params["path"])).samefile(shop.with_name("shop.csv"))
    window.session.close(training)
    assert window.session.drafts == (predictive,)
    choose_side(hands, 0)
    opened = window.session.current
    assert opened is not None
    assert opened.path is not None
    assert opened.path.resolve() == shop.resolve()
    choose_side(hands, 1)
    assert window.session.current is predictive


def test_of_several_models_the_person_chooses_one(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    hands = WindowHands(window, qtbot)
    training = session.open_template("compare-two-models")
    assert training is not None
    hands.press("tool_set_up_service")
    choices = hands.find("set_up_service_dialog").findChild(ModelChoices)
    assert choices is not None
    qtbot.waitUntil(choices.isVisible, timeout=MINUTES)
    second = hands.find("model_1", QRadioButton)
    assert isinstance(second, QRadioButton)
    hands.click(second, QPoint(10, second.height() // 2))
    assert second.isChecked()
    QTest.keyClick(second, Qt.Key.Key_Return)
    wait_for_work(hands)
    predictive = session.drafts[1]
    chosen = predictive.experiment.training.score
    scores = [n.id for n in training.experiment.nodes.values() if n.module == "score_model"]
    assert chosen in scores
    assert chosen in predictive.experiment.nodes
    assert not {*scores} - {chosen} & {*predictive.experiment.nodes}


def test_a_problem_is_solved_with_one_click(
    window: MainWindow, session: Session, qtbot: QtBot, shop: Path
) -> None:
    hands = WindowHands(window, qtbot)
    training = session.open(shop)
    assert training is not None
    split, score = node_of(training, "split_data"), node_of(training, "score_model")
    train = node_of(training, "train_model")
    settings = {"columns": {"begin": "none", "rules": [{"values": ["age"]}]}}
    build(
        training,
        [("scale", "normalize_data", settings), ("again", "normalize_data", settings)],
        [
            (f"{split}.results_dataset1", "scale.dataset"),
            ("scale.transformed_dataset", f"{train}.dataset"),
            (f"{split}.results_dataset2", "again.dataset"),
            ("again.transformed_dataset", f"{score}.dataset"),
        ],
    )
    hands.press("tool_set_up_service")
    wait_for_work(hands)
    predictive = session.drafts[1]
    sentence = hands.find("service_problem_0").findChild(QLabel)
    assert sentence is not None
    assert "fitted anew" in hands.find("service_side").findChildren(QLabel)[0].text()
    hands.press("repair_0_0")
    wait_for_work(hands)
    assert predictive.experiment.training.transforms == {"again": "scale"}
    assert not window.docks.service.findChildren(QPushButton, "repair_0_0")


def test_what_cannot_be_converted_is_said(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    hands = WindowHands(window, qtbot)
    draft = session.new()
    draft.apply(AddNode(Node("data", "sample_dataset", title="Data")))
    hands.press("tool_set_up_service")
    qtbot.waitUntil(lambda: bool(hands.read("service_problem")), timeout=MINUTES)
    assert "has no trained model" in hands.read("service_problem")
    QTest.keyClick(hands.find("cancel"), Qt.Key.Key_Escape)
    assert session.drafts == (draft,)


def test_a_run_that_fails_is_said_with_the_node(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    hands = WindowHands(window, qtbot)
    draft = session.new()
    script = {"script": "def azureml_main(a=None, b=None):\n    raise ValueError('no shop')\n"}
    draft.apply(AddNode(Node("work", "execute_python_script", title="Work", params=script)))
    hands.press("tool_set_up_service")
    qtbot.waitUntil(lambda: bool(hands.read("service_problem")), timeout=MINUTES)
    assert hands.read("service_problem").startswith("The run failed at “Work”: ")
    assert "no shop" in hands.read("service_problem")
    hands.press("cancel")


def test_it_can_be_given_up_while_it_works(
    window: MainWindow, session: Session, qtbot: QtBot, shop: Path, temporary: Path
) -> None:
    hands = WindowHands(window, qtbot)
    draft = session.open(shop)
    assert draft is not None
    hands.run()
    hands.press("tool_set_up_service")
    qtbot.waitUntil(lambda: bool(session.programs.running), timeout=MINUTES)
    (program,) = session.programs.running
    pid = program.pid
    hands.press("cancel")
    qtbot.waitUntil(lambda: not session.programs.running, timeout=MINUTES)
    assert session.drafts == (draft,)
    assert not Path(f"/proc/{pid}").exists() or os.name != "posix"
    assert list(temporary.glob("wireloom-service-*")) == []
