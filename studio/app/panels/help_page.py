"""The help page of a module, as HTML: its docstring, its ports, its parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

from studio.app.editors.choice_words import choice_text
from studio.app.editors.selection_words import selection_text
from studio.app.theme import Tokens
from studio.registry.discovery import Registry
from studio.sdk.module import Module, Port
from studio.sdk.params import Parameter
from studio.sdk.selection import ColumnSelection

SCHEME = "module:"
"""What addresses of links to other modules begin with."""

_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_BULLET = re.compile(r"^[-*] ", re.MULTILINE)
_LONGEST = 60
"""A default of more letters is cut."""


def page(registry: Registry, module: type[Module], tokens: Tokens) -> str:
    """Return the page; titles of other modules in its text are links to their pages."""
    meta = module.meta
    linked = _linker(registry, meta.title)
    first, _, rest = module.help().partition("\n\n")
    parts = [
        f'<p class="place">{escape(" › ".join(meta.group.split("/")))}</p>',
        f'<p class="title">{escape(meta.title)}</p>',
        f'<p class="lead">{_inline(first, linked)}</p>',
        *_blocks(rest, linked),
        _ports("Inputs", module.inputs(), tokens),
        _ports("Outputs", module.outputs(), tokens),
        _parameters(module, linked),
    ]
    return "".join(parts)


def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet of pages, in the colours of a theme."""
    return f"""
        p {{ margin: 0 0 10px 0; line-height: 140%; }}
        li {{ margin: 0 0 6px 0; line-height: 140%; }}
        a {{ color: {tokens.accent}; text-decoration: none; }}
        code {{ font-family: "JetBrains Mono"; font-size: 12px; background: {tokens.sunken}; }}
        .place {{ color: {tokens.text_faint}; font-size: 11px; margin: 0; }}
        .lead {{ color: {tokens.text_soft}; font-size: 15px; }}
        .title {{ font-size: 20px; font-weight: 600; margin: 2px 0 6px 0; line-height: 120%; }}
        .head {{ font-size: 15px; font-weight: 600; margin: 20px 0 8px 0; }}
        .label {{ font-weight: 600; margin: 0; }}
        .facts {{ color: {tokens.text_faint}; font-size: 12px; margin: 0; }}
        .about {{ margin: 0 0 12px 0; }}
        .soft {{ color: {tokens.text_soft}; }}
    """


def _blocks(text: str, linked: Callable[[str], str]) -> Iterable[str]:
    """Yield the paragraphs and lists of a text; a list may follow its paragraph at once."""
    for block in re.split(r"\n\s*\n", text.strip()):
        bullet = _BULLET.search(block)
        prose = block if bullet is None else block[: bullet.start()]
        if prose.strip():
            yield f"<p>{_inline(prose, linked)}</p>"
        if bullet is not None:
            items = _BULLET.split(block[bullet.start() :])[1:]
            yield "<ul>" + "".join(f"<li>{_inline(item, linked)}</li>" for item in items) + "</ul>"


def _inline(text: str, linked: Callable[[str], str]) -> str:
    """Return a piece of text with its code, its bold words and its links."""
    pieces = _CODE.split(" ".join(text.split()))
    done = []
    for number, piece in enumerate(pieces):
        safe = escape(piece, quote=False)
        done.append(f"<code>{safe}</code>" if number % 2 else _BOLD.sub(r"<b>\1</b>", linked(safe)))
    return "".join(done)


def _linker(registry: Registry, own: str) -> Callable[[str], str]:
    """Return what makes links of the titles of other modules."""
    ids = {cls.meta.title: cls.meta.id for cls in registry.modules() if cls.meta.title != own}
    if not ids:
        return lambda text: text
    longest_first = sorted(ids, key=len, reverse=True)
    titles = re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")\b")
    return lambda text: titles.sub(
        lambda match: f'<a href="{SCHEME}{ids[match[1]]}">{match[1]}</a>', text
    )


def _ports(heading: str, ports: Iterable[Port], tokens: Tokens) -> str:
    rows = [
        f'<p class="about"><span style="color:{getattr(tokens, port.kind.lower())}">●</span>&nbsp; '
        f'{escape(port.label)} <span class="soft">{_port_facts(port)}</span></p>'
        for port in ports
    ]
    return _section(heading, rows)


def _section(heading: str, rows: list[str]) -> str:
    return f'<p class="head">{heading}</p>{"".join(rows)}' if rows else ""


def _port_facts(port: Port) -> str:
    marks = [("may stay empty", port.optional), ("takes several links", port.many)]
    return ", ".join([port.kind, *(mark for mark, holds in marks if holds)])


def _parameters(module: type[Module], linked: Callable[[str], str]) -> str:
    rows = []
    for item in module.parameters():
        about = f'<p class="about">{_inline(item.help, linked)}</p>' if item.help else "<p></p>"
        facts = escape(_facts(module, item), quote=False)
        rows.append(f'<p class="label">{escape(item.label)}</p><p class="facts">{facts}</p>{about}')
    return _section("Parameters", rows)


def _facts(module: type[Module], item: Parameter) -> str:
    """Return what a parameter may be, its default, and when it is asked for."""
    allowed = ", ".join(map(choice_text, item.choices)) or _KINDS[item.kind]
    facts = [f"{allowed}, {item.bounds}" if item.bounds else allowed]
    default = choice_text(item.default) if item.choices else _shown(item.default)
    facts += ["required"] if item.required else [f"default {default}"] if default else []
    for other, values in (item.when or {}).items():
        asked = module.parameter(other)
        listed = " or ".join(map(choice_text if asked.choices else _shown, values))
        facts.append(f"asked for when {asked.label} is {listed}")
    return " · ".join(facts)


def _shown(value: object) -> str:
    """Return a value in words, or an empty text where it has none."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, ColumnSelection):
        return selection_text(value)
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, str):
        line, _, more = value.partition("\n")
        return line[:_LONGEST] + ("…" if more or len(line) > _LONGEST else "")
    return ""


_KINDS = {
    "integer": "whole number",
    "double": "number",
    "boolean": "on or off",
    "string": "text",
    "choice": "choice",
    "text": "text of several lines",
    "column": "column",
    "columns": "columns",
    "file": "file",
    "list": "list",
    "mapping": "pairs",
}
