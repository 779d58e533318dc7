"""The command line, acted on as a person does: in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import studio
from studio.cli.app import main
from studio.document.edits import AddNode, Connect, SetParams
from studio.document.experiment import Experiment
from studio.document.items import Link, Node
from studio.document.storage import dumps, loads, save
from studio.registry.discovery import open_registry
from studio.session.templates import template
from tests import toys

WIRELOOM = [sys.executable, "-m", "studio"]


@contextmanager
def nobody() -> Iterator[None]:
    """Act as a user without rights, which root can."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with the small modules."""
    folder = tmp_path_factory.mktemp("home")
    toys.install(folder)
    return folder


class Shell:
    """Runs the command in a folder."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.settings: dict[str, Any] = {
            "cwd": folder,
            "env": {**os.environ, "WIRELOOM_HOME": str(home)},
            "text": True,
        }

    def __call__(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*WIRELOOM, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            **self.settings,
        )
        assert done.returncode == code, done.stderr + done.stdout
        assert "Traceback" not in done.stderr
        return done

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code).stdout)


@dataclass
class Done:
    """What a command that ran in this process printed."""

    stdout: str
    stderr: str


class Inside:
    """Carries commands out in this process: quicker, for those that end before anything runs."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str, code: int = 0) -> Done:
        ended = main(arguments)
        said = self._capsys.readouterr()
        assert ended == code, said.err + said.out
        return Done(said.out, said.err)

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code).stdout)


@pytest.fixture
def inside(
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Inside]:
    monkeypatch.setenv("WIRELOOM_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    open_registry.cache_clear()
    yield Inside(tmp_path, capsys)
    open_registry.cache_clear()


@pytest.fixture
def shell(tmp_path: Path, home: Path) -> Shell:
    return Shell(tmp_path, home)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of an experiment: numbers, scaled, and their total."""
    experiment = Experiment(name="Toys")
    nodes = [
        Node("numbers", "toy_numbers", params={"count": 4, "start": 1}, title="Numbers 1.0"),
        Node("scale", "toy_scale", title="Scale"),
        Node("total", "toy_total", title="Total"),
        Node("lonely", "toy_numbers", params={"start": 7}, title="Scale"),
    ]
    for node in nodes:
        experiment = AddNode(node).changed(experiment)
    for start, end in (("numbers", "scale"), ("scale", "total")):
        link = Link(start, "dataset", end, "dataset")
        experiment = Connect(link).changed(experiment)
    return dumps(experiment)


@pytest.fixture
def file(content: str, tmp_path: Path) -> Path:
    (tmp_path / "toys.experiment").write_text(content, encoding="utf-8")
    return tmp_path / "toys.experiment"


@pytest.fixture(scope="module")
def ran(content: str, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """What the command printed when it ran the experiment in the usual workspace."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "toys.experiment").write_text(content, encoding="utf-8")
    done = Shell(folder, home)("run", "toys.experiment")
    return Done(done.stdout, done.stderr)


def test_run_prints_outcomes_and_figures(ran: Done, home: Path) -> None:
    assert "Scale        finished" in ran.stdout
    assert "total  20" in ran.stdout
    assert str(home / "workspace") in ran.stdout
    assert ran.stderr == ""


@pytest.mark.usefixtures("ran")
def test_another_process_reuses_everything(shell: Shell, file: Path) -> None:
    run = shell.json("run", file.name)
    assert {node["outcome"] for node in run["nodes"].values()} == {"reused"}
    assert run["nodes"]["total"]["outputs"]["report"]["metrics"] == {"total": 20.0}


@pytest.mark.usefixtures("ran")
def test_parameters_are_set_for_one_run(shell: Shell, file: Path, content: str) -> None:
    run = shell.json(
        "run", file.name, "--to", "total",
        "--set", "scale.factor=3", "--set", "Numbers 1.0.names=",
    )  # fmt: skip
    assert {id: node["outcome"] for id, node in run["nodes"].items()} == {
        "numbers": "finished",
        "scale": "finished",
        "total": "finished",
    }
    assert run["nodes"]["total"]["outputs"]["report"]["metrics"] == {"total": 30.0}
    assert file.read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("scale.factor=-1", "“Factor” must be a number at least 0; it is -1"),
        ("scale.factor=much", "“Factor” must be a number at least 0; it is “much”"),
        ("scale.facter=1", "has no parameter “facter”; did you mean “factor”?"),
        ("scael.factor=1", "no node “scael”; did you mean “scale”"),
        ("Scale.factor=1", "2 nodes are called “Scale”; use one of the ids"),
        ("factor", "write it as NODE.PARAM=VALUE"),
    ],
)
def test_wrong_assignments_are_one_sentence(
    inside: Inside, file: Path, assignment: str, sentence: str
) -> None:
    done = inside("run", file.name, "--set", assignment, code=1)
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.usefixtures("ran")
def test_a_failing_node_is_one_sentence_and_exit_code_1(shell: Shell, file: Path) -> None:
    done = shell("run", file.name, "--set", "scale.column=y", code=1)
    assert done.stderr == "Scale: Column “y” is not in the input. Choose one of: x.\n"
    assert "skipped" in done.stdout


