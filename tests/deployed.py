"""Packages far from the studio: ``python -m tests.deployed [NAME …]`` proves each where it is used.

For every template, the automobile and the adult experiment: the package is written, an environment
is made from its own requirements, and in it the proof is replayed (program, graph, HTTP), files are
scored in batch, and MLflow loads and serves it. Every answer must be the studio's own.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import studio
from studio.api.experiment import Experiment
from studio.export.files.pins import mlflow_requirements
from studio.session.templates import template, templates

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
RELATIVE = 1e-9
ANSWERING = {"compare-two-models": "Score Model (2)"}
PYFUNC = """
import json, sys, warnings
warnings.simplefilter("ignore")
import mlflow.pyfunc, pandas as pd
model = mlflow.pyfunc.load_model(sys.argv[1])
answers = model.predict(pd.DataFrame(json.load(open(sys.argv[2]))))
print(answers.to_json(orient="records", date_format="iso", double_precision=15))
"""


@dataclass(frozen=True)
class Environment:
    """An environment of Python that has never seen the studio."""

    folder: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.folder / "bin" / "python")

    def install(self, *what: str) -> None:
        """Install distributions; what is imported of them is compiled then, and not all of it."""
        pip = [self.python, "-m", "pip", "install", "--quiet", "--no-compile"]
        subprocess.run([*pip, *what], check=True, env=_bare())

    def run(self, *arguments: str, cwd: Path | None = None) -> str:
        """Return what a program of this environment prints; raises where it fails."""
        done = subprocess.run(
            [self.python, *arguments], cwd=cwd, env=self.variables, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{arguments} ended with {done.returncode}: {done.stderr[-3000:]}")
        return done.stdout

    @property
    def variables(self) -> dict[str, str]:
        """Its environment variables: nothing of this process's Python is among them."""
        return {**_bare(), "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _bare() -> dict[str, str]:
    names = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in names}


def environment_for(package: Path, folder: Path) -> Environment:
    """Return the environment of a package's requirements; equal ones share one."""
    requirements = package / "requirements.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    made = Environment(folder / f"environment-{digest}")
    if not (made.folder / "ready").is_file():
        subprocess.run([sys.executable, "-m", "venv", str(made.folder)], check=True, env=_bare())
        made.install("-r", str(requirements))
        (made.folder / "ready").write_text("")
    return made


def experiments() -> dict[str, Callable[[], Experiment]]:
    """Return what makes each experiment, by name; those with real data only where that is."""
    found: dict[str, Callable[[], Experiment]] = {
        item.name: lambda name=item.name: studio.open_experiment(template(name).path)  # type: ignore[misc]
        for item in templates()
    }
    if DATA.is_dir():
        found |= {"automobile": automobile, "adult": adult}
    return found


def automobile() -> Experiment:
    """Return the automobile experiment of the README."""
    e = studio.Experiment("Automobile price", seed=0)
    data = e.add("import_data", path=str(DATA / "automobile-price.csv"), missing_values=["?"])
    kept = e.add(
        "select_columns_in_dataset", data, columns=studio.columns(exclude=["normalized-losses"])
    )
    clean = e.add("clean_missing_data", kept, mode="remove_row")
    return _trained(e, clean, "linear_regression", "price")


def adult() -> Experiment:
    """Return the adult census, by boosted trees."""
    e = studio.Experiment("Adult census", seed=0)
    path = DATA / "adult-census-train.csv"
    data = e.add("import_data", path=str(path), missing_values=["?"])
    clean = e.add("clean_missing_data", data, mode="remove_row")
    return _trained(e, clean, "two_class_boosted_decision_tree", "income")


def _trained(e: Experiment, rows: Any, learner: str, label: str) -> Experiment:
    split = e.add("split_data", rows, fraction=0.7, seed=1)
    train = e.add("train_model", e.add(learner), split["results_dataset1"], label=label)
    e.add("evaluate_model", e.add("score_model", train, split["results_dataset2"]))
    return e


@dataclass(frozen=True)
class Deployed:
    """A package, the rows of its proof as a request has them, and the answers."""

    package: Path
    rows: list[dict[str, Any]]
    answers: list[dict[str, Any]]

    @classmethod
    def write(cls, name: str, folder: Path) -> Deployed:
        """Write the package of an experiment by name."""
        made = studio.package(
            experiments()[name](), folder / name, answers=ANSWERING.get(name, ""),
            workspace=folder / "workspace", replace=True,
        )  # fmt: skip
        package = folder / name
        signature = made.signature
        asked = {c.name: c.type for c in signature.inputs[signature.input] if c.required}
        rows = _records(package / "proof" / "rows.json", signature.input, asked)
        answered = {c.name: c.type for c in signature.outputs[signature.output]}
        answers = _records(package / "proof" / "answers.json", signature.output, answered)
        return cls(package, rows, answers)

    def differences(self, given: list[Mapping[str, Any]]) -> list[str]:
        """Return where answers are not the studio's, as text."""
        found = [] if len(given) == len(self.answers) else [f"{len(given)} rows"]
        for number, (row, wanted) in enumerate(zip(given, self.answers, strict=False), start=1):
            for name, value in wanted.items():
                if not _same(row.get(name), value):
                    found.append(f"row {number}, {name}: {row.get(name)!r}, not {value!r}")
        return found


