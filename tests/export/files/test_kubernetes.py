"""The manifests of a package, checked against the schemas of Kubernetes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from studio.export.files.container import container_files
from studio.export.files.facts import PackageFacts
from studio.export.files.names import inference_path
from tests.export.files.builders import facts, odd_facts
from tests.export.files.dockerfile import instructions

NAMES = (
    "autoscaler",
    "deployment",
    "disruption-budget",
    "network-policy",
    "secret.example",
    "service",
)
PACKAGES = {"plain": facts(), "odd": odd_facts(version="1.0+local.")}


def manifest(name: str, some: PackageFacts = PACKAGES["plain"]) -> Any:
    return yaml.safe_load(container_files(some)[f"kubernetes/{name}.yaml"])


def pod() -> Any:
    return manifest("deployment")["spec"]["template"]["spec"]


@pytest.mark.parametrize(
    ("package", "version"), [("plain", "1.27"), ("plain", "1.37"), ("odd", "1.37")]
)
@pytest.mark.parametrize("name", NAMES)
def test_a_manifest_is_as_kubernetes_wants_it(name: str, package: str, version: str) -> None:
    data = manifest(name, PACKAGES[package])
    assert kubernetes_validate.validate(data, version, strict=True) == version


def test_the_schemas_find_what_is_wrong() -> None:
    data = manifest("deployment")
    data["spec"]["template"]["spec"]["containers"][0]["readinessProbes"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(data, "1.31", strict=True)


def test_the_pod_of_kserve_is_one() -> None:
    service = manifest("kserve")
    assert (service["apiVersion"], service["kind"]) == (
        "serving.kserve.io/v1beta1",
        "InferenceService",
    )
    spec = service["spec"]["predictor"]
    assert (spec.pop("minReplicas"), spec.pop("maxReplicas")) == (1, 10)
    as_pod = {"apiVersion": "v1", "kind": "Pod", "metadata": service["metadata"], "spec": spec}
    kubernetes_validate.validate(as_pod, "1.31", strict=True)


@pytest.mark.parametrize("package", PACKAGES)
def test_kserve_says_what_its_clients_name_the_model(package: str) -> None:
    text = container_files(PACKAGES[package])["kubernetes/kserve.yaml"]
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert f"#   POST {inference_path(PACKAGES[package].name)}" in comments
    assert manifest("kserve", PACKAGES[package])["kind"] == "InferenceService"


def test_what_belongs_together_is_named_alike() -> None:
    deployment, service = manifest("deployment"), manifest("service")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    chosen = [
        deployment["spec"]["selector"]["matchLabels"],
        service["spec"]["selector"],
        manifest("disruption-budget")["spec"]["selector"]["matchLabels"],
        manifest("network-policy")["spec"]["podSelector"]["matchLabels"],
    ]
    assert all(selector.items() <= labels.items() for selector in chosen)
    target = manifest("autoscaler")["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", deployment["metadata"]["name"])
    (secret,) = (item["secret"] for item in pod()["volumes"] if "secret" in item)
    assert secret["secretName"] == manifest("secret.example")["metadata"]["name"]


def test_the_container_is_the_image_and_finds_its_keys() -> None:
    (container,) = pod()["containers"]
    assert container["image"] == "adult-income:3"
    flags = dict(flag.split("=") for flag in container["args"] if flag.startswith("--keys"))
    (mount,) = (item for item in container["volumeMounts"] if item["name"] == "keys")
    (file,) = manifest("secret.example")["stringData"]
    assert flags["--keys"] == f"{mount['mountPath']}/{file}"


def test_the_pod_may_do_nothing_but_answer() -> None:
    (container,) = pod()["containers"]
    image = instructions(container_files(facts())["Dockerfile"])
    user = [item.text for item in image if item.name == "USER"]
    outside, inside = pod()["securityContext"], container["securityContext"]
    assert outside["runAsNonRoot"] is True
    assert [f"{outside['runAsUser']}:{outside['runAsGroup']}"] == user
    assert outside["seccompProfile"] == {"type": "RuntimeDefault"}
    assert inside["capabilities"] == {"drop": ["ALL"]}
    assert inside["readOnlyRootFilesystem"] is True
    assert inside["allowPrivilegeEscalation"] is False
    assert pod()["automountServiceAccountToken"] is False
    assert manifest("network-policy")["spec"]["egress"] == []


def test_it_is_asked_whether_it_lives_and_whether_it_is_ready() -> None:
    (container,) = pod()["containers"]
    asked = {key: item["httpGet"]["path"] for key, item in container.items() if "Probe" in key}
    assert asked == {
        "startupProbe": "/health/live",
        "livenessProbe": "/health/live",
        "readinessProbe": "/health/ready",
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_kustomize_takes_all_but_the_secret(package: str, tmp_path: Path) -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not here")
    for path, text in container_files(PACKAGES[package]).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["kubectl", "kustomize", str(tmp_path / "kubernetes")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    kinds = {item["kind"] for item in yaml.safe_load_all(done.stdout)}
    assert kinds == {
        "Deployment",
        "Service",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "NetworkPolicy",
    }
