"""Old documents brought up to the current format, and old names to current ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from studio.document.errors import DocumentInvalid, DocumentTooNew
from studio.document.experiment import Experiment
from studio.document.items import Link, Node
from studio.registry.discovery import Registry

Step = Callable[[dict[str, Any]], dict[str, Any]]


def _to_format_2(data: dict[str, Any]) -> dict[str, Any]:
    """Return a document of format 1 as it is: what format 2 brought may be absent."""
    return data


STEPS: tuple[Step, ...] = (_to_format_2,)
"""The step at index ``n`` takes a document of format ``n + 1`` to format ``n + 2``."""


def migrated(data: object, steps: Sequence[Step] = STEPS) -> dict[str, Any]:
    """Return a document's data in the current format; raises DocumentInvalid or DocumentTooNew."""
    if not isinstance(data, dict) or "format" not in data or "experiment" not in data:
        raise DocumentInvalid(where="The document", reason="it does not describe an experiment")
    current = len(steps) + 1
    found = data["format"]
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise DocumentInvalid(where="The document", reason="“format” must be a whole number from 1")
    if found > current:
        raise DocumentTooNew(found=found, known=current)
    for number in range(found, current):
        try:
            data = {**steps[number - 1](data), "format": number + 1}
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            reason = f"it is not a sound document of format {number}"
            raise DocumentInvalid(where="The document", reason=reason) from None
    return data


def renamed(experiment: Experiment, registry: Registry) -> Experiment:
    """Return an experiment with modules, parameters and ports under their current names."""
    nodes = [_renamed_node(node, registry) for node in experiment.nodes.values()]
    links = tuple(_renamed_link(link, experiment.nodes, registry) for link in experiment.links)
    changed = [node for node in nodes if node is not experiment.nodes[node.id]]
    if not changed and links == experiment.links:
        return experiment
    return experiment.with_items(changed, links=links)


def _renamed_node(node: Node, registry: Registry) -> Node:
    module, params = registry.rename(node.module, node.params)
    found = replace(
        node,
        module=module,
        params=params,
        ranges=registry.rename(node.module, node.ranges)[1],
        bindings=registry.rename(node.module, node.bindings)[1],
    )
    return node if found == node else found


def _renamed_link(link: Link, nodes: Mapping[str, Node], registry: Registry) -> Link:
    source = registry.renames.module(nodes[link.source].module)
    target = registry.renames.module(nodes[link.target].module)
    source_port = registry.renames.port(source, link.source_port)
    target_port = registry.renames.port(target, link.target_port)
    if (source_port, target_port) == (link.source_port, link.target_port):
        return link
    return replace(link, source_port=source_port, target_port=target_port)
