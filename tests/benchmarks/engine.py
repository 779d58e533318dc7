"""The engine against hand-written scripts: run with ``python -m tests.benchmarks.engine``.

Prints, measured side by side in one run: an experiment against a pandas and scikit-learn script of
the same steps (cold, warm, one parameter changed), the time that the engine adds to a node, a rerun
where everything is reused, the load of a CSV against pandas and DuckDB, two branches on two cores,
and peaks of memory. Arguments name the parts wanted; none means all.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.measure import Sample, alternate, median, megabytes, run, spread

SCRIPT = """
import json, sys, time
began = time.perf_counter()
import lightgbm, pandas as pd
from sklearn.metrics import accuracy_score, roc_auc_score
data = pd.read_csv(sys.argv[1], na_values=["?"])
data = data.dropna()
first = data.sample(frac=0.7, random_state=1)
second = data.drop(first.index)
label = data.columns[-1]
columns = pd.get_dummies(data.drop(columns=[label]), dtype=float)
model = lightgbm.LGBMClassifier(
    num_leaves=20, min_child_samples=10, learning_rate=0.2, n_estimators=100, verbose=-1, n_jobs=2
)
model.fit(columns.loc[first.index].to_numpy(), first[label])
chances = model.predict_proba(columns.loc[second.index].to_numpy())[:, 1]
positive = model.classes_[1]
truth = second[label] == positive
accuracy = accuracy_score(truth, chances > 0.5)
auc = roc_auc_score(truth, chances)
print(json.dumps({"accuracy": accuracy, "auc": auc, "inside": time.perf_counter() - began}))
"""

EXPERIMENT = """
import json, sys, time
began = time.perf_counter()
import studio
path, workspace, leaves = sys.argv[1], sys.argv[2], int(sys.argv[3])
e = studio.Experiment("Adult census")
data = e.add("import_data", path=path, missing_values=["?"])
clean = e.add("clean_missing_data", data, mode="remove_row")
split = e.add("split_data", clean, fraction=0.7, seed=1)
learner = e.add("two_class_boosted_decision_tree", num_leaves=leaves)
train = e.add("train_model", learner, split["results_dataset1"], label=sys.argv[4])
score = e.add("score_model", train, split["results_dataset2"])
evaluation = e.add("evaluate_model", score)
run = e.run(workspace=workspace)
metrics = run[evaluation].metrics
reused = sum(outcome == "reused" for outcome in run.outcomes.values())
print(json.dumps({"accuracy": metrics["accuracy"], "auc": metrics["auc"], "reused": reused,
                  "inside": time.perf_counter() - began}))
"""

MANY_NODES = """
import json, sys, time
import studio
workspace, count, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
warm = studio.Experiment("warm")
warm.add("linear_regression", l2_weight=0.5)
warm.add("sample_dataset", name="iris")
warm.run(workspace=workspace)
e = studio.Experiment("many")
last = None if kind == "learners" else e.add("sample_dataset", name="iris")
for number in range(count):
    if kind == "learners":
        e.add("linear_regression", l2_weight=1 + number / 1000)
    else:
        last = e.add("select_columns_in_dataset", last, columns=studio.columns())
began = time.perf_counter(); first = e.run(workspace=workspace); cold = time.perf_counter() - began
times = []
for _ in range(5):
    began = time.perf_counter(); again = e.run(workspace=workspace)
    times.append(time.perf_counter() - began)
assert set(first.outcomes.values()) <= {"finished", "reused"}, first.outcomes
assert set(again.outcomes.values()) == {"reused"}
print(json.dumps({"node": cold / count, "again": sorted(times)[2]}))
"""

LOADS = {
    "studio": """
import json, sys, time
import studio
warm = studio.Experiment("warm")
warm.add("sample_dataset", name="iris")
warm.run(workspace=sys.argv[2])
e = studio.Experiment("load")
data = e.add("import_data", path=sys.argv[1])
began = time.perf_counter()
run = e.run(workspace=sys.argv[2])
seconds = time.perf_counter() - began
print(json.dumps({"load": seconds, "rows": run[data].rows}))
""",
    "duckdb": """
import json, sys, time
import duckdb
began = time.perf_counter()
connection = duckdb.connect()
connection.execute("CREATE TABLE t AS SELECT * FROM read_csv(?)", [sys.argv[1]])
seconds = time.perf_counter() - began
rows = connection.execute("SELECT count(*) FROM t").fetchone()[0]
print(json.dumps({"load": seconds, "rows": rows}))
""",
    "duckdb-arrow": """
