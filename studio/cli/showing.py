"""The verb ``show``: what came out of a port, in print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.cli.output import say, say_json, say_table
from studio.cli.statistics import column_facts
from studio.document.experiment import Experiment
from studio.document.storage import load
from studio.engine.engine import Engine
from studio.registry.discovery import Registry, open_registry
from studio.sdk.data import Report
from studio.sdk.errors import StudioError
from studio.sdk.keep import describe
from studio.sdk.table import Table
from studio.session import engines
from studio.session.file_paths import absolute
from studio.session.lookup import NameUnknown, find_module, find_node, find_port


class NotRunYet(StudioError):
    """A node has no result as it is set now."""

    code = "not_run_yet"
    sentence = "“{title}” has no result yet, as it is set now."
    hint = "Run it with: wireloom run {file} --to {node}"


class NothingToShow(StudioError):
    """A node without outputs was asked for."""

    code = "nothing_to_show"
    sentence = "“{title}” has no output to show."


def show_port(file: Path, place: str, rows: int, workspace: Path | None, as_json: bool) -> int:
    """Print the value at a port of a node; the first port where none is named."""
    registry = open_registry()
    experiment = load(file, registry).experiment
    node, port = _place(experiment, registry, place)
    with engines.open_engine(workspace) as engine:
        base = absolute(file).parent
        key = _key(engine, experiment, base, node)
        if key is None:
            title = experiment.node(node).shown_title
            raise NotRunYet(title=title, file=file, node=node)
        value = engine.result(key, port)
        about = {"node": node, "port": port, **_shown(value, rows)}
    if as_json:
        say_json(about)
    else:
        _say(about)
    return 0


def _place(experiment: Experiment, registry: Registry, place: str) -> tuple[str, str]:
    """Return the node and the port that ``NODE[.PORT]`` names; titles may have dots."""
    try:
        node, name = find_node(experiment, place), ""
    except NameUnknown:
        owner, dot, name = place.rpartition(".")
        if not dot:
            raise
        node = find_node(experiment, owner)
    found = experiment.node(node)
    ports = find_module(registry, found.module).outputs()
    if not ports:
        raise NothingToShow(title=found.shown_title)
    return node, find_port(found.shown_title, ports, name or ports[0].name).name


def _key(engine: Engine, experiment: Experiment, base: Path, node: str) -> str | None:
    described = engine.describe(experiment, base)
    return described.keys.get(node) if node in described.stored else None


def _shown(value: Any, rows: int) -> dict[str, Any]:
    if isinstance(value, Table):
        head = value.select_visible().head(rows).to_arrow().to_pylist()
        return {
            "kind": "Table",
            "rows": value.rows,
            "columns": [column_facts(value, column) for column in value.schema],
            "head": head,
        }
    if isinstance(value, Report):
        tables = {
            name: table.head(max(rows, 100)).to_arrow().to_pylist()
            for name, table in value.tables.items()
        }
        return {
            "kind": "Report",
            "metrics": dict(value.metrics),
            "tables": tables,
            "texts": dict(value.texts),
            "series": list(value.series),
            "images": list(value.images),
        }
    return describe(value)


def _say(about: dict[str, Any]) -> None:
    say(f"{about['node']}.{about['port']}: {about['kind']}")
    if about["kind"] == "Table":
        _say_table(about)
    elif about["kind"] == "Report":
        _say_report(about)
    else:
        left_out = ("node", "port", "kind")
        facts = {name: value for name, value in about.items() if name not in left_out}
        say_table(_lines(facts), indent="  ", width=200)


def _lines(facts: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, Any]]:
    """Yield names and values as lines; what is inside a value has its name after a dot."""
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from _lines(value, f"{inside}{name}.")
        elif isinstance(value, list | tuple):
            if value:
                yield f"{inside}{name}", ", ".join(map(str, value))
        else:
            yield f"{inside}{name}", value


def _say_table(about: dict[str, Any]) -> None:
    columns = about["columns"]
    say(f"{about['rows']} rows, {len(columns)} columns")
    say()
    heads = (
        "column",
        "type",
        "role",
        "missing",
        "distinct",
        "min",
        "max",
        "mean",
        "std",
        "most frequent",
    )
    keys = ("name", "type", "role", "missing", "distinct", "min", "max", "mean", "std", "top")
    say_table([[column.get(key) for key in keys] for column in columns], heads)
    if about["head"]:
        say()
        say_table([list(row.values()) for row in about["head"]], [c["name"] for c in columns])


def _say_report(about: dict[str, Any]) -> None:
    say_table(about["metrics"].items(), indent="  ")
    for name, rows in about["tables"].items():
        say()
        say(name)
        if rows:
            say_table([list(row.values()) for row in rows], list(rows[0]), indent="  ")
    for name, text in about["texts"].items():
        say()
        say(name)
        say(text)
    for kind in ("series", "images"):
        if about[kind]:
            say()
            say(f"{kind}: {', '.join(about[kind])}")
