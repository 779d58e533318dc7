"""The verb ``modules``: the list of modules, and the page of one."""

from __future__ import annotations

import json
from itertools import groupby

from pydantic import BaseModel

from studio.cli.output import complain, say, say_json, say_table
from studio.registry.discovery import open_registry
from studio.sdk.module import Module, Port
from studio.sdk.params import Parameter
from studio.sdk.selection import ColumnSelection
from studio.session.lookup import find_module


def list_modules(as_json: bool) -> int:
    """Print all modules by group, and what could not be loaded."""
    registry = open_registry()
    classes = registry.modules()
    if as_json:
        failures = [{"source": f.source, "sentence": f.sentence} for f in registry.failures]
        say_json({"modules": [_facts(cls) for cls in classes], "failures": failures})
        return 0
    for number, (group, members) in enumerate(groupby(classes, key=lambda cls: cls.meta.group)):
        if number:
            say()
        say(group)
        say_table(
            [(cls.meta.id, cls.meta.title, _summary(cls)) for cls in members],
            indent="  ",
            width=200,
        )
    for failure in registry.failures:
        complain(f"{failure.source}: {failure.sentence}")
    return 0


def print_module(name: str, as_json: bool) -> int:
    """Print a module's help page, ports, parameters, and JSON Schema."""
    cls = find_module(open_registry(), name)
    schema = cls.model_json_schema()
    if as_json:
        say_json({**_facts(cls), "help": cls.help(), "schema": schema})
        return 0
    say(f"{cls.meta.title} ({cls.meta.id}, version {cls.meta.version})")
    say(cls.meta.group)
    say()
    say(cls.help())
    for heading, ports in (("Inputs", cls.inputs()), ("Outputs", cls.outputs())):
        if ports:
            say()
            say(heading)
            say_table([_port_row(port) for port in ports], indent="  ")
    if cls.parameters():
        say()
        say("Parameters")
        for item in cls.parameters():
            say(f"  {item.name}  {item.label}")
            say(f"      {_parameter_facts(item)}")
            if item.help:
                say(f"      {item.help}")
    say()
    say("JSON Schema of the parameters")
    say_json(schema)
    return 0


def _facts(cls: type[Module]) -> dict[str, object]:
    ports = {"inputs": cls.inputs(), "outputs": cls.outputs()}
    return {
        "id": cls.meta.id,
        "title": cls.meta.title,
        "group": cls.meta.group,
        "version": cls.meta.version,
        "summary": _summary(cls),
        **{
            name: [
                {
                    "name": p.name,
                    "kind": p.kind,
                    "label": p.label,
                    "optional": p.optional,
                    "many": p.many,
                }
                for p in found
            ]
            for name, found in ports.items()
        },
    }


def _summary(cls: type[Module]) -> str:
    return cls.help().partition("\n")[0]


def _port_row(port: Port) -> tuple[str, str, str]:
    marks = [mark for mark, holds in (("optional", port.optional), ("several", port.many)) if holds]
    return port.name, port.kind, port.label + (f" ({', '.join(marks)})" if marks else "")


def _parameter_facts(item: Parameter) -> str:
    """Return what a parameter's value may be, its default, and when it is asked for."""
    default = "none" if item.default is None else _shown(item.default)
    when = " and ".join(
        f"{other} is {' or '.join(map(_shown, values))}"
        for other, values in (item.when or {}).items()
    )
    facts = [
        " | ".join(item.choices) or item.kind,
        item.bounds,
        "required" if item.required else f"default {default}",
        f"when {when}" if when else "",
    ]
    return "; ".join(fact for fact in facts if fact)


def _shown(value: object) -> str:
    if isinstance(value, str):
        first, _, rest = value.partition("\n")
        return f"“{first}…”" if rest else f"“{first}”"
    if isinstance(value, ColumnSelection):
        return _chosen(value)
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(value, ensure_ascii=False, default=str)


def _chosen(selection: ColumnSelection) -> str:
    """Return a selection of columns in words, such as “columns of type numeric”."""
    words = ["all columns"] if selection.begin == "all" else []
    for rule in selection.rules:
        kind = "" if rule.by == "name" else f"of {rule.by} "
        which = "all columns" if rule.by == "all" else f"columns {kind}{', '.join(rule.values)}"
        words.append(("without " if rule.action == "exclude" else "") + which)
    return ", ".join(words) or "none"
