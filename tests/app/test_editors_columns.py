"""The dialog and the combo box that choose columns."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QTabWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.app.editors.column import ColumnEditor
from studio.app.editors.column_list import ColumnList
from studio.app.editors.columns_dialog import ColumnsDialog
from studio.app.editors.field_editor import Shown, Surroundings
from studio.app.editors.segments import Segments
from studio.app.editors.selection_words import join_names, selection_text, split_names
from studio.sdk.params import Parameter
from studio.sdk.schema import Column, TableSchema
from studio.sdk.selection import ColumnSelection, columns

CARS = TableSchema(
    (
        Column("make", "category", levels=("audi", "bmw")),
        Column("normalized-losses", "double"),
        Column("engine-size", "integer"),
        Column("sold", "datetime"),
        Column("price", "double", "label"),
    )
)


class Opened:
    """An open dialog and what it told."""

    def __init__(self, qtbot: QtBot, schema: TableSchema | None, value: Any) -> None:
        self.bot = qtbot
        selection = ColumnSelection.model_validate(value)
        why = "" if schema is not None else "Nothing is linked to “Dataset” yet."
        self.dialog = ColumnsDialog("Columns", "Select", schema, why, selection)
        qtbot.addWidget(self.dialog)
        self.told: list[ColumnSelection] = []
        self.dialog.chosen.connect(self.told.append)
        self.dialog.show()

    def find(self, kind: type[QWidget], name: str) -> Any:
        found = self.dialog.findChild(kind, name)
        assert found is not None, name
        return found

    def names(self, name: str) -> list[str]:
        model = self.find(QListView, name).model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def click(self, name: str) -> None:
        kind = QPushButton if self.dialog.findChild(QPushButton, name) else QToolButton
        self.bot.mouseClick(self.find(kind, name), Qt.MouseButton.LeftButton)

    def choose(self, name: str, *rows: int) -> None:
        view = self.find(QListView, name)
        view.clearSelection()
        flag = QItemSelectionModel.SelectionFlag.Select
        for row in rows:
            view.selectionModel().select(view.model().index(row, 0), flag)

    def type(self, name: str, text: str) -> None:
        line = self.find(QLineEdit, name)
        line.setFocus()
        line.selectAll()
        self.bot.keyClicks(line, text)

    def tab(self, index: int) -> None:
        self.find(QTabWidget, "columns_tabs").setCurrentIndex(index)

    def ok(self) -> ColumnSelection:
        self.click("columns_ok")
        assert len(self.told) == 1
        return self.told[0]


@pytest.fixture
def opened(qtbot: QtBot) -> Any:
    return lambda value, schema=CARS: Opened(qtbot, schema, value)


def test_columns_go_from_side_to_side(opened: Any) -> None:
    box = opened([])
    assert box.names("columns_available") == list(CARS.names)
    box.choose("columns_available", 0, 2)
    box.click("columns_take")
    assert box.names("columns_selected") == ["make", "engine-size"]
    assert box.find(QLabel, "columns_selected_count").text() == "2 columns selected"
    assert box.find(QLabel, "columns_available_count").text() == "3 columns"
    box.choose("columns_selected", 0)
    box.click("columns_give")
    assert box.names("columns_selected") == ["engine-size"]
    box.click("columns_take_all")
    assert box.names("columns_available") == []
    box.click("columns_give_all")
    assert box.names("columns_selected") == []
    view = box.find(QListView, "columns_available")
    view.setCurrentIndex(view.model().index(4, 0))
    box.bot.keyClick(view, Qt.Key.Key_Return)
    assert box.ok() == columns("price")


def test_search_and_type_filter_what_is_shown(opened: Any) -> None:
    box = opened([])
    box.type("columns_search", "E")
    assert box.names("columns_available") == ["make", "normalized-losses", "engine-size", "price"]
    kind = box.find(QComboBox, "columns_type")
    kind.setFocus()
    box.bot.keyClicks(kind, "numeric")
    assert box.names("columns_available") == ["normalized-losses", "engine-size", "price"]
    assert box.find(QLabel, "columns_available_count").text() == "3 of 5 columns"
    box.click("columns_take_all")
    assert box.names("columns_selected") == ["normalized-losses", "engine-size", "price"]


def test_names_can_be_typed_and_unknown_ones_are_kept_and_marked(opened: Any) -> None:
    box = opened([])
    search = box.find(QLineEdit, "columns_search")
    box.type("columns_search", 'price, "odd, name", nothing')
    box.bot.keyClick(search, Qt.Key.Key_Return)
    assert box.names("columns_selected") == ["price", "odd, name", "nothing"]
    view = box.find(QListView, "columns_selected")
    tips = [view.model().index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in range(3)]
    assert tips == ["double, label", *["No column of this name will arrive."] * 2]
    box.type("columns_search", "engine")
    box.bot.keyClick(search, Qt.Key.Key_Return)
    assert box.names("columns_selected")[-1] == "engine-size"


def test_a_dropped_name_takes_its_place(opened: Any) -> None:
    box = opened(["make", "price"])
    left = box.find(QListView, "columns_available").model().sourceModel()
    right = box.find(QListView, "columns_selected").model()
    mime: QMimeData = left.mimeData([left.index(0, 0)])
    right.dropMimeData(mime, Qt.DropAction.MoveAction, 1, 0, right.index(-1, -1))
    assert box.names("columns_selected") == ["make", "normalized-losses", "price"]
    box.find(QCheckBox, "columns_keep").click()
    chosen = box.ok()
    assert chosen.keep_order
    assert chosen.names(CARS) == ["make", "normalized-losses", "price"]


def test_rules_are_made_and_previewed(opened: Any) -> None:
    box = opened({"begin": "all"})
    assert box.find(QTabWidget, "columns_tabs").currentIndex() == 1
    box.click("rules_add")
    box.type("rule_0_value", "price, nothing")
    assert box.names("rules_preview") == [*CARS.names[:4], "nothing"]
    assert box.find(QLabel, "rules_count").text() == "4 of 5 columns, 1 unknown"
    box.type("rule_0_value", "price")
    box.click("rules_add")
    by = box.find(QComboBox, "rule_1_by")
    by.setFocus()
    box.bot.keyClicks(by, "types")
    menu = box.find(QPushButton, "rule_1_menu").menu()
    next(action for action in menu.actions() if action.text() == "Datetime").trigger()
    assert box.names("rules_preview") == list(CARS.names[:3])
    action = box.find(QComboBox, "rule_0_action")
    box.bot.keyClick(action, Qt.Key.Key_Up)
    assert box.names("rules_preview") == [*CARS.names[:3], "price"]
    chosen = box.ok()
    assert chosen.begin == "all"
    assert [(rule.action, rule.by, rule.values) for rule in chosen.rules] == [
        ("include", "name", ("price",)),
        ("exclude", "type", ("datetime",)),
    ]


def test_the_order_of_rules_counts_and_can_be_changed(opened: Any) -> None:
    first = {"by": "name", "values": ["price"]}
    box = opened({"rules": [first, {"by": "index", "values": ["1-2"]}], "keep_order": True})
    assert box.names("rules_preview") == ["price", "make", "normalized-losses"]
    box.bot.mouseClick(box.find(QToolButton, "rule_1_up"), Qt.MouseButton.LeftButton)
    assert box.names("rules_preview") == ["make", "normalized-losses", "price"]
    box.click("rule_1_remove")
    assert box.names("rules_preview") == ["make", "normalized-losses"]
    assert box.ok().rules[0].values == ("1-2",)


def test_a_rule_that_cannot_be_keeps_the_dialog_open_and_says_why(opened: Any) -> None:
    box = opened({"rules": [{"by": "index", "values": ["1"]}]})
    box.type("rule_0_value", "1-x")
    assert "is not a column number" in box.find(QLabel, "rules_wrong").text()
    box.click("columns_ok")
    assert box.dialog.isVisible()
    assert not box.told
    box.type("rule_0_value", "9")
    assert "There is no column number 9" in box.find(QLabel, "rules_wrong").text()
    assert box.ok().rules[0].values == ("9",)


def test_looking_at_the_other_tab_changes_nothing(opened: Any) -> None:
    value = {"rules": [{"by": "type", "values": ["numeric"]}]}
    box = opened(value)
    box.tab(0)
    assert box.names("columns_selected") == ["normalized-losses", "engine-size", "price"]
    assert box.ok() == ColumnSelection.model_validate(value)


def test_a_change_on_one_tab_is_there_on_the_other(opened: Any) -> None:
    box = opened(["make"])
    box.choose("columns_available", 3)
    box.click("columns_take")
    box.tab(1)
    assert box.find(QLineEdit, "rule_0_value").text() == "make, price"
    begin = box.find(Segments, "rules_begin")
    box.bot.keyClick(begin, Qt.Key.Key_Right)
    assert box.names("rules_preview") == list(CARS.names)


def test_without_known_columns_it_says_why_and_takes_names(opened: Any) -> None:
    box = opened([], None)
    assert "Nothing is linked" in box.find(QLabel, "columns_why").text()
    box.type("columns_search", "a, b")
    box.bot.keyClick(box.find(QLineEdit, "columns_search"), Qt.Key.Key_Return)
    assert box.ok() == columns("a", "b")


@pytest.mark.parametrize(
    ("selection", "text"),
    [
        (columns(), "All columns"),
        (columns("a", "b"), "a, b"),
        (columns(exclude=["normalized-losses"]), "All columns except normalized-losses"),
        (columns(types=["numeric"]), "Numeric columns"),
        (columns(roles=["feature"], exclude=["a"]), "Features except a"),
        (columns(*"abcdef"), "a, b, c, d and 2 more"),
        (columns(indices=["1-3"]), "Column 1-3"),
        (columns(pattern="x.*"), "Columns like x.*"),
        (ColumnSelection(), "No columns"),
    ],
)
def test_a_selection_in_words(selection: ColumnSelection, text: str) -> None:
    assert selection_text(selection) == text


def test_typed_names_are_read_back() -> None:
    names = ["plain", "with, comma", 'with "quotes", too', "with blank"]
    assert split_names(join_names(names)) == names
    assert split_names("a\tb\nc, d,,") == ["a", "b", "c", "d"]


def test_one_column_is_searched_for_and_an_unknown_one_is_marked(qtbot: QtBot) -> None:
    parameter = Parameter("label", "Label", "column", str, None, False, optional=True)
    editor = ColumnEditor(parameter)
    qtbot.addWidget(editor)
    said: list[object] = []
    editor.edited.connect(said.append)
    editor.emptied.connect(lambda: said.append(None))
    editor.set_surroundings(Surroundings(schema=CARS))
    editor.show_value(Shown())
    editor.show()
    box = editor.findChild(QComboBox)
    assert box is not None
    line, completer = box.lineEdit(), box.completer()
    assert line is not None
    assert completer is not None
    assert line.placeholderText() == "None"
    qtbot.keyClicks(line, "siz")
    assert completer.completionCount() == 1
    assert editor.remark() == "No column “siz” will arrive."
    completer.activated[str].emit("engine-size")
    assert said[-1] == "engine-size"
    assert editor.remark() == ""
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert said[-1] is None


def test_ten_thousand_columns_are_no_burden(qtbot: QtBot) -> None:
    many = TableSchema(tuple(Column(f"column {n}", "double") for n in range(10_000)))
    shown = ColumnList()
    shown.set_names(many.names, many)
    assert shown.rowCount() == 10_000
    box = Opened(qtbot, many, [])
    box.type("columns_search", "9999")
    assert box.names("columns_available") == ["column 9999"]