import json, sys, time
import duckdb, pyarrow as pa
began = time.perf_counter()
reader = duckdb.connect().sql(f"SELECT * FROM read_csv('{sys.argv[1]}')").to_arrow_reader(65_536)
rows = 0
with pa.OSFile(sys.argv[1] + ".arrow", "wb") as sink, pa.ipc.new_file(sink, reader.schema) as file:
    for batch in reader:
        rows += batch.num_rows
        file.write_batch(batch)
print(json.dumps({"load": time.perf_counter() - began, "rows": rows}))
""",
    "pandas": """
import json, sys, time
import pandas as pd
began = time.perf_counter()
frame = pd.read_csv(sys.argv[1])
print(json.dumps({"load": time.perf_counter() - began, "rows": len(frame)}))
""",
}

MAKE_CSV = """
import sys
import numpy as np, pandas as pd
rows = int(sys.argv[2]); rng = np.random.default_rng(0)
frame = pd.DataFrame({f"x{i}": rng.normal(size=rows).round(6) for i in range(9)})
for i in range(4):
    frame[f"n{i}"] = rng.integers(0, 10_000, rows)
frame["city"] = rng.choice(["Oslo", "Lima", "Kyoto", "Accra"], rows)
frame["kind"] = rng.choice(["a", "b"], rows)
frame["day"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 2000, rows), "D")
frame.loc[rng.random(rows) < 0.05, "x3"] = np.nan
frame.to_csv(sys.argv[1], index=False)
"""

BRANCHES = """
import json, sys, time
import studio
workspace, count, turns, mark = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
script = '''
import pandas as pd
def azureml_main(dataframe1=None, dataframe2=None):
    total = 0
    for number in range(%d):
        total += number %% 7
    return pd.DataFrame({"total": [total], "branch": ["%s"]}),
'''
warm = studio.Experiment("warm")
warm.add("sample_dataset", name="iris")
warm.run(workspace=workspace)
e = studio.Experiment("branches")
for branch in range(count):
    e.add("execute_python_script", script=script % (turns, f"{mark}-{branch}"))
began = time.perf_counter(); e.run(workspace=workspace)
print(json.dumps({"seconds": time.perf_counter() - began}))
"""

PLAIN = """
import json, subprocess, sys, time
loop = "def work(turns):\\n    total = 0\\n    for n in range(turns):\\n        total += n % 7\\n"
began = time.perf_counter()
started = [
    subprocess.Popen([sys.executable, "-c", f"{loop}work({sys.argv[1]})"])
    for _ in range(int(sys.argv[2]))
]
for process in started:
    process.wait()
print(json.dumps({"seconds": time.perf_counter() - began}))
"""

CALIBRATE = """
import json, time
def work(turns):
    total = 0
    for number in range(turns):
        total += number % 7
    return total
