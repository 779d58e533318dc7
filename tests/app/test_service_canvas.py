"""Web service inputs, outputs and parameters are set on the canvas and in the properties."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from studio.app.canvas.canvas import Canvas
from studio.app.draft import Draft
from studio.app.main_window import MainWindow
from studio.app.palette_entry import entry_of
from studio.app.panels.properties import PropertiesPanel
from studio.app.session import Session
from studio.document.edits import AddNode, SetBindings, SetParams
from studio.document.items import ExperimentParameter, Node
from tests.app.canvas_hands import Hands, put
from tests.app.looking import build
from tests.app.window_hands import WindowHands


def drop_between(canvas: Canvas, hands: Hands, module: str, source: str, target: str) -> str:
    """Drop a module of the palette on the middle of a link; returns the new node's id."""
    draft = canvas.draft
    link = next(one for one in draft.experiment.links if one.ends[::2] == (source, target))
    start = hands.port(source, link.source_port, "out")
    stop = hands.port(target, link.target_port, "in")
    cls = draft.registry.get(module)
    assert cls is not None
    before = set(draft.experiment.nodes)
    hands.drop(entry_of(draft.registry, cls).mime_data(), (start + stop) / 2)
    (new,) = set(draft.experiment.nodes) - before
    return new


def test_service_modules_are_set_on_links_by_dropping_them_there(
    canvas: Canvas, hands: Hands, draft: Draft
) -> None:
    data, split = put(canvas, "sample_dataset", 0, -220), put(canvas, "split_data", 0, 220)
    hands.link(data, "dataset", split, "dataset")
    first = drop_between(canvas, hands, "web_service_input", data, split)
    second = drop_between(canvas, hands, "web_service_input", first, split)
    ends = {link.ends for link in draft.experiment.links}
    assert ends == {
        (data, "dataset", first, "dataset"),
        (first, "request", second, "dataset"),
        (second, "request", split, "dataset"),
    }
    names = [draft.experiment.nodes[id].params.get("name", "input1") for id in (first, second)]
    assert names == ["input1", "input2"]
    draft.undo()
    assert (first, "request", split, "dataset") in {link.ends for link in draft.experiment.links}


def test_they_are_found_by_their_names(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    hands = WindowHands(window, qtbot)
    draft = session.new()
    for search, module in (("request", "web_service_input"), ("reply", "web_service_output")):
        node = hands.add(search, 300, 200)
        assert draft.experiment.nodes[node].module == module


@pytest.fixture
def panel(session: Session, draft: Draft, qtbot: QtBot) -> PropertiesPanel:
    made = PropertiesPanel(session)
    made.resize(360, 800)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def publish(panel: PropertiesPanel, qtbot: QtBot, field: str) -> None:
    """Open the menu of a field by its keys, and choose to make it a web service parameter."""
    line = panel.findChild(QLineEdit, f"param_{field}")
    assert line is not None
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    menu = panel.findChild(QMenu, f"field_menu_{field}")
    assert menu is not None
    action = next(one for one in menu.actions() if one.objectName() == "field_menu_publish")
    assert action.text() == "Make it a web service parameter"
    at = menu.actionGeometry(action).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=QPoint(at))
    menu.close()


def test_a_field_becomes_a_web_service_parameter_in_one_step(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    build(draft, [("split", "split_data", {"fraction": 0.25})])
    draft.select(["split"])
    publish(panel, qtbot, "fraction")
    label = "Fraction of rows in the first output dataset"
    assert draft.experiment.parameters == (ExperimentParameter("fraction", "double", 0.25, label),)
    assert draft.experiment.nodes["split"].bindings == {"fraction": "fraction"}
    assert draft.experiment.params_of("split")["fraction"] == 0.25
    assert draft.undo_text == f"Make “{label}” a web service parameter"
    draft.undo()
    assert draft.experiment.parameters == ()
    assert draft.experiment.nodes["split"].bindings == {}


def test_two_fields_of_one_name_get_parameters_of_their_own(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    build(draft, [("one", "split_data", {"seed": 5}), ("two", "split_data", {})])
    for node in ("one", "two"):
        draft.select([node])
        publish(panel, qtbot, "seed")
    assert [(p.name, p.type, p.default) for p in draft.experiment.parameters] == [
        ("seed", "integer", 5),
        ("seed_2", "integer", 0),
    ]
    assert draft.experiment.nodes["two"].bindings == {"seed": "seed_2"}


def test_a_node_with_columns_chosen_can_come_by_an_edit(
    window: MainWindow, session: Session
) -> None:
    """The palette remembers what was added, whatever it is set to."""
    draft = session.new()
    assert window.docks.palette_panel is not None
    columns = {"columns": {"rules": [{"values": ["age"]}]}}
    assert draft.apply(AddNode(Node("few", "select_columns_in_dataset", params=columns)))
    assert draft.apply(SetParams("few", columns)) is not None
    assert draft.apply(SetBindings("few", {})) is not None
