"""The start page: begin, go on with a recent file, start from a template or a sample."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app import icons
from studio.app.palette_entry import SAMPLES, PaletteEntry
from studio.app.panels import line_card, template_card
from studio.app.panels.card_grid import CardGrid
from studio.app.panels.line_card import LineCard
from studio.app.panels.palette_shelf import Shelf
from studio.app.panels.template_card import TemplateCard
from studio.app.panels.unsaved_banner import UnsavedBanner
from studio.app.panels.word_mark import WordMark
from studio.app.session import Session
from studio.app.times import how_long_ago
from studio.app.widgets.icon_label import IconLabel
from studio.document.edits import AddNode
from studio.document.naming import new_node
from studio.session.templates import templates

_WIDEST = 1440
_SIDE = 320
_NARROW = 900
"""Below this width, in pixels, what stands at the left stands above instead."""
_RECENT_SHOWN = 6
_STEPS = (
    ("mouse-pointer-click", "Drag modules onto the canvas", "Or press Tab there and type."),
    ("cable", "Link their ports", "Only ports that fit can be linked."),
    ("play", "Run, and look at any result", "Click a port to see what came out of it."),
)


class StartPage(QScrollArea):
    """What one sees while no experiment is in front; ``open_requested`` asks for a file dialog."""

    open_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Make the page; recent files and unsaved work are looked for whenever it shows."""
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setAccessibleName("Start page")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._session = session
        self._unsaved = UnsavedBanner(session)
        self._recent_title = _heading("Recent")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(8)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(56)
        self._columns.addLayout(self._left())
        self._columns.addLayout(self._right(), 1)
        page = QWidget()
        page.setMaximumWidth(_WIDEST)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(48, 48, 48, 48)
        layout.setSpacing(32)
        layout.addWidget(self._unsaved)
        layout.addLayout(self._columns)
        layout.addStretch(1)
        middle = QWidget()
        around = QHBoxLayout(middle)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(page, 1000)
        around.addStretch(1)
        self.setWidget(middle)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Look for recent files and unsaved work."""
        super().showEvent(event)
        self._show_recent()
        self._unsaved.look()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand side by side, or one above the other where there is little room."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        is_narrow = self.viewport().width() < _NARROW
        self._columns.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    def _left(self) -> QVBoxLayout:
        """Return the column with the name, the buttons, the recent files and how it works."""
        column = QVBoxLayout()
        column.setSpacing(12)
        name = QLabel("Wireloom")
        name.setProperty("role", "display")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(WordMark())
        head.addWidget(name)
        head.addStretch(1)
        line = QLabel("Machine learning you can see: drag, link, run, look.")
        line.setProperty("role", "soft")
        line.setWordWrap(True)
        column.addLayout(head)
        column.addWidget(line)
        column.addSpacing(12)
        column.addLayout(self._buttons())
        column.addSpacing(20)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        column.addSpacing(20)
        column.addWidget(_heading("How it works"))
        for number, (icon, title, detail) in enumerate(_STEPS):
            column.addWidget(_step(number, icon, title, detail))
        column.addStretch(1)
        holder = QVBoxLayout()
        side = QWidget()
        side.setLayout(column)
        side.setFixedWidth(_SIDE)
        column.setContentsMargins(0, 0, 0, 0)
        holder.addWidget(side)
        return holder

    def _buttons(self) -> QHBoxLayout:
        new = QPushButton(icons.icon("file-plus", "text_on_accent"), " New experiment")
        new.setObjectName("start_new")
        new.setProperty("kind", "primary")
        new.clicked.connect(self._session.new)
        other = QPushButton(icons.icon("folder-open"), " Open…")
        other.setObjectName("start_open")
        other.clicked.connect(self.open_requested)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (new, other):
            button.setIconSize(QSize(16, 16))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _right(self) -> QVBoxLayout:
        """Return the column with the templates and the sample datasets."""
        column = QVBoxLayout()
        column.setSpacing(12)
        cards = CardGrid(224, template_card.HEIGHT, 16, 3)
        for template in templates():
            card = TemplateCard(template, self._session.registry)
            card.clicked.connect(partial(self._session.open_template, template.name))
            cards.addWidget(card)
        column.addWidget(_heading("Start from a template"))
        column.addLayout(cards)
        column.addSpacing(20)
        column.addWidget(_heading("Start from sample data"))
        samples = CardGrid(200, line_card.HEIGHT, 12, 4)
        for entry in Shelf.of(self._session).entries:
            if entry.group == SAMPLES:
                samples.addWidget(self._sample(entry))
        column.addLayout(samples)
        column.addStretch(1)
        return column

    def _sample(self, entry: PaletteEntry) -> LineCard:
        card = LineCard(entry.title, entry.description, "table", "table")
        card.setObjectName(f"sample_{entry.params['name']}")
        card.setToolTip(entry.description)
        card.clicked.connect(partial(self._begin_with, entry))
        return card

    def _begin_with(self, entry: PaletteEntry) -> None:
        """Open a new experiment with a sample dataset on its canvas."""
        module = self._session.registry.get(entry.module)
        if module is not None:
            draft = self._session.new()
            node = new_node(draft.experiment, module, entry.params, title=entry.title)
            draft.apply(AddNode(node))

    def _show_recent(self) -> None:
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        files = self._session.remembered.recent_files[:_RECENT_SHOWN]
        self._recent_title.setVisible(bool(files))
        for place, path in enumerate(files):
            card = LineCard(path.stem, _folder(path), "workflow", "accent", _changed(path))
            card.setObjectName(f"recent_{place}")
            card.setToolTip(str(path))
            card.clicked.connect(partial(self._session.open, path))
            self._recent.addWidget(card)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "title")
    return label


def _step(number: int, icon: str, title: str, detail: str) -> QWidget:
    """Return one step of how it works."""
    row = QWidget()
    above = QLabel(f"{number + 1}. {title}", row)
    below = QLabel(detail, row)
    below.setProperty("role", "caption")
    texts = QVBoxLayout()
    texts.setSpacing(2)
    texts.addWidget(above)
    texts.addWidget(below)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(12)
    layout.addWidget(IconLabel(icon, "accent", side=18), 0, Qt.AlignmentFlag.AlignTop)
    layout.addLayout(texts, 1)
    return row


def _folder(path: Path) -> str:
    """Return the folder of a file, the home folder as ``~``."""
    folder = path.parent
    home = Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)


def _changed(path: Path) -> str:
    """Return when a file was changed, or an empty text."""
    try:
        return how_long_ago(datetime.fromtimestamp(path.stat().st_mtime, UTC))
    except OSError:
        return ""
