"""The verbs that let packages answer: ``serve``, ``score`` and ``keys``."""

from __future__ import annotations

import sys
from pathlib import Path

from studio.cli.output import complain, say, say_json, say_line, say_table
from studio.scoring.folder import Package
from studio.scoring.scorer import Scorer
from studio.serve.batch import BatchOptions, BatchResult, Progress, score_files
from studio.serve.jobs.limits import JobLimits
from studio.serve.keys import Right, add_key, read_keys, revoke_key
from studio.serve.options import ServeOptions
from studio.serve.serving import serve
from studio.session.file_paths import absolute
from studio.session.opening import open_trusted


def serve_package(
    path: Path, options: ServeOptions, jobs: Path | None, limits: JobLimits, trust: bool
) -> int:
    """Serve a package until a signal to stop; newer packages are loaded by the installed studio."""

    def load(place: str) -> Scorer:
        return open_trusted(absolute(Path(place)), trust=trust).scorer(options.workers)

    package = open_trusted(absolute(path), trust=trust)
    serve(package, options, load, jobs, limits)
    return 0


def score_batch(
    path: Path, source: Path, target: Path, options: BatchOptions, trust: bool, as_json: bool
) -> int:
    """Score a file or a folder of files."""
    package: Package = open_trusted(absolute(path), trust=trust)
    shown = Shown(as_json)
    try:
        result = score_files(
            package.scorer(), absolute(source), absolute(target), options, shown.progress
        )
    except KeyboardInterrupt:
        shown.end()
        complain("Stopped. What is done is kept: go on with --resume.")
        raise
    shown.end()
    say_result(result, target, as_json)
    return 1 if result.is_in_vain else 0


def say_result(result: BatchResult, target: Path, as_json: bool) -> None:
    """Print what became of a batch."""
    if as_json:
        say_json(
            {
                "rows": result.rows,
                "scored": result.scored,
                "refused": result.refused,
                "seconds": result.seconds,
                "files": [str(item.target) for item in result.files],
                "left_out": [str(path) for path in result.left_out],
                "empty": [str(path) for path in result.empty],
                "output": result.output,
                "other_outputs": list(result.other_outputs),
            }
        )
        if result.is_in_vain:
            complain(result.refusal)
        return
    rate = f"{result.rows_per_second:,.0f} rows a second"
    say(f"{result.scored:,} of {result.rows:,} rows are scored, {rate}; they are in {target}.")
    if result.choice:
        say(result.choice)
    for sentence in result.complaints:
        complain(sentence)


class Shown:
    """Progress of a batch: a line that is written over, or lines of JSON."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._is_terminal = sys.stderr.isatty()

    def progress(self, progress: Progress) -> None:
        """Show how far the batch is."""
        share = (progress.number - 1 + progress.share) / progress.files
        text = f"{progress.rows:,} rows of {Path(progress.file).name}"
        if self._as_json:
            say_line({"progress": share, "text": text})
        elif self._is_terminal:
            sys.stderr.write(f"\r{share:4.0%} {text}, {progress.rows_per_second:,.0f} a second  ")

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal and not self._as_json:
            sys.stderr.write("\n")


def new_key(file: Path, name: str, right: Right, as_json: bool) -> int:
    """Make an API key and print it, this once."""
    key = add_key(absolute(file), name, right)
    if as_json:
        say_json({"key": key, "name": name, "right": right})
    else:
        say(key)
        complain("Keep it: only its hash is in the file.")
    return 0


def drop_key(file: Path, identity: str) -> int:
    """Revoke an API key; running endpoints notice."""
    revoke_key(absolute(file), identity)
    return 0


def list_keys(file: Path, as_json: bool) -> int:
    """Print the API keys of a file, without what is secret."""
    keys = [(key.id, key.name, key.right, key.made) for key in read_keys(absolute(file))]
    if as_json:
        heads = ("id", "name", "right", "made")
        say_json([dict(zip(heads, key, strict=True)) for key in keys])
    else:
        say_table(keys, ("id", "name", "right", "made"))
    return 0
