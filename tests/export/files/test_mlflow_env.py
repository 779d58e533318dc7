"""A package in MLflow's hands, in an environment made of the package's own requirements."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from studio import paths
from studio.export.files.package_files import files
from studio.export.files.pins import mlflow_requirements, pins
from studio.scoring.manifest import Manifest, content_hash, file_hash
from studio.scoring.program import OUTSIDE, Program, Wire
from studio.scoring.program_file import write_program
from studio.scoring.signature import Field, Signature
from studio.sdk.schema import Column, TableSchema
from tests.export.files.builders import facts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SIGNATURE = Signature(
    {
        "input": (
            Field("whole", "integer"),
            Field('odd "name" \\ 日本\n', "double"),
            Field("member", "boolean"),
            Field("kind", "category", levels=("a", "b")),
            Field("when", "datetime"),
            Field("label", "string", "label", required=False),
        )
    },
    {
        "output": (
            Column("whole", "integer"),
            Column('odd "name" \\ 日本\n', "double"),
            Column("member", "boolean"),
            Column("kind", "category", levels=("a", "b")),
            Column("when", "datetime"),
        )
    },
)
ROWS: list[dict[str, Any]] = [
    {
        "whole": 1,
        'odd "name" \\ 日本\n': 2,
        "member": True,
        "kind": "a",
        "when": "2024-02-29T12:00:00",
    },
    {"whole": None, 'odd "name" \\ 日本\n': None, "member": None, "kind": None, "when": None},
]
LOAD = """
import json, sys
import mlflow.pyfunc
import pandas as pd

model = mlflow.pyfunc.load_model(sys.argv[1])
rows = json.loads(sys.argv[2])
whole = model.predict(pd.DataFrame(rows))
example = model.predict(model.input_example)
alone = pd.concat([model.predict(pd.DataFrame([row])) for row in rows])
print(json.dumps([
    json.loads(found.to_json(orient="records", date_format="iso"))
    for found in (whole, example, alone)
]))
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package whose program gives back what comes in."""
    folder = tmp_path_factory.mktemp("packages") / "echo"
    (folder / "program").mkdir(parents=True)
    schema = TableSchema(tuple(item.column for item in SIGNATURE.inputs["input"]))
    program = Program({"input": schema}, (), {"output": Wire(OUTSIDE, "input")})
    write_program(program, folder / "program")
    for room in ("sdk", "scoring"):
        shutil.copytree(
            paths.root() / "studio" / room,
            folder / "code" / "studio" / room,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    own = {"signature.json": json.dumps(SIGNATURE.to_dict()).encode()}
    some = facts(
        signature=SIGNATURE,
        sample_request=json.dumps({"records": ROWS}),
        pins=pins(["numpy", "pydantic"]),
        mlflow=mlflow_requirements(),
        python=".".join(map(str, sys.version_info[:3])),
    )
    for name, data in {**own, **files(some)}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    written = [path for path in folder.rglob("*") if path.is_file()]
    hashes = {path.relative_to(folder).as_posix(): file_hash(path) for path in written}
    manifest = Manifest(name="echo", version="1", files=hashes, content=content_hash(hashes))
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def programs(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment that is as python_env.yaml says."""
    env = tmp_path_factory.mktemp("env")
    subprocess.run([sys.executable, "-m", "venv", env], check=True, timeout=120)
    programs = env / ("Scripts" if os.name == "nt" else "bin")
    wanted = yaml.safe_load((package / "python_env.yaml").read_text(encoding="utf-8"))
    (env / "wanted.txt").write_text("\n".join(wanted["dependencies"]))
    shutil.copy(package / "requirements.txt", env)
    # What is imported is compiled then; to compile all of it takes longer than the tests.
    pip = [programs / "python", "-m", "pip", "install", "--quiet", "--no-compile"]
    install = [*pip, "-r", "wanted.txt"]
    done = subprocess.run(install, cwd=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return programs


def variables(programs: Path, home: Path) -> dict[str, str]:
    path = os.pathsep.join((str(programs), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "HOME": str(home), "PYTHONPATH": "", "NO_PROXY": "*"}


def test_it_is_loaded_and_predicts(package: Path, programs: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [programs / "python", "-c", LOAD, package, json.dumps(ROWS)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=variables(programs, tmp_path),
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    expected = [{**ROWS[0], "when": "2024-02-29T12:00:00.000"}, ROWS[1]]
    for found in json.loads(done.stdout):
        assert found == expected


def test_it_is_served(package: Path, programs: Path, tmp_path: Path) -> None:
    with served(package, programs, tmp_path) as url:
        example = (package / "serving_input_example.json").read_bytes()
        status, reply = asked(url, example)
        assert status == 200
        names = list(ROWS[0])
        first = reply["predictions"][0]
        assert [first[name] for name in names[:4]] == [1, 2, True, "a"]
        assert first["when"].startswith("2024-02-29T12:00:00")
        status, reply = asked(url, json.dumps({"dataframe_records": [ROWS[0] | {"whole": 1.5}]}))
        assert status == 400
        assert "“whole” holds 1.5 in row 1" in json.dumps(reply, ensure_ascii=False)


@contextmanager
def served(package: Path, programs: Path, home: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)]
    command = [programs / "mlflow", "models", "serve", "--model-uri", package, *options]
    log = home / "log.txt"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, cwd=home, env=variables(programs, home), stdout=out, stderr=out
        ) as server,
    ):
        try:
            wait_for(port, server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; raises AssertionError with its log when it ends instead."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5).close()
            return
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.2)
            break
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


def asked(url: str, body: str | bytes) -> tuple[int, Any]:
    data = body.encode() if isinstance(body, str) else body
    call = urllib.request.Request(f"{url}/invocations", data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(call, timeout=60) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
