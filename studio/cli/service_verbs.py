"""The verbs from an experiment to an endpoint, as the command line declares them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from studio.cli.endpoint_verbs import add_endpoint_verbs

FileArgument = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="An experiment.", show_default=False, readable=False),
]
OutArgument = Annotated[
    Path,
    typer.Argument(metavar="OUT", help="What is written.", show_default=False, readable=False),
]
PackageArgument = Annotated[
    Path,
    typer.Argument(
        metavar="PACKAGE", help="A package: a folder or a .zip file.", show_default=False,
        readable=False,
    ),
]  # fmt: skip
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Workspace = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The folder of results.", show_default=False, readable=False),
]
Base = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Where relative paths start.", show_default=False, readable=False
    ),
]
ChoiceOption = Annotated[
    str, typer.Option("--choice", metavar="NODE", help="The model that answers.")
]
FileFormat = Literal["csv", "json_lines", "parquet", "arrow"]
Trust = Annotated[
    bool, typer.Option("--trust", help="Let the scripts in the package run, from now on.")
]


def predictive(
    file: FileArgument,
    out: OutArgument,
    choice: ChoiceOption = "",
    update: Annotated[
        bool, typer.Option("--update", help="Refresh OUT after retraining; your edits stay.")
    ] = False,
    base: Base = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Make the predictive experiment of a training experiment; exit code 3 asks for a choice."""
    from studio.cli.packages import Places, make_predictive

    return make_predictive(file, out, choice, update, Places(base, workspace), as_json)


