"""The window against a bare one: run with ``python -m tests.benchmarks.window``.

Prints, measured side by side in one run: the start of the program against a bare PySide6 window; a
canvas of 100 to 5,000 nodes (opened, painted, panned, a node dragged) against a scene of plain
items and against NodeGraphQt as it comes; and the longest gap of a 10 ms timer while a large CSV
is imported, looked at, sorted and learned from. Arguments name the parts wanted; none means all.
It draws off the screen unless QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from tests.benchmarks import window_programs as programs
from tests.benchmarks.measure import Sample, alternate, median, megabytes, run, spread

SIZES = (100, 500, 1000, 5000)
STEPS = ("open", "repaint", "pan", "drag")
NODEGRAPHQT_LIMIT = 1000
"""More nodes than this NodeGraphQt does not open in minutes."""
ROUNDS = 3


def start() -> None:
    """Print what the start costs above a bare window."""
    with tempfile.TemporaryDirectory() as home:

        def begun(code: str) -> Sample:
            return run(code, QT_QPA_PLATFORM=_platform(), WIRELOOM_HOME=home)

        begun(programs.START)
        bare, ours = alternate(5, lambda: begun(programs.BARE_START), lambda: begun(programs.START))
    print("Start to a window that can be used (5 rounds, medians)")
    for name, samples in (("bare PySide6 window", bare), ("Wireloom", ours)):
        cpu, rss = median(samples, "cpu"), median(samples, "memory") / 1e6
        print(f"  {name:<22} CPU {cpu:.2f} s ({spread(samples, 'cpu')})  memory {rss:.0f} MB")
    more = median(ours, "cpu") - median(bare, "cpu")
    print(f"  more CPU than bare     {more:.2f} s (goal 0.60), memory goal 200 MB")
    print(f"  all imports later done {median(ours, 'settled'):.2f} s CPU\n")


def canvas() -> None:
    """Print what graphs of several sizes cost."""
    print("Canvas: milliseconds, ours and (in brackets) our time as a multiple of the other's")
    head = "".join(f"{step:>14}" for step in STEPS)
    print(f"  {'nodes':>6} {'':<24}{head}{'MB':>7}")
    for size in SIZES:
        rounds = ROUNDS if size < SIZES[-1] else 1
        kinds = {"ours": programs.OURS, "plain items": programs.PLAIN}
        if size <= NODEGRAPHQT_LIMIT:
            kinds["NodeGraphQt as it comes"] = programs.NODEGRAPHQT
        with tempfile.TemporaryDirectory() as home:
            found = {
                name: [
                    run(code, str(size), QT_QPA_PLATFORM=_platform(), WIRELOOM_HOME=home)
                    for _ in range(rounds if name != "NodeGraphQt as it comes" else 1)
                ]
                for name, code in kinds.items()
            }
        for name, samples in found.items():
            cells = "".join(_cell(step, samples, found["ours"], name) for step in STEPS)
            print(f"  {size:>6} {name:<24}{cells}{megabytes(samples):>7.0f}")
    print("  goals at 1,000 nodes: open 1,000 ms, drag 16 ms\n")


def gaps() -> None:
    """Print the longest time for which the window did not answer while heavy work went on."""
    with tempfile.TemporaryDirectory() as home:
        table = Path(home) / "large.csv"
        run(programs.LARGE_CSV, str(table), "3000000")
        sample = run(programs.GAPS, str(table), QT_QPA_PLATFORM=_platform(), WIRELOOM_HOME=home)
    size = sample.said.pop("megabytes")
    print(f"Longest gap of a 10 ms timer, CSV of 3,000,000 rows ({size:.0f} MB), goal 100 ms")
    for step in ("import", "profile", "show", "sort", "train"):
        gap, seconds = sample.said[f"{step}_gap"], sample.said[f"{step}_seconds"]
        print(f"  {step:<8} {gap * 1000:5.0f} ms   (the step took {seconds:.1f} s)")
    print(f"  first page on the screen after {sample.said['page'] * 1000:.0f} ms\n")


def _cell(step: str, samples: list[Sample], ours: list[Sample], name: str) -> str:
    own, mine = median(samples, step) * 1000, median(ours, step) * 1000
    ratio = "" if name == "ours" else f" ({mine / own:.1f}x)"
    return f"{f'{own:.1f}{ratio}':>14}"


def _platform() -> str:
    return os.environ.get("QT_QPA_PLATFORM", "offscreen")


PARTS = {"start": start, "canvas": canvas, "gaps": gaps}


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="|".join(PARTS))
    for name in parser.parse_args().parts or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
