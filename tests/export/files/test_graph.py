"""The picture of an experiment, read as XML."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

from studio.export.files.facts import Drawing, DrawnLink, DrawnNode
from studio.export.files.graph import graph_svg
from tests.export.files.builders import facts

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = facts().drawing


def read(drawing: Drawing, title: str = "Adult") -> ElementTree.Element:
    return ElementTree.fromstring(graph_svg(drawing, title))


def test_every_node_stands_where_it_stood() -> None:
    cards = read(DRAWING).findall(f"{SVG}g[@transform]")
    assert [(card.get("transform"), card.findtext(f"{SVG}title")) for card in cards] == [
        ("translate(0 0)", "Clean Missing Data"),
        ("translate(40 130)", "The model <of 1994>"),
    ]
    assert [text.text for text in cards[1].findall(f"{SVG}text")] == [
        "The model <of 1994>",
        "Score Model",
    ]


def test_a_link_goes_from_a_lower_edge_to_an_upper_edge() -> None:
    (path,) = read(DRAWING).findall(f"{SVG}g[@class='links']/{SVG}path")
    points = (path.get("d") or "").replace("M", "").replace("C", "").split()
    assert points[:2] == ["110", "56"]
    assert points[-2:] == ["134", "130"]


def test_the_picture_holds_all_of_it() -> None:
    left, top, width, height = map(float, (read(DRAWING).get("viewBox") or "").split())
    assert left < 0
    assert top < 0
    assert left + width > 260
    assert top + height > 186


def test_it_is_readable_on_both_kinds_of_page_and_needs_nothing_else() -> None:
    text = graph_svg(DRAWING, "Adult")
    assert "prefers-color-scheme: dark" in text
    assert not [word for word in ("href", "@import", "<script", "<image") if word in text]
    assert set(re.findall(r"url\((.*?)\)", text)) == {"#card"}


def test_any_title_is_drawn_and_long_ones_are_cut() -> None:
    odd = 'a <b> & "c" \x07 \u2028 日本語の長い題名がここに続いていてとても長い'
    node = DrawnNode("a", odd, "d" * 200, 0.0, 0.0)
    (card,) = read(Drawing((node,)), odd).findall(f"{SVG}g[@transform]")
    title, detail = (text.text or "" for text in card.findall(f"{SVG}text"))
    assert title.startswith('a <b> & "c"')
    assert title.endswith("…")
    assert detail.endswith("…")
    assert len(detail) < 40


def test_the_order_of_nodes_does_not_matter() -> None:
    turned = replace(DRAWING, nodes=DRAWING.nodes[::-1])
    assert graph_svg(turned, "Adult") == graph_svg(DRAWING, "Adult")


def test_an_empty_drawing_and_a_loose_link_are_drawn_too() -> None:
    assert read(Drawing()).tag == f"{SVG}svg"
    loose = Drawing(DRAWING.nodes, (DrawnLink("a", "gone"),))
    assert not read(loose).findall(f"{SVG}g[@class='links']/{SVG}path")
