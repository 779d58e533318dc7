"""Copying cells to the clipboard: those that have not come yet are asked for first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QItemSelection, QObject
from PySide6.QtGui import QGuiApplication

from studio.app.figures import count, full
from studio.app.viewers.pages import Pages
from studio.app.viewers.source import Source
from studio.engine import messages as say

MOST_CELLS = 1_000_000
_CHUNK = 50_000
_MOST_ROWS = 1_000


class TableCopy(QObject):
    """Copies one rectangle of a table, as lines of cells between tabs, with the column names."""

    def __init__(self, source: Source, pages: Pages, tell: Callable[[str, str], None]) -> None:
        """Take where cells come from, and what says a sentence to the person."""
        super().__init__(pages)
        self._source, self._pages, self._tell = source, pages, tell
        self._columns: tuple[str, ...] = ()
        self._rows: list[tuple[Any, ...]] = []
        self._first, self._last = 0, -1
        self._request = ""

    def copy(self, selection: QItemSelection, with_names: bool) -> None:
        """Copy what is selected; the rest of the smallest rectangle around it goes along."""
        ranges = selection.toList()
        if not ranges:
            return
        columns = sorted({c for r in ranges for c in range(r.left(), r.right() + 1)})
        self._first = min(r.top() for r in ranges)
        self._last = max(r.bottom() for r in ranges)
        if (self._last - self._first + 1) * len(columns) > MOST_CELLS:
            self._tell("warning", "That is more than a million cells. Select fewer to copy them.")
            return
        self._columns = tuple(self._pages.columns[column] for column in columns)
        self._rows = []
        self._with_names = with_names
        self._source.forget(self._request)
        self._ask()

    def _ask(self) -> None:
        begin = self._first + len(self._rows)
        most = min(_MOST_ROWS, max(1, _CHUNK // len(self._columns)))
        limit = min(most, self._last - begin + 1)
        self._request = self._source.preview(
            self._take, begin, limit, self._columns, self._pages.sort, self._pages.where
        )

    def _take(self, answer: say.Previewed) -> None:
        if answer.problem is not None:
            self._tell("error", answer.problem.sentence)
            return
        self._rows.extend(answer.rows)
        if answer.rows and self._first + len(self._rows) <= self._last:
            self._ask()
            return
        lines = ["\t".join(_one_line(full(value)) for value in row) for row in self._rows]
        if self._with_names:
            lines.insert(0, "\t".join(self._columns))
        QGuiApplication.clipboard().setText("\n".join(lines))
        rows, columns = count(len(self._rows), "row"), count(len(self._columns), "column")
        self._rows = []
        if self._first != self._last or len(self._columns) > 1:
            self._tell("info", f"Copied {rows} × {columns}.")


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\r\n", " ").replace("\n", " ")
