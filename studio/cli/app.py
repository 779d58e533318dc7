"""The verbs of the command line, and how it ends: what is printed, and with which exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from studio.cli.output import ReaderGone, complain, say, say_json
from studio.cli.service_verbs import add_verbs

PROGRAM = "wireloom"
INTERRUPTED = 130
PIPE_CLOSED = 141

app = typer.Typer(
    name=PROGRAM,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)
store_app = typer.Typer(rich_markup_mode=None)
app.add_typer(store_app, name="store", help="Say how large the kept results are, or remove them.")

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="An experiment.", show_default=False, readable=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Workspace = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="The folder of results and history.",
        show_default=False,
        readable=False,
    ),
]


def _version() -> str:
    from importlib.metadata import version

    return version(PROGRAM)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {_version()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version."
        ),
    ] = False,
) -> None:
    """Wireloom: machine learning from prebuilt modules, wired and run."""


@app.command()
def run(
    file: File,
    to: Annotated[
        list[str] | None, typer.Option(metavar="NODE", help="Run only what this node needs.")
    ] = None,
    set: Annotated[
        list[str] | None,
        typer.Option(metavar="NODE.PARAM=VALUE", help="Set a parameter for this run."),
    ] = None,
    fresh: Annotated[
        list[str] | None, typer.Option(metavar="NODE", help="Run this node although it is kept.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Run an experiment; what has not changed is not computed again."""
    from studio.cli.running import run_file

    return run_file(file, to or [], set or [], fresh or [], workspace, as_json)


@app.command()
def check(file: File, workspace: Workspace = None, as_json: AsJson = False) -> int:
    """Say what is wrong with an experiment, without running it."""
    from studio.cli.documents import check_file

    return check_file(file, workspace, as_json)


@app.command()
def show(
    file: File,
    node: Annotated[str, typer.Argument(metavar="NODE[.PORT]", help="A node, by id or title.")],
    rows: Annotated[int, typer.Option(min=0, help="How many rows to print.")] = 10,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Show what came out of a node: columns, first rows, statistics; figures of a report."""
    from studio.cli.showing import show_port

    return show_port(file, node, rows, workspace, as_json)


@app.command()
def modules(
    id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A module.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> int:
    """List the modules, or print the help page and the JSON Schema of one."""
    from studio.cli.module_pages import list_modules, print_module

    return list_modules(as_json) if id is None else print_module(id, as_json)


@app.command()
def new(
    template: Annotated[
        str | None, typer.Argument(metavar="TEMPLATE", help="A template.", show_default=False)
    ] = None,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="The new file.", show_default=False, readable=False),
    ] = None,
    list_them: Annotated[bool, typer.Option("--list", help="List the templates.")] = False,
    as_json: AsJson = False,
) -> int:
    """Begin an experiment from a template."""
    from studio.cli.documents import list_templates, new_file

    if list_them:
        return list_templates(as_json)
    if template is None or file is None:
        raise typer.BadParameter("name a TEMPLATE and a FILE, or ask for --list")
    return new_file(template, file, as_json)


@app.command()
def runs(
    id: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="One run, by its id.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """List the latest runs, or say what came of one."""
    from studio.cli.workspaces import list_runs, print_run

    return list_runs(limit, workspace, as_json) if id is None else print_run(id, workspace, as_json)


@store_app.callback(invoke_without_command=True)
def store(ctx: typer.Context, workspace: Workspace = None, as_json: AsJson = False) -> int:
    """Say how large the kept results are."""
    from studio.cli.workspaces import print_store

    ctx.obj = (workspace, as_json)
    return 0 if ctx.invoked_subcommand else print_store(workspace, as_json)


@store_app.command()
def clean(
    ctx: typer.Context,
    keep: Annotated[
        str, typer.Option(metavar="SIZE", help="Leave this much, such as “2 GB”.")
    ] = "0",
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Remove kept results that no running program needs."""
    from studio.cli.workspaces import clean_store

    said_before: tuple[Path | None, bool] = ctx.obj
    return clean_store(keep, workspace or said_before[0], as_json or said_before[1])


add_verbs(app)


@app.command()
def version(as_json: AsJson = False) -> int:
    """Print the version."""
    if as_json:
        say_json({PROGRAM: _version(), "python": sys.version.split()[0]})
    else:
        say(f"{PROGRAM} {_version()}")
    return 0


@app.command(name="help")
def help_page(
    verb: Annotated[str | None, typer.Argument(metavar="[VERB]", show_default=False)] = None,
) -> int:
    """Print this page, or the one of a verb."""
    return _invoke([*([verb] if verb else []), "--help"])


def main(arguments: Sequence[str]) -> int:
    """Carry out a command line and return the exit code.

    0 when it was done, 1 for a problem of the user's (one sentence each on standard error), 2 for
    wrong usage, 3 where a model has to be chosen first, 4 where retraining
    made it no better, 130 when interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    try:
        code = _invoke(list(arguments))
        sys.stdout.flush()
    except (ReaderGone, BrokenPipeError):
        # The reader is gone; without this, Python would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return code


def _invoke(arguments: list[str]) -> int:
    """Carry out a command line; problems of the user's are said, and become an exit code."""
    try:
        code = app(args=arguments, prog_name=PROGRAM, standalone_mode=False)
    except TyperException as error:
        complain(error.format_message())
        complain(f"“{PROGRAM} --help” says how it is used.")
        return 2
    except Exception as error:
        # Here, so that a page of help does not wait for it.
        from studio.sdk.errors import StudioError

        if not isinstance(error, StudioError):
            raise
        complain(" ".join(error.in_full.split()))
        return 1
    if code == INTERRUPTED:
        complain("Interrupted.")
    return int(code or 0)
