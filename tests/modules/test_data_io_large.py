"""A file far larger than the memory that a node is given passes in and out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import resource, sys
from pathlib import Path
from modules.data_io import ExportData, ImportData
from studio.sdk import Context
from studio.sdk.execution import execute
from studio.sdk.keep import keep, load
import pyarrow, pyarrow.csv, pyarrow.compute

folder = Path(sys.argv[1])
(folder / "scratch").mkdir()
(folder / "kept").mkdir()
small = folder / "small.csv"
ctx = Context(scratch=folder / "scratch", base=folder, memory=256 << 20)

def passed(name, out):
    for item in (folder / "kept").iterdir():
        item.unlink()
    keep(execute(ImportData(path=name), {}, ctx)["dataset"], folder / "kept")
    table = load(folder / "kept")
    execute(ExportData(path=out), {"dataset": table}, ctx)
    return table.rows

def anonymous():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) >> 10

passed("small.csv", "small.parquet")
import threading, time
peak, stop = [anonymous()], threading.Event()
before = peak[0]

def watch():
    while not stop.wait(0.02):
        peak.append(anonymous())

watcher = threading.Thread(target=watch)
watcher.start()
rows = passed("large.csv", "out.csv")
stop.set()
watcher.join()
print(rows, max(peak) - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told otherwise here")
def test_a_large_file_is_never_held_whole(tmp_path: Path) -> None:
    header = "id,x,word,late\n"
    (tmp_path / "small.csv").write_text(header + "1,0.5,word,3\n" * 1000)
    rows = 12_000_000
    with (tmp_path / "large.csv").open("w") as file:
        file.write(header)
        for start in range(0, rows, 100_000):
            file.writelines(
                f"{i},{i / 8},word {i},{i % 5}\n" for i in range(start, start + 100_000)
            )
        file.write(f"{rows},0.5,end,late\n")
    size = (tmp_path / "large.csv").stat().st_size >> 20
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True
    )
    found, grown = map(int, done.stdout.split())
    assert found == rows + 1
    assert size > 350
    assert grown < 256
    with (tmp_path / "out.csv").open() as file:
        assert [next(file) for _ in range(3)] == [header, "0,0.0,word 0,0\n", "1,0.125,word 1,1\n"]
