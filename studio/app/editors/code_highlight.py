"""Colours for code: pygments' lexers, one line at a time, in the theme's colours."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

from studio.app.theme import theme

_STYLES: tuple[tuple[str, str, bool], ...] = (
    ("Token.Comment", "text_faint", False),
    ("Token.Literal.String.Doc", "text_faint", False),
    ("Token.Literal.String", "good", False),
    ("Token.Literal.Number", "model", False),
    ("Token.Keyword", "accent", True),
    ("Token.Operator.Word", "accent", True),
    ("Token.Name.Function", "learner", False),
    ("Token.Name.Class", "learner", False),
    ("Token.Name.Builtin", "transform", False),
    ("Token.Name.Decorator", "report", False),
    ("Token.Name.Exception", "report", False),
)


class Highlighter(QSyntaxHighlighter):
    """Colours a document; what a line ends within (a string, a comment) is kept as its state."""

    def __init__(self, document: QTextDocument, language: str) -> None:
        """Colour a document in a language that pygments knows by that name."""
        super().__init__(document)
        self._lexer = _lexer(language)
        self._stacks: list[tuple[str, ...]] = [("root",)]
        self._formats: dict[str, QTextCharFormat | None] = {}
        theme().changed.connect(self._recolour)

    @override
    def highlightBlock(self, text: str) -> None:
        """Colour one line, beginning in the state in which the line before it ended."""
        from pygments.lexer import ExtendedRegexLexer, LexerContext

        state = self.previousBlockState()
        stack = self._stacks[state] if state >= 0 else ("root",)
        context = LexerContext(f"{text}\n", 0, list(stack))
        for start, kind, part in ExtendedRegexLexer.get_tokens_unprocessed(
            self._lexer, context=context
        ):
            style = self._format(str(kind))
            if style is not None:
                self.setFormat(_units(text, start), _units(part, len(part)), style)
        self.setCurrentBlockState(self._number(tuple(context.stack)))

    def _number(self, stack: tuple[str, ...]) -> int:
        if stack not in self._stacks:
            self._stacks.append(stack)
        return self._stacks.index(stack)

    def _format(self, kind: str) -> QTextCharFormat | None:
        if kind not in self._formats:
            found = next((s for s in _STYLES if kind.startswith(s[0])), None)
            self._formats[kind] = None if found is None else _style(found[1], found[2])
        return self._formats[kind]

    def _recolour(self) -> None:
        self._formats.clear()
        self.rehighlight()


def _style(token: str, strong: bool) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setForeground(theme().colour(token))
    if strong:
        style.setFontWeight(QFont.Weight.DemiBold)
    return style


def _units(text: str, count: int) -> int:
    """Return how many UTF-16 units, in which Qt counts, the first characters of a text take."""
    part = text[:count]
    return len(part) if part.isascii() else len(part.encode("utf-16-le")) // 2


def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(language)