@pytest.mark.usefixtures("ran")
def test_warnings_do_not_fail_a_run(shell: Shell, file: Path) -> None:
    done = shell("run", file.name, "--set", "scale.factor=0")
    assert done.stderr == "Warning: Scale: Everything becomes zero.\n"


def test_check_says_what_is_wrong_without_running(shell: Shell, file: Path, content: str) -> None:
    assert "has no problems" in shell("check", file.name, "--workspace", "w").stdout
    wrong = content.replace('"start": 1', '"start": "one"').replace("toy_total", "toy_gone")
    file.write_text(wrong, encoding="utf-8")
    lines = shell("check", file.name, "--workspace", "w", code=1).stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Numbers 1.0: “Start” must be a whole number; it is “one”")
    assert lines[1].startswith("Total: ")
    assert "toy_gone" in lines[1]
    assert shell.json("runs", "--workspace", "w") == []


def test_check_knows_columns_that_will_not_exist(shell: Shell, file: Path, content: str) -> None:
    experiment = SetParams("scale", {"column": "z"}).changed(loads(content))
    save(experiment, file)
    (problem,) = shell.json("check", file.name, code=1)
    assert problem["node"] == "scale"
    assert problem["sentence"] == "Column “z” is not in the input."


@pytest.mark.usefixtures("ran")
def test_show_prints_a_table(shell: Shell, file: Path) -> None:
    about = shell.json("show", file.name, "Numbers 1.0.dataset", "--rows", "2")
    assert (about["rows"], about["head"]) == (4, [{"x": 1}, {"x": 2}])
    (column,) = about["columns"]
    figures = {name: column[name] for name in ("min", "max", "mean", "missing", "distinct")}
    assert figures == {"min": 1, "max": 4, "mean": 2.5, "missing": 0, "distinct": 4}
    assert column["std"] == pytest.approx(1.2909944487358056)


@pytest.mark.usefixtures("ran")
def test_show_prints_a_report(shell: Shell, file: Path) -> None:
    assert "total  20" in shell("show", file.name, "total").stdout


def test_show_says_what_is_missing(shell: Shell, file: Path) -> None:
    done = shell("show", file.name, "total", "--workspace", "w", code=1)
    assert "“Total” has no result yet" in done.stderr
    assert "wireloom run toys.experiment --to total" in done.stderr
    done = shell("show", file.name, "total.dataset", "--workspace", "w", code=1)
    assert "no output “dataset”; there is “report”" in done.stderr


