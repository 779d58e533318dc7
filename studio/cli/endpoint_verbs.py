"""The verbs of running endpoints: which versions they have, and which one answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

UrlArgument = Annotated[
    str, typer.Argument(metavar="URL", help="Where it is, as it printed when it started.")
]
PackageArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[PACKAGE]",
        help="A package where the endpoint runs; the candidate without.",
        show_default=False,
    ),
]
Key = Annotated[
    str,
    typer.Option(
        envvar="WIRELOOM_ADMIN_TOKEN",
        help="The admin token, or an API key with the right “admin”.",
        show_default=False,
    ),
]
Authority = Annotated[
    Path | None,
    typer.Option(metavar="PEM", help="Vouches for its TLS certificate.", readable=False),
]
AcceptChanges = Annotated[
    bool, typer.Option("--accept-changes", help="Columns of requests or replies may differ.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_MODES: Mapping[str, str] = {
    "shadow": "; the candidate answers unheard",
    "split": "; {percent:g} % of the requests go to the candidate",
}
"""What the candidate does, after the name of what is served."""


def show(
    url: UrlArgument, key: Key = "", authority: Authority = None, as_json: AsJson = False
) -> int:
    """Show which versions are loaded, and which one answers."""
    from studio.cli.endpoint_client import EndpointClient

    return _say(EndpointClient(url, key, authority).versions(), as_json)


def swap(
    url: UrlArgument,
    package: PackageArgument = None,
    accept_changes: AcceptChanges = False,
    key: Key = "",
    authority: Authority = None,
    as_json: AsJson = False,
) -> int:
    """Let another package answer, or the candidate; no request is lost."""
    body = _package(package, accept_changes)
    return _change(url, key, authority, as_json, "swap", body)


def rollback(
    url: UrlArgument, key: Key = "", authority: Authority = None, as_json: AsJson = False
) -> int:
    """Let the version answer that answered before."""
    return _change(url, key, authority, as_json, "rollback", {})


def shadow(
    url: UrlArgument,
    package: PackageArgument = None,
    accept_changes: AcceptChanges = False,
    key: Key = "",
    authority: Authority = None,
    as_json: AsJson = False,
) -> int:
    """Let a candidate answer too, unheard; the metrics tell how often it differs."""
    body = _package(package, accept_changes)
    return _change(url, key, authority, as_json, "shadow", body)


def split(
    url: UrlArgument,
    percent: Annotated[
        float, typer.Argument(help="The share that the candidate answers, from 0 to 100.")
    ],
    package: PackageArgument = None,
    accept_changes: AcceptChanges = False,
    key: Key = "",
    authority: Authority = None,
    as_json: AsJson = False,
) -> int:
    """Let a candidate answer a share of the requests."""
    body = {**_package(package, accept_changes), "percent": percent}
    return _change(url, key, authority, as_json, "split", body)


def dismiss(
    url: UrlArgument, key: Key = "", authority: Authority = None, as_json: AsJson = False
) -> int:
    """Let the candidate go."""
    return _change(url, key, authority, as_json, "dismiss", {})


def add_endpoint_verbs(app: typer.Typer) -> None:
    """Add the verbs of running endpoints to the command line."""
    endpoint = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    for verb in (show, swap, rollback, shadow, split, dismiss):
        endpoint.command()(verb)
    app.add_typer(endpoint, name="endpoint", help="See and change the versions of an endpoint.")


def _package(package: str | None, accept_changes: bool) -> dict[str, Any]:
    """Return which package is meant: one of this computer by its whole path."""
    from studio.session.file_paths import absolute

    if package is not None and Path(package).expanduser().exists():
        package = str(absolute(Path(package)))
    return {"package": package, "accept_changes": accept_changes}


def _change(
    url: str, key: str, authority: Path | None, as_json: bool, what: str, body: Mapping[str, Any]
) -> int:
    from studio.cli.endpoint_client import EndpointClient

    return _say(EndpointClient(url, key, authority).change(what, body), as_json)


def _say(told: Mapping[str, Any], as_json: bool) -> int:
    from studio.cli.output import say, say_json, say_table

    if as_json:
        say_json(told)
        return 0
    does = _MODES.get(told["mode"], "").format(percent=told["percent"])
    say(f"“{told['name']}”{does}")
    heads = ("role", "version", "path", "place")
    say_table([[version[head] for head in heads] for version in told["versions"]], heads)
    for change in told.get("changes", ()):
        say(f"- {change}")
    return 0
