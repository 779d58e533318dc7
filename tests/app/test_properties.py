"""The Properties panel, acted on with keys and the mouse, judged by the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QEnterEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.editors.choice_words import choice_text
from studio.app.editors.columns_dialog import ColumnsDialog
from studio.app.editors.field_editor import FieldEditor, plain_value
from studio.app.editors.numbers import number_text
from studio.app.editors.segments import Segments
from studio.app.editors.selection_words import read_selection, selection_text
from studio.app.panels.properties import PropertiesPanel
from studio.app.panels.properties_field import ParameterField
from studio.app.session import Session
from studio.document.edits import (
    AddFrame,
    AddGroup,
    AddNode,
    AddNote,
    Connect,
    SetBindings,
    SetExperiment,
    SetParams,
)
from studio.document.frozen import thaw
from studio.document.items import ExperimentParameter, Frame, Group, Link, Node, Note
from studio.engine.history import RunRecord
from studio.sdk.module import Module
from studio.sdk.params import Parameter

SECONDS = 60_000


@pytest.fixture
def panel(session: Session, draft: Draft, qtbot: QtBot) -> Iterator[PropertiesPanel]:
    """The panel, shown, with the empty draft in front."""
    made = PropertiesPanel(session)
    qtbot.addWidget(made)
    made.resize(340, 900)
    made.show()
    yield made
    made.close()


def add(draft: Draft, id: str, module: str, **params: Any) -> None:
    draft.apply(AddNode(Node(id, module, title=id.capitalize(), params=params)))


def line(panel: QWidget, name: str) -> QLineEdit:
    found = panel.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit), name
    return found


def field(panel: QWidget, name: str) -> ParameterField:
    seen = [f for f in panel.findChildren(ParameterField, f"field_{name}") if f.isVisibleTo(panel)]
    assert len(seen) == 1, name
    return seen[0]


def texts(widget: QWidget) -> list[str]:
    labels = widget.findChildren(QLabel)
    return [label.text() for label in labels if label.isVisibleTo(widget) and label.text()]


def click(qtbot: QtBot, widget: QWidget | None, at: QPoint | None = None) -> None:
    assert widget is not None
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())


def write(qtbot: QtBot, widget: QWidget, text: str) -> None:
    """Replace what stands in a field by typing."""
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    if text:
        qtbot.keyClicks(widget, text)
    else:
        qtbot.keyClick(widget, Qt.Key.Key_Backspace)


# Every parameter of every module.


def conditions(cls: type[Module], parameter: Parameter) -> dict[str, Any]:
    """Return values of other parameters that let a parameter be seen."""
    values: dict[str, Any] = {}
    for other, allowed in (parameter.when or {}).items():
        declared = cls.parameter(other)
        values |= conditions(cls, declared)
        values[other] = declared.default if declared.default in allowed else allowed[0]
    return values


def another_number(parameter: Parameter) -> int | float:
    low = parameter.ge if parameter.ge is not None else (parameter.gt or 0)
    high = parameter.le if parameter.le is not None else low + 10
    inside = [low + (high - low) * share for share in (0.25, 0.5)]
    numbers = [round(n) if parameter.kind == "integer" else float(f"{n:.3g}") for n in inside]
    return next(number for number in numbers if number != parameter.default)


def change_by_keys(qtbot: QtBot, panel: PropertiesPanel, editor: FieldEditor) -> Any:
    """Change a value with the keyboard; returns what the document should then hold."""
    parameter, entry = editor.parameter, editor.entry()
    if parameter.kind in ("integer", "double"):
        number = another_number(parameter)
        write(qtbot, entry, number_text(number))
        return number
    if parameter.kind == "boolean":
        qtbot.keyClick(entry, Qt.Key.Key_Space)
        return not parameter.default
    if parameter.kind == "choice":
        at = parameter.choices.index(parameter.default)
        down = at + 1 < len(parameter.choices)
        qtbot.keyClick(entry, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
        return parameter.choices[at + 1 if down else at - 1]
    if parameter.kind == "columns":
        qtbot.keyClick(entry, Qt.Key.Key_Space)
        dialog = next(d for d in panel.findChildren(ColumnsDialog) if d.isVisible())
        dialog.findChild(QWidget, "columns_tabs").setCurrentIndex(0)  # type: ignore[union-attr]
        search = line(dialog, "columns_search")
        write(qtbot, search, "price, engine size")
        qtbot.keyClick(search, Qt.Key.Key_Return)
        qtbot.keyClick(dialog.findChild(QPushButton, "columns_ok"), Qt.Key.Key_Space)
        rule = {"action": "include", "by": "name", "values": ["price", "engine size"]}
        return {"begin": "none", "rules": [rule], "keep_order": False}
    if parameter.kind == "list":
        kind = float if "float" in str(parameter.annotation) else str
        qtbot.keyClicks(entry, "7")
        return [kind("7")]
    if parameter.kind == "mapping":
        qtbot.keyClicks(entry, "price")
        return {"price": "integer"}
    write(qtbot, entry, "7")
    return "7"


def shows(editor: FieldEditor, value: Any) -> bool:
    """Whether a field shows a default, as text or as its placeholder."""
    entry, parameter = editor.entry(), editor.parameter
    if isinstance(entry, QCheckBox):
        return entry.isChecked() == value
    if isinstance(entry, Segments):
        return entry.index == parameter.choices.index(value)
    if isinstance(entry, QComboBox) and parameter.kind == "choice":
        return entry.currentText() == choice_text(value)
    if isinstance(entry, QComboBox):
        return entry.currentText() == (value or "")
    if isinstance(entry, QPlainTextEdit):
        return entry.toPlainText() == (value or "")
    if isinstance(entry, QPushButton):
        selection = None if parameter.required else read_selection(value)
        wanted = "Choose columns…" if selection is None else selection_text(selection)
        return entry.accessibleDescription() == wanted
    assert isinstance(entry, QLineEdit)
    if parameter.kind in ("list", "mapping"):
        return entry.text() == ""
    wanted = value if isinstance(value, str) else number_text(value)
    return entry.text() == "" and entry.placeholderText() == wanted


def test_every_parameter_of_every_module_can_be_set_with_the_keyboard_and_undone(
    session: Session, draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    count = 0
    for cls in session.registry.modules():
        for parameter in cls.parameters():
            params = conditions(cls, parameter)
            id, name = f"{cls.meta.id}-{parameter.name}", parameter.name
            add(draft, id, cls.meta.id, **params)
            draft.select([id])
            if parameter.advanced:
                fold = next(
                    b for b in panel.findChildren(QPushButton, "more_parameters") if b.isVisible()
                )
                if not fold.isChecked():
                    click(qtbot, fold)
            editor = field(panel, name).editor
            default = plain_value(parameter.default)
            assert shows(editor, default), (id, default)
            before = draft.experiment.node(id).params
            wanted = change_by_keys(qtbot, panel, editor)
            assert thaw(draft.experiment.node(id).params[name]) == wanted, id
            draft.end_typing()
            draft.undo()
            assert draft.experiment.node(id).params == before, id
            assert shows(editor, default), (id, "after undo")
            count += 1
    assert count > 100


# Values.


def test_typing_is_one_step_of_undo_until_the_focus_leaves(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "split", "split_data")
    draft.select(["split"])
    fraction = line(panel, "param_fraction")
    write(qtbot, fraction, "0.25")
    assert draft.experiment.node("split").params["fraction"] == 0.25
    fraction.clearFocus()
    fraction.setFocus()
    write(qtbot, fraction, "0.7")
    draft.undo()
    assert draft.experiment.node("split").params["fraction"] == 0.25
    assert fraction.text() == "0.25"
    draft.undo()
    assert "fraction" not in draft.experiment.node("split").params
    assert (fraction.text(), fraction.placeholderText()) == ("", "0.5")


def test_what_is_no_number_stays_in_the_field_and_out_of_the_document(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "split", "split_data", fraction=0.25)
    draft.select(["split"])
    fraction = line(panel, "param_fraction")
    write(qtbot, fraction, "0,5")
    assert draft.experiment.node("split").params["fraction"] in (0.0, 0.25)
    assert fraction.text() == "0,5"
    assert fraction.property("wrong") is True
    assert any("must be a number" in text and "a point" in text for text in texts(panel))
    write(qtbot, fraction, "1e-3")
    assert draft.experiment.node("split").params["fraction"] == 0.001
    assert not fraction.property("wrong")
    assert fraction.text() == "1e-3"


def test_a_number_out_of_its_bounds_is_kept_and_said_to_be_wrong_at_once(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "split", "split_data")
    draft.select(["split"])
    fraction = line(panel, "param_fraction")
    write(qtbot, fraction, "2")
    assert draft.experiment.node("split").params["fraction"] == 2.0
    assert fraction.property("wrong") is True
    assert any("at most 1; it is 2" in text for text in texts(field(panel, "fraction")))
    write(qtbot, fraction, "")
    assert "fraction" not in draft.experiment.node("split").params
    assert not fraction.property("wrong")


def test_arrow_keys_step_a_number_within_its_bounds(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "split", "split_data")
    draft.select(["split"])
    fraction, seed = line(panel, "param_fraction"), line(panel, "param_seed")
    qtbot.keyClick(fraction, Qt.Key.Key_Up)
    qtbot.keyClick(fraction, Qt.Key.Key_PageUp)
    assert draft.experiment.node("split").params["fraction"] == 0.61
    qtbot.keyClick(seed, Qt.Key.Key_Down)
    assert draft.experiment.node("split").params["seed"] == 0
    qtbot.keyClick(seed, Qt.Key.Key_PageUp)
    assert draft.experiment.node("split").params["seed"] == 10


def test_conditions_hide_and_show_fields_and_keep_their_values(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "split", "split_data", fraction=0.25)
    draft.select(["split"])
    shown = field(panel, "fraction")
    mode = panel.findChild(QComboBox, "param_mode")
    assert mode is not None
    qtbot.keyClick(mode, Qt.Key.Key_Down)
    assert not shown.isVisible()
    assert field(panel, "expression").isVisible()
    assert draft.experiment.node("split").params["fraction"] == 0.25
    qtbot.keyClick(mode, Qt.Key.Key_Up)
    assert shown.isVisible()
    assert line(panel, "param_fraction").text() == "0.25"
    random = panel.findChild(QCheckBox, "param_randomized")
    assert random is not None
    qtbot.keyClick(random, Qt.Key.Key_Space)
    assert not line(panel, "param_seed").isVisible()


def test_a_changed_value_has_a_dot_that_resets_it(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "split", "split_data")
    draft.select(["split"])
    assert panel.findChild(QToolButton, "reset_fraction") is None
    write(qtbot, line(panel, "param_fraction"), "0.75")
    dot = panel.findChild(QToolButton, "reset_fraction")
    assert dot is not None
    assert dot.toolTip() == "Reset to 0.5"
    click(qtbot, dot)
    assert "fraction" not in draft.experiment.node("split").params
    assert not dot.isVisible()


def test_tab_goes_from_a_field_to_its_dot_and_on(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    qtbot.waitExposed(panel)
    panel.activateWindow()
    add(draft, "split", "split_data", fraction=0.75)
    draft.select(["split"])
    fraction = line(panel, "param_fraction")
    fraction.setFocus()
    qtbot.waitUntil(fraction.hasFocus)
    stops = []
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        stops.append(now.objectName())
    assert stops == ["reset_fraction", "param_randomized", "param_seed"]


def test_what_is_required_is_marked_and_said(draft: Draft, panel: PropertiesPanel) -> None:
    add(draft, "read", "import_data")
    draft.select(["read"])
    assert texts(field(panel, "path"))[0] == "File *"
    assert "“File” must be set." in texts(field(panel, "path"))
    assert line(panel, "param_path").property("wrong") is True


def test_a_problem_that_the_engine_finds_stands_under_its_field(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "data", "sample_dataset")
    add(draft, "split", "select_columns_in_dataset", columns=["no such column"])
    draft.apply(Connect(Link("data", "dataset", "split", "dataset")))
    draft.select(["split"])
    said = "Column “no such column” is not in the input."
    qtbot.waitUntil(
        lambda: any(text.startswith(said) for text in texts(field(panel, "columns"))),
        timeout=SECONDS,
    )


def test_what_a_node_failed_of_stands_under_its_field_until_that_changes(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "data", "import_data", path="nowhere.csv")
    draft.select(["data"])
    draft.run()

    def said() -> bool:
        return any("nowhere.csv" in text for text in texts(field(panel, "path")))

    qtbot.waitUntil(said, timeout=SECONDS)
    draft.apply(SetParams("data", {"path": "elsewhere.csv"}))
    qtbot.waitUntil(lambda: not said(), timeout=SECONDS)


def test_the_folded_parameters_say_how_many_are_changed(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "read", "import_data", path="a.csv", skip_lines=3, trim=True)
    draft.select(["read"])
    fold = panel.findChild(QPushButton, "more_parameters")
    assert fold is not None
    assert fold.text() == "More · 2 changed"
    assert not line(panel, "param_skip_lines").isVisible()
    click(qtbot, fold)
    assert line(panel, "param_skip_lines").isVisible()


def test_another_node_of_the_module_uses_the_same_widgets(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "one", "split_data", fraction=0.25)
    add(draft, "two", "split_data")
    draft.select(["one"])
    before = line(panel, "param_fraction")
    write(qtbot, before, "0.2x")
    draft.select(["two"])
    assert line(panel, "param_fraction") is before
    assert before.text() == ""
    assert not before.property("wrong")
    write(qtbot, before, "0.9")
    assert draft.experiment.node("two").params["fraction"] == 0.9


# Files.


def test_a_dropped_file_is_relative_to_the_experiments_folder(
    session: Session, draft: Draft, panel: PropertiesPanel, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()
    assert session.save(draft, tmp_path / "here" / "one.experiment")
    add(draft, "read", "import_data")
    draft.select(["read"])
    for file, wanted in (
        (draft.base / "data" / "a.csv", "data/a.csv"),
        (draft.base.parent / "b.csv", str(draft.base.parent / "b.csv")),
    ):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        drop = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        line(panel, "param_path").dropEvent(drop)
        assert draft.experiment.node("read").params["path"] == wanted


# Ranges and bindings.


def test_a_range_is_switched_on_typed_built_and_switched_off(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "tree", "two_class_boosted_decision_tree")
    draft.select(["tree"])
    toggle = panel.findChild(QToolButton, "range_toggle_num_leaves")
    click(qtbot, toggle)
    assert draft.experiment.node("tree").ranges["num_leaves"] == (2, 8, 32, 128)
    values = line(panel, "range_num_leaves")
    assert values.text() == "2, 8, 32, 128"
    write(qtbot, values, "4, x")
    assert any("lists whole numbers; “x” is none" in text for text in texts(panel))
    write(qtbot, values, "4, 16")
    assert draft.experiment.node("tree").ranges["num_leaves"] == (4, 16)
    click(qtbot, panel.findChild(QToolButton, "build_range_num_leaves"))
    builder = panel.findChild(QFrame, "range_builder")
    assert builder is not None
    write(qtbot, line(builder, "range_from"), "2")
    write(qtbot, line(builder, "range_to"), "128")
    write(qtbot, line(builder, "range_points"), "4")
    log = builder.findChild(QCheckBox, "range_log")
    assert log is not None
    qtbot.keyClick(log, Qt.Key.Key_Space)
    click(qtbot, builder.findChild(QPushButton, "range_use"))
    assert draft.experiment.node("tree").ranges["num_leaves"] == (2, 8, 32, 128)
    click(qtbot, toggle)
    assert "num_leaves" not in draft.experiment.node("tree").ranges
    assert "num_leaves" not in draft.experiment.node("tree").params


def test_a_parameter_is_bound_by_its_menu_and_let_go_by_its_chip(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    draft.apply(SetExperiment(parameters=(ExperimentParameter("share", "double", 0.3),)))
    add(draft, "split", "split_data")
    draft.select(["split"])
    fraction = line(panel, "param_fraction")
    fraction.setFocus()
    qtbot.keyClick(fraction, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    menu = panel.findChild(QMenu, "field_menu_fraction")
    assert menu is not None
    bind = menu.findChild(QMenu, "field_menu_bind")
    assert bind is not None
    bind.actions()[0].trigger()
    menu.close()
    assert draft.experiment.node("split").bindings["fraction"] == "share"
    assert not fraction.isVisible()
    assert "share = 0.3" in texts(panel)
    click(qtbot, panel.findChild(QToolButton, "unbind_fraction"))
    assert "fraction" not in draft.experiment.node("split").bindings
    assert fraction.isVisible()


# The head, and where one is led to.


def test_the_title_and_the_comment_are_edits(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "split", "split_data")
    draft.select(["split"])
    title = line(panel, "node_title")
    write(qtbot, title, "Halves")
    qtbot.keyClick(title, Qt.Key.Key_Return)
    assert draft.experiment.node("split").title == "Halves"
    click(qtbot, panel.findChild(QToolButton, "node_comment_toggle"))
    comment = panel.findChild(QPlainTextEdit, "node_comment")
    assert comment is not None
    qtbot.keyClicks(comment, "So that nothing leaks")
    draft.select([])
    assert draft.experiment.node("split").comment == "So that nothing leaks"
    draft.undo()
    draft.select(["split"])
    assert title.text() == "Halves"


def test_the_state_and_run_to_here(draft: Draft, panel: PropertiesPanel, qtbot: QtBot) -> None:
    add(draft, "data", "sample_dataset")
    draft.select(["data"])
    status = panel.findChild(QLabel, "node_status")
    assert status is not None
    qtbot.waitUntil(lambda: status.text() == "Not run yet", timeout=SECONDS)
    click(qtbot, panel.findChild(QPushButton, "node_run"))
    qtbot.waitUntil(lambda: status.text().startswith("Finished · "), timeout=SECONDS)


def test_one_is_led_to_a_folded_field(
    session: Session, draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    qtbot.waitExposed(panel)
    panel.activateWindow()
    add(draft, "read", "import_data")
    session.field_requested.emit(draft, "read", "skip_lines")
    assert draft.selection == {"read"}
    entry = line(panel, "param_skip_lines")
    qtbot.waitUntil(lambda: entry.isVisible() and entry.hasFocus())
    qtbot.waitUntil(lambda: panel.findChild(QWidget, "flash") is not None)
    qtbot.waitUntil(lambda: panel.findChild(QWidget, "flash") is None)


def test_quick_help_leads_to_the_help(
    session: Session, draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "split", "split_data")
    draft.select(["split"])
    assert "Divide the rows of a dataset into two." in texts(panel)
    with qtbot.waitSignal(session.help_requested) as asked:
        click(qtbot, panel.findChild(QPushButton, "quick_help_more"))
    assert asked.args == ["split_data"]


# What else can be selected.


def test_several_nodes_are_edited_as_one_step(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "one", "split_data", fraction=0.2)
    add(draft, "two", "split_data", fraction=0.4)
    draft.select(["one", "two"])
    fraction = line(panel, "param_fraction")
    assert (fraction.text(), fraction.placeholderText()) == ("", "Mixed")
    before = draft.experiment
    write(qtbot, fraction, "0.75")
    assert draft.experiment is before
    qtbot.keyClick(fraction, Qt.Key.Key_Return)
    assert {node.params["fraction"] for node in draft.selected_nodes} == {0.75}
    assert fraction.text() == "0.75"
    draft.undo()
    assert [node.params["fraction"] for node in draft.selected_nodes] == [0.2, 0.4]
    assert fraction.placeholderText() == "Mixed"


def test_what_was_typed_for_several_is_set_when_the_selection_changes(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "one", "split_data")
    add(draft, "two", "split_data")
    add(draft, "three", "split_data")
    draft.select(["one", "two"])
    qtbot.keyClicks(line(panel, "param_fraction"), "0.75")
    draft.select(["three"])
    assert draft.experiment.node("one").params["fraction"] == 0.75
    assert draft.experiment.node("two").params["fraction"] == 0.75
    assert "fraction" not in draft.experiment.node("three").params


def test_nodes_of_different_modules_offer_what_they_share(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "one", "split_data")
    add(draft, "two", "import_data")
    draft.select(["one", "two"])
    assert {"2 selected", "2 nodes"} <= set(texts(panel))
    switch = panel.findChild(QPushButton, "mixed_disable")
    click(qtbot, switch)
    assert all(node.disabled for node in draft.selected_nodes)
    assert switch is not None
    assert switch.text() == "Enable"
    click(qtbot, panel.findChild(QPushButton, "mixed_remove"))
    assert not draft.experiment.nodes


def test_the_experiments_own_fields(draft: Draft, panel: PropertiesPanel, qtbot: QtBot) -> None:
    name = line(panel, "experiment_name")
    write(qtbot, name, "Cars")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    about = panel.findChild(QPlainTextEdit, "experiment_description")
    assert about is not None
    write(qtbot, about, "Prices")
    seed = line(panel, "experiment_seed")
    write(qtbot, seed, "7")
    qtbot.keyClick(seed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: draft.experiment.description == "Prices")
    assert (draft.experiment.name, draft.experiment.seed) == ("Cars", 7)
    write(qtbot, seed, "-1")
    qtbot.keyClick(seed, Qt.Key.Key_Return)
    assert draft.experiment.seed == 7
    assert any("must be a whole number from 0" in text for text in texts(panel))


def test_experiment_parameters_and_what_is_bound_to_them(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "split", "split_data")
    click(qtbot, panel.findChild(QPushButton, "parameter_add"))
    name = line(panel, "parameter_0_name")
    write(qtbot, name, "share")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    default = line(panel, "parameter_0_default")
    write(qtbot, default, "abc")
    qtbot.keyClick(default, Qt.Key.Key_Return)
    assert "“abc” is no double." in texts(panel)
    write(qtbot, default, "0.3")
    qtbot.keyClick(default, Qt.Key.Key_Return)
    assert draft.experiment.parameters == (ExperimentParameter("share", "double", 0.3),)
    draft.apply(SetBindings("split", {"fraction": "share"}))
    write(qtbot, name, "fraction")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert draft.experiment.node("split").bindings["fraction"] == "fraction"
    draft.undo()
    assert draft.experiment.node("split").bindings["fraction"] == "share"
    click(qtbot, panel.findChild(QToolButton, "parameter_0_remove"))
    assert draft.experiment.parameters == ()


def test_a_group_a_frame_and_a_note(draft: Draft, panel: PropertiesPanel, qtbot: QtBot) -> None:
    add(draft, "split", "split_data")
    draft.apply(AddGroup(Group("group", "Preparation"), ("split",)))
    draft.apply(AddFrame(Frame("frame", "Models")))
    draft.apply(AddNote(Note("note", "Look")))
    draft.select(["group"])
    assert "Split" in texts(panel)
    title = line(panel, "group_title")
    write(qtbot, title, "Cleaning")
    qtbot.keyClick(title, Qt.Key.Key_Return)
    assert draft.experiment.groups["group"].title == "Cleaning"
    draft.select(["frame"])
    swatches = panel.findChild(QWidget, "frame_colour")
    assert swatches is not None
    qtbot.keyClick(swatches, Qt.Key.Key_Right)
    assert draft.experiment.frames["frame"].colour == Note.colour
    draft.select(["note"])
    text = panel.findChild(QPlainTextEdit, "note_text")
    assert text is not None
    write(qtbot, text, "Labels")
    draft.select([])
    assert draft.experiment.notes["note"] == replace(Note("note"), text="Labels")


def test_a_link_says_what_flows(draft: Draft, panel: PropertiesPanel, qtbot: QtBot) -> None:
    add(draft, "data", "sample_dataset")
    add(draft, "split", "split_data")
    link = Link("data", "dataset", "split", "dataset")
    draft.apply(Connect(link))
    draft.select([], [link])
    assert "Data · Dataset" in texts(panel)
    qtbot.waitUntil(
        lambda: any(text.startswith("Table with 5 columns") for text in texts(panel)),
        timeout=SECONDS,
    )


def test_a_module_that_is_not_installed_shows_its_parameters(
    draft: Draft, panel: PropertiesPanel
) -> None:
    add(draft, "odd", "no_such_module", knob=3)
    draft.select(["odd"])
    shown = panel.findChild(QPlainTextEdit, "unknown_params")
    assert shown is not None
    assert '"knob": 3' in shown.toPlainText()
    assert any("is not installed here" in text for text in texts(panel))


def test_an_earlier_run_can_only_be_looked_at(
    session: Session, draft: Draft, panel: PropertiesPanel
) -> None:
    add(draft, "data", "sample_dataset", name="wine")
    experiment = draft.experiment
    record = RunRecord(
        "run", 0.0, 1.0, "finished", experiment.id, "Wine", 0, document=experiment.to_dict()
    )
    earlier = session.open_run(record)
    assert earlier is not None
    earlier.select(["data"])
    banner = panel.findChild(QFrame, "read_only_banner")
    assert banner is not None
    assert banner.isVisible()
    assert not field(panel, "name").editor.entry().isEnabled()
    session.set_current(draft)
    assert not banner.isVisible()


def test_a_removed_node_leaves_the_panel(draft: Draft, panel: PropertiesPanel) -> None:
    add(draft, "split", "split_data")
    draft.select(["split"])
    draft.undo()
    assert "Experiment" in texts(panel)
    QApplication.sendPostedEvents()


def test_no_button_of_a_field_moves_when_the_mouse_comes(
    draft: Draft, panel: PropertiesPanel, qtbot: QtBot
) -> None:
    add(draft, "trees", "two_class_boosted_decision_tree", learning_rate=0.3)
    draft.select(["trees"])
    shown = field(panel, "learning_rate")
    names = ("reset_learning_rate", "range_toggle_learning_rate")
    buttons = [shown.findChild(QWidget, name) for name in names]
    qtbot.waitUntil(lambda: all(button.x() > 0 for button in buttons))
    before = [button.geometry() for button in buttons]
    at = QPointF(5, 5)
    QApplication.sendEvent(shown, QEnterEvent(at, at, at))
    menus = [b for b in shown.findChildren(QToolButton) if b.toolTip().startswith("More")]
    qtbot.waitUntil(lambda: menus[0].isVisible() and menus[0].x() > 0)
    assert [button.geometry() for button in buttons] == before
