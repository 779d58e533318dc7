"""Pictures: what is drawn on screen, copied or saved as PNG or SVG."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QGraphicsView, QMenu, QToolButton, QWidget

from studio.app.icons import icon
from studio.app.theme import theme
from studio.app.widgets.tool_button import tool_button

SCALE = 2
"""Pictures have so many dots for one on screen."""


def image_of(widget: QWidget) -> QImage:
    """Return what a widget shows as an image."""
    image = QImage(widget.size() * SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(SCALE)
    image.fill(theme().colour("surface"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(widget, painter)
    painter.end()
    return image


def save_picture(widget: QWidget, path: Path) -> bool:
    """Write what a widget shows to a .png or .svg file; returns whether that went well."""
    if path.suffix.lower() != ".svg":
        return image_of(widget).save(str(path))
    from PySide6.QtSvg import QSvgGenerator

    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(widget.size())
    generator.setViewBox(widget.rect())
    generator.setTitle(widget.accessibleName())
    painter = QPainter()
    if not painter.begin(generator):
        return False
    painter.fillRect(widget.rect(), theme().colour("surface"))
    _draw(widget, painter)
    return painter.end() and path.is_file()


class PictureButton(QToolButton):
    """The small button of a picture: copy, save as PNG, save as SVG."""

    def __init__(self, widget: QWidget, say: Callable[[str, str], None] | None = None) -> None:
        """Take the widget that shows the picture, and what says a sentence to the person."""
        super().__init__(widget)
        self._widget = widget
        self._say = say
        made = tool_button("picture_button", "image-down", "Copy or save this picture")
        self.setObjectName("picture_button")
        self.setIcon(made.icon())
        self.setIconSize(QSize(14, 14))
        self.setToolTip(made.toolTip())
        self.setAccessibleName(made.toolTip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._open_below)
        made.deleteLater()

    def open_menu(self, place: QPoint) -> None:
        """Offer what can be done with the picture."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("copy"), "Copy picture", self.copy)
        menu.addAction(icon("image"), "Save as PNG…", partial(self._choose_file, "png"))
        menu.addAction(icon("image"), "Save as SVG…", partial(self._choose_file, "svg"))
        menu.popup(place)

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setImage(image_of(self._widget))
        self._tell("info", "The picture is on the clipboard.")

    def save(self, path: str) -> None:
        """Write the picture to a file."""
        if save_picture(self._widget, Path(path)):
            self._tell("info", f"The picture is saved as “{Path(path).name}”.")
        else:
            self._tell("error", f"“{path}” could not be written. Choose another folder.")

    def _tell(self, severity: str, sentence: str) -> None:
        if self._say is not None:
            self._say(severity, sentence)

    def _open_below(self) -> None:
        self.open_menu(self.mapToGlobal(self.rect().bottomLeft()))

    def _choose_file(self, suffix: str) -> None:
        name = re.sub(r"[^\w \-.]+", " ", self._widget.accessibleName()).strip() or "Picture"
        dialog = QFileDialog(self.window(), "Save picture", f"{name}.{suffix}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.setNameFilter(f"{suffix.upper()} (*.{suffix})")
        dialog.fileSelected.connect(self.save)
        dialog.open()


def _draw(widget: QWidget, painter: QPainter) -> None:
    view = widget if isinstance(widget, QGraphicsView) else widget.findChild(QGraphicsView)
    if view is not None:
        place = QRectF(view.geometry()) if view is not widget else QRectF(widget.rect())
        view.render(painter, place, view.viewport().rect())
        return
    widget.render(painter, QPoint(), widget.rect(), QWidget.RenderFlag.DrawChildren)
