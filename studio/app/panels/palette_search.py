"""Searching the palette: by titles, other names, groups and descriptions, the best first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.app.palette_entry import PaletteEntry

Spans = tuple[tuple[int, int], ...]
"""Where letters match: begin and length of each piece."""

_TITLE, _TITLE_WORDS, _TITLE_INSIDE, _NAME, _TOPIC, _ANYWHERE = range(6)
_WORD = re.compile(r"\w+")
_GAPS = re.compile(r"[\W_]+")
_SUGGESTIONS = 3


@dataclass(frozen=True)
class Hit:
    """An entry that was found, and why.

    Attributes:
        entry: What was found.
        rank: How well it fits; less is better.
        spans: The letters of the title that match.
        reason: Why it was found where the title does not say it, or an empty text.
        reason_spans: The letters of the reason that match.
    """

    entry: PaletteEntry
    rank: int
    spans: Spans = ()
    reason: str = ""
    reason_spans: Spans = ()


class PaletteIndex:
    """The entries of the palette, ready to be searched at every key."""

    def __init__(self, entries: Iterable[PaletteEntry]) -> None:
        """Prepare the words of all entries."""
        self._texts = [_Texts(entry) for entry in entries]

    def search(self, query: str) -> list[Hit]:
        """Return what fits, the best first, and as in the palette where it fits equally well."""
        tokens = query.lower().split()
        if not tokens:
            return []
        hits = [hit for texts in self._texts if (hit := texts.hit(tokens)) is not None]
        return sorted(hits, key=lambda hit: hit.rank)

    def suggestions(self, query: str) -> list[str]:
        """Return words that are spelt nearly as the query, the nearest first."""
        known: dict[str, str] = {}
        for texts in self._texts:
            for text in (texts.entry.title, *texts.entry.words, *_WORD.findall(texts.entry.title)):
                if len(text) > 2:
                    known.setdefault(text.lower(), text)
        near = difflib.get_close_matches(query.lower().strip(), known, _SUGGESTIONS, 0.6)
        return [known[text] for text in near]


class _Texts:
    """The texts of one entry, in small letters."""

    def __init__(self, entry: PaletteEntry) -> None:
        self.entry = entry
        self._title = entry.title.lower()
        self._compact = _GAPS.sub("", self._title)
        self._names = [(word, word.lower()) for word in entry.words]
        self._topics = [(word, word.lower()) for word in (*entry.group.split("/"), *entry.topics)]
        parts = (self._title, *entry.words, *entry.topics, entry.group, entry.description)
        self._all = " ".join(parts).lower()

    def hit(self, tokens: Sequence[str]) -> Hit | None:
        """Return how the entry fits, or None."""
        rank = self._title_rank(tokens)
        if rank is not None:
            return Hit(self.entry, rank, marked(self.entry.title, tokens))
        if self._is_squeezed(tokens):
            return Hit(self.entry, _TITLE_WORDS)
        if not all(token in self._all for token in tokens):
            return None
        for word, low in self._names:
            if _fits(low, tokens):
                called = "also called {}" if word.istitle() else "matches “{}”"
                return self._because(_NAME, called.format(word), tokens)
        for word, low in self._topics:
            if _fits(low, tokens):
                inside = word in self.entry.group
                return self._because(
                    _TOPIC, self.entry.place if inside else f"matches “{word}”", tokens
                )
        if all(_begins_word(self._all, token) for token in tokens):
            return self._because(_ANYWHERE, self.entry.description or self.entry.place, tokens)
        return None

    def _title_rank(self, tokens: Sequence[str]) -> int | None:
        if self._title.startswith(" ".join(tokens)):
            return _TITLE
        if all(_begins_word(self._title, token) for token in tokens):
            return _TITLE_WORDS
        if all(token in self._title and len(token) > 1 for token in tokens):
            return _TITLE_INSIDE
        return None

    def _is_squeezed(self, tokens: Sequence[str]) -> bool:
        """Whether the title begins so without its blanks and hyphens."""
        wanted = _GAPS.sub("", "".join(tokens))
        return len(wanted) > 1 and self._compact.startswith(wanted)

    def _because(self, rank: int, reason: str, tokens: Sequence[str]) -> Hit:
        spans = marked(self.entry.title, [t for t in tokens if _begins_word(self._title, t)])
        return Hit(self.entry, rank, spans, reason, marked(reason, tokens))


def marked(text: str, tokens: Iterable[str]) -> Spans:
    """Return the letters of a text that match, at the begin of a word where one begins so."""
    low = text.lower()
    letters: set[int] = set()
    for token in tokens:
        at = _word_begin(low, token)
        at = low.find(token) if at < 0 else at
        if at >= 0:
            letters.update(range(at, at + len(token)))
    return _runs(letters)


def _runs(letters: set[int]) -> Spans:
    runs: list[tuple[int, int]] = []
    for at in sorted(letters):
        if runs and sum(runs[-1]) == at:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((at, 1))
    return tuple(runs)


def _fits(low: str, tokens: Sequence[str]) -> bool:
    return all(_begins_word(low, token) for token in tokens)


def _begins_word(low: str, token: str) -> bool:
    return _word_begin(low, token) >= 0


def _word_begin(low: str, token: str) -> int:
    """Return where a word begins with the token, or -1."""
    at = low.find(token)
    while at > 0 and low[at - 1].isalnum():
        at = low.find(token, at + 1)
    return at
