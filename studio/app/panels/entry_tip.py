"""What hover says of an entry of the palette: its title, its first sentence, its ports."""

from __future__ import annotations

from html import escape

from studio.app.palette_entry import PaletteEntry
from studio.app.theme import theme
from studio.registry.discovery import Registry
from studio.sdk.module import Port

_WIDTH = 280


def tip(registry: Registry, entry: PaletteEntry) -> str:
    """Return the text, as Qt's rich text."""
    tokens = theme().tokens
    lines = [f"<b>{escape(entry.title)}</b>"]
    if entry.description and entry.description != entry.problem:
        lines.append(escape(entry.description))
    if entry.problem:
        lines.append(f'<span style="color:{tokens.warn}">{escape(entry.problem)}</span>')
    module = registry.get(entry.module) if entry.module else None
    if module is not None:
        for word, ports in (("Takes", module.inputs()), ("Gives", module.outputs())):
            if ports:
                listed = ", ".join(_port(port) for port in ports)
                lines.append(f'<span style="color:{tokens.text_soft}">{word} {listed}</span>')
    rows = "".join(f'<div style="margin-bottom:4px">{line}</div>' for line in lines)
    return f'<table width="{_WIDTH}"><tr><td>{rows}</td></tr></table>'


def _port(port: Port) -> str:
    colour = getattr(theme().tokens, port.kind.lower())
    return f'<span style="color:{colour}">●</span>&nbsp;{escape(port.label)}'
