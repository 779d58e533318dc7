"""The pages of a table that were asked for: what is on screen, and what was there lately."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app.viewers.source import Source
from studio.engine import messages as say
from studio.engine.questions import Condition, Sort

ROWS = 256
COLUMNS = 32
"""A page is this large: a page of short cells comes in a few milliseconds."""
KEPT = 128
"""Pages that are kept; the ones that were not looked at for longest go first."""
THROTTLE_MS = 40
"""While somebody drags the scroll bar, pages are asked for this often at most."""

Page = tuple[int, int]


class Pending:
    """A cell that has not come yet."""


PENDING: Final = Pending()


class Pages(QObject):
    """Holds the cells of a table as far as they have come, and asks for those in sight."""

    arrived = Signal(int, int, int, int)
    counted = Signal(int, int)
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, source: Source, columns: tuple[str, ...], parent: QObject) -> None:
        """Take the source and the names of its columns; nothing is asked yet."""
        super().__init__(parent)
        self._source = source
        self.columns = columns
        self.sort: tuple[Sort, ...] = ()
        self.where: tuple[Condition, ...] = ()
        self._rows: OrderedDict[Page, list[tuple[Any, ...]]] = OrderedDict()
        self._asked: dict[Page, str] = {}
        self._range = (0, 0, 0, 0)
        self._generation = 0
        self._timer = QTimer(self, singleShot=True, interval=THROTTLE_MS)
        self._timer.timeout.connect(self._ask)

    @property
    def is_busy(self) -> bool:
        """Whether something in sight is on its way."""
        return bool(self._asked)

    def cell(self, row: int, column: int) -> Any:
        """Return the value of a cell, or PENDING."""
        block = column // COLUMNS
        rows = self._rows.get((row // ROWS, block))
        place = row % ROWS
        if rows is None or place >= len(rows):
            return PENDING
        return rows[place][column - block * COLUMNS]

    def column_values(self, page: Page, column: int) -> list[Any]:
        """Return the values of one column in a page."""
        place = column - page[1] * COLUMNS
        return [row[place] for row in self._rows.get(page, ())]

    def look_at(self, first: int, last: int, left: int, right: int) -> None:
        """Say which rows and columns are on screen; what is missing there is asked for."""
        self._range = (first, last, left, right)
        if not self._timer.isActive():
            if not self._asked:
                self._ask()
            self._timer.start()

    def show(self, sort: tuple[Sort, ...], where: tuple[Condition, ...]) -> None:
        """Order and choose the rows otherwise; all pages are asked for anew."""
        self.sort, self.where = sort, where
        self._generation += 1
        self._rows.clear()
        for request in self._asked.values():
            self._source.forget(request)
        self._asked.clear()
        self._range = (0, ROWS - 1, self._range[2], self._range[3])
        self._ask()

    def again(self) -> None:
        """Ask again for what is on screen."""
        self.show(self.sort, self.where)

    def _wanted(self) -> list[Page]:
        first, last, left, right = self._range
        right = min(right, len(self.columns) - 1)
        return [
            (row, column)
            for column in range(left // COLUMNS, right // COLUMNS + 1)
            for row in range(first // ROWS, last // ROWS + 1)
        ]

    def _ask(self) -> None:
        wanted = self._wanted()
        for page in [page for page in self._asked if page not in wanted]:
            self._source.forget(self._asked.pop(page))
        for page in wanted:
            if page in self._rows:
                self._rows.move_to_end(page)
            elif page not in self._asked:
                self._ask_page(page, 0)
        self.busy_changed.emit(self.is_busy)

    def _ask_page(self, page: Page, have: int) -> None:
        row, block = page
        names = self.columns[block * COLUMNS : (block + 1) * COLUMNS]
        take = partial(self._take, page, self._generation)
        self._asked[page] = self._source.preview(
            take, row * ROWS + have, ROWS - have, names, self.sort, self.where
        )

    def _take(self, page: Page, generation: int, answer: say.Previewed) -> None:
        if generation != self._generation:
            return
        self._asked.pop(page, None)
        if answer.problem is not None:
            self.failed.emit(answer.problem)
            self.busy_changed.emit(self.is_busy)
            return
        rows = self._rows.setdefault(page, [])
        begin = page[0] * ROWS + len(rows)
        rows.extend(answer.rows)
        end = page[0] * ROWS + len(rows)
        self.counted.emit(answer.total, answer.rows_in_all)
        left = page[1] * COLUMNS
        self.arrived.emit(begin, end - 1, left, min(left + COLUMNS, len(self.columns)) - 1)
        if answer.rows and end < min((page[0] + 1) * ROWS, answer.total):
            self._ask_page(page, len(rows))
        while len(self._rows) > KEPT:
            self._rows.popitem(last=False)
        self.busy_changed.emit(self.is_busy)
