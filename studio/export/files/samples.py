"""Sample calls: the sample request, sent from the languages that people call a package from."""

from __future__ import annotations

import json
from typing import NamedTuple

from studio.export.files.literals import (
    JAVASCRIPT,
    JSON,
    PYTHON,
    M,
    R,
    csharp_text,
    literal,
    m_text,
)
from studio.export.files.sample import records_of
from studio.export.files.template import filled

URL = "http://localhost:8080/score"
KEY = "YOUR-KEY"


class Sample(NamedTuple):
    """Code that calls a package.

    Attributes:
        title: The language, as people call it.
        language: As a fenced block of Markdown names it.
        code: The code; ``URL`` and ``KEY`` stand in it for a person to change.
    """

    title: str
    language: str
    code: str


def samples(request: str, reply: str) -> tuple[Sample, ...]:
    """Return the calls that send a request; ``reply`` tells the shape of its answer."""
    data = json.loads(request)
    text = literal(data, JSON)
    answers = records_of(reply)
    table = "Reply" if answers is None else f"Table.FromRecords(Reply[#{m_text(answers.key)}])"
    return (
        _sample("curl", "bash", "curl.txt", text),
        _sample("Python", "python", "python.txt", literal(data, PYTHON)),
        _sample("R", "r", "r.txt", literal(data, R)),
        _sample("C#", "csharp", "csharp.txt", csharp_text(text)),
        _sample("JavaScript", "javascript", "javascript.txt", literal(data, JAVASCRIPT)),
        _sample("Excel", "powerquery", "excel.txt", literal(data, M, " " * 4), table),
    )


def _sample(title: str, language: str, name: str, request: str, result: str = "") -> Sample:
    values = {"url": URL, "key": KEY, "request": request, "result": result}
    return Sample(title, language, filled(f"samples/{name}", values))
