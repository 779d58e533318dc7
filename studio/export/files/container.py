"""The container: how a package becomes an image, and runs on one machine or on a cluster."""

from __future__ import annotations

from typing import NamedTuple

from studio.export.files.facts import PackageFacts
from studio.export.files.names import inference_path, resource_name, version_tag
from studio.export.files.template import filled

_KUBERNETES = (
    "autoscaler.yaml",
    "deployment.yaml",
    "disruption-budget.yaml",
    "kserve.yaml",
    "kustomization.yaml",
    "network-policy.yaml",
    "secret.example.yaml",
    "service.yaml",
)

_KSERVE = "kubernetes/kserve.yaml"
_V2 = """\
# KServe's v2 clients name the model as the package is called, not as the InferenceService is:
#   POST {path}
"""


class Memory(NamedTuple):
    """What scoring takes, in MiB: as it is counted on, and at the most."""

    usual: int
    most: int


_LIGHT = Memory(192, 512)
_WITH_MODELS = Memory(512, 1024)
_WITH_TABLES = Memory(768, 3072)
"""A module on the path may take 2 GiB for a request."""


def container_files(facts: PackageFacts) -> dict[str, str]:
    """Return the files that build an image and run it, by their path in the package."""
    memory = _memory(facts)
    values = {
        "name": resource_name(facts.name),
        "tag": version_tag(facts.version),
        "python": facts.python,
        "title": _label(facts.name),
        "version": _label(facts.version),
        "description": _label(facts.description),
        "libraries": filled("libraries.Dockerfile", {}) if facts.needs("lightgbm") else "",
        "usual": f"{memory.usual}Mi",
        "most": f"{memory.most}Mi",
        "most_megabytes": f"{memory.most}m",
    }
    manifests = {f"kubernetes/{name}": filled(f"kubernetes/{name}", values) for name in _KUBERNETES}
    manifests[_KSERVE] = _V2.format(path=inference_path(facts.name)) + manifests[_KSERVE]
    return {
        "Dockerfile": filled("Dockerfile", values),
        ".dockerignore": filled("dockerignore", {}),
        "compose.yaml": filled("compose.yaml", values),
        **manifests,
    }


def _memory(facts: PackageFacts) -> Memory:
    if facts.needs("pandas") or facts.needs("duckdb"):
        return _WITH_TABLES
    return _WITH_MODELS if facts.needs("scikit-learn") else _LIGHT


def _label(text: str) -> str:
    """Return text as it stands between the double quotes of a Dockerfile's label, in one line."""
    line = " ".join(text.split())
    for sign in '\\"$':
        line = line.replace(sign, "\\" + sign)
    return line
