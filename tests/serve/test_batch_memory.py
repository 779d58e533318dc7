"""Files larger than memory: what is held does not grow with the file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.serve.batch_parts import arrow_table, csv_text, json_text, make_rows

ROOT = Path(__file__).parents[2]
PROGRAM = """
import resource, sys
from pathlib import Path
from studio.serve.batch import BatchOptions, score_files
from tests.serve.batch_parts import Formula
small, large, target = map(Path, sys.argv[1:])
score_files(Formula(), small, target, BatchOptions(replace=True))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
result = score_files(Formula(), large, target, BatchOptions(replace=True))
print(result.rows, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""
ROWS = 2_000_000


def write(path: Path, rows: int) -> None:
    block = make_rows(2000, holes=False)
    times = rows // len(block)
    if path.suffix == ".parquet":
        # One row group, however long.
        table = arrow_table(block)
        pq.write_table(pa.concat_tables([table] * times), path, row_group_size=rows)
        return
    head, _, body = csv_text(block).partition("\n")
    text = json_text(block) if path.suffix == ".jsonl" else body
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("" if path.suffix == ".jsonl" else f"{head}\n")
        for _ in range(times):
            file.write(text)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("ending", "target"),
    [("csv", "csv"), ("csv", "parquet"), ("jsonl", "jsonl"), ("parquet", "arrow")],
)
def test_memory_does_not_grow_with_the_file(ending: str, target: str, tmp_path: Path) -> None:
    small, large = tmp_path / f"small.{ending}", tmp_path / f"large.{ending}"
    write(small, ROWS // 20)
    write(large, ROWS)
    command = [sys.executable, "-c", PROGRAM, str(small), str(large), str(tmp_path / f"o.{target}")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    rows, grown = map(int, done.stdout.split())
    assert rows == ROWS
    sizes = [large.stat().st_size, (tmp_path / f"o.{target}").stat().st_size]
    assert max(sizes) > 128 << 20
    assert grown < 64 << 20
