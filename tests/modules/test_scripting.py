"""What a person wrote, run: SQL and Python."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from modules.scripting import ApplySqlTransformation, ExecutePythonScript
from studio.sdk import Context, Files, Report, Table
from studio.sdk.module import check
from tests.modules.frames import first, notes, rows, run, sentence, table

T1 = table(name=["ann", "bob", "cleo"], price=[3, 2, None])


def sql(script: str, ctx: Context, **tables: Table) -> list[tuple[object, ...]]:
    return rows(first(ApplySqlTransformation(script=script), ctx, **{"t1": T1, **tables}))


def warned(ctx: Context) -> list[str]:
    return [code for code, _ in notes(ctx).warnings]


def test_a_query(ctx: Context) -> None:
    assert sql("SELECT upper(name) AS who FROM t1 WHERE price > 2", ctx) == [("ANN",)]
    assert warned(ctx) == []


def test_three_tables(ctx: Context) -> None:
    script = "SELECT t1.name, n, m FROM t1 JOIN t2 USING (name) JOIN t3 USING (name) ORDER BY n"
    two, three = table(name=["bob", "ann"], n=[1, 2]), table(name=["ann", "bob"], m=[True, False])
    assert sql(script, ctx, t2=two, t3=three) == [("bob", 1, False), ("ann", 2, True)]
    assert warned(ctx) == []


def test_several_statements_and_nothing_outlives_them(ctx: Context) -> None:
    script = """CREATE TEMP TABLE best AS SELECT max(price) AS p FROM t1; -- the best
    INSERT INTO best VALUES (9);
    SELECT p FROM best ORDER BY p DESC;"""
    assert sql(script, ctx) == sql(script, ctx) == [(9.0,), (3.0,)]
    assert "best does not exist" in sentence(
        ApplySqlTransformation(script="SELECT * FROM best"), ctx, t1=T1
    )


@pytest.mark.parametrize(
    ("script", "warns"),
    [
        ("SELECT count(*) FROM t1 GROUP BY name", True),
        ("SELECT * FROM t1 JOIN t1 u USING (name)", True),
        ("SELECT row_number() OVER (ORDER BY name) FROM t1 GROUP BY name", True),
        ("SELECT DISTINCT name FROM t1", True),
        ("SELECT name FROM t1 GROUP BY name ORDER BY name", False),
        ("SELECT 'group by' AS \"join\" FROM t1 -- union", False),
    ],
)
def test_an_unknown_order_is_warned_of(script: str, warns: bool, ctx: Context) -> None:
    sql(script, ctx)
    assert warned(ctx) == ["order_unknown"] * warns


def test_names_that_differ_in_case_are_told_apart(ctx: Context) -> None:
    given = table(Name=[1], name=[2], NAME_1=[3])
    made = first(ApplySqlTransformation(), ctx, t1=given)
    assert made.schema.names == ("Name", "name", "NAME_1")
    assert rows(made) == [(1, 2, 3)]
    assert sql("SELECT name_1, Name FROM t1", ctx, t1=table(Name=[1], name=[2])) == [(2, 1)]
    assert "In this query the column “name” is called name_1." in notes(ctx).logs


def test_types_roles_and_levels_come_back(ctx: Context) -> None:
    frame = pd.DataFrame(
        {
            "kind": pd.Categorical(["b", "a"], ["b", "a"]),
            "took": pd.to_timedelta(["40D", "1h"]),
            "y": [1, 0],
        }
    )
    given = Table.from_pandas(frame)
    given = given.with_schema(given.schema.with_role("y", "label"))
    script = "SELECT *, sum(y) OVER () AS total, avg(y) OVER () AS mean FROM t1 ORDER BY kind"
    made = first(ApplySqlTransformation(script=script), ctx, t1=given)
    assert rows(made) == [
        ("a", timedelta(hours=1), 0, 1, 0.5),
        ("b", timedelta(days=40), 1, 1, 0.5),
    ]
    assert [(c.type, c.role) for c in made.schema] == [
        ("category", "feature"),
        ("timespan", "feature"),
        ("integer", "label"),
        ("integer", "feature"),
        ("double", "feature"),
    ]
    changed = first(
        ApplySqlTransformation(script="SELECT kind || '!' AS kind FROM t1"), ctx, t1=given
    )
    assert changed.schema.column("kind").type == "string"


def test_sums_stay_exact_as_long_as_they_fit(ctx: Context) -> None:
    large = table(x=[2**53, 1])
    assert sql("SELECT sum(x) AS s FROM t1", ctx, t1=large) == [(2**53 + 1,)]
    assert sql("SELECT sum(x) AS s FROM t1", ctx, t1=table(x=[2**63 - 1] * 2)) == [(float(2**64),)]


def test_two_columns_of_one_name(ctx: Context) -> None:
    made = first(ApplySqlTransformation(script="SELECT name, name FROM t1"), ctx, t1=T1)
    assert made.schema.names == ("name", "name (1)")


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("SELECT\n nope FROM t1", ' in line 2: Referenced column "nope" not found in FROM clause!'),
        ("SELECT 1;\n\nSELECT 2\nFROM t9", " in line 4: Table with name t9 does not exist!"),
        ("SELECT * FROM t2", " in line 1: t2 is not connected."),
        ("SELECT name FRM\n t1 ORDER BYY", ' in line 2: syntax error at or near "t1"'),
        ("CREATE TABLE x AS SELECT 1", ": its last statement gives no table; end with a SELECT"),
        (" -- nothing", ": it has no statement"),
        ("SELECT * FROM read_csv('/etc/passwd')", ' in line 1: Cannot access file "/etc/passwd"'),
        ("SET threads = 1; SELECT 1", ": Cannot change configuration option"),
        ("SELECT CAST(name AS INTEGER) FROM t1", ": Could not convert string 'ann' to INT32"),
    ],
)
def test_what_goes_wrong_is_said(script: str, wanted: str, ctx: Context) -> None:
    said = sentence(ApplySqlTransformation(script=script), ctx, t1=T1)
    assert said.startswith(f"The SQL script fails{wanted}")
    assert "\n" not in said


def test_what_goes_wrong_in_a_late_row_is_said(ctx: Context) -> None:
    script = "SELECT CAST(CASE WHEN n = 199999 THEN 'x' ELSE '1' END AS INTEGER) AS i FROM t1"
    said = sentence(ApplySqlTransformation(script=script), ctx, t1=table(n=range(200_000)))
    assert said == "The SQL script fails: Could not convert string 'x' to INT32."


def test_lists_do_not_fit_into_a_table(ctx: Context) -> None:
    said = sentence(ApplySqlTransformation(script="SELECT [1] AS l"), ctx, t1=T1)
    assert said == "Column “l” holds lists, which a table cannot hold."


def test_a_wrong_name_is_found_before_running() -> None:
    schemas = {"t1": T1.schema}
    assert check(ApplySqlTransformation(script="SELECT price FROM t1"), schemas) == []
    (problem,) = check(ApplySqlTransformation(script="SELECT prize FROM t1"), schemas)
    assert problem.sentence.startswith('The SQL script fails in line 1: Referenced column "prize"')


def test_correlation_of_automobile_prices_as_published(shared_data: Path, ctx: Context) -> None:
    cars = Table.from_pandas(pd.read_csv(shared_data / "automobile-price.csv", na_values="?"))
    script = 'SELECT corr("wheel-base", "curb-weight") AS r FROM t1'
    assert sql(script, ctx, t1=cars)[0][0] == pytest.approx(0.776386, abs=1e-5)


def script(body: str, head: str = "") -> ExecutePythonScript:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    code = f"{head}\ndef azureml_main(dataframe1=None, dataframe2=None):\n{lines}\n"
    return ExecutePythonScript(script=code)


def report(module: ExecutePythonScript, ctx: Context, **inputs: object) -> Report:
    made = run(module, ctx, **inputs)["python_device"]
    assert isinstance(made, Report)
    return made


def test_a_frame_goes_through(ctx: Context) -> None:
    made = run(ExecutePythonScript(), ctx, dataset1=T1)
    one, two = made["result_dataset"], made["result_dataset2"]
    assert isinstance(one, Table)
    assert isinstance(two, Table)
    assert rows(one) == rows(T1)
    assert (two.rows, two.schema.names) == (0, ())


def test_two_frames_come_out(ctx: Context) -> None:
    module = script("dataframe1.loc[0, 'price'] = 8\nreturn dataframe2, dataframe1")
    made = run(module, ctx, dataset1=T1, dataset2=table(x=[1]))
    one, two = made["result_dataset"], made["result_dataset2"]
    assert isinstance(one, Table)
    assert isinstance(two, Table)
    assert rows(one) == [(1,)]
    assert rows(two)[0] == ("ann", 8.0)
    assert rows(T1)[0] == ("ann", 3.0)


def test_levels_come_back_and_gaps_do_not_make_doubles(ctx: Context) -> None:
    frame = pd.DataFrame(
        {"k": pd.Categorical(["b"] * 2, ["b", "a"]), "n": pd.array([1, None], "Int64")}
    )
    made = first(
        script("return dataframe1.assign(k=dataframe1.k.astype('str')),"),
        ctx,
        dataset1=Table.from_pandas(frame),
    )
    assert [(c.type, c.levels) for c in made.schema] == [
        ("category", ("b", "a")),
        ("integer", None),
    ]


def test_what_is_printed_and_drawn_is_kept(ctx: Context) -> None:
    body = """import sys, matplotlib.pyplot as plt