began = time.perf_counter(); work(10_000_000)
print(json.dumps({"turns": 5 / ((time.perf_counter() - began) / 10_000_000)}))
"""


def steps(folder: Path, rounds: int) -> None:
    """An experiment against a script of the same steps."""
    from pandas import read_csv

    source = Path(__file__).resolve().parents[3] / "shared" / "data" / "adult-census-train.csv"
    if not source.exists():
        print("steps: the folder of real tables is not here")
        return
    label = read_csv(source, nrows=1).columns[-1]
    names = iter(range(10_000))

    def studio(workspace: str, leaves: int = 20) -> Sample:
        return run(EXPERIMENT, str(source), workspace, str(leaves), label)

    used = str(folder / "warm")
    studio(used)
    script, cold, warm, changed = alternate(
        rounds,
        lambda: run(SCRIPT, str(source)),
        lambda: studio(str(folder / f"cold{next(names)}")),
        lambda: studio(used),
        lambda: studio(used, 21 + next(names)),
    )
    print(f"\nAdult census: import, clean, split, boosted trees, score, evaluate ({rounds} rounds)")
    print("  program                     seconds (from-to)   × script   peak MB   accuracy   AUC")
    rows = [
        ("pandas + lightgbm script", script),
        ("studio, nothing stored", cold),
        ("studio, everything stored", warm),
        ("studio, one parameter new", changed),
    ]
    for name, samples in rows:
        print(
            f"  {name:26} {median(samples):8.2f} ({spread(samples)})"
            f" {median(samples) / median(script):9.2f} {megabytes(samples):9.0f}"
            f" {median(samples, 'accuracy'):10.4f} {median(samples, 'auc'):6.4f}"
        )


def overhead(folder: Path, rounds: int) -> None:
    """What the engine adds to a node, and a rerun where everything is reused."""
    names = iter(range(10_000))

    def many(count: int, kind: str) -> Sample:
        return run(MANY_NODES, str(folder / f"many{next(names)}"), str(count), kind)

    print(f"\nTrivial nodes ({rounds} rounds)")
    learners, chain, hundred = alternate(
        rounds,
        lambda: many(1_000, "learners"),
        lambda: many(1_000, "tables"),
        lambda: many(100, "tables"),
    )
    for name, samples in (("1,000 learners", learners), ("a chain of 1,000 selections", chain)):
        print(
            f"  {name:30} {1000 * median(samples, 'node'):6.2f} ms a node (goal: under 5);"
            f" all reused {1000 * median(samples, 'again'):7.0f} ms;"
            f" peak {megabytes(samples):.0f} MB"
        )
    again = 1000 * median(hundred, "again")
    print(
        f"  100 nodes, everything reused   {again:6.1f} ms (goal: under 100);"
        f" peak {megabytes(hundred):.0f} MB"
    )


def load(folder: Path, rounds: int) -> None:
    """One million rows of CSV."""
    path = folder / "million.csv"
    run(MAKE_CSV, str(path), "1000000")
    names = iter(range(10_000))
    studio, duckdb, written, pandas = alternate(
        rounds,
        lambda: run(LOADS["studio"], str(path), str(folder / f"load{next(names)}")),
        lambda: run(LOADS["duckdb"], str(path)),
        lambda: run(LOADS["duckdb-arrow"], str(path)),
        lambda: run(LOADS["pandas"], str(path)),
    )
    size = path.stat().st_size / 1e6
    print(f"\nA CSV of 1,000,000 rows and 16 columns, {size:.0f} MB ({rounds} rounds)")
    print("  reader                   seconds (from-to)   × duckdb   × pandas   peak MB")
    rivals = [
        ("studio", studio),
        ("duckdb, in memory", duckdb),
        ("duckdb, into Arrow", written),
        ("pandas", pandas),
    ]
    for name, samples in rivals:
        seconds = median(samples, "load")
        print(
            f"  {name:20} {seconds:8.2f} ({spread(samples, 'load')})"
            f" {seconds / median(duckdb, 'load'):9.2f} {seconds / median(pandas, 'load'):10.2f}"
            f" {megabytes(samples):9.0f}"
        )
    print(
        "  (the studio's time includes hashing the file and writing the result; goal: 1.3 × duckdb)"
    )


def branches(folder: Path, rounds: int) -> None:
    """Two independent branches of five seconds, each on one thread."""
    turns = str(int(statistics.median(run(CALIBRATE).said["turns"] for _ in range(3))))
    names = iter(range(10_000))

    def program(count: str) -> Sample:
        number = next(names)
        return run(BRANCHES, str(folder / f"branch{number}"), count, turns, str(number))

    one, two, plain, plain_two = alternate(
        rounds,
        lambda: program("1"),
        lambda: program("2"),
        lambda: run(PLAIN, turns, "1"),
        lambda: run(PLAIN, turns, "2"),
    )
    ratio = median(two, "seconds") / median(one, "seconds")
    print(f"\nBranches of five seconds on two cores ({rounds} rounds)")
    rows = [("one", one), ("two", two), ("bare process", plain), ("two of them", plain_two)]
    for name, samples in rows:
        print(
            f"  {name:12} {median(samples, 'seconds'):.2f} s ({spread(samples, 'seconds')});"
            f" peak {megabytes(samples):.0f} MB"
        )
    bare = median(plain_two, "seconds") / median(plain, "seconds")
    print(f"  two take {ratio:.2f} × one (goal: at most 1.2); bare processes {bare:.2f} ×")


PARTS = {"steps": steps, "overhead": overhead, "load": load, "branches": branches}


def main() -> None:
    """Measure the parts named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wireloom-bench") as folder:
        for name in arguments.parts or PARTS:
            PARTS[name](Path(folder), arguments.rounds)


if __name__ == "__main__":
    main()
