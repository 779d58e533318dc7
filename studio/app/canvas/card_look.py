"""What a node's card says: its title, its icon, and the parameter that tells most of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from studio.app.canvas.card import CardLook
from studio.app.canvas.ends import End, PortLook
from studio.app.canvas.ink import KIND_TOKEN
from studio.app.figures import count
from studio.app.palette_entry import entry_of
from studio.document.experiment import Experiment
from studio.document.frozen import thaw
from studio.document.items import Link, Node
from studio.registry.discovery import Registry
from studio.sdk.module import Module
from studio.sdk.params import Parameter

_LONGEST = 60


def node_look(node: Node, module: type[Module] | None, registry: Registry) -> CardLook:
    """Return what the card of a node shows."""
    if module is None:
        detail = f"Not installed: {node.module}"
        return CardLook(
            node.shown_title, detail, "circle-help", "text_faint", node.comment, node.disabled, True
        )
    title = node.title or module.meta.title
    is_named = re.sub(r" \(\d+\)$", "", title) != module.meta.title
    detail = module.meta.title if is_named else ""
    return CardLook(
        title=title,
        detail=_telling(node, module) or detail,
        icon=entry_of(registry, module).icon,
        tint=_tint(module),
        comment=node.comment,
        disabled=node.disabled,
    )


def node_ports(node: Node, module: type[Module] | None, links: Iterable[Link]) -> list[PortLook]:
    """Return the ports of a node: those that the module declares, and others that links name."""
    declared = (
        []
        if module is None
        else [
            *(PortLook.of(node.id, port, "in") for port in module.inputs()),
            *(PortLook.of(node.id, port, "out") for port in module.outputs()),
        ]
    )
    known = {look.end for look in declared}
    found: dict[End, PortLook] = {}
    for link in links:
        end = (
            End(node.id, link.source_port, "out")
            if link.source == node.id
            else End(node.id, link.target_port, "in")
        )
        if end not in known:
            found[end] = PortLook(end, "", end.port, optional=True)
    return [*declared, *(found[end] for end in sorted(found))]


def group_look(experiment: Experiment, group: str) -> CardLook:
    """Return what the card of a folded group shows."""
    item = experiment.groups[group]
    inside = sum(1 for id in experiment.within([group]) if id in experiment.nodes)
    detail = count(inside, "node")
    return CardLook(
        item.title or "Group", detail, "group", "accent", item.comment, count=max(inside, 1)
    )


def _tint(module: type[Module]) -> str:
    outputs = module.outputs()
    return KIND_TOKEN[outputs[0].kind] if outputs else "report"


def _telling(node: Node, module: type[Module]) -> str:
    """Return the first parameter that is set to something else than its default, in a few words."""
    params: Mapping[str, Any] = node.params
    for parameter in module.parameters():
        if parameter.name in params and params[parameter.name] != parameter.default:
            said = _said(parameter, params[parameter.name])
            if said:
                return said
    return ""


def _said(parameter: Parameter, value: Any) -> str:
    if parameter.kind == "file" and isinstance(value, str) and value:
        return PurePath(value).name
    if isinstance(value, bool):
        return parameter.label if value else f"{parameter.label}: no"
    if isinstance(value, str | int | float):
        text = " ".join(str(value).split())
        return f"{parameter.label}: {text[:_LONGEST]}" if text else ""
    if parameter.kind == "columns":
        return _columns(thaw(value))
    return ""


def _columns(selection: Any) -> str:
    """Return a selection of columns in a few words."""
    names = selection.get("names") if isinstance(selection, Mapping) else selection
    if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        return ", ".join(names)[:_LONGEST]
    return ""
