"""The look: colours by what they are for, one type scale, one grid, and a style sheet of them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from studio import paths

Choice = Literal["light", "dark", "system"]
Role = Literal["caption", "body", "strong", "title", "heading", "display", "mono"]

SPACE = 4
"""Everything stands on a grid of this many pixels."""
RADIUS = 6
"""The radius of corners, in pixels."""

_PROSE = "Inter"
_CODE = "JetBrains Mono"
_SIZES: dict[str, int] = {
    "caption": 11, "body": 13, "strong": 13, "title": 15, "heading": 20, "display": 28, "mono": 13,
}  # fmt: skip
_STRONG = ("strong", "title", "heading", "display")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of a theme, as ``#rrggbb``, by what they are for."""

    window: str
    surface: str
    raised: str
    sunken: str
    canvas: str
    grid: str
    text: str
    text_soft: str
    text_faint: str
    text_on_accent: str
    line: str
    line_strong: str
    accent: str
    accent_strong: str
    accent_soft: str
    focus: str
    selection: str
    good: str
    warn: str
    bad: str
    bad_soft: str
    info: str
    info_soft: str
    table: str
    learner: str
    model: str
    transform: str
    report: str
    files: str
    chart: tuple[str, ...]


class Theme(QObject):
    """The theme that the program has now; ``changed`` is emitted after it is another."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        """Load the fonts; nothing is styled before :meth:`choose`."""
        super().__init__(application)
        self._application = application
        self._choice: Choice = "system"
        self._tokens = _tokens("light")
        self._colours: dict[str, QColor] = {}
        for file in sorted((paths.resources() / "fonts").glob("*.[ot]tf")):
            QFontDatabase.addApplicationFont(str(file))
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)

    @property
    def tokens(self) -> Tokens:
        """The colours of the present theme."""
        return self._tokens

    @property
    def choice(self) -> Choice:
        """What was chosen: a theme, or to follow the system."""
        return self._choice

    @property
    def is_dark(self) -> bool:
        """Whether the present theme is dark."""
        return self._tokens is _tokens("dark")

    def colour(self, token: str) -> QColor:
        """Return the colour of a token; raises AttributeError for one that is not there."""
        found = self._colours.get(token)
        if found is None:
            found = self._colours[token] = QColor(getattr(self._tokens, token))
        return found

    def font(self, role: Role = "body") -> QFont:
        """Return the font of a role in the type scale."""
        font = QFont(_CODE if role == "mono" else _PROSE)
        font.setPixelSize(_SIZES[role])
        if role == "mono":
            font.setStyleHint(QFont.StyleHint.Monospace)
        if role in _STRONG:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def choose(self, choice: Choice) -> None:
        """Take a theme, or follow the system's."""
        self._choice = choice
        dark = _system_is_dark() if choice == "system" else choice == "dark"
        self._tokens = _tokens("dark" if dark else "light")
        self._colours.clear()
        self._application.setFont(self.font())
        self._application.setPalette(self._palette())
        self._application.setStyleSheet(self._style_sheet())
        self.changed.emit()

    def _system_changed(self) -> None:
        if self._choice == "system":
            self.choose("system")

    def _palette(self) -> QPalette:
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, token in (
            (roles.Window, "window"), (roles.Base, "surface"), (roles.AlternateBase, "sunken"),
            (roles.Button, "surface"), (roles.ToolTipBase, "raised"), (roles.Text, "text"),
            (roles.WindowText, "text"), (roles.ButtonText, "text"), (roles.ToolTipText, "text"),
            (roles.PlaceholderText, "text_faint"), (roles.Highlight, "selection"),
            (roles.HighlightedText, "text"), (roles.Link, "accent"), (roles.Mid, "line_strong"),
            (roles.Accent, "accent"),
        ):  # fmt: skip
            palette.setColor(role, self.colour(token))
        disabled = QPalette.ColorGroup.Disabled
        for role in (roles.Text, roles.WindowText, roles.ButtonText):
            palette.setColor(disabled, role, self.colour("text_faint"))
        return palette

    def _style_sheet(self) -> str:
        folder = paths.resources() / "themes"
        words = {"themes": folder.as_posix(), "kind": "dark" if self.is_dark else "light"}

        def value(match: re.Match[str]) -> str:
            return words.get(match[1]) or str(getattr(self._tokens, match[1]))

        sheet = (folder / "window.qss").read_text(encoding="utf-8")
        return re.sub(r"@([a-z_]+)", value, sheet.partition("*/")[2])


@cache
def _tokens(name: str) -> Tokens:
    text = (paths.resources() / "themes" / f"{name}.toml").read_text(encoding="utf-8")
    values = tomllib.loads(text)
    return Tokens(**{**values, "chart": tuple(values["chart"])})


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def install(application: QApplication, choice: Choice = "system") -> Theme:
    """Give the application its look, once; returns the theme."""
    application.setStyle("Fusion")
    found = application.findChild(Theme)
    made = Theme(application) if found is None else found
    made.choose(choice)
    return made


def theme() -> Theme:
    """Return the theme of this program; raises RuntimeError before :func:`install`."""
    application = QApplication.instance()
    found = None if application is None else application.findChild(Theme)
    if found is None:
        raise RuntimeError("the theme is not installed yet")
    return found