def test_modules_lists_and_explains(inside: Inside) -> None:
    listed = inside.json("modules")
    assert "toy_scale" in [module["id"] for module in listed["modules"]]
    assert listed["failures"] == []
    page = inside("modules", "toy_numbers").stdout
    assert "The page of Numbers." in page
    assert "at least 1 and at most 1000" in page
    schema = inside.json("modules", "Toy Numbers")["schema"]
    assert schema["properties"]["count"]["maximum"] == 1000
    assert "did you mean “toy_scale”" in inside("modules", "toy_scael", code=1).stderr
    assert "“wireloom modules” list them" in inside("modules", "nothing", code=1).stderr


def test_the_page_of_a_module_says_defaults_in_words(inside: Inside) -> None:
    assert (
        "default columns of type category"
        in inside("modules", "convert_to_indicator_values").stdout
    )
    assert "default all columns" in inside("modules", "clean_missing_data").stdout
    assert "default “import pandas as pd…”" in inside("modules", "execute_python_script").stdout


def test_an_unknown_name_is_answered_with_what_there_is(inside: Inside) -> None:
    experiment = Experiment()
    for number in range(15):
        experiment = AddNode(Node(f"n{number}", "toy_total", title="Total")).changed(experiment)
    save(experiment, inside.folder / "many.experiment")
    said = inside("show", "many.experiment", "Zebra", code=1).stderr
    assert said.startswith("The experiment has no node “Zebra”; there are “n0”, “n1”, ")
    assert said.endswith("“n6” and 4 more.\n")


def test_a_folder_is_no_experiment_and_a_document_needs_a_name(inside: Inside) -> None:
    assert "“.” cannot be opened. It is a folder." in inside("check", ".", code=1).stderr
    assert "not the name of a file" in inside("new", "iris-k-means", "", code=1).stderr
    said = inside("new", "iris-k-means", "none/x", code=1).stderr
    assert "“x.experiment” could not be saved: the folder “none” does not exist." in said


@pytest.mark.usefixtures("ran")
def test_show_prints_a_learner_line_by_line(shell: Shell, content: str) -> None:
    learner = AddNode(Node("learner", "linear_regression")).changed(loads(content))
    save(learner, shell.folder / "learner.experiment")
    place = ("--workspace", "w")
    shell("run", "learner.experiment", "--to", "learner", *place)
    lines = shell("show", "learner.experiment", "learner", *place).stdout.splitlines()
    assert "  params.solution_method       ordinary_least_squares" in lines
    assert not any("{" in line or "[]" in line for line in lines)


def test_a_broken_module_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    toys.install(tmp_path)
    (tmp_path / "modules" / "broken.py").write_text("import nothing_of_that_name\n")
    done = Shell(tmp_path, tmp_path)("modules")
    assert "toy_scale" in done.stdout
    assert "nothing_of_that_name" in done.stderr


def test_new_writes_a_template_once(inside: Inside) -> None:
    names = [item["name"] for item in inside.json("new", "--list")]
    assert "breast-cancer-boosted-trees" in names
    inside("new", names[0], "mine")
    assert "exists already" in inside("new", names[0], "mine.experiment", code=1).stderr
    assert "choose one of breast-cancer-boosted-trees" in inside("new", "brest", "x", code=1).stderr
    assert studio.open_experiment(inside.folder / "mine.experiment").name.startswith(
        "Breast cancer"
    )


def test_runs_and_store(shell: Shell, file: Path) -> None:
    place = ("--workspace", "w")
    shell("run", file.name, *place)
    shell("run", file.name, *place)
    runs = shell.json("runs", *place)
    assert [run["outcome"] for run in runs] == ["finished", "finished"]
    one = shell.json("runs", runs[1]["id"][:10], *place)
    assert {node["node"] for node in one["nodes"]} == {"numbers", "scale", "total", "lonely"}
    assert "total  20" in shell("runs", runs[1]["id"], *place).stdout
    kept = shell.json("store", *place)
    assert kept["results"] == 4
    assert shell.json("store", "clean", *place)["freed"] == kept["bytes"]
    assert shell.json("store", *place)["results"] == 0
    assert "is not a size" in shell("store", "clean", "--keep", "all", *place, code=1).stderr


