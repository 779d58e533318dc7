"""Programs: the studio's own answers, row by row, from files, and with parameters of a request."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.scoring.module_run import OutputChanged, ParameterWrong
from studio.scoring.program import Program, RowsChanged
from studio.scoring.program_file import ProgramUnreadable, read_program, write_program
from studio.scoring.proof import chosen, compare
from studio.scoring.scorer import Tables
from studio.scoring.trust import TrustNeeded, script_hash
from studio.sdk import Context, Table
from studio.sdk.arrays import of_table
from tests.scoring.programs import ROWS, configured, make


@pytest.fixture
def made(ctx: Context) -> tuple[Program, Tables, Tables]:
    program, table, answers = make(ctx)
    return program, {"input1": of_table(table)}, {"output1": of_table(answers)}


def kept(program: Program, table: Table, folder: Path) -> Program:
    (folder / "program").mkdir(parents=True)
    (folder / "tables").mkdir()
    write_program(program, folder / "program")
    table.write(folder / "tables" / "1.arrow")
    return read_program(folder / "program", folder)


def test_it_answers_as_the_studio_did(made: tuple[Program, Tables, Tables]) -> None:
    program, rows, wanted = made
    answers = program.run(rows)
    assert list(answers["output1"]) == list(wanted["output1"])
    assert compare(answers, wanted).is_equal


def test_one_row_at_a_time_and_shuffled_change_nothing(
    made: tuple[Program, Tables, Tables],
) -> None:
    program, rows, wanted = made
    order = np.random.default_rng(1).permutation(ROWS)
    assert compare(program.run(chosen(rows, order)), chosen(wanted, order)).is_equal
    for row in range(12):
        one = np.array([row])
        assert compare(program.run(chosen(rows, one)), chosen(wanted, one)).is_equal


def test_without_the_label_the_answers_are_the_same(made: tuple[Program, Tables, Tables]) -> None:
    program, rows, wanted = made
    nothing = np.full(ROWS, None, dtype=object)
    blank = {"input1": {**rows["input1"], "label": nothing}}
    expected = {"output1": {**wanted["output1"], "label": nothing}}
    assert compare(program.run(blank), expected).is_equal


def test_from_files_it_answers_the_same_and_writes_the_same_bytes(
    made: tuple[Program, Tables, Tables], tmp_path: Path
) -> None:
    program, rows, wanted = made
    names = next(step for step in program.steps if step.node == "names")
    table = Table.from_pandas(_frame(names.run({}, 1)["dataset"]))
    read = kept(program, table, tmp_path / "a")
    assert compare(read.run(rows), wanted).is_equal
    kept(read, table, tmp_path / "b")
    files = {path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*")}
    assert files == {path.relative_to(tmp_path / "b") for path in (tmp_path / "b").rglob("*")}
    for name in files:
        if (tmp_path / "a" / name).is_file():
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_request_may_set_a_parameter(made: tuple[Program, Tables, Tables]) -> None:
    program, rows, wanted = made
    other = {"query": "SELECT *, weight * 3 AS twice FROM t1"}
    answers = program.run(rows, 1, other)
    assert np.allclose(answers["output1"]["twice"], wanted["output1"]["twice"] * 1.5)
    assert program.run(rows, 1, {"another": 1})["output1"]["twice"][0] == pytest.approx(
        wanted["output1"]["twice"][0]
    )
    with pytest.raises(ParameterWrong, match="“query” cannot be 3"):
        program.run(rows, 1, {"query": 3})
    with pytest.raises(OutputChanged, match="“Query” gave no column “twice”"):
        program.run(rows, 1, {"query": "SELECT * FROM t1"})
    with pytest.raises(RowsChanged, match="“Query” made 1 rows of 200"):
        program.run(rows, 1, {"query": "SELECT *, 1 AS twice FROM t1 LIMIT 1"})


def test_a_level_that_the_studio_never_saw_passes_a_module(
    made: tuple[Program, Tables, Tables],
) -> None:
    program, rows, _ = made
    one = chosen(rows, np.array([0]))
    strange = {**one["input1"], "kind": np.array(["yew"], dtype=object)}
    assert program.run({"input1": strange})["output1"]["Scored Labels"][0] in ("tall", "low")


def test_a_script_runs_only_where_it_is_allowed(ctx: Context, tmp_path: Path) -> None:
    from studio.scoring.program import ModuleStep, Wire
    from tests.scoring.programs import START, data

    script = configured(
        ctx, "execute_python_script", script="def azureml_main(a, b):\n    return a,\n"
    )
    table = data()
    step = ModuleStep(
        "s", "My script", {"dataset1": START}, {"result_dataset": table.schema}, module=script
    )
    program = Program({"input1": table.schema}, (step,), {"o": Wire("s", "result_dataset")})
    write_program(program, _new(tmp_path / "program"))
    with pytest.raises(TrustNeeded, match="“My script” \\(Execute Python Script\\)"):
        read_program(tmp_path / "program", tmp_path, frozenset())
    allowed = read_program(tmp_path / "program", tmp_path, {script_hash(script)})
    rows = {"input1": of_table(table)}
    assert compare(allowed.run(rows), {"o": rows["input1"]}).is_equal


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 2}, "its format is 2, 1 is known"),
        ({"steps": [{"kind": "x"}]}, "KeyError"),
        ({"steps": 3}, "TypeError"),
        ({"inputs": [{"name": "a", "schema": {"$shell": "ls"}}]}, "unknown kind of value"),
    ],
)
def test_a_program_that_is_not_ours_is_a_sentence(
    made: tuple[Program, Tables, Tables], tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    folder = _new(tmp_path / "program")
    write_program(made[0], folder)
    data = json.loads((folder / "program.json").read_text())
    (folder / "program.json").write_text(json.dumps({**data, **change}))
    with pytest.raises(ProgramUnreadable, match=sentence):
        read_program(folder, tmp_path)


@pytest.mark.parametrize("place", ["../../secret", "/etc", "models/../../../x"])
def test_a_path_that_leads_out_is_refused(
    made: tuple[Program, Tables, Tables], tmp_path: Path, place: str
) -> None:
    folder = _new(tmp_path / "program")
    write_program(made[0], folder)
    data = json.loads((folder / "program.json").read_text())
    (score,) = (step for step in data["steps"] if step["kind"] == "score")
    score["model"] = place
    (folder / "program.json").write_text(json.dumps(data))
    with pytest.raises(ProgramUnreadable, match="leads out of the package"):
        read_program(folder, tmp_path)


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _frame(columns: object) -> object:
    import pandas as pd

    return pd.DataFrame(columns)
