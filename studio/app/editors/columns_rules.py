"""Columns with rules: what to begin with, rules in order, and what they choose."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.app.editors.column_list import ColumnList
from studio.app.editors.rule_row import RuleRow
from studio.app.editors.segments import Segments
from studio.app.editors.selection_words import chosen_names
from studio.app.icons import icon
from studio.sdk.schema import TableSchema
from studio.sdk.selection import ColumnSelection, Rule

_BEGIN = ("none", "all")


class ColumnsRules(QWidget):
    """Rows of rules at the left, the columns that they choose at the right."""

    def __init__(self, schema: TableSchema | None, parent: QWidget | None = None) -> None:
        """Choose among the columns of a schema, where it is known."""
        super().__init__(parent)
        self._schema = schema
        self.is_changed = False
        self._rows: list[RuleRow] = []
        self._begin = Segments(("No columns", "All columns"), self)
        self._begin.setObjectName("rules_begin")
        self._begin.setAccessibleName("Begin with")
        self._keep = QCheckBox("Keep the order of the rules, and allow duplicates", self)
        self._keep.setObjectName("rules_keep")
        self._add_button = QPushButton("Add a rule", self)
        self._add_button.setIcon(icon("plus"))
        self._add_button.setProperty("kind", "quiet")
        self._add_button.setObjectName("rules_add")
        self._add_button.setStyleSheet("text-align: left; padding-left: 2px;")
        self._add_button.setAutoDefault(False)
        self._list = ColumnList(self)
        self._count = QLabel(self)
        self._count.setProperty("role", "soft")
        self._count.setObjectName("rules_count")
        self._wrong = QLabel(self)
        self._wrong.setProperty("role", "error")
        self._wrong.setObjectName("rules_wrong")
        self._wrong.setWordWrap(True)
        self._arrange()
        self.setFocusProxy(self._begin)
        self._begin.chosen.connect(self._touch)
        self._keep.clicked.connect(self._touch)
        self._add_button.clicked.connect(self.add_rule)

    def show_selection(self, selection: ColumnSelection) -> None:
        """Show a selection."""
        self._begin.set_index(_BEGIN.index(selection.begin))
        self._keep.setChecked(selection.keep_order)
        for row in list(self._rows):
            self._drop(row)
        for rule in selection.rules:
            self._add(rule)
        self.is_changed = False
        self._preview()

    def selection(self) -> ColumnSelection | None:
        """Return the selection, or None where a rule cannot be."""
        rules = [row.rule() for row in self._rows]
        good = tuple(rule for rule in rules if rule is not None)
        if len(good) < len(rules):
            return None
        begin = _BEGIN[self._begin.index]
        return ColumnSelection(begin=begin, rules=good, keep_order=self._keep.isChecked())

    def add_rule(self) -> None:
        """Add a rule that can be filled in at once."""
        row = self._add(Rule(action="exclude" if self._begin.index == 1 else "include"))
        self._touch()
        row.setFocus()

    def _arrange(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 8)
        layout.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(12)
        right.setSpacing(8)
        layout.addLayout(left, 5)
        layout.addLayout(right, 3)
        head = QHBoxLayout()
        head.setSpacing(12)
        caption = QLabel("Begin with", self)
        caption.setProperty("role", "soft")
        head.addWidget(caption)
        head.addWidget(self._begin, 1)
        left.addLayout(head)
        left.addWidget(self._rule_area(), 1)
        left.addWidget(self._wrong)
        left.addWidget(self._keep)
        title = QLabel("These are chosen", self)
        title.setProperty("role", "strong")
        title.setFixedHeight(self._begin.sizeHint().height())
        right.addWidget(title)
        right.addWidget(self._preview_card(), 1)
        right.addWidget(self._count)

    def _rule_area(self) -> QWidget:
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        inside = QWidget(area)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area

    def _preview_card(self) -> QWidget:
        card = QFrame(self)
        card.setProperty("kind", "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(4, 4, 4, 4)
        view = QListView(card)
        view.setObjectName("rules_preview")
        view.setAccessibleName("Columns that the rules choose")
        view.setUniformItemSizes(True)
        view.setIconSize(QSize(14, 14))
        view.setFrameShape(QListView.Shape.NoFrame)
        view.setModel(self._list)
        inner.addWidget(view)
        return card

    def _add(self, rule: Rule) -> RuleRow:
        row = RuleRow(rule, self._schema, self)
        row.changed.connect(self._touch)
        row.removed.connect(lambda: self._remove(row))
        row.moved.connect(lambda step: self._move(row, step))
        self._rows.append(row)
        self._column.insertWidget(len(self._rows) - 1, row)
        row.show()
        before = self._rows[-2] if len(self._rows) > 1 else None
        row.follow(self._begin if before is None else before.last_stop)
        self._number()
        return row

    def _drop(self, row: RuleRow) -> None:
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.setParent(None)
        row.deleteLater()
        self._number()

    def _remove(self, row: RuleRow) -> None:
        self._drop(row)
        (self._rows[-1] if self._rows else self._add_button).setFocus()
        self._touch()

    def _move(self, row: RuleRow, step: int) -> None:
        place = self._rows.index(row)
        to = min(max(place + step, 0), len(self._rows) - 1)
        if to != place:
            self._rows.insert(to, self._rows.pop(place))
            self._column.removeWidget(row)
            self._column.insertWidget(to, row)
            self._number()
            self._touch()

    def _number(self) -> None:
        for number, row in enumerate(self._rows):
            row.set_place(number, len(self._rows))

    def _touch(self) -> None:
        self.is_changed = True
        self._preview()

    def _preview(self) -> None:
        selection = self.selection()
        wrong = next((row.problem for row in self._rows if row.problem), "")
        names: list[str] = []
        missing: list[str] = []
        if selection is not None and self._schema is not None:
            names, missing, wrong = chosen_names(selection, self._schema)
        self._list.set_names([*names, *missing], self._schema)
        self._wrong.setText(wrong)
        self._wrong.setVisible(bool(wrong))
        if self._schema is None:
            self._count.setText("The columns are not known yet")
        else:
            unknown = f", {len(missing)} unknown" if missing else ""
            self._count.setText(f"{len(names)} of {len(self._schema)} columns{unknown}")
