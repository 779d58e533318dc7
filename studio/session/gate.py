"""The gate of retraining: the figure that decides, and how much better it must have become."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.sdk.errors import StudioError
from studio.session.figure_names import better
from studio.session.lookup import unknown

Better = Literal["higher", "lower"]
Figures = Mapping[str, float | None]

USUAL = (
    "auc",
    "overall_accuracy",
    "coefficient_of_determination",
    "average_distance_to_cluster_center",
)
"""The figures that decide where nobody chose one: two classes, several, quantities, clusters."""

_DIRECTIONS: Mapping[int, Better] = {1: "higher", -1: "lower"}


class GateWrong(StudioError):
    """A gate that no figure could meet or miss."""

    code = "gate_wrong"
    sentence = "{margin} is no margin."
    hint = "Give a number: how much better the figure must be, or below 0 how much worse it may be."


class NoUsualFigure(StudioError):
    """None of the figures of a report is one that usually decides."""

    code = "no_usual_figure"
    sentence = "None of the figures that “{title}” gives is one that usually decides."
    hint = "Choose one (--metric): {available}."


class DirectionUnknown(StudioError):
    """Of a figure it is not known whether more or less of it is better."""

    code = "direction_unknown"
    sentence = "It is not known whether a higher or a lower “{metric}” is better."
    hint = "Say which (--higher-is-better or --lower-is-better)."


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
        found = self.better or _DIRECTIONS.get(better(metric))
        if not found:
            raise DirectionUnknown(metric=metric)
        return found


def _plain(name: str) -> str:
    """Return a figure's name as people may write it: “F-Score” for “f_score”."""
    return name.strip().casefold().replace("-", "_").replace(" ", "_")