def package(
    file: FileArgument,
    out: OutArgument,
    name: Annotated[str, typer.Option(help="What the package is called.")] = "",
    version: Annotated[str, typer.Option(help="Its version; 1 without.")] = "",
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    choice: ChoiceOption = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a package at OUT.")] = False,
    base: Base = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Write a model package, which answers as the studio does and proves it."""
    from studio.cli.packages import Places, write_package
    from studio.session.packaging import Wish

    wish = Wish(name, version, description, None, replace)
    return write_package(file, out, wish, choice, Places(base, workspace), as_json)


def verify(
    package: PackageArgument,
    trust: Trust = False,
    http: Annotated[bool, typer.Option(help="Replay it over HTTP, too.")] = True,
    as_json: AsJson = False,
) -> int:
    """Replay a package's proof through every path that it holds."""
    from studio.cli.packages import verify_package

    return verify_package(package, trust, http, as_json)


def retrain(
    file: FileArgument,
    package: PackageArgument,
    out: OutArgument,
    data: Annotated[
        list[str] | None, typer.Option(metavar="[NODE=]FILE", help="Data to train on.")
    ] = None,
    set: Annotated[
        list[str] | None, typer.Option(metavar="NODE.PARAM=VALUE", help="Set a parameter.")
    ] = None,
    metric: Annotated[
        str, typer.Option(help="The figure that decides; the task's usual one without.")
    ] = "",
    margin: Annotated[
        float, typer.Option(help="How much better it must be; below 0, how much worse at most.")
    ] = 0.0,
    higher_is_better: Annotated[
        bool, typer.Option("--higher-is-better", help="Of a figure that is not known.")
    ] = False,
    lower_is_better: Annotated[
        bool, typer.Option("--lower-is-better", help="Of a figure that is not known.")
    ] = False,
    held_out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Rows with labels to judge on, new to both.", readable=False
        ),
    ] = None,
    allow_changes: Annotated[
        bool, typer.Option("--allow-changes", help="Let columns of requests or replies differ.")
    ] = False,
    choice: ChoiceOption = "",
    version: Annotated[str, typer.Option(help="The new version; counted on without.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a package at OUT.")] = False,
    trust: Trust = False,
    base: Base = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Train on new data, and make the next version if it is better; exit code 4 if it is not."""
    from studio.cli.packages import Places
    from studio.cli.retraining import Asked, retrain_package
    from studio.session.gate import Gate
    from studio.session.packaging import Wish

    if higher_is_better and lower_is_better:
        raise typer.BadParameter("choose one of --higher-is-better and --lower-is-better")
    better: Any = "higher" if higher_is_better else "lower" if lower_is_better else ""
    asked = Asked(
        data or [], set or [], Gate(metric, margin, better, held_out, allow_changes),
        Wish(version=version, replace=replace), choice, trust, Places(base, workspace),
    )  # fmt: skip
    return retrain_package(file, package, out, asked, as_json)


def serve(
    package: PackageArgument,
    host: Annotated[str, typer.Option(help="Where it listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes one that is free.")] = 8080,
    keys: Annotated[
        Path | None, typer.Option(metavar="FILE", help="API keys; see “wireloom keys”.")
    ] = None,
    open_metrics: Annotated[
        bool, typer.Option("--open-metrics", help="Metrics need no key.")
    ] = False,
    unprotected: Annotated[
        bool, typer.Option("--unprotected", help="Listen beyond this computer without keys.")
    ] = False,
    admin_token: Annotated[
        str | None,
        typer.Option(envvar="WIRELOOM_ADMIN_TOKEN", help="Lets versions be changed from here."),
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Another name of this endpoint.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="PEM", help="A TLS certificate.")
    ] = None,
    certificate_key: Annotated[Path | None, typer.Option(metavar="PEM", help="Its key.")] = None,
    max_body: Annotated[int, typer.Option(metavar="BYTES")] = 4 << 20,
    max_rows: Annotated[int, typer.Option(metavar="ROWS")] = 10_000,
    seconds: Annotated[float, typer.Option(help="How long a request may take.")] = 30.0,
    concurrency: Annotated[int, typer.Option(help="Requests at once.")] = 64,
    threads: Annotated[
        int | None, typer.Option(help="Threads that score many rows; all processors without.")
    ] = None,
    drain: Annotated[float, typer.Option(help="Seconds between not ready and the end.")] = 0.0,
    grace: Annotated[float, typer.Option(help="Seconds then for requests at hand.")] = 30.0,
    sticky: Annotated[
        str, typer.Option(metavar="HEADER", help="Its value decides who answers split traffic.")
    ] = "x-client-id",
    log_requests: Annotated[bool, typer.Option(help="Log each request.")] = True,
    jobs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Take batch jobs, kept in this folder.")
    ] = None,
    job_bytes: Annotated[int, typer.Option(metavar="BYTES", help="Of a job's file.")] = 2 << 30,
    job_rows: Annotated[int, typer.Option(metavar="ROWS", help="Of a job.")] = 1_000_000_000,
    job_days: Annotated[
        float, typer.Option(metavar="DAYS", help="How long an ended job is kept.")
    ] = 7.0,
    jobs_waiting: Annotated[int, typer.Option(help="Jobs that may wait.")] = 100,
    jobs_at_once: Annotated[int, typer.Option(help="Jobs that are worked on at once.")] = 1,
    log_payloads: Annotated[
        bool, typer.Option("--log-payloads", help="Log what is asked and answered.")
    ] = False,
    trust: Trust = False,
    as_json: AsJson = False,
) -> int:
    """Answer requests over HTTP; where it listens is printed as a line of JSON."""
    from studio.cli.serving import serve_package
    from studio.serve.jobs.limits import JobLimits
    from studio.serve.options import ServeOptions

    del as_json  # what is printed is JSON anyway
    options = ServeOptions(
        host=host, port=port, keys=keys, admin_token=admin_token, unprotected=unprotected,
        open=("page", "metrics") if open_metrics else ("page",),
        hosts=tuple(allow_host or ()), certificate=certificate, certificate_key=certificate_key,
        max_body=max_body, max_rows=max_rows, seconds=seconds, concurrency=concurrency,
        threads=threads, drain=drain, grace=grace, sticky=sticky, log_requests=log_requests,
        log_payloads=log_payloads,
    )  # fmt: skip
    limits = JobLimits(
        body=job_bytes, rows=job_rows, seconds_kept=job_days * 86_400,
        waiting=jobs_waiting, runners=jobs_at_once,
    )  # fmt: skip
    return serve_package(package, options, jobs, limits, trust)


def score(
    package: PackageArgument,
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A file or a folder of files.", readable=False)
    ],
    out: OutArgument,
    columns: Annotated[
        Literal["append", "scores", "output"], typer.Option(help="What is written of a row.")
    ] = "append",
    extra: Annotated[
        Literal["keep", "drop"], typer.Option(help="Columns that are not asked for.")
    ] = "keep",
    output: Annotated[
        str | None,
        typer.Option(help="Which web service output; the first that has scores without."),
    ] = None,
    set: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A web service parameter.")
    ] = None,
    source_format: Annotated[
        FileFormat | None, typer.Option("--from", help="What IN is; its name says it without.")
    ] = None,
    target_format: Annotated[
        FileFormat | None, typer.Option("--to", help="What OUT is; its name says it without.")
    ] = None,
    separator: Annotated[str, typer.Option(help="Of delimited text.")] = "auto",
    quote: Annotated[str | None, typer.Option(help="Around fields; empty for none.")] = None,
    decimal: Annotated[Literal[".", ","] | None, typer.Option(help="The decimal mark.")] = None,
    dates: Annotated[
        Literal["year_first", "day_first", "month_first"] | None,
        typer.Option(help="The order of dates."),
    ] = None,
    header: Annotated[
        bool | None,
        typer.Option("--header/--no-header", help="Whether the first row names the columns."),
    ] = None,
    skip_lines: Annotated[
        int | None, typer.Option(help="So many lines stand above the first row.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of text.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad row.")] = False,
    most_refused: Annotated[
        int | None, typer.Option(help="Stop when more rows than this are bad.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what was stopped.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is at OUT.")] = False,
    trust: Trust = False,
    as_json: AsJson = False,
) -> int:
    """Score files of any size: CSV, JSON Lines, Parquet, Arrow, and folders of them.

    Delimited text is read as the file of the training was, but for what is said here.
    """
    from studio.cli.serving import score_batch
    from studio.serve.asking.parameters import written_parameters
    from studio.serve.batch import BatchOptions

    options = BatchOptions(
        columns=columns, extra=extra, output=output, parameters=written_parameters(set or []),
        separator=separator, encoding=encoding, quote=quote, decimal=decimal,
        dates=dates, header=header, skip_lines=skip_lines,
        source_format=source_format, target_format=target_format, strict=strict,
        most_refused=most_refused, resume=resume, replace=replace,
    )  # fmt: skip
    return score_batch(package, source, out, options, trust, as_json)


KeysArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="The file of keys.", readable=False)
]


def add_key(
    file: KeysArgument,
    name: Annotated[str, typer.Argument(help="Whose it is.")],
    right: Annotated[Literal["score", "admin"], typer.Option(help="What it allows.")] = "score",
    as_json: AsJson = False,
) -> int:
    """Make a key and print it, this once; endpoints that run take it at once."""
    from studio.cli.serving import new_key

    return new_key(file, name, right, as_json)


def list_keys(file: KeysArgument, as_json: AsJson = False) -> int:
    """List the keys, without what is secret."""
    from studio.cli.serving import list_keys as say_keys

    return say_keys(file, as_json)


def revoke_key(
    file: KeysArgument, id: Annotated[str, typer.Argument(metavar="ID", help="Which key.")]
) -> int:
    """Revoke a key; endpoints that run refuse it at once."""
    from studio.cli.serving import drop_key

    return drop_key(file, id)


def add_verbs(app: typer.Typer) -> None:
    """Add the verbs from an experiment to an endpoint to the command line."""
    verbs: tuple[Any, ...] = (predictive, package, verify, retrain, serve, score)
    for verb in verbs:
        app.command()(verb)
    keys = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    keys.command("add")(add_key)
    keys.command("list")(list_keys)
    keys.command("revoke")(revoke_key)
    app.add_typer(keys, name="keys", help="Make, list and revoke the API keys of endpoints.")
    add_endpoint_verbs(app)
