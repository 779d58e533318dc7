"""The list in the Log panel: its model, and how a line is drawn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem
from typing_extensions import override

from studio.app.panels.row_delegate import NOWHERE, Index, RowDelegate, draw_text
from studio.app.run_log import LINES_KEPT, Level, LogLine
from studio.app.theme import SPACE, theme

LETTERS = 500
"""So many letters of a line are shown; all are copied and saved."""
_TIME, _TITLE = 20 * SPACE, 44 * SPACE
_TOKENS: dict[Level, str] = {"info": "text", "warning": "warn", "error": "bad"}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the log is narrowed down to: a node, a text, and levels."""

    node: str = ""
    text: str = ""
    levels: frozenset[Level] = frozenset(_TOKENS)

    def takes(self, line: LogLine) -> bool:
        """Whether a line is shown."""
        return (
            line.level in self.levels
            and (not self.node or line.node == self.node)
            and (not self.text or self.text in line.text.casefold())
        )


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as it is drawn."""

    time: str
    title: str
    text: str
    level: Level


class LogModel(QAbstractListModel):
    """The lines of a log, and those of them that are shown."""

    def __init__(self, title: Callable[[str], str]) -> None:
        """Take the function that gives what a node is called."""
        super().__init__()
        self._title = title
        self._lines: list[LogLine] = []
        self._shown: list[LogLine] = []
        self._narrowed = Narrowed()
        self.widest = 0

    def start(self, lines: Iterable[LogLine]) -> None:
        """Begin again with some lines."""
        self._lines = [part for line in lines for part in _parted(line)]
        self.narrow(self._narrowed)

    def narrow(self, to: Narrowed) -> None:
        """Show only the lines that fit."""
        self.beginResetModel()
        self._narrowed = to
        self._shown = [line for line in self._lines if to.takes(line)]
        self.widest = max((len(line.text) for line in self._shown), default=0)
        self.endResetModel()

    def add(self, lines: Iterable[LogLine]) -> None:
        """Add lines; the oldest of very many go."""
        new = [part for line in lines for part in _parted(line)]
        self._lines += new
        if len(self._lines) > LINES_KEPT:
            del self._lines[: len(self._lines) - LINES_KEPT * 9 // 10]
            self.narrow(self._narrowed)
            return
        fitting = [line for line in new if self._narrowed.takes(line)]
        if fitting:
            self.beginInsertRows(
                QModelIndex(), len(self._shown), len(self._shown) + len(fitting) - 1
            )
            self._shown += fitting
            self.widest = max(self.widest, *(len(line.text) for line in fitting))
            self.endInsertRows()

    def text_of(self, rows: Iterable[int] | None = None) -> str:
        """Return some of the lines shown, or all of them, as text."""
        chosen = self._shown if rows is None else [self._shown[row] for row in rows]
        return "".join(
            f"{_clock(line.time)}\t{self._title(line.node)}\t{line.text}\n" for line in chosen
        )

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self._shown[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            title = self._title(line.node)
            return ShownLine(_clock(line.time), title, line.text[:LETTERS], line.level)
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.level}: {self._title(line.node)}: {line.text}"
        return None


class LogDelegate(RowDelegate):
    """Draws a line: the time, the node, and the text in the colour of its level."""

    height = 22

    def __init__(self, model: LogModel, parent: Any) -> None:
        """Be as wide as the widest line of the model."""
        super().__init__(parent)
        self._model = model

    @override
    def paint_row(self, painter: QPainter, rect: QRect, value: ShownLine) -> None:
        mono = theme().font("mono")
        mono.setPixelSize(12)
        left = rect.left()
        draw_text(
            painter, QRect(left, rect.top(), _TIME, rect.height()), value.time, "text_faint", mono
        )
        title = QRect(left + _TIME, rect.top(), _TITLE - 3 * SPACE, rect.height())
        draw_text(painter, title, value.title, "text_soft")
        text = rect.adjusted(_TIME + _TITLE, 0, 0, 0)
        draw_text(painter, text, value.text, _TOKENS[value.level], mono)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        mono = theme().font("mono")
        mono.setPixelSize(12)
        letters = min(self._model.widest, LETTERS) + 1
        text = QFontMetrics(mono).horizontalAdvance("m") * letters
        return QSize(_TIME + _TITLE + text + 6 * SPACE, self.height)


def _parted(line: LogLine) -> list[LogLine]:
    """Return a line of several lines as that many."""
    if "\n" not in line.text:
        return [line]
    parts = line.text.rstrip("\n").split("\n")
    return [LogLine(line.time, line.node, part, line.level) for part in parts]


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))
