"""Links as a person draws them: whether two ports fit, and the edit that links them."""

from __future__ import annotations

from studio.document.edits_links import Connect, require_possible
from studio.document.errors import LinkRefused
from studio.document.experiment import Experiment
from studio.document.items import Link
from studio.document.problems import input_port, misfit
from studio.registry.discovery import Registry


def connection(
    experiment: Experiment, registry: Registry, link: Link, place: int | None = None
) -> Connect:
    """Return the edit that draws a link; raises LinkRefused with the reason where it does not fit.

    On an input that takes one link it replaces the old one; on one that takes several it comes at
    ``place``, or last. Ports of modules that are not installed fit everything.
    """
    require_possible(experiment, link)
    source, target = experiment.node(link.source), experiment.node(link.target)
    source_class, target_class = registry.get(source.module), registry.get(target.module)
    reason = misfit(source_class, link, target_class)
    if reason is not None:
        titles = {"source": source.shown_title, "target": target.shown_title}
        raise LinkRefused(reason=reason, **titles)
    input = None if target_class is None else input_port(target_class, link.target_port)
    return Connect(link, many=input is not None and input.many, place=place)
