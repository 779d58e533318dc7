"""What the conversion into a predictive experiment did, as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.sdk.errors import Problem


@dataclass(frozen=True)
class ReportLine:
    """Something that was done to a node, and why, in sentences."""

    node: str
    what: str
    why: str = ""
    action: str = ""

    @property
    def text(self) -> str:
        """The line as text to copy and to be read out."""
        return f"{self.what} {self.why}".strip()


@dataclass(frozen=True)
class Repair:
    """A way out of a problem: what a button says, and the choice to convert again with.

    Attributes:
        choice: The choice as the verb takes it.
    """

    text: str
    choice: str


@dataclass(frozen=True)
class ReportProblem:
    """Something that stands in the way of answering requests as the studio does."""

    node: str
    problem: Problem
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True)
class FrozenTable:
    """A side table that goes into the package as it is."""

    title: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class ServiceReport:
    """All that is said of a conversion."""

    lines: tuple[ReportLine, ...] = ()
    problems: tuple[ReportProblem, ...] = ()
    frozen: tuple[FrozenTable, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ServiceReport:
        """Read what the verb ``predictive`` tells; what is not there counts as none."""
        return cls(
            tuple(_line(item) for item in data.get("report", ())),
            tuple(_problem(item) for item in data.get("problems", ())),
            tuple(_frozen(item) for item in data.get("frozen", ())),
        )


@dataclass(frozen=True)
class ModelChoice:
    """A model that could answer requests, where there are several."""

    node: str
    title: str
    detail: str = ""

    @classmethod
    def all_of(cls, data: Mapping[str, Any]) -> tuple[ModelChoice, ...]:
        """Read the choices that a verb asks to be made."""
        return tuple(
            cls(str(item["node"]), str(item["title"]), str(item.get("detail", "")))
            for item in data.get("choices", ())
        )


def _line(item: Mapping[str, Any]) -> ReportLine:
    texts = {name: str(item.get(name) or "") for name in ("what", "why", "action")}
    return ReportLine(str(item.get("node") or ""), **texts)


def _problem(item: Mapping[str, Any]) -> ReportProblem:
    problem = Problem(
        str(item.get("code", "")),
        str(item.get("sentence", "")),
        str(item.get("hint") or ""),
        severity="warning" if item.get("severity") == "warning" else "error",
    )
    given = item.get("repairs") or ()
    repairs = tuple(Repair(str(one["text"]), str(one["choice"])) for one in given)
    return ReportProblem(str(item.get("node") or ""), problem, repairs)


def _frozen(item: Mapping[str, Any]) -> FrozenTable:
    sizes = (int(item.get(name, 0)) for name in ("rows", "bytes"))
    return FrozenTable(str(item.get("title", "")), *sizes)