def test_what_is_said_to_store_holds_for_clean_too(shell: Shell, file: Path) -> None:
    for place in ("one", "two"):
        shell("run", file.name, "--workspace", place)
    assert shell.json("store", "--workspace", "one")["results"] == 4
    cleaned = shell("store", "--workspace", "one", "--json", "clean")
    assert json.loads(cleaned.stdout)["results"] == 0
    assert shell.json("store", "--workspace", "two")["results"] == 4
    both = shell("store", "--workspace", "one", "clean", "--workspace", "two", "--json")
    assert json.loads(both.stdout)["freed"] > 0


@pytest.mark.parametrize(
    "arguments",
    [["rum"], ["run"], ["run", "x", "--tow", "y"], ["new"], ["runs", "--limit", "many"]],
)
def test_wrong_usage_is_exit_code_2(inside: Inside, arguments: list[str]) -> None:
    done = inside(*arguments, code=2)
    assert done.stdout == ""
    assert "wireloom --help" in done.stderr


@pytest.mark.parametrize("content", [None, "", "{}", "nonsense", '{"format": 99}', "\x00\x01"])
def test_a_file_that_is_no_experiment_is_one_sentence(inside: Inside, content: str | None) -> None:
    if content is not None:
        (inside.folder / "x.experiment").write_text(content)
    for verb in (["run", "x.experiment"], ["check", "x.experiment"], ["show", "x.experiment", "a"]):
        done = inside(*verb, code=1)
        assert "x.experiment" in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="rights are set as on POSIX")
def test_a_file_without_the_right_to_read_it_is_one_sentence(inside: Inside, file: Path) -> None:
    inside.folder.chmod(0o755)
    file.chmod(0)
    with nobody():
        said = inside("check", file.name, code=1).stderr
        other = inside("run", "none", "--workspace", file.name, code=1).stderr
    assert said == (
        "“toys.experiment” cannot be opened. Access is denied. The file has not been changed.\n"
    )
    assert "“none” cannot be opened." in other


def test_a_workspace_that_cannot_be_used_is_one_sentence(inside: Inside, file: Path) -> None:
    done = inside("run", file.name, "--workspace", str(file), code=1)
    assert "cannot be used" in done.stderr
    assert done.stderr.count("\n") == 1


