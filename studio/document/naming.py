"""Names that are not taken: ids of nodes, and titles that people can tell apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from studio.document.experiment import Experiment
from studio.document.frozen import EMPTY
from studio.document.items import Node
from studio.sdk.module import Module


class Names:
    """The names in use, and the next number for each stem."""

    def __init__(self, taken: Iterable[str], form: str) -> None:
        """Begin with the names ``taken``; ``form`` is made of ``{stem}`` and ``{number}``."""
        self._taken = set(taken)
        self._form = form
        self._next: dict[str, int] = {}

    def take(self, wanted: str, stem: str) -> str:
        """Return ``wanted`` where it is free, else the stem with a number that is free."""
        name = wanted
        if name in self._taken:
            number = self._free_number(stem)
            self._next[stem] = number + 1
            name = self._numbered(stem, number)
        self._taken.add(name)
        return name

    def _free_number(self, stem: str) -> int:
        """Return a number that is free, found in steps that double and then halve."""
        taken = self._next.get(stem, 2) - 1
        step = 1
        while self._numbered(stem, taken + step) in self._taken:
            taken += step
            step *= 2
        free = taken + step
        while free - taken > 1:
            middle = (taken + free) // 2
            if self._numbered(stem, middle) in self._taken:
                taken = middle
            else:
                free = middle
        return free

    def _numbered(self, stem: str, number: int) -> str:
        return self._form.format(stem=stem, number=number)


class FreshIds(Names):
    """Ids that nothing in an experiment has: ``split_data``, ``split_data_2``, …."""

    def __init__(self, experiment: Experiment) -> None:
        super().__init__(experiment.ids(), "{stem}_{number}")

    def id_for(self, stem: str) -> str:
        """Return a fresh id made from a name."""
        clean = re.sub(r"[^A-Za-z0-9_-]+", "_", stem)[:100] or "node"
        return self.take(clean, re.sub(r"_\d+$", "", clean) or clean)


class FreshTitles(Names):
    """Titles that no node has: ``Split Data``, ``Split Data (2)``, …."""

    def __init__(self, experiment: Experiment) -> None:
        super().__init__((node.title for node in experiment.nodes.values()), "{stem} ({number})")

    def title_for(self, wanted: str) -> str:
        """Return a title that no other node has; an empty one stays empty."""
        return self.take(wanted, re.sub(r" \(\d+\)$", "", wanted)) if wanted else ""


def fresh_id(experiment: Experiment, stem: str) -> str:
    """Return an id that nothing in the experiment has."""
    return FreshIds(experiment).id_for(stem)


def new_node(
    experiment: Experiment,
    module: type[Module],
    params: Mapping[str, Any] = EMPTY,
    *,
    position: tuple[float, float] = (0.0, 0.0),
    title: str | None = None,
    group: str | None = None,
) -> Node:
    """Return a node of a module, with an id and a title that are free in the experiment.

    A place of a web service also gets a name that is free, where none is given.
    """
    return Node(
        id=fresh_id(experiment, module.meta.id),
        module=module.meta.id,
        version=module.meta.version,
        params={**service_name(experiment, module), **params},
        title=FreshTitles(experiment).title_for(title or module.meta.title),
        group=group,
        position=position,
    )


def service_name(experiment: Experiment, module: type[Module]) -> dict[str, str]:
    """Return the parameters by which a new place of a web service gets a name that is free."""
    if not module.meta.service:
        return {}
    default = str(module.parameter("name").default)
    nodes = experiment.nodes.values()
    taken = [str(n.params.get("name", default)) for n in nodes if n.module == module.meta.id]
    name = Names(taken, "{stem}{number}").take(default, re.sub(r"\d+$", "", default))
    return {} if name == default else {"name": name}
