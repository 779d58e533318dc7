"""The gate of retraining: the figure that decides, and how much better it must have become."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from studio.sdk.errors import Problem, StudioError
from studio.session.lookup import unknown

Better = Literal["higher", "lower"]
Figures = Mapping[str, float | None]

BETTER: Mapping[str, Better] = {
    "auc": "higher",
    "overall_accuracy": "higher",
    "coefficient_of_determination": "higher",
    "average_distance_to_cluster_center": "lower",
    "accuracy": "higher",
    "average_accuracy": "higher",
    "average_distance_to_other_center": "higher",
    "average_log_loss": "lower",
    "f_score": "higher",
    "macro_averaged_precision": "higher",
    "macro_averaged_recall": "higher",
    "maximal_distance_to_cluster_center": "lower",
    "mean_absolute_error": "lower",
    "micro_averaged_precision": "higher",
    "micro_averaged_recall": "higher",
    "negative_log_likelihood": "lower",
    "precision": "higher",
    "recall": "higher",
    "relative_absolute_error": "lower",
    "relative_squared_error": "lower",
    "root_mean_squared_error": "lower",
    "training_log_loss": "higher",
}
"""Figures of which it is known whether more or less is better."""

USUAL = tuple(BETTER)[:4]
"""The figures that decide where nobody chose one: two classes, several, quantities, clusters."""

_RELATIVE, _ABSOLUTE = 1e-9, 1e-12
"""How near to the margin counts as on it: a sum such as 0.8 + 0.1 moves the last digits."""


class GateWrong(StudioError):
    """A gate that no figure could meet or miss."""

    code = "gate_wrong"
    sentence = "{margin} is no margin."
    hint = "Give a number: how much better the figure must be, or below 0 how much worse it may be."


class NoUsualFigure(StudioError):
    """None of the figures of a report is one that usually decides."""

    code = "no_usual_figure"
    sentence = "None of the figures that “{title}” gives is one that usually decides."
    hint = "Choose one with --metric: {available}."


class DirectionUnknown(StudioError):
    """Of a figure it is not known whether more or less of it is better."""

    code = "direction_unknown"
    sentence = "It is not known whether a higher or a lower “{metric}” is better."
    hint = "Say it: --higher-is-better or --lower-is-better."


class FigureUndefined(StudioError):
    """A figure that is to decide is not defined for the rows that were held out."""

    code = "figure_undefined"
    sentence = "The figure “{metric}” of {whose} is not defined on the {rows} held-out rows."
    hint = "Choose another figure, or hold out more rows."


@dataclass(frozen=True)
class Gate:
    """What a new version must show before it is made.

    Attributes:
        metric: A figure of the experiment's own evaluation report; empty for the usual one.
        margin: How much better than the old version the new one must be, in the figure's own
            units; below 0, how much worse it may be.
        better: Whether more or less is better; where empty, it is known by the figure's name.
        held_out: A file of rows with labels to judge on; None for the rows that the experiment's
            own split leaves for scoring.
        allow_changes: Whether the columns of requests and replies may differ from the old ones.
    """

    metric: str = ""
    margin: float = 0.0
    better: Better | Literal[""] = ""
    held_out: Path | None = None
    allow_changes: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.margin):
            raise GateWrong(margin=self.margin)

    def chosen(self, title: str, figures: Iterable[str]) -> str:
        """Return the figure that decides, of those that the evaluation called ``title`` gives.

        Raises NameUnknown and NoUsualFigure.
        """
        available = list(figures)
        if not self.metric:
            found = next((name for name in USUAL if name in available), None)
            if found is None:
                raise NoUsualFigure(title=title, available=available)
            return found
        named = {_plain(name): name for name in available}
        if _plain(self.metric) not in named:
            raise unknown(f"“{title}” gives", "figure", self.metric, available)
        return named[_plain(self.metric)]

    def direction(self, metric: str) -> Better:
        """Return whether more or less of a figure is better; raises DirectionUnknown."""
        found = self.better or BETTER.get(metric)
        if not found:
            raise DirectionUnknown(metric=metric)
        return found


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


def _plain(name: str) -> str:
    """Return a figure's name as people may write it: “F-Score” for “f_score”."""
    return name.strip().casefold().replace("-", "_").replace(" ", "_")