def test_help_and_version_load_nothing_heavy(inside: Inside) -> None:
    assert (
        inside("--version").stdout
        == inside("version").stdout
        == f"wireloom {version('wireloom')}\n"
    )
    assert "--set" in inside("help", "run").stdout
    code = (
        "import sys; from studio.cli.app import main; main(['--help']);"
        " print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "run " in done.stdout
    heavy = {"pandas", "numpy", "pyarrow", "sklearn", "pydantic", "duckdb", "rich", "sqlite3"}
    assert not heavy & set(done.stderr.split())


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
def test_interrupting_cancels_and_exits_130(shell: Shell) -> None:
    os.mkfifo(shell.folder / "waiting")
    experiment = AddNode(Node("wait", "toy_wait")).changed(Experiment())
    save(experiment, shell.folder / "wait.experiment")
    process = subprocess.Popen(
        [*WIRELOOM, "run", "wait.experiment", "--workspace", "w"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **shell.settings,
    )
    (shell.folder / "waiting").read_bytes()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "Interrupted.\n"
    assert [run["outcome"] for run in shell.json("runs", "--workspace", "w")] == ["cancelled"]


@pytest.mark.skipif(os.name != "posix", reason="pipes are closed as on POSIX")
@pytest.mark.parametrize("verb", ["modules", "--help"])
def test_a_reader_that_goes_away_is_no_news(shell: Shell, verb: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*WIRELOOM, verb], stdout=writing, stderr=subprocess.PIPE, timeout=60, **shell.settings
    )
    os.close(writing)
    assert done.stderr == ""
    assert done.returncode != 0


@pytest.mark.skipif(os.name != "posix", reason="terminals are made as on POSIX")
def test_a_terminal_shows_how_far_a_run_is(shell: Shell) -> None:
    seen, terminal = os.openpty()
    process = subprocess.Popen(
        [*WIRELOOM, "run", str(template("breast-cancer-boosted-trees").path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=terminal,
        **shell.settings,
    )
    os.close(terminal)
    drawn = b""
    with suppress(OSError):
        # Linux ends a terminal that nobody writes to any more with an error.
        while part := os.read(seen, 4096):
            drawn += part
    os.close(seen)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Preparing" in drawn.decode(errors="replace")
    assert "Evaluate Model" in said
    assert "auc" in said
    assert "Results are in" in said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a screen")
def test_without_a_screen_the_window_says_what_to_do_instead(shell: Shell) -> None:
    settings = {**shell.settings, "env": {**shell.settings["env"]}}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        settings["env"].pop(name, None)
    done = subprocess.run(WIRELOOM, stderr=subprocess.PIPE, timeout=60, **settings)
    assert done.returncode == 1
    assert done.stderr.startswith("There is no screen to open the window on.")
    assert "Traceback" not in done.stderr


def test_a_history_with_damaged_pages_stops_no_verb_and_is_said_once(
    shell: Shell, file: Path
) -> None:
    place = ("--workspace", "w")
    for _ in range(3):
        shell("run", file.name, *place)
    history = shell.folder / "w" / "history.sqlite"
    whole = history.read_bytes()
    history.write_bytes(whole[:4096] + b"\x07" * (len(whole) - 4096))
    done = shell("show", file.name, "total", *place)
    assert "total  20" in done.stdout
    (kept,) = (shell.folder / "w").glob("history.sqlite.damaged-*")
    assert done.stderr == (
        "The history of runs was damaged; a new one is begun, without the earlier runs."
        f" The damaged file is kept as “{kept}”.\n"
    )
    assert kept.read_bytes()[4096:] == b"\x07" * (len(whole) - 4096)
    assert shell("run", file.name, *place).stderr == ""
    assert [run["outcome"] for run in shell.json("runs", *place)] == ["finished"]


def test_why_a_workspace_cannot_be_used_and_what_to_do(inside: Inside, file: Path) -> None:
    place = inside.folder / "w"
    (place / "store").mkdir(parents=True)
    (place / "store" / "leases").write_text("")
    (place / "broken").mkdir()
    (place / "broken" / "history.sqlite").mkdir()
    in_the_way = "Move away what stands there, or choose another folder.\n"
    for folder, sentence in [
        (file, f"“{file}” cannot be used: something else has its name. "),
        (file / "w", f"“{file / 'w'}” cannot be used: a part of its path is not a folder. "),
        (place, f"“{place}” cannot be used because of “{Path('store', 'leases')}” in it: "
                "something else has its name. "),
        (place / "broken", f"“{place / 'broken'}” cannot be used because of “history.sqlite” in"
                           " it: it is a folder. "),
    ]:  # fmt: skip
        said = inside("runs", "--workspace", str(folder), code=1).stderr
        assert said == f"The workspace {sentence}{in_the_way}"


@pytest.mark.skipif(os.name != "posix", reason="rights are set as on POSIX")
def test_a_workspace_without_the_right_to_write_says_so(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TemporaryDirectory() as name:
        # Not below the folders of the tests, which only their owner may enter.
        folder = Path(name).resolve()
        monkeypatch.setenv("WIRELOOM_HOME", name)
        (folder / "used" / "store" / "leases").mkdir(parents=True)
        for one in (folder, folder / "used", folder / "used" / "store"):
            one.chmod(0o555)
        with nobody():
            new = inside("runs", "--workspace", f"{folder}/new", code=1).stderr
            used = inside("runs", "--workspace", f"{folder}/used", code=1).stderr
        for one in (folder, folder / "used", folder / "used" / "store"):
            one.chmod(0o755)
    said = "access is denied. Choose a folder that you may write to, or have the right"
    assert f"The workspace “{folder}/new” cannot be used: {said}" in new
    assert f"The workspace “{folder}/used” cannot be used because of “store" in used
    assert said in used
