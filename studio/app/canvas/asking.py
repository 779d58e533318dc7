"""Asking for a module to add: anywhere, for the end of a link, or into a link."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QPoint, QPointF, SignalInstance
from PySide6.QtWidgets import QWidget

from studio.app.canvas.hover import end_name
from studio.app.canvas.metrics import CARD_HEIGHT
from studio.app.canvas.quest import LinkQuest, links_that_fit
from studio.app.canvas.viewer import CanvasViewer
from studio.app.canvas.wishes import Wishes
from studio.app.palette_entry import PaletteEntry
from studio.app.session import Session
from studio.document.items import Link
from studio.sdk.module import Module

Fits = Callable[[type[Module]], bool]
Take = Callable[[PaletteEntry], object]


class Search(Protocol):
    """A popup in which one looks for a module."""

    @property
    def chosen(self) -> SignalInstance:
        """Gives the entry of the palette that is chosen."""

    def open_at(self, global_pos: QPoint, fits: Fits | None = None, caption: str = "") -> None:
        """Open at a place of the screen, for modules that fit, under a caption."""


MakeSearch = Callable[[Session, QWidget], Search]


class Asking(QObject):
    """The search for modules, and what is done with what is chosen."""

    def __init__(
        self, viewer: CanvasViewer, wishes: Wishes, make: MakeSearch, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._viewer = viewer
        self._wishes = wishes
        self._over = parent
        self._take: Take = lambda _: None
        self._search: Search | None = None

    def ask(self, at: QPoint, fits: Fits | None, take: Take, caption: str = "") -> None:
        """Open the search at a place of the screen; what is chosen goes to ``take``."""
        if self._viewer.stage.draft.read_only:
            return
        self._take = take
        if self._search is None:
            self._search = self._make(self._viewer.stage.session, self._over)
            self._search.chosen.connect(self._chosen)
        self._search.open_at(at, fits, caption)

    def ask_on_link(self, link: Link, place: QPointF) -> None:
        """Ask for a module that fits into a link, and put it there."""
        draft = self._viewer.stage.draft

        def fits(module: type[Module]) -> bool:
            return links_that_fit(draft, module, link) is not None

        at = self._viewer.viewport().mapToGlobal(self._viewer.mapFromScene(place))
        take = partial(self._wishes.add_module, place=place, into=link)
        self.ask(at, fits, take, "Modules that fit into the link")

    def ask_for_link(self, place: QPointF, at: QPoint, quest: LinkQuest) -> None:
        """Ask for a module that fits the end of a link, and link it."""
        forward = quest.origin.side == "out"
        middle = QPointF(place.x(), place.y() + CARD_HEIGHT / 2 * (1 if forward else -1))
        name = end_name(self._viewer.stage.draft, quest.origin)
        self.ask(
            at,
            quest.fits_module,
            partial(self._wishes.add_module, place=middle, origin=quest.origin),
            f"Modules that {'take' if forward else 'give to'} {name}",
        )

    def _chosen(self, entry: PaletteEntry) -> None:
        self._take(entry)
