"""Finding things by the names that people write: nodes, ports, parameters, modules."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from studio.document.experiment import Experiment
from studio.registry.discovery import Registry
from studio.sdk.errors import StudioError
from studio.sdk.module import Module, Port

_FEW = 12
"""As many names as a sentence can list."""


class NameUnknown(StudioError):
    """A name that nothing has; the sentence says which names are near, or there."""

    code = "name_unknown"
    sentence = "{where} no {kind} “{name}”{instead}"


class NodeAmbiguous(StudioError):
    """A title that several nodes have."""

    code = "node_ambiguous"
    sentence = "{count} nodes are called “{name}”; use one of the ids {ids}."


def unknown(where: str, kind: str, name: object, available: Iterable[str]) -> NameUnknown:
    """Return the error for a name that is not among the available ones; it names near ones."""
    name, known = str(name), list(dict.fromkeys(available))
    by_case: dict[str, str] = {}
    for item in known:
        by_case.setdefault(item.casefold(), item)
    near = difflib.get_close_matches(name.casefold(), list(by_case), n=3)
    instead = _instead([by_case[item] for item in near], known)
    return NameUnknown(where=where, kind=kind, name=name, instead=instead)


def _instead(near: list[str], known: list[str]) -> str:
    """Return how a sentence about an unknown name ends: with what is near, or what there is."""
    if near:
        return f"; did you mean {' or '.join(map(_quoted, near))}?"
    if not known:
        return "; it has none."
    rest = f" and {len(known) - _FEW} more" if len(known) > _FEW else ""
    listed = ", ".join(map(_quoted, known[:_FEW]))
    return f"; there {'is' if len(known) == 1 else 'are'} {listed}{rest}."


def _quoted(name: str) -> str:
    return f"“{name}”"


def find_module(registry: Registry, module_id: str) -> type[Module]:
    """Return a module's class by its id or title; raises NameUnknown."""
    module_id = str(module_id)
    found = registry.get(module_id)
    if found is not None:
        return found
    classes = registry.modules()
    by_title = {cls.meta.title.casefold(): cls for cls in classes}
    if module_id.casefold() in by_title:
        return by_title[module_id.casefold()]
    ids = [cls.meta.id for cls in classes]
    near_titles = difflib.get_close_matches(module_id.casefold(), list(by_title), n=3)
    near_ids = difflib.get_close_matches(module_id.casefold(), ids, n=3)
    searched = [
        c.meta.id for c in classes if module_id.casefold() in map(str.casefold, c.meta.search)
    ]
    near = [*searched, *near_ids, *(by_title[title].meta.id for title in near_titles)]
    instead = "; studio.modules() and “wireloom modules” list them."
    if near:
        instead = _instead(list(dict.fromkeys(near))[:3], ids)
    raise NameUnknown(where="There is", kind="module", name=module_id, instead=instead)


def find_port(owner: str, ports: Iterable[Port], name: str, kind: str = "output") -> Port:
    """Return a port by its name; raises NameUnknown, which calls the node ``owner``."""
    name, by_name = str(name), {port.name: port for port in ports}
    if name not in by_name:
        raise unknown(f"“{owner}” has", kind, name, by_name)
    return by_name[name]


def find_node(experiment: Experiment, name: str) -> str:
    """Return a node's id by the id, or by a title that only one node has."""
    name = str(name)
    if name in experiment.nodes:
        return name
    wanted = name.casefold()
    ids = [n.id for n in experiment.nodes.values() if n.shown_title.casefold() == wanted]
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise NodeAmbiguous(count=len(ids), name=name, ids=ids)
    titles = [node.shown_title for node in experiment.nodes.values()]
    raise unknown("The experiment has", "node", name, [*experiment.nodes, *titles])
