"""Hostile packages: nothing of theirs runs, nothing is read outside, and each is a sentence."""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.scoring.folder import Package, open_package
from studio.scoring.manifest import FILE, PackageChanged, PackageUnreadable
from studio.scoring.onnx_session import GraphUnreadable
from studio.scoring.program_file import ProgramUnreadable
from studio.scoring.trust import TrustNeeded
from studio.sdk.errors import StudioError
from studio.sdk.saved import pack
from tests.scoring.packages import made_in, write_files

CANARY = "canary-was-here"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_in(tmp_path_factory.mktemp("made"))


@pytest.fixture
def package(made: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    shutil.copytree(made, folder)
    return folder


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that hostile code would make, where it would make it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / CANARY


class _Bomb:
    def __reduce__(self) -> object:
        return os.system, (f"touch {CANARY}",)


def test_an_honest_package_opens(package: Path) -> None:
    opened = open_package(package)
    assert opened.manifest.name == "Trees"
    assert len(opened.program.steps) == 6


def test_what_was_changed_is_named(package: Path) -> None:
    with (package / "signature.json").open("a") as file:
        file.write(" ")
    with pytest.raises(PackageChanged, match=r"“signature\.json” is another file"):
        open_package(package)


def test_what_is_gone_is_named(package: Path) -> None:
    (package / "program" / "program.json").unlink()
    with pytest.raises(PackageChanged, match=r"“program/program\.json” cannot be read"):
        open_package(package)


def test_a_link_is_no_file_of_a_package(package: Path, tmp_path: Path) -> None:
    shutil.copy(package / "signature.json", tmp_path / "outside.json")
    (package / "signature.json").unlink()
    (package / "signature.json").symlink_to(tmp_path / "outside.json")
    with pytest.raises(PackageChanged, match=r"“signature\.json” is a link"):
        open_package(package)
    (package / "signature.json").unlink()
    shutil.copy(tmp_path / "outside.json", package / "signature.json")
    shutil.move(package / "program", tmp_path / "outside")
    (package / "program").symlink_to(tmp_path / "outside")
    with pytest.raises(PackageChanged, match=r"“program/.*” is a link"):
        open_package(package)


def _rewritten(package: Path, **changes: object) -> None:
    data = json.loads((package / FILE).read_text())
    (package / FILE).write_text(json.dumps({**data, **changes}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 9}, "its format is 9, and 1 is known"),
        ({"content": "0" * 64}, "its list of files is another one"),
        ({"files": {"../../etc/passwd": "0"}}, "leads out of the package"),
        ({"files": {"/etc/passwd": "0"}}, "leads out of the package"),
        ({"files": {"a\\..\\b": "0"}}, "leads out of the package"),
        ({"name": ""}, "name"),
        ({"version": "../1"}, "version"),
        ({"surprise": 1}, "surprise"),
        ({"trust": "all"}, "trust"),
    ],
)
def test_a_manifest_that_is_not_ours_is_refused(
    package: Path, changes: dict[str, object], sentence: str
) -> None:
    _rewritten(package, **changes)
    with pytest.raises((PackageUnreadable, PackageChanged), match=sentence):
        open_package(package)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[1]", b"{", b"[" * 200_000, b'{"format": 1}', b"null", b" " * (17 << 20)],
    ids=["empty", "no text", "a list", "cut", "deep", "bare", "null", "huge"],
)
def test_a_manifest_that_is_no_manifest_is_a_sentence(package: Path, content: bytes) -> None:
    (package / FILE).write_bytes(content)
    with pytest.raises(PackageUnreadable):
        open_package(package)


@pytest.mark.parametrize("path", ["nowhere", "nowhere.zip", "."])
def test_what_is_no_package_is_a_sentence(tmp_path: Path, path: str) -> None:
    with pytest.raises(PackageUnreadable, match="is no model package"):
        open_package(tmp_path / path)


def test_a_zip_of_a_package_is_a_package(package: Path, tmp_path: Path) -> None:
    pack(package, tmp_path / "p.zip")
    assert len(open_package(tmp_path / "p.zip").program.steps) == 6


def _zip(path: Path, names: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in names.items():
            file.writestr(name, content)


@pytest.mark.parametrize(
    "name", ["../escaped", "/escaped", "a/../../escaped", "a\\..\\escaped", "C:escaped", "a//b"]
)
def test_a_path_in_a_zip_that_leads_out_is_refused(
    package: Path, tmp_path: Path, name: str
) -> None:
    pack(package, tmp_path / "p.zip")
    with zipfile.ZipFile(tmp_path / "p.zip", "a") as file:
        file.writestr(name, "x")
    with pytest.raises(PackageUnreadable, match="a path that is not ours"):
        open_package(tmp_path / "p.zip")
    assert not list(tmp_path.rglob("escaped"))


def test_a_zip_that_is_none_or_cut_or_says_too_little_is_a_sentence(
    package: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.zip"
    pack(package, whole)
    (tmp_path / "text.zip").write_text("not a zip")
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:-100])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb", b"\0" * (1 << 22))
    data = buffer.getvalue()
    size = (1 << 22).to_bytes(4, "little")
    (tmp_path / "bomb.zip").write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    for name in ("text.zip", "cut.zip", "bomb.zip"):
        with pytest.raises(PackageUnreadable):
            open_package(tmp_path / name)


def _estimator_of(package: Path) -> Path:
    return next(package.rglob("*.skops"))


def _type_swap(package: Path) -> None:
    """Let an estimator's file name a function of the system as one of its types."""
    path = _estimator_of(package)
    with zipfile.ZipFile(path) as file:
        items = {item: file.read(item) for item in file.namelist()}
    schema = json.loads(items["schema.json"])
    schema["__class__"], schema["__module__"] = "system", "os"
    items["schema.json"] = json.dumps(schema).encode()
    _zip(path, items)


def _pickled_array(package: Path) -> None:
    """Put a pickle where an estimator's file has an array."""
    path = _estimator_of(package)
    with zipfile.ZipFile(path) as file:
        items = {item: file.read(item) for item in file.namelist()}
    array = next(name for name in items if name.endswith(".npy"))
    target = io.BytesIO()
    np.save(target, np.array([_Bomb()], dtype=object), allow_pickle=True)
    items[array] = target.getvalue()
    _zip(path, items)


def _pickle(package: Path) -> None:
    _estimator_of(package).write_bytes(pickle.dumps(_Bomb()))


def _no_model(package: Path) -> None:
    next(package.rglob("model.json")).write_text('{"format": 1, "learner": {"module": "os"}}')


def _other_module(package: Path) -> None:
    path = next(package.rglob("model.json"))
    data = json.loads(path.read_text())
    data["learner"]["module"] = "../../evil"
    path.write_text(json.dumps(data))


def _unknown_transform(package: Path) -> None:
    path = package / "program" / "program.json"
    text = path.read_text().replace('"normalization"', '"os.system"')
    path.write_text(text)


def _unknown_module(package: Path) -> None:
    path = package / "program" / "program.json"
    path.write_text(path.read_text().replace('"join_data"', '"subprocess"'))


def _damaged_table(package: Path) -> None:
    path = package / "tables" / "1.arrow"
    path.write_bytes(path.read_bytes()[:200] + b"\xff" * 300)


@pytest.mark.parametrize(
    "spoil",
    [
        _type_swap,
        _pickled_array,
        _pickle,
        _no_model,
        _other_module,
        _unknown_transform,
        _unknown_module,
        _damaged_table,
    ],
)
def test_what_is_inside_runs_nothing_and_is_a_sentence(
    package: Path, canary: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(package)
    write_files(package, {})  # hashes that fit: the author of the package is the hostile one
    opened = open_package(package)
    with pytest.raises(StudioError):
        _use(opened)
    assert not canary.exists()


def _use(package: Package) -> None:
    """Load everything, the frozen table too."""
    next(step for step in package.program.steps if step.node == "names").run({}, 1)


def test_a_script_that_the_manifest_keeps_quiet_about_does_not_run(
    package: Path, canary: Path
) -> None:
    path = package / "program" / "program.json"
    data = json.loads(path.read_text())
    step = next(step for step in data["steps"] if step["node"] == "join")
    step["module"] = "execute_python_script"
    step["params"] = {"script": f"open({CANARY!r}, 'w')\ndef azureml_main(a, b):\n    return a,\n"}
    path.write_text(json.dumps(data))
    manifest = write_files(package, {})
    assert not manifest.trust
    opened = open_package(package)
    with pytest.raises(TrustNeeded, match="“Join”"):
        _ = opened.program
    assert not canary.exists()


def test_a_program_that_is_nested_without_end_is_a_sentence(package: Path) -> None:
    write_files(package, {"program/program.json": "[" * 200_000, "signature.json": "[" * 200_000})
    opened = open_package(package)
    with pytest.raises(ProgramUnreadable):
        _ = opened.program
    with pytest.raises(PackageUnreadable):
        _ = opened.signature


def _graph_with(location: str) -> bytes:
    """Return a graph that wants its numbers from a file."""
    import onnx
    from onnx import TensorProto, helper

    weights = TensorProto(name="w", data_type=TensorProto.DOUBLE, dims=[4])
    weights.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", "32")):
        entry = weights.external_data.add()
        entry.key, entry.value = key, value
    ends = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, [4]) for name in "xy"]
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["y"])], "g", ends[:1], ends[1:], [weights]
    )
    opset = onnx.helper.make_opsetid("", 21)
    model: bytes = helper.make_model(
        graph, opset_imports=[opset], ir_version=10
    ).SerializeToString()
    return model


@pytest.mark.parametrize("place", ["../secret.bin", "secret.bin", "{outside}"])
def test_a_graph_reads_no_file_of_the_system(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.arange(4.0).tobytes())
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path if place == "secret.bin" else tmp_path / "inner")
    write_files(package, {"model.onnx": _graph_with(place.format(outside=secret))})
    with pytest.raises(GraphUnreadable, match="cannot be opened"):
        open_package(package).scorer()


@pytest.mark.parametrize("content", [b"", b"not a graph", b"\x08\x0a" * 1000])
def test_a_graph_that_is_none_is_a_sentence(package: Path, content: bytes) -> None:
    write_files(package, {"model.onnx": content})
    with pytest.raises(GraphUnreadable, match="cannot be opened"):
        open_package(package).scorer()
