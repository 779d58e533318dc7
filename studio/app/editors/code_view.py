"""The view of code: line numbers, the current line, brackets, indents, comments, completion."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override

from studio.app.editors.code_check import Fault
from studio.app.editors.code_keys import indent_lines, new_line, toggle_comments
from studio.app.editors.code_words import words
from studio.app.theme import theme
from studio.sdk.schema import TableSchema

_OPEN, _CLOSE = "([{", ")]}"
_OFFERED_FROM = 2
_FAR = 20_000


class CodeView(QPlainTextEdit):
    """A plain text that knows that it is code."""

    left = Signal()
    find_requested = Signal()

    def __init__(self, language: str | None, parent: QWidget | None = None) -> None:
        """Make the view for a language."""
        super().__init__(parent)
        self._language = language
        self._ports: Mapping[str, TableSchema | None] = {}
        self._inserts: dict[str, str] = {}
        self._fault: Fault | None = None
        self._tab_leaves = False
        self.setFont(theme().font("mono"))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleDescription("Tab indents. Esc and then Tab goes on to the next field.")
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * 4)
        self._gutter = _Gutter(self)
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setWidget(self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated.connect(self._insert)
        self.blockCountChanged.connect(self._fit_gutter)
        self.updateRequest.connect(self._scroll_gutter)
        self.cursorPositionChanged.connect(self._mark)
        theme().changed.connect(self._mark)
        self._fit_gutter()
        self._mark()

    def set_ports(self, ports: Mapping[str, TableSchema | None]) -> None:
        """Take the inputs and columns that are offered."""
        self._ports = ports

    def show_fault(self, fault: Fault | None) -> None:
        """Underline what is wrong, or nothing."""
        self._fault = fault
        self._mark()

    def gutter_width(self) -> int:
        """Return the width of the line numbers."""
        digits = max(2, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + 16

    def paint_gutter(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines that are seen."""
        look, painter = theme(), QPainter(self._gutter)
        painter.fillRect(event.rect(), look.colour("sunken"))
        painter.setFont(self.font())
        block, now = self.firstVisibleBlock(), self.textCursor().blockNumber()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        width, height = self._gutter.width() - 8, self.fontMetrics().height()
        while block.isValid() and top <= event.rect().bottom():
            number = block.blockNumber()
            is_wrong = self._fault is not None and self._fault.line == number
            token = "bad" if is_wrong else "text" if number == now else "text_faint"
            painter.setPen(look.colour(token))
            place = QRect(0, round(top), width, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, str(number + 1))
            top += self.blockBoundingRect(block).height()
            block = block.next()
        painter.end()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what code wants of a key, or type."""
        popup = self._popup()
        leaves = self._tab_leaves
        self._tab_leaves = event.key() == Qt.Key.Key_Escape and not popup.isVisible()
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        is_chosen = popup.isVisible() and popup.currentIndex().isValid()
        if popup.isVisible() and key == Qt.Key.Key_Tab and not is_chosen:
            popup.hide()
            self._insert(next(iter(self._inserts)))
        elif (popup.isVisible() and key == Qt.Key.Key_Escape) or (
            is_chosen and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
        ):
            event.ignore()
        elif leaves and key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            # That of QPlainTextEdit stays, since the key is one of its own otherwise.
            QWidget.focusNextPrevChild(self, key == Qt.Key.Key_Tab)
        elif control and key == Qt.Key.Key_Space:
            self._offer(1)
        elif control and key == Qt.Key.Key_F:
            self.find_requested.emit()
        elif self._edits(event):
            popup.hide()
        else:
            super().keyPressEvent(event)
            if event.text() and (event.text().isalnum() or event.text() == "_"):
                self._offer(_OFFERED_FROM)
            elif event.text():
                popup.hide()

    def _edits(self, event: QKeyEvent) -> bool:
        """Do the edits that keys stand for in code; returns whether the key was one."""
        if self.isReadOnly():
            return False
        key, cursor = event.key(), self.textCursor()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if key != Qt.Key.Key_Slash:
                return False
            toggle_comments(cursor, "-- " if self._language == "sql" else "# ")
        elif key == Qt.Key.Key_Tab:
            indent_lines(cursor, 1)
        elif key == Qt.Key.Key_Backtab:
            indent_lines(cursor, -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            new_line(cursor, self._language)
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
        else:
            return False
        return True

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._mark()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that the focus left, unless the completion has it."""
        super().focusOutEvent(event)
        self._mark()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._gutter.setGeometry(inside.left(), inside.top(), self.gutter_width(), inside.height())

    def _fit_gutter(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)

    def _scroll_gutter(self, rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())

    def _mark(self) -> None:
        """Mark the current line, the brackets at the cursor, and what is wrong."""
        marks = []
        if self.hasFocus() and not self.isReadOnly():
            line = QTextEdit.ExtraSelection()
            line.format.setBackground(theme().colour("sunken"))
            line.format.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
            line.cursor = self.textCursor()
            line.cursor.clearSelection()
            marks.append(line)
        for place in self._brackets():
            style = QTextCharFormat()
            style.setBackground(theme().colour("selection"))
            marks.append(self._marked(place, 1, style))
        if self._fault is not None:
            block = self.document().findBlockByNumber(self._fault.line)
            column = min(self._fault.column, max(0, block.length() - 2))
            style = QTextCharFormat()
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            style.setUnderlineColor(theme().colour("bad"))
            length = max(1, block.length() - 1 - column)
            marks.append(self._marked(block.position() + column, length, style))
        self.setExtraSelections(marks)
        self._gutter.update()

    def _marked(self, place: int, length: int, style: QTextCharFormat) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        mark.format = style
        mark.cursor = QTextCursor(self.document())
        last = self.document().characterCount() - 1
        mark.cursor.setPosition(min(place, last))
        mark.cursor.setPosition(min(place + length, last), QTextCursor.MoveMode.KeepAnchor)
        return mark

    def _brackets(self) -> list[int]:
        """Return the places of the bracket before or after the cursor and of its partner."""
        document, at = self.document(), self.textCursor().position()
        for place in (at - 1, at):
            sign = document.characterAt(place) if place >= 0 else ""
            if sign and sign in _OPEN + _CLOSE:
                step = 1 if sign in _OPEN else -1
                other = dict(zip(_OPEN + _CLOSE, _CLOSE + _OPEN, strict=True))[sign]
                depth, scan = 0, place
                while 0 <= scan < document.characterCount() and abs(scan - place) < _FAR:
                    here = document.characterAt(scan)
                    depth += (here == sign) - (here == other)
                    if depth == 0:
                        return [place, scan]
                    scan += step
        return []

    def _popup(self) -> QAbstractItemView:
        popup = self._completer.popup()
        assert popup is not None
        return popup

    def _prefix(self) -> str:
        """Return the part of a word before the cursor."""
        cursor = self.textCursor()
        text = cursor.block().text()[: cursor.positionInBlock()]
        start = len(text)
        while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
            start -= 1
        return text[start:]

    def _offer(self, least: int) -> None:
        """Offer words that begin as the one before the cursor."""
        prefix, popup = self._prefix(), self._popup()
        if len(prefix) < least or self.isReadOnly():
            popup.hide()
            return
        text, at = self.toPlainText(), self.textCursor().position()
        elsewhere = text[: at - len(prefix)] + text[at:]
        offered = words(elsewhere, self._language, self._ports)
        fits = [w for w in offered if w[0].casefold().startswith(prefix.casefold())]
        self._inserts = {word: put for word, put in fits if word != prefix}
        self._words.setStringList(list(self._inserts))
        self._completer.setCompletionPrefix(prefix)
        if not self._inserts:
            popup.hide()
            return
        # Enter takes what is chosen: nothing is where the word may be just what was meant.
        first = next(iter(self._inserts))
        is_meant = least == 1 or (first.startswith(prefix) and prefix not in dict(fits))
        model = self._completer.completionModel()
        popup.setCurrentIndex(model.index(0, 0) if is_meant else QModelIndex())
        place = self.cursorRect()
        place.translate(QPoint(self.gutter_width(), 4))
        place.setWidth(popup.sizeHintForColumn(0) + 40)
        self._completer.complete(place)

    def _insert(self, word: str) -> None:
        cursor = self.textCursor()
        length = len(self._prefix())
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, length)
        cursor.insertText(self._inserts.get(word, word))
        self.setTextCursor(cursor)


class _Gutter(QWidget):
    """The line numbers at the left of a view."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._view.gutter_width(), 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_gutter(event)
