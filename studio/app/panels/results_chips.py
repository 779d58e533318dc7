"""The ports of a node as chips: coloured by type, with the shape of what is there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from studio.app.icons import paint
from studio.app.panels.results_shown import Spot
from studio.app.theme import theme

HEIGHT = 30


class PortChip(QAbstractButton):
    """One port: a dot in the colour of its type, its name, and its shape in soft letters."""

    def __init__(self, spot: Spot, shape: str) -> None:
        """Take the port and the words for its shape, empty where there is no result yet."""
        super().__init__()
        self.spot, self._shape = spot, shape
        self.setCheckable(True)
        self.setText(spot.label)
        self.setObjectName(f"port_{spot.side}_{spot.port}")
        side = "Output" if spot.side == "out" else "Input"
        self.setAccessibleName(f"{side} {spot.label}")
        self.setAccessibleDescription(shape)
        self.setToolTip(f"{side}: {spot.label} ({spot.kind})" + (f"\n{shape}" if shape else ""))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + 34
        if self._shape:
            width += metrics.horizontalAdvance(self._shape) + 10
        return QSize(width, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        is_soft = self.spot.side == "in" and not self.isChecked()
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_soft" if self.isChecked() else "sunken"))
            painter.drawRoundedRect(frame, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look.colour("focus"))
            painter.drawRoundedRect(frame, 6, 6)
        colour = look.colour(self.spot.kind.lower() or "text_faint")
        dot = QRectF(11, HEIGHT / 2 - 4, 8, 8)
        painter.setPen(colour)
        painter.setBrush(Qt.BrushStyle.NoBrush if self.spot.side == "in" else colour)
        painter.drawEllipse(dot)
        painter.setFont(self.font())
        painter.setPen(look.colour("text_soft" if is_soft else "text"))
        width = self.fontMetrics().horizontalAdvance(self.text())
        text = QRectF(26, 0, width + 2, HEIGHT)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setPen(look.colour("text_faint"))
        rest = QRectF(text.right() + 8, 0, self.width() - text.right() - 8, HEIGHT)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self._shape)


class Arrow(QWidget):
    """The sign between what arrives and what comes out."""

    def __init__(self) -> None:
        """Make the sign."""
        super().__init__()
        self.setFixedSize(20, HEIGHT)
        theme().changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint(QPainter(self), "arrow-right", QRectF(3, HEIGHT / 2 - 7, 14, 14), "text_faint")


class PortChips(QWidget):
    """All ports of a node; one is chosen."""

    chosen = Signal(object)
    marked = Signal()
    """Another chip, or none, is the chosen one now."""

    def __init__(self) -> None:
        """Begin without ports."""
        super().__init__()
        self.setObjectName("port_chips")
        self.setAccessibleName("Ports")
        self._shown: list[tuple[Spot, str]] = []
        self._chips: list[PortChip] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self._line = layout

    def show_spots(self, spots: Sequence[tuple[Spot, str]], chosen: Spot | None) -> None:
        """Show ports with their shapes, and which of them is chosen."""
        if list(spots) != self._shown:
            self._shown = list(spots)
            self._rebuild()
        for chip in self._chips:
            chip.setChecked(chip.spot == chosen)
        self.marked.emit()

    @property
    def chosen_chip(self) -> PortChip | None:
        """The chip of the port that is chosen."""
        return next((chip for chip in self._chips if chip.isChecked()), None)

    def _rebuild(self) -> None:
        focused = next((chip.spot for chip in self._chips if chip.hasFocus()), None)
        while (item := self._line.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._chips = []
        side = ""
        for spot, shape in self._shown:
            if side == "in" and spot.side == "out":
                self._line.addWidget(Arrow())
            side = spot.side
            chip = PortChip(spot, shape)
            chip.clicked.connect(lambda _=False, chip=chip: self.chosen.emit(chip.spot))
            self._line.addWidget(chip)
            self._chips.append(chip)
            if spot == focused:
                chip.setFocus()
        self._line.addStretch(1)
