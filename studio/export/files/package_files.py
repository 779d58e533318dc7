"""The files of a package that are made of templates, from the facts about it."""

from __future__ import annotations

from collections.abc import Mapping

from studio.export.files import card, graph, mlmodel, third_party
from studio.export.files.container import container_files
from studio.export.files.environment import environment_files
from studio.export.files.facts import PackageFacts
from studio.export.files.licences import project_licence

LICENCE = "LICENSE"


def files(facts: PackageFacts) -> Mapping[str, bytes]:
    """Return these files by their path in the package, in order; equal facts give equal bytes."""
    texts = {
        LICENCE: project_licence(),
        card.FILE: card.card(facts),
        graph.FILE: graph.graph_svg(facts.drawing, facts.name),
        third_party.FILE: third_party.third_party(facts),
        **container_files(facts),
        **environment_files(facts),
        **mlmodel.mlflow_files(facts),
    }
    return {path: texts[path].encode("utf-8") for path in sorted(texts)}
