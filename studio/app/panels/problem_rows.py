"""The rows of the Problems panel: what is wrong, by node, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studio.app.draft import Draft
from studio.app.node_titles import node_title, place_of
from studio.sdk.errors import Problem

WHOLE = "The experiment"


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A line of the panel: a problem, or the heading of a node's problems.

    Attributes:
        node: The node's id; empty for the experiment as a whole.
        title: What the node is called.
        problem: What is wrong; None in a heading.
        place: The label of the field or port that it belongs to.
        count: Of a heading, how many problems follow.
        is_of_run: Whether it came up while running.
    """

    node: str
    title: str
    problem: Problem | None = None
    place: str = ""
    count: int = 0
    is_of_run: bool = False

    @property
    def text(self) -> str:
        """The row as text to copy."""
        if self.problem is None:
            return self.title
        place = f" ({self.place})" if self.place else ""
        sentence = self.problem.in_full
        return f"  {self.problem.severity}: {sentence}{place}"


def problem_rows(draft: Draft, of_run: Mapping[str, Iterable[Problem]]) -> list[ProblemRow]:
    """Return one row for each problem: the whole experiment's first, then by the nodes' titles.

    ``of_run`` are the problems of nodes that came up while running.
    """
    before = [(found.node or "", found.problem, False) for found in draft.problems]
    after = [(node, problem, True) for node, found in of_run.items() for problem in found]
    titles = {"": WHOLE}
    rows = []
    for node, problem, is_of_run in (*before, *after):
        title = titles.get(node) or titles.setdefault(node, node_title(draft, node))
        place = place_of(draft, node, problem)
        rows.append(ProblemRow(node, title, problem, place, is_of_run=is_of_run))
    rows.sort(key=lambda row: (bool(row.node), row.title.casefold(), row.node, _rank(row)))
    return rows


def with_headings(rows: Iterable[ProblemRow]) -> list[ProblemRow]:
    """Return rows with a heading before those of each node."""
    groups: dict[str, list[ProblemRow]] = {}
    for row in rows:
        groups.setdefault(row.node, []).append(row)
    return [
        line
        for node, group in groups.items()
        for line in (ProblemRow(node, group[0].title, count=len(group)), *group)
    ]


def as_text(rows: Iterable[ProblemRow]) -> str:
    """Return rows as text to copy."""
    return "\n".join(row.text for row in rows)


def _rank(row: ProblemRow) -> int:
    return 0 if row.problem is not None and row.problem.severity == "error" else 1
