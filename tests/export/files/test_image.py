"""The Dockerfile's steps, done one after another without a container engine."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from studio.export.files.package_files import files
from studio.export.files.pins import pins
from tests.export.files.builders import facts
from tests.export.files.image import Image

SERVER = """
import argparse
import http.server
import h11

class Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()

parser = argparse.ArgumentParser()
for name in ("--host", "--port", "--keys"):
    parser.add_argument(name, required=True)
given = parser.parse_args()
server = http.server.HTTPServer((given.host, int(given.port)), Answering)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A package's folder whose server only says that it is ready."""
    folder = tmp_path / "a package"
    package = {
        **files(facts(pins=pins(["h11"]))),
        "serve.py": SERVER.encode(),
        "code/inner/one.py": b"ONE = 1\n",
        "code/inner/__pycache__/old.pyc": b"old",
        "proof/rows.json": b"{}",
        "secrets/api-keys": b"{}",
    }
    for name, data in package.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.mark.slow
def test_the_steps_give_an_image_that_answers(context: Path, tmp_path: Path) -> None:
    image = Image(context, tmp_path / "image").build()
    version = {pin.name: pin.version for pin in pins(["h11"])}["h11"]
    code = "import importlib.metadata as m; print(m.version('h11'))"
    assert image.run(["python", "-c", code]).strip() == version
    assert [step.split()[0] for step in image.skipped] == ["groupadd"]
    assert image.environment["ORT_DISABLE_TELEMETRY"] == "1"

    copied = {path.relative_to(image.folder).as_posix() for path in image.folder.rglob("*")}
    package = {path.relative_to(context).as_posix() for path in context.rglob("*")}
    assert not [name for name in copied if name.startswith("secrets")]
    assert {
        name for name in package if "secrets" not in name and "__pycache__" not in name
    } <= copied
    (compiled,) = (name for name in copied if name.endswith(".pyc"))
    assert compiled.startswith("code/inner/__pycache__/one.")

    port = image.command.index("--port") + 1
    assert image.command[port] == "8080"
    command = [*image.command[:port], "0", *image.command[port + 1 :]]
    with subprocess.Popen(
        command, cwd=image.folder, env=image.variables, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        found = server.stdout.readline().strip()
        image.run([word.replace(":8080/", f":{found}/") for word in image.health])
        server.send_signal(signal.SIGTERM)
