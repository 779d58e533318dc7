"""A layout of equal cards in as many columns as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.widgets.item_layout import ItemLayout


class CardGrid(ItemLayout):
    """Lays its widgets out in rows of equal width; its height follows from its width."""

    def __init__(self, least: int, height: int, gap: int, most_columns: int) -> None:
        """Take the least width of a card, its height, the gap between two, and the most columns."""
        super().__init__()
        self._least = least
        self._height = height
        self._gap = gap
        self._most = most_columns

    def columns(self, width: int) -> int:
        """Return how many columns there are in a width."""
        return min(max((width + self._gap) // (self._least + self._gap), 1), self._most)

    def widgets(self) -> list[QWidget]:
        """Return the cards."""
        return [widget for item in self.items if (widget := item.widget()) is not None]

    @override
    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self.items) // self.columns(width))
        return max(rows * (self._height + self._gap) - self._gap, 0)

    @override
    def minimumSize(self) -> QSize:
        return QSize(self._least, self._height if self.items else 0)

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        columns = self.columns(rect.width())
        width = (rect.width() - (columns - 1) * self._gap) / columns
        for place, item in enumerate(self.items):
            row, column = divmod(place, columns)
            left = round(rect.left() + column * (width + self._gap))
            right = round(rect.left() + column * (width + self._gap) + width)
            top = rect.top() + row * (self._height + self._gap)
            item.setGeometry(QRect(left, top, right - left, self._height))
