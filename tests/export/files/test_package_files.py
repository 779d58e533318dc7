"""All files together: which there are, and that they are the same each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from studio.export.files.package_files import files
from tests.export.files.builders import facts, odd_facts

ROOT = Path(__file__).resolve().parents[3]
HASHES = """
import hashlib
from studio.export.files.package_files import files
from tests.export.files.builders import odd_facts
for name, data in files(odd_facts()).items():
    print(hashlib.sha256(data).hexdigest(), name)
"""


def test_which_files_there_are() -> None:
    assert list(files(facts())) == [
        ".dockerignore",
        "Dockerfile",
        "LICENSE",
        "MLmodel",
        "README.md",
        "THIRD-PARTY.md",
        "compose.yaml",
        "conda.yaml",
        "graph.svg",
        "input_example.json",
        "kubernetes/autoscaler.yaml",
        "kubernetes/deployment.yaml",
        "kubernetes/disruption-budget.yaml",
        "kubernetes/kserve.yaml",
        "kubernetes/kustomization.yaml",
        "kubernetes/network-policy.yaml",
        "kubernetes/secret.example.yaml",
        "kubernetes/service.yaml",
        "python_env.yaml",
        "requirements.txt",
        "serving_input_example.json",
    ]


def test_equal_facts_give_equal_bytes_in_every_process(tmp_path: Path) -> None:
    printed = [
        subprocess.run(
            [sys.executable, "-c", HASHES],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "HOME": str(tmp_path)},
            timeout=120,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert printed[0] == printed[1]
    assert printed[0].count(b"\n") == len(files(odd_facts()))


def test_text_files_end_as_text_files_do() -> None:
    for name, data in files(odd_facts()).items():
        assert b"\r" not in data, name
        assert data.endswith(b"\n"), name
        data.decode("utf-8")


def test_no_place_of_a_template_is_left() -> None:
    assert not [name for name, data in files(facts()).items() if b"@{" in data]


def test_the_licence_is_the_projects() -> None:
    assert files(facts())["LICENSE"] == (ROOT / "LICENSE").read_bytes()


def test_the_licences_of_what_it_needs_are_listed() -> None:
    listed = files(facts())["THIRD-PARTY.md"].decode()
    assert "| [numpy](https://numpy.org) | 2.4.6 | BSD-3-Clause |" in listed
    assert "| h11 | 0.16.0 | MIT |" in listed


def test_a_request_without_records_has_files_too() -> None:
    some = replace(facts(), sample_request=json.dumps([]), sample_reply="[]")
    assert "input_example.json" not in files(some)
