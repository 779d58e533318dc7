"""The decision whether a new version is made, and everything that it was decided by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from studio.sdk.errors import Problem, StudioError
from studio.session.gate import Better, Figures

_RELATIVE, _ABSOLUTE = 1e-9, 1e-12
"""How near to the margin counts as on it: a sum such as 0.8 + 0.1 moves the last digits."""


class FigureUndefined(StudioError):
    """A figure that is to decide is not defined for the rows that were held out."""

    code = "figure_undefined"
    sentence = "The figure “{metric}” of {whose} is not defined on the {rows} held-out rows."
    hint = "Choose another figure, or hold out more rows."


@dataclass(frozen=True)
class Rows:
    """The rows that both versions were judged on.

    Attributes:
        origin: Whether the experiment's own split left them, or a file has them.
        where: What they are, in words.
        held_out: How many there are.
        judged: How many of them both versions answered: the figures are of these.
        data: The hash of the file that has them; empty for the experiment's own.
    """

    origin: Literal["split", "file"]
    where: str
    held_out: int
    judged: int
    data: str = ""


@dataclass(frozen=True)
class Decision:
    """Whether a new version is made, and by what that was decided.

    Attributes:
        metric, better, margin: The gate.
        is_usual: Whether nobody chose the figure.
        judge: The title of the evaluation that gave the figures.
        previous, content: The old version, and the hash of its package.
        old_figures, new_figures: All figures of both versions on the same rows.
        changes: How the columns of requests and replies differ, where that was allowed.
        data: The hashes of the files that the new version was made from, by node and parameter.
        warnings: Why the figures may be worth less than they seem to be.
    """

    metric: str
    better: Better
    margin: float
    is_usual: bool
    judge: str
    previous: str
    content: str
    rows: Rows
    old_figures: Figures
    new_figures: Figures
    changes: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @property
    def old(self) -> float:
        """The figure of the old version; raises FigureUndefined."""
        return self._figure(self.old_figures, f"version {self.previous}")

    @property
    def new(self) -> float:
        """The figure of the new version; raises FigureUndefined."""
        return self._figure(self.new_figures, "the new model")

    @property
    def gain(self) -> float:
        """By how much the new version is better."""
        return self.new - self.old if self.better == "higher" else self.old - self.new

    @property
    def is_met(self) -> bool:
        """Whether the new version is better by the margin at least."""
        near = math.isclose(self.gain, self.margin, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
        return near or self.gain > self.margin

    @property
    def sentence(self) -> str:
        """What was found, and what was asked for."""
        return (
            f"“{self.metric}” of the new model is {self.new:.6g} and that of version "
            f"{self.previous} {self.old:.6g}, on the same {self.rows.judged:,} rows; {self._asked}."
        )

    @property
    def _asked(self) -> str:
        sense = f"{self.better} is better"
        if not self.margin:
            return f"{sense}, and it must not be worse"
        if self.margin > 0:
            return f"{sense}, and it must be better by {self.margin:g}"
        return f"{sense}, and it must not be worse by more than {-self.margin:g}"

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as JSON-able data, the same for the same data and versions."""
        return {
            "outcome": "met" if self.is_met else "missed",
            "metric": self.metric,
            "chosen": not self.is_usual,
            "better": self.better,
            "margin": self.margin,
            "judge": self.judge,
            "previous": {
                "version": self.previous,
                "content": self.content,
                "figure": self.old,
                "figures": dict(self.old_figures),
            },
            "new": {"figure": self.new, "figures": dict(self.new_figures)},
            "rows": asdict(self.rows),
            "changes": list(self.changes),
            "data": dict(sorted(self.data.items())),
            "warnings": [warning.sentence for warning in self.warnings],
        }

    def _figure(self, figures: Figures, whose: str) -> float:
        value = figures.get(self.metric)
        if value is None or not math.isfinite(value):
            raise FigureUndefined(metric=self.metric, whose=whose, rows=self.rows.judged)
        return value