def _records(path: Path, port: str, types: Mapping[str, str]) -> list[dict[str, Any]]:
    columns = json.loads(path.read_text(encoding="utf-8"))[port]
    values = [[_plain(v, types[name]) for v in columns[name]["values"]] for name in types]
    return [dict(zip(types, row, strict=True)) for row in zip(*values, strict=True)]


def _plain(value: Any, kind: str) -> Any:
    """Return a value of the proof as a request has it."""
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    if kind == "integer":
        return int(value)
    if kind == "datetime":
        import datetime

        return (datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=value)).isoformat()
    return value / 1e6 if kind == "timespan" else value


def _same(given: Any, wanted: Any) -> bool:
    if wanted is None or given is None or given == "":
        return wanted is None and (given in (None, "") or given != given)
    if isinstance(wanted, bool):
        return str(given).lower() in (str(wanted).lower(), str(float(wanted)))
    if isinstance(wanted, int | float):
        return math.isclose(float(given), float(wanted), rel_tol=RELATIVE, abs_tol=1e-12)
    return str(given).replace("T", " ")[:19] == str(wanted).replace("T", " ")[:19]


def prove(deployed: Deployed, environment: Environment) -> Iterator[str]:
    """Yield a line for each way in which a package was asked; raises where one fails."""
    package = deployed.package
    yield environment.run("-I", "verify.py", cwd=package).strip().splitlines()[-1]
    with tempfile.TemporaryDirectory() as folder:
        yield _batch(deployed, environment, Path(folder))
    environment.install(*mlflow_requirements())
    yield _pyfunc(deployed, environment)
    yield _served_by_mlflow(deployed, environment)


def _batch(deployed: Deployed, environment: Environment, folder: Path) -> str:
    source, target = folder / "rows.csv", folder / "answers.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(deployed.rows[0]))
        writer.writeheader()
        writer.writerows(deployed.rows)
    environment.run(
        "-I", "score.py", str(source), str(target), "--columns", "output", cwd=deployed.package
    )
    with target.open(encoding="utf-8", newline="") as file:
        return _said("batch", deployed, list(csv.DictReader(file)))


def _pyfunc(deployed: Deployed, environment: Environment) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(deployed.rows, file)
        file.flush()
        printed = environment.run("-c", PYFUNC, str(deployed.package), file.name)
    return _said("mlflow.pyfunc", deployed, json.loads(printed.strip().splitlines()[-1]))


def _served_by_mlflow(deployed: Deployed, environment: Environment) -> str:
    body = json.dumps({"dataframe_records": deployed.rows}).encode()
    with _mlflow(deployed.package, environment) as url:
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as reply:
            given = json.load(reply)["predictions"]
    return _said("mlflow models serve", deployed, given)


@contextmanager
def _mlflow(package: Path, environment: Environment) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [environment.python, "-m", "mlflow", "models", "serve", "-m", str(package)]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*command, "-p", str(port), "--env-manager", "local"],
            env=environment.variables, stdout=subprocess.DEVNULL, stderr=errors,
            start_new_session=True,
        )  # fmt: skip
        try:
            until = time.monotonic() + 180
            while time.monotonic() < until and process.poll() is None:
                with suppress(urllib.error.URLError, OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=10).close()
                    break
                time.sleep(0.3)
            if process.poll() is not None:
                errors.seek(0)
                raise RuntimeError(errors.read().decode()[-3000:])
            yield f"http://127.0.0.1:{port}/invocations"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 15)
            process.wait(60)


def _said(way: str, deployed: Deployed, given: list[Mapping[str, Any]]) -> str:
    found = deployed.differences(given)
    if found:
        raise AssertionError(f"{way}: {len(found)} answers differ, first {found[0]}")
    return f"{way}: {len(given)} rows equal"


def main() -> None:
    """Prove the packages that the command line names; without a name, all."""
    with tempfile.TemporaryDirectory(prefix="wireloom-deployed-") as folder:
        for name in sys.argv[1:] or experiments():
            deployed = Deployed.write(name, Path(folder))
            environment = environment_for(deployed.package, Path(folder))
            for line in prove(deployed, environment):
                print(f"{name}: {line}", flush=True)


if __name__ == "__main__":
    main()
