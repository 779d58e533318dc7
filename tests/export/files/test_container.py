"""The Dockerfile and the compose file, read by those who know them."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import compose_spec
import pytest
import yaml

from studio.export.files.container import container_files
from studio.export.files.facts import PackageFacts
from studio.export.files.pins import Pin
from tests.export.files.builders import facts, odd_facts
from tests.export.files.dockerfile import Instruction, instructions

HADOLINT = Path(sysconfig.get_path("scripts"), "hadolint")
LIGHTGBM = facts(pins=(Pin("lightgbm", "4.7.0"), Pin("scikit-learn", "1.9.1")))


def one(name: str, some: PackageFacts) -> Instruction:
    (found,) = (item for item in read(some) if item.name == name)
    return found


def read(some: PackageFacts) -> list[Instruction]:
    return instructions(container_files(some)["Dockerfile"])


@pytest.mark.parametrize("some", [facts(), odd_facts(), LIGHTGBM], ids=["plain", "odd", "lightgbm"])
def test_the_dockerfile_has_nothing_for_the_linter(some: PackageFacts, tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(container_files(some)["Dockerfile"], encoding="utf-8")
    done = subprocess.run([HADOLINT, file], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_finds_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM python\nRUN sudo pip install numpy\nCMD python serve.py\n")
    done = subprocess.run([HADOLINT, file], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert {"DL3006", "DL3004", "DL3025"} <= set(done.stdout.replace(":", " ").split())


def test_the_image_is_of_one_python_and_runs_as_nobody_in_particular() -> None:
    assert one("ARG", facts()).text == "PYTHON=3.11.7"
    assert one("FROM", facts()).text == "python:${PYTHON}-slim"
    assert one("USER", facts()).text == "10001:10001"
    assert one("EXPOSE", facts()).text == "8080"


def test_it_asks_for_keys_that_are_not_in_it() -> None:
    command = one("CMD", facts()).words
    assert command[:2] == ["python", "serve.py"]
    keys = command[command.index("--keys") + 1]
    assert not keys.startswith("/package")
    assert "secrets/" in container_files(facts())[".dockerignore"].splitlines()


def test_openmp_comes_only_with_lightgbm() -> None:
    assert not [item for item in read(facts()) if "libgomp1" in item.text]
    assert [item for item in read(LIGHTGBM) if "libgomp1" in item.text]


def test_a_label_is_the_name_whatever_is_in_it() -> None:
    label = one("LABEL", odd_facts()).text
    title = label.split("org.opencontainers.image.")[1]
    assert title.strip() == ('title="A \\"quoted\\" \\$name\\\\ | 日本 second `line`"')


@pytest.mark.parametrize("some", [facts(), odd_facts()], ids=["plain", "odd"])
def test_the_compose_file_is_one(some: PackageFacts) -> None:
    text = container_files(some)["compose.yaml"]
    compose_spec.PyCompose.from_yaml(text).validate()
    misspelt = text.replace("    read_only: true\n    tmpfs", "    read_onli: true\n    tmpfs")
    with pytest.raises(ValueError, match="read_onli"):
        compose_spec.PyCompose.from_yaml(misspelt)


def test_the_compose_file_is_careful() -> None:
    service = yaml.safe_load(container_files(facts())["compose.yaml"])["services"]["scoring"]
    assert service["image"] == "adult-income:3"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["ports"] == ["127.0.0.1:8080:8080"]
    (keys,) = service["volumes"]
    command = one("CMD", facts()).words
    assert command[command.index("--keys") + 1].startswith(keys["target"] + "/")
    assert keys["read_only"] is True


def test_memory_follows_what_scoring_needs() -> None:
    def most(*names: str) -> str:
        some = facts(pins=tuple(Pin(name, "1") for name in names))
        service = yaml.safe_load(container_files(some)["compose.yaml"])["services"]["scoring"]
        return str(service["deploy"]["resources"]["limits"]["memory"])

    assert most("numpy") == "512m"
    assert most("numpy", "scikit-learn") == "1024m"
    assert most("numpy", "scikit-learn", "pandas") == "3072m"
