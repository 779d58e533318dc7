"""The dialog that selects columns: by name, or with rules."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.editors.columns_by_name import ColumnsByName
from studio.app.editors.columns_rules import ColumnsRules
from studio.app.editors.selection_words import chosen_names, names_of
from studio.sdk.schema import TableSchema
from studio.sdk.selection import ColumnSelection


class ColumnsDialog(QDialog):
    """Makes a selection of the columns that will arrive; ``chosen`` carries it."""

    chosen = Signal(object)

    def __init__(
        self,
        label: str,
        title: str,
        schema: TableSchema | None,
        why: str,
        selection: ColumnSelection | None,
        parent: QWidget | None = None,
    ) -> None:
        """Begin with a selection; ``why`` says why the columns are not known, if so."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("columns_dialog")
        self.setWindowTitle(f"{label} · {title}" if title else label)
        self._schema = schema
        self._selection = selection or ColumnSelection()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if schema is None:
            layout.addWidget(_banner(why, self))
        self._by_name = ColumnsByName(schema, self)
        self._rules = ColumnsRules(schema, self)
        self._tabs = QTabWidget(self)
        self._tabs.setObjectName("columns_tabs")
        self._tabs.setDocumentMode(True)
        self._tabs.setStyleSheet("QTabWidget::tab-bar { left: 8px; }")
        self._tabs.addTab(self._by_name, "By name")
        self._tabs.addTab(self._rules, "With rules")
        layout.addWidget(self._tabs, 1)
        layout.addWidget(self._buttons())
        self._show()
        self._tabs.setCurrentIndex(0 if names_of(self._selection) is not None else 1)
        self._tabs.currentChanged.connect(self._turn)
        self._focus()
        self.resize(860, 580)

    def selection(self) -> ColumnSelection:
        """Return the selection as it stands on the tab that is in front."""
        self._take(self._tabs.currentIndex())
        return self._selection

    @override
    def accept(self) -> None:
        """Tell the selection and close; rules that cannot be stay open."""
        if self._tabs.currentIndex() == 1 and self._rules.selection() is None:
            return
        self.chosen.emit(self.selection())
        super().accept()

    def _buttons(self) -> QWidget:
        frame = QFrame(self)
        layout = QHBoxLayout(frame)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(8)
        layout.addStretch(1)
        for text, name, call in (
            ("Cancel", "columns_cancel", self.reject),
            ("OK", "columns_ok", self.accept),
        ):
            button = QPushButton(text, frame)
            button.setObjectName(name)
            button.setProperty("kind", "primary" if call == self.accept else "")
            button.setAutoDefault(False)
            button.setMinimumWidth(88)
            button.clicked.connect(call)
            layout.addWidget(button)
        return frame

    def _turn(self, index: int) -> None:
        self._take(1 - index)
        self._show()
        self._focus()

    def _take(self, index: int) -> None:
        """Take what was changed on a tab; one that was only looked at says nothing."""
        page = self._by_name if index == 0 else self._rules
        made = page.selection() if page.is_changed else None
        if made is not None:
            self._selection = made

    def _show(self) -> None:
        names = names_of(self._selection)
        if names is None:
            names = ()
            if self._schema is not None:
                found, missing, _ = chosen_names(self._selection, self._schema)
                names = (*found, *missing)
        self._by_name.show_names(names, self._selection.keep_order)
        self._rules.show_selection(self._selection)

    def _focus(self) -> None:
        page = self._tabs.currentWidget()
        if page is not None:
            page.setFocus()


def _banner(why: str, parent: QWidget) -> QWidget:
    frame = QFrame(parent)
    frame.setProperty("kind", "banner")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(16, 8, 16, 8)
    label = QLabel(f"{why} Names can be typed all the same.".strip(), frame)
    label.setObjectName("columns_why")
    label.setWordWrap(True)
    layout.addWidget(label)
    return frame
