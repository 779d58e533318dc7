"""The commands inside a package: ``serve.py``, ``score.py`` and ``verify.py``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.scoring.folder import Package, open_inside
from studio.sdk.errors import StudioError

INTERRUPTED = 130


def main(verb: str, file: str, arguments: Sequence[str] | None = None) -> int:
    """Carry out a command of the package in which ``file`` lies, and return the exit code.

    0 when it was done, 1 for a problem, said in one sentence on standard error, 2 for wrong usage.
    """
    parser = argparse.ArgumentParser(prog=f"{verb}.py", description=_ABOUT[verb])
    _OPTIONS[verb](parser)
    given = parser.parse_args(arguments)
    try:
        package = open_inside(Path(file).resolve().parent)
        return _VERBS[verb](package, given)
    except StudioError as error:
        sys.stderr.write(" ".join(error.in_full.split()) + "\n")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _serve(package: Package, given: argparse.Namespace) -> int:
    from studio.serve.options import ServeOptions
    from studio.serve.serving import serve

    if given.add_key:
        return _add_key(given)
    options = ServeOptions(
        host=given.host,
        port=given.port,
        keys=given.keys,
        admin_token=given.admin_token,
        unprotected=given.unprotected,
        open=("page", "metrics") if given.open_metrics else ("page",),
        hosts=tuple(given.allow_host),
        certificate=given.certificate,
        certificate_key=given.certificate_key,
        max_body=given.max_body,
        max_rows=given.max_rows,
        seconds=given.seconds,
        concurrency=given.concurrency,
        threads=given.threads,
        drain=given.drain,
        grace=given.grace,
        sticky=given.sticky,
        log_requests=not given.no_log_requests,
        log_payloads=given.log_payloads,
    )
    serve(
        package,
        options,
        lambda place: open_inside(Path(place)).scorer(options.workers),
        given.jobs,
    )
    return 0


def _add_key(given: argparse.Namespace) -> int:
    from studio.serve.keys import add_key
    from studio.serve.options import OptionsWrong

    if given.keys is None:
        raise OptionsWrong(
            reason="It is not said in which file the key is to be kept.",
            advice="Name it with --keys FILE.",
        )
    sys.stdout.write(add_key(given.keys, given.add_key) + "\n")
    return 0


def _serve_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="where it listens")
    add("--port", type=int, default=8080, help="0 takes one that is free")
    add("--keys", type=Path, help="the file of API keys")
    add("--add-key", metavar="NAME", help="make an API key in that file, print it, and end")
    add("--open-metrics", action="store_true", help="metrics need no key")
    add("--admin-token", help="lets versions be changed from this computer")
    add("--unprotected", action="store_true", help="listen beyond this computer without keys")
    add("--allow-host", action="append", default=[], help="another name of this endpoint")
    add("--certificate", type=Path, help="a TLS certificate, PEM")
    add("--certificate-key", type=Path, help="its key, PEM")
    add("--max-body", type=int, default=4 << 20, help="bytes of a request")
    add("--max-rows", type=int, default=10_000, help="rows of a request")
    add("--seconds", type=float, default=30.0, help="how long a request may take")
    add("--concurrency", type=int, default=64, help="requests at once")
    add("--threads", type=int, help="threads that score many rows")
    add("--drain", type=float, default=0.0, help="seconds between not ready and the end")
    add("--grace", type=float, default=30.0, help="seconds for requests under way at the end")
    add("--sticky", default="x-client-id", help="the header that keeps a client at one version")
    add("--no-log-requests", action="store_true", help="log no line for each request")
    add("--jobs", type=Path, help="take batch jobs, kept in this folder")
    add("--log-payloads", action="store_true", help="log what is asked and answered")


def _score(package: Package, given: argparse.Namespace) -> int:
    from studio.serve.asking.parameters import written_parameters
    from studio.serve.batch import BatchOptions, score_files

    options = BatchOptions(
        columns=given.columns,
        extra=given.extra,
        output=given.output,
        source_format=given.source_format,
        target_format=given.target_format,
        separator=given.separator,
        encoding=given.encoding,
        quote=given.quote,
        decimal=given.decimal,
        dates=given.dates,
        header=given.header,
        skip_lines=given.skip_lines,
        most_refused=given.most_refused,
        strict=given.strict,
        resume=given.resume,
        replace=given.replace,
        parameters=written_parameters(given.set),
    )
    result = score_files(package.scorer(), given.source, given.target, options)
    sys.stdout.write(f"{result.scored:,} of {result.rows:,} rows are scored.\n")
    if result.choice:
        sys.stdout.write(f"{result.choice}\n")
    for sentence in result.complaints:
        sys.stderr.write(f"{sentence}\n")
    return 1 if result.is_in_vain else 0


def _score_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("source", type=Path, help="a file, or a folder of files")
    add("target", type=Path, help="where the answers go")
    add("--columns", choices=("append", "scores", "output"), default="append")
    add("--extra", choices=("keep", "drop"), default="keep")
    add("--output", help="which web service output; the first that has scores without")
    add("--from", dest="source_format", help="what the source is; its name says it without")
    add("--to", dest="target_format", help="what the target is; its name says it without")
    add("--separator", default="auto", help="of delimited text")
    add("--quote", help="around fields; empty for none")
    add("--decimal", help="the decimal mark")
    add("--dates", help="the order of dates: year_first, day_first or month_first")
    add("--header", action=argparse.BooleanOptionalAction, help="the first row names the columns")
    add("--skip-lines", type=int, help="so many lines stand above the first row")
    add("--encoding", help="of text")
    add("--most-refused", type=int, help="so many rows of a file may be put aside")
    add("--strict", action="store_true", help="stop at the first bad row")
    add("--resume", action="store_true", help="go on with what was stopped")
    add("--replace", action="store_true", help="replace what is there")
    add("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter")


def _verify(package: Package, given: argparse.Namespace) -> int:
    from studio.serve.verifying import verify

    equal = True
    for trial in verify(package, http=given.http):
        sys.stdout.write(f"{trial}\n")
        sys.stdout.flush()
        equal = equal and trial.comparison.is_equal
    if equal:
        sys.stdout.write(f"“{package.manifest.name}” answers as the studio did.\n")
    return 0 if equal else 1


def _verify_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-http", dest="http", action="store_false", help="leave HTTP out")


_ABOUT: Mapping[str, str] = {
    "serve": "Answers requests over HTTP with the model in this package.",
    "score": "Scores files with the model in this package.",
    "verify": "Replays the proof of this package through every path that it holds.",
}
_OPTIONS: Mapping[str, Callable[[argparse.ArgumentParser], None]] = {
    "serve": _serve_options,
    "score": _score_options,
    "verify": _verify_options,
}
_VERBS: Mapping[str, Callable[[Package, Any], int]] = {
    "serve": _serve,
    "score": _score,
    "verify": _verify,
}
