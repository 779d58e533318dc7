"""An endpoint against others on loopback: ``python -m tests.benchmarks.serve``.

Prints, measured in turn in one run on the adult census: requests a second, p50 and p99 for 1 and
100 rows, and memory, of a package's server, of a bare ASGI application around the same graph, of
FastAPI with pandas, and of ``mlflow models serve`` with a pipeline of scikit-learn and with the
very package; then rows a second of a batch against ``pipeline.predict``; with ``--minutes`` how
memory and speed stand under so many minutes of load. ``--rivals`` names the Python of an
environment with mlflow and fastapi and the package's own requirements; without one their lines are
left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

import studio
from tests.benchmarks.measure import ROOT, alternate, median, megabytes, run
from tests.benchmarks.serve_programs import BARE, FASTAPI, MLFLOW, OURS, PIPELINE

DATA = ROOT.parent / "shared" / "data" / "adult-census-train.csv"
CONNECTIONS = 4
WINDOWS = 3
"""How often each server is asked in a round, for two seconds."""


@dataclass(frozen=True)
class Server:
    """A server to be measured: its name, its command (``PORT`` is filled in), where it is asked."""

    name: str
    command: tuple[str, ...]
    path: str = "/score"
    form: str = "records"


def package(folder: Path) -> Path:
    """Write the package of the adult census and return its folder."""
    experiment = studio.Experiment("Adult census")
    data = experiment.add("import_data", path=str(DATA), missing_values=["?"])
    clean = experiment.add("clean_missing_data", data, mode="remove_row")
    split = experiment.add("split_data", clean, fraction=0.7, seed=1)
    learner = experiment.add("two_class_boosted_decision_tree", num_leaves=20)
    label = DATA.open(encoding="utf-8").readline().strip().split(",")[-1]
    train = experiment.add("train_model", learner, split["results_dataset1"], label=label)
    experiment.add("score_model", train, split["results_dataset2"])
    return studio.package(experiment, folder / "package", workspace=folder / "workspace").path


def bodies(folder: Path, package: Path) -> dict[tuple[str, int], Path]:
    """Write requests of 1 and 100 rows in each form, and return their files."""
    proof = json.loads((package / "proof" / "rows.json").read_text())["input1"]
    sample = json.loads((package / "sample_request.json").read_text())["records"]
    columns = list(sample[0])
    rows = list(zip(*(proof[name]["values"] for name in columns), strict=True))
    found = {}
    for count in (1, 100):
        records = [dict(zip(columns, row, strict=True)) for row in rows[:count]]
        for form, data in (
            ("records", {"records": records}),
            ("mlflow", {"dataframe_records": records}),
        ):
            path = folder / f"{form}-{count}.json"
            path.write_text(json.dumps(data))
            found[form, count] = path
    return found


@contextmanager
def serving(server: Server, body: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Start a server, wait until it answers, and give its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [part.replace("PORT", str(port)) for part in server.command]
    url = f"http://127.0.0.1:{port}{server.path}"
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            # MLflow looks for uvicorn there.
            env={
                **os.environ,
                "PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}",
            },
        )
        try:
            _wait(url, body.read_bytes(), process)
            yield url, psutil.Process(process.pid)
        except RuntimeError:
            errors.seek(0)
            sys.stderr.write(errors.read().decode()[-2000:])
            raise
        finally:
            with suppress(psutil.Error):
                whole = psutil.Process(process.pid)
                for one in (*whole.children(recursive=True), whole):
                    one.terminate()
            process.wait(30)


def _wait(url: str, body: bytes, process: subprocess.Popen[bytes]) -> None:
    headers = {"Content-Type": "application/json"}
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server for {url} ended with {process.returncode}")
        with suppress(urllib.error.URLError, OSError):
            request = urllib.request.Request(url, body, headers)
            with urllib.request.urlopen(request, timeout=30) as reply:
                if reply.status == 200:
                    return
        time.sleep(0.2)
    raise RuntimeError(f"nothing answers at {url}")


def load(url: str, body: Path, seconds: float) -> dict[str, float]:
    """Return what a load on a server came to, made by a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.load", url, str(body), str(seconds)]
    done = subprocess.run(
        [*command, str(CONNECTIONS)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def memory(process: psutil.Process) -> float:
    """Return the memory of a process and its children in MB, shared pages counted once."""
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_full_info().pss for one in family) / 1e6


def requests(servers: Sequence[Server], files: dict[tuple[str, int], Path], rounds: int) -> None:
    """Print the speed of each server, as ratios to the first one's.

    All of them run; they are asked in turn, for a moment each, so that a machine whose speed
    changes changes it for all.
    """
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    with ExitStack() as stack:
        running = [
            (server, *stack.enter_context(serving(server, files[server.form, 1])))
            for server in servers
        ]
        for count in (1, 100):
            for server, url, _ in running:
                load(url, files[server.form, count], 1.0)
            for _ in range(WINDOWS * rounds):
                for server, url, _ in running:
                    figures = load(url, files[server.form, count], 2.0)
                    found.setdefault((server.name, count), []).append(figures)
        sizes = {server.name: memory(process) for server, _, process in running}
    for count in (1, 100):
        print(f"\n{count} row{'s' if count > 1 else ''}, {CONNECTIONS} connections")
        ours = _middle(found[servers[0].name, count], "rate")
        for server in servers:
            runs = found[server.name, count]
            rate = _middle(runs, "rate")
            wrong = sum(one["wrong"] for one in runs)
            print(
                f"  {server.name:34} {rate:8,.0f} a second  p50 {_middle(runs, 'p50'):8.2f} ms"
                f"  p99 {_middle(runs, 'p99'):8.2f} ms  ours / this {ours / rate:7.2f}"
                f"  memory {sizes[server.name]:6.0f} MB" + (f"  WRONG {wrong:.0f}" if wrong else "")
            )


def _middle(runs: list[dict[str, float]], figure: str) -> float:
    return statistics.median(one[figure] for one in runs)


def batch(package: Path, folder: Path, rounds: int) -> None:
    """Print rows a second of a batch, and of ``pipeline.predict`` with the same reading."""
    large = folder / "large.csv"
    lines = DATA.read_text(encoding="utf-8").splitlines(keepends=True)
    large.write_text(lines[0] + "".join(lines[1:]) * 10, encoding="utf-8")
    ours, theirs = alternate(
        rounds,
        lambda: run(OURS, str(package), str(large), str(folder / "ours.csv")),
        lambda: run(PIPELINE, str(DATA), str(large), str(folder / "theirs.csv")),
    )
    rate, other = median(ours, "rate"), median(theirs, "rate")
    print(f"\nBatch of {10 * (len(lines) - 1):,} rows, CSV to CSV")
    print(f"  ours {rate:,.0f} rows a second, pipeline.predict {other:,.0f}: {rate / other:.2f}")
    print(f"  peaks {megabytes(ours):.0f} and {megabytes(theirs):.0f} MB")


def soak(server: Server, body: Path, minutes: float) -> None:
    """Print memory and speed of a server under a long load."""
    with serving(server, body) as (url, process):
        load(url, body, 5.0)
        print(f"\n{minutes:g} minutes of load")
        until = time.monotonic() + minutes * 60
        while time.monotonic() < until:
            found = load(url, body, min(60.0, max(1.0, until - time.monotonic())))
            rate, slowest = found["rate"], found["p99"]
            print(f"  {rate:8,.0f} a second  p99 {slowest:6.2f} ms  {memory(process):6.1f} MB")


def main() -> None:
    """Measure what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rivals", help="the Python of an environment with mlflow and fastapi")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--no-batch", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="wireloom-benchmark-"))
    try:
        _measure(given, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _mlflow(name: str, python: str, model: Path) -> Server:
    command = (python, "-m", "mlflow", "models", "serve", "-m", str(model), "-p", "PORT")
    return Server(name, (*command, "--env-manager", "local"), "/invocations", "mlflow")


def _measure(given: Any, folder: Path) -> None:
    made = package(folder)
    files = bodies(folder, made)
    ours = Server("wireloom", (sys.executable, str(made / "serve.py"), "--port", "PORT"))
    servers = [
        ours,
        Server("bare ASGI + onnxruntime", (sys.executable, "-c", BARE, str(made), "PORT")),
    ]
    if given.rivals:
        pipeline = folder / "pipeline"
        subprocess.run([given.rivals, "-c", MLFLOW, str(DATA), str(pipeline)], check=True)
        servers += [
            Server("FastAPI + pandas", (given.rivals, "-c", FASTAPI, str(DATA), "PORT")),
            _mlflow("mlflow models serve, pipeline", given.rivals, pipeline),
            _mlflow("mlflow models serve, our package", given.rivals, made),
        ]
    requests(servers, files, given.rounds)
    if not given.no_batch:
        batch(made, folder, given.rounds)
    if given.minutes:
        soak(ours, files["records", 1], given.minutes)


if __name__ == "__main__":
    main()
