"""A shop's customers: a small experiment with numbers, texts and truths, and a package of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import studio

ROWS = 90
_HALF = "def azureml_main(a, b=None):\n    a['half'] = a['age'] / 2\n    return a\n"
_JOBS = ("baker", "clerk", "smith")


def write_shop(folder: Path, *, script: bool = False) -> Path:
    """Write a table and a training experiment beside it; returns the experiment's file.

    With ``script`` every row passes code that a person wrote.
    """
    lines = ["age,job,member,bought"]
    for number in range(ROWS):
        age, job, member = 18 + (7 * number) % 50, _JOBS[number % 3], number % 2 == 0
        bought = age + (8 if job == "smith" else 0) - (5 if member else 0) > 40
        lines.append(f"{age},{job},{str(member).lower()},{'yes' if bought else 'no'}")
    (folder / "shop.csv").write_text("\n".join(lines) + "\n")
    e = studio.Experiment("Shop", seed=0)
    data = e.add("import_data", path=str(folder / "shop.csv"))
    clean = e.add("clean_missing_data", data, mode="remove_row")
    if script:
        clean = e.add("execute_python_script", clean, script=_HALF)
        e.rename(clean, "Half")
    split = e.add("split_data", clean, fraction=0.7, seed=1)
    learner = e.add("two_class_logistic_regression")
    train = e.add("train_model", learner, split["results_dataset1"], label="bought")
    e.add("evaluate_model", e.add("score_model", train, split["results_dataset2"]))
    path = folder / "shop.experiment"
    e.save(path)
    return path


def write_package(folder: Path, *, script: bool = False) -> Path:
    """Make a package of the shop's experiment as the command line does; returns its folder."""
    path, out = write_shop(folder, script=script), folder / "package"
    command = [sys.executable, "-m", "studio", "package", str(path), str(out), "--name", "Shop"]
    env = {**os.environ, "WIRELOOM_HOME": str(folder / "home")}
    subprocess.run(command, check=True, env=env, capture_output=True)
    shutil.rmtree(folder / "home")
    return out


def sample(package: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the first row of a package's sample request, and the studio's answer to it."""
    request, reply = (
        json.loads((package / f"sample_{name}.json").read_text())["records"][0]
        for name in ("request", "reply")
    )
    return request, reply
