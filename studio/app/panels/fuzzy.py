"""Fuzzy matching: the letters of a query, in order, wherever they stand in a text."""

from __future__ import annotations

from studio.app.panels.palette_search import Spans

_LETTER = 1
_WORD_BEGIN = 8
_FOLLOWS = 5
_FIRST = 6


def match(query: str, text: str) -> tuple[int, Spans] | None:
    """Return how well a query fits a text, more is better, and which letters match; or None.

    A letter counts more at the begin of a word, and right after the letter before it; of two texts
    that match alike the shorter is better. Found by dynamic programming over the best places.
    """
    wanted = "".join(query.lower().split())
    low = text.lower()
    if not wanted:
        return 0, ()
    rows: list[dict[int, tuple[int, int]]] = []
    for number, letter in enumerate(wanted):
        row = _places(letter, low, rows[-1] if rows else None, number == 0)
        if not row:
            return None
        rows.append(row)
    at = max(rows[-1], key=lambda place: rows[-1][place][0])
    score = rows[-1][at][0]
    places = []
    for row in reversed(rows):
        places.append(at)
        at = row[at][1]
    return score * 100 - len(text), _spans(places[::-1])


def _places(
    letter: str, low: str, before: dict[int, tuple[int, int]] | None, is_first: bool
) -> dict[int, tuple[int, int]]:
    """Return where a letter can stand: by place, the best score to there and the place before."""
    found: dict[int, tuple[int, int]] = {}
    best, best_at = (0, -1) if is_first else (-1, -1)
    for at, other in enumerate(low):
        if before is not None and at - 1 in before and before[at - 1][0] > best:
            best, best_at = before[at - 1][0], at - 1
        if other != letter or (best_at < 0 and not is_first):
            continue
        worth = _LETTER + (_WORD_BEGIN if at == 0 or not low[at - 1].isalnum() else 0)
        worth += _FIRST if is_first and at == 0 else 0
        choice = (best + worth, best_at)
        if before is not None and at - 1 in before:
            choice = max(choice, (before[at - 1][0] + worth + _FOLLOWS, at - 1))
        found[at] = choice
    return found


def _spans(places: list[int]) -> Spans:
    spans: list[tuple[int, int]] = []
    for at in places:
        if spans and sum(spans[-1]) == at:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((at, 1))
    return tuple(spans)
