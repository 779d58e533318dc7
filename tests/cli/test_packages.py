"""From an experiment to an endpoint on the command line, as a person types it."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.cli.app import main
from studio.document.storage import load
from studio.registry.discovery import open_registry
from tests.export.drawn import served, training, trees_file

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Typed:
    """Carry out a command line and return its exit code and what it printed."""

    def carry_out(*words: object) -> tuple[int, str, str]:
        needs_workspace = words[0] in ("predictive", "package")
        more = ["--workspace", str(tmp_path / "workspace")] if needs_workspace else []
        code = main([*map(str, words), *more])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return carry_out


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    """A training experiment in a file beside its table."""
    trees_file(tmp_path)
    return training(tmp_path / "trees.csv").save(tmp_path / "trees.experiment")


def last(text: str) -> Any:
    return json.loads(text.strip().splitlines()[-1])


def test_a_predictive_experiment_is_written_beside_and_told_of(
    typed: Typed, trees: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    out = tmp_path / "other" / "served.experiment"
    code, printed, _ = typed("predictive", trees, out)
    assert code == 0
    assert (
        "- “Split Data” goes. It chooses rows, and every row of a request is answered." in printed
    )
    made = load(out, open_registry()).experiment
    assert made.training.experiment == load(trees, open_registry()).experiment.id
    modules = [node.module for node in made.nodes.values()]
    assert {"web_service_input", "web_service_output", "saved_model"} <= set(modules)
    code, _, complaint = typed("predictive", trees, out)
    assert (code, "exists already" in complaint) == (1, True)
    code, printed, _ = typed("predictive", trees, out, "--update", "--json")
    assert (code, last(printed)["problems"]) == (0, [])
    code, printed, _ = typed("package", out, tmp_path / "package", "--json")
    assert (code, last(printed)["manifest"]["paths"]) == (0, ["onnx", "program"])


def test_with_two_models_the_person_is_asked(typed: Typed, trees: Path, tmp_path: Path) -> None:
    import studio

    e = studio.open_experiment(trees)
    other = e.add("train_model", e.add("two_class_decision_forest"), label="tall")
    e.set(other, dataset=e["Split Data"]["results_dataset1"])
    e.add("score_model", other, e["Split Data"]["results_dataset2"])
    e.save(trees)
    code, printed, _ = typed("package", trees, tmp_path / "p", "--json")
    choices = last(printed)["choices"]
    assert (code, len(choices)) == (3, 2)
    assert {item["detail"] for item in choices} == {
        "Two-Class Logistic Regression",
        "Two-Class Decision Forest",
    }
    code, _, complaint = typed("package", trees, tmp_path / "p")
    assert (code, "Choose one with --choice NODE." in complaint) == (3, True)
    code, printed, _ = typed("package", trees, tmp_path / "p", "--choice", choices[1]["node"])
    assert (code, "version 1, is in" in printed) == (0, True)


def test_a_package_is_written_verified_and_scores_a_file(
    typed: Typed, trees: Path, tmp_path: Path
) -> None:
    package = tmp_path / "package.zip"
    code, printed, progress = typed("package", trees, package, "--name", "Tall?", "--version", "7")
    assert code == 0
    assert "“Tall?”, version 7, is in" in printed
    assert "Comparing the graph with the program…" in progress
    code, printed, _ = typed("verify", package, "--no-http")
    assert (code, printed.strip().splitlines()[-1]) == (0, "“Tall?” answers as the studio did.")
    code, printed, _ = typed("verify", package, "--no-http", "--json")
    assert last(printed)["equal"] is True
    out = tmp_path / "answers.csv"
    code, printed, _ = typed("score", package, tmp_path / "trees.csv", out, "--columns", "scores")
    assert (code, "240 of 240 rows are scored" in printed) == (0, True)
    with out.open(encoding="utf-8", newline="") as file:
        answers = list(csv.DictReader(file))
    assert {row["Scored Labels"] for row in answers} == {"tall", "low"}
    code, _, complaint = typed("package", trees, package)
    assert (code, "exists already" in complaint) == (1, True)


def test_a_package_by_itself_scores_what_the_command_line_does(
    typed: Typed, trees: Path, tmp_path: Path
) -> None:
    """Its own ``score.py``, as somebody runs it who has no studio."""
    package, source = tmp_path / "package", tmp_path / "commas.data"
    assert typed("package", trees, package)[0] == 0
    with (tmp_path / "trees.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    lines = [";".join(cell.replace(".", ",") for cell in row) for row in (header, *rows)]
    source.write_text("\n".join(lines), encoding="utf-16")

    def score(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(package / "score.py"), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)

    words = ("--columns", "scores", "--decimal", ",", "--encoding", "utf-16", "--from", "csv")
    done = score(source, "own.csv", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{len(rows)} of {len(rows)} rows are scored.\n"
    assert typed("score", package, source, tmp_path / "ours.csv", *words)[0] == 0
    assert (tmp_path / "own.csv").read_bytes() == (tmp_path / "ours.csv").read_bytes()
    bad = json.dumps(dict.fromkeys(header, "no number"))
    (tmp_path / "bad.jsonl").write_text(f"{bad}\n{bad}\n")
    done = score("bad.jsonl", "none.csv")
    assert done.returncode == 1
    assert done.stdout == "0 of 2 rows are scored.\n"
    assert "2 rows could not be scored" in done.stderr


def test_a_script_needs_trust_once(typed: Typed, tmp_path: Path) -> None:
    script = "def azureml_main(a, b):\n    a['girth'] = a['girth'] * 2\n    return a,\n"
    drawn = served(trees_file(tmp_path), execute_python_script={"script": script})
    file = drawn.save(tmp_path / "scripted.experiment")
    package = tmp_path / "package"
    assert typed("package", file, package)[0] == 0
    code, _, complaint = typed("verify", package, "--no-http")
    assert code == 1
    assert "runs code that a person wrote, in “Execute Python Script”" in complaint
    assert typed("verify", package, "--no-http", "--trust")[0] == 0
    assert typed("verify", package, "--no-http")[0] == 0


def test_the_installed_studio_never_runs_the_packages_own_code(
    typed: Typed, trees: Path, tmp_path: Path
) -> None:
    from tests.scoring.packages import write_files

    package = tmp_path / "package"
    assert typed("package", trees, package)[0] == 0
    canary = tmp_path / "canary"
    spoilt = {
        path.relative_to(package).as_posix(): f"open({str(canary)!r}, 'w')\n{path.read_text()}"
        for path in (package / "code").rglob("*.py")
        if "from __future__" not in path.read_text()
    }
    for path in (package / "code").rglob("*.py"):
        text = path.read_text()
        spoilt[path.relative_to(package).as_posix()] = text.replace(
            "from __future__ import annotations\n",
            f"from __future__ import annotations\nopen({str(canary)!r}, 'w')\n",
        )
    manifest = json.loads((package / "manifest.json").read_text())
    changed = write_files(package, spoilt)
    manifest |= {"files": dict(changed.files), "content": changed.content}
    (package / "manifest.json").write_text(json.dumps(manifest))
    assert typed("verify", package)[0] == 0
    assert not canary.exists()
    done = subprocess.run([sys.executable, "-I", "verify.py", "--no-http"], cwd=package, check=True)
    assert (done.returncode, canary.exists()) == (0, True)


def test_keys_are_made_listed_and_revoked(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    code, key, _ = typed("keys", "add", file, "shop")
    assert (code, key.startswith("wl_")) == (0, True)
    assert key.strip() not in file.read_text()
    (listed,) = json.loads(typed("keys", "list", file, "--json")[1])
    assert (listed["name"], listed["right"]) == ("shop", "score")
    assert typed("keys", "revoke", file, listed["id"])[0] == 0
    assert json.loads(typed("keys", "list", file, "--json")[1]) == []


def test_an_endpoint_says_where_it_is_answers_and_stops(
    typed: Typed, trees: Path, tmp_path: Path
) -> None:
    package = tmp_path / "package"
    assert typed("package", trees, package)[0] == 0
    command = [sys.executable, "-m", "studio", "serve", str(package), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        body = (package / "sample_request.json").read_bytes()
        request = urllib.request.Request(
            f"{told['url']}/score", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            answer = json.load(reply)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert answer == json.loads((package / "sample_reply.json").read_text())