print("rows:", len(dataframe1))
print("careful", file=sys.stderr)
plt.figure(); plt.plot([1, 2])
plt.figure(); plt.hist([1, 1, 2])
plt.savefig("mine.png")
return dataframe1,"""
    made = report(script(body), ctx, dataset1=T1)
    assert made.texts == {"Standard output": "rows: 3\n", "Standard error": "careful\n"}
    assert list(made.images) == ["Figure 1", "Figure 2", "mine.png"]
    assert all(image.startswith(b"\x89PNG") for image in made.images.values())
    assert "rows: 3" in notes(ctx).logs


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("x = 1 +", "failed in line 1: invalid syntax."),
        ("import nolib", "failed in line 1: ModuleNotFoundError: No module named 'nolib'."),
        ("x = 1", "has no function azureml_main."),
        ("def azureml_main():\n    c = 1\n    c / 0", "failed in line 3: ZeroDivisionError: "),
        ("def azureml_main(a):\n    return a['colour']", "failed in line 2: KeyError: 'colour'."),
        ("def azureml_main(a):\n    raise SystemExit(3)", "failed in line 2: SystemExit: 3."),
        ("def azureml_main(a):\n    pass", "returns nothing instead of data frames."),
        ("def azureml_main(a):\n    return 5", "returns a int instead of data frames."),
        ("def azureml_main(a):\n    return a, 5", "returns a int among its data frames."),
        (
            "def azureml_main(a):\n    return a, a, a",
            "returns 3 data frames; two at most can go on.",
        ),
    ],
)
def test_what_fails_is_said_with_its_line(code: str, wanted: str, ctx: Context) -> None:
    said = sentence(ExecutePythonScript(script=code), ctx, dataset1=T1)
    assert said.startswith(f"The script {wanted}")


def test_a_mixed_column_is_named(ctx: Context) -> None:
    code = "def azureml_main(a):\n    a['x'] = ['a', 1, 2.5]\n    return a"
    said = sentence(ExecutePythonScript(script=code), ctx, dataset1=T1)
    assert said == "Column “x” mixes values of different kinds: str, int and float."


def test_the_log_shows_where_an_error_came_from(ctx: Context) -> None:
    code = "def inner():\n    return {}['x']\n\ndef azureml_main():\n    return inner()"
    assert "in line 2: KeyError" in sentence(ExecutePythonScript(script=code), ctx)
    assert 'File "<script>", line 5, in azureml_main' in "\n".join(notes(ctx).logs)


def test_a_bundle_can_be_imported_and_read(ctx: Context, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    with zipfile.ZipFile(folder / "bundle.zip", "w") as packed:
        packed.writestr("mytools.py", "def double(x):\n    return x * 2\n")
        packed.writestr("data/word.txt", "hello")
    bundle = Files(folder, table(path=["bundle.zip"]))
    body = """from pathlib import Path
import mytools
dataframe1["twice"] = mytools.double(dataframe1["price"])
dataframe1["word"] = Path("Script Bundle/data/word.txt").read_text()
return dataframe1,"""
    before = Path.cwd()
    made = first(script(body), ctx, dataset1=T1.head(1), script_bundle=bundle)
    assert rows(made) == [("ann", 3.0, 6.0, "hello")]
    assert Path.cwd() == before
    assert "mytools" not in __import__("sys").modules


def test_random_numbers_repeat(ctx: Context) -> None:
    module = script(
        "import pandas as pd\nreturn pd.DataFrame({'x': np.random.rand(3)}),", "import numpy as np"
    )
    np.random.seed(1)
    assert rows(first(module, ctx)) == rows(first(module, ctx))


def test_a_script_that_is_no_python_is_known_before_it_runs() -> None:
    for schemas in ({}, {"dataset1": None}):
        (problem,) = check(ExecutePythonScript(script="x = 1\ndef broken(:\n"), schemas)
        assert (problem.param, "line 2" in problem.sentence) == ("script", True)
        assert check(ExecutePythonScript(), schemas) == []
