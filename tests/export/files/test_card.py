"""The model card, read as Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from markdown_it import MarkdownIt

from studio.export.files.card import card
from studio.export.files.facts import PackageFacts, Training
from studio.export.files.markdown import code, figure, text
from studio.export.files.pins import Pin
from studio.export.files.training_text import NO_METRICS
from studio.scoring.signature import Field, Signature
from studio.sdk.schema import Column
from tests.export.files.builders import ODD_NAMES, facts, odd_facts


def html(source: str) -> str:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source)


def plain(fragment: str) -> str:
    return unescape(re.sub("<[^>]+>", "", fragment))


def section(some: PackageFacts, title: str) -> str:
    parts = re.split(r"<h2>(.*?)</h2>", html(card(some)))
    return parts[parts.index(title) + 1]


def cells(fragment: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", fragment, re.DOTALL)
    return [
        [plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows
    ]


def test_it_says_what_is_asked() -> None:
    rows = cells(section(facts(), "What it is asked"))
    assert ["age", "whole number", "yes", "17 to 90", "39"] in rows
    assert ["workclass", "text from a list", "yes", "Private, State-gov", "Private"] in rows
    assert ["lasted", "seconds", "yes", "0 s to 2.5 s", "1.5"] in rows
    assert ["member", "true or false", "yes", "false to true", "true"] in rows
    assert ["income", "text from a list", "no", "<=50K, >50K", ""] in rows
    since = next(row for row in rows if row[:1] == ["since"])
    assert since[3] == "1970-01-01T00:00:00 to 1970-01-02T00:00:00"


def test_it_says_what_a_request_may_set() -> None:
    rows = cells(section(facts(), "What it is asked"))
    assert ["threshold", "number", "0.5", "Where one class ends."] in rows
    assert ["filters", "any JSON", "[1, 2]", "Any | JSON."] in rows
    assert ["must", "text", "must be given", ""] in rows


def test_it_says_what_is_answered_and_how_well() -> None:
    assert ["Scored Labels", "text from a list", "<=50K, >50K"] in cells(
        section(facts(), "What it answers")
    )
    assert [row for row in cells(section(facts(), "How well it predicts")) if row] == [
        ["AUC", "0.927412"],
        ["Accuracy", "0.87"],
        ["Rows", "16,281"],
    ]
    assert NO_METRICS in section(facts(metrics={}), "How well it predicts")


def test_a_version_that_retraining_made_says_what_it_follows() -> None:
    usual = facts()
    follows = "version 2: auc is 0.93 and was 0.91, on the same 1,200 rows"
    retrained = facts(training=replace(usual.training, follows=follows))
    assert ["Follows", follows] in cells(html(card(retrained)))
    assert "Follows" not in card(usual)


def test_it_says_how_it_was_made_and_proven() -> None:
    made = section(facts(), "How an answer is made")
    assert '<img src="graph.svg"' in made
    assert ["tables/1", "Regions", "12", "3,456"] in cells(made)
    assert ["My script", "execute_python_script", "ab" * 32] in cells(made)
    proven = section(facts(), "How it was proven")
    assert ["onnx", "a column missing", "40", "1", "0.5"] in cells(proven)
    refused = facts(paths=("program",), refusals={"onnx": "a tree differs"}, trials=())
    assert "onnx is not used: a tree differs" in plain(section(refused, "How it was proven"))


def test_it_says_what_v2_clients_name_the_model() -> None:
    assert "<code>/v2/models/Adult%20income/infer</code>" in section(facts(), "Call it")


def test_a_name_is_shown_as_it_is() -> None:
    shown = [row[0] for row in cells(section(odd_facts(), "What it is asked")) if row]
    expected = [
        name.replace("\n", "↵").replace("\r\t", " ⇥").replace("\u2028", " ").replace("\u2029", " ")
        for name in ODD_NAMES
    ]
    expected[9] = "separator paragraph bell\ufffd"
    expected[14] = "\ufffdtag"
    assert shown == expected


@pytest.mark.parametrize(
    "value",
    [
        *("- a", "1. b", "2.5", "# h", "C#", "_x_ y_z", "> q", "===", "---", "a & b &amp; &#65;"),
        *("*a* **b**", "<b>", "[a](b)", "`c`", "~~d~~", "\\*", "12) x", "![i](u)", "https://x.y"),
    ],
)
def test_text_is_shown_as_it_is(value: str) -> None:
    assert html(text(value)) == f"<p>{html_text(value)}</p>\n"


def html_text(value: str) -> str:
    pairs = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))
    for sign, entity in pairs:
        value = value.replace(sign, entity)
    return value


def test_code_with_fences_stays_code() -> None:
    assert html(code("a\n```\nb ````", "text")) == (
        '<pre><code class="language-text">a\n```\nb ````\n</code></pre>\n'
    )


def test_every_call_is_there() -> None:
    titles = re.findall("<h3>(.*?)</h3>", section(odd_facts(), "Call it"))
    assert titles == ["curl", "Python", "R", "C#", "JavaScript", "Excel"]
    assert section(odd_facts(), "Call it").count("<pre>") == 7


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *((None, "–"), (3.0, "3"), (12345.0, "12,345"), (0.123456789, "0.123457")),
        *((1e-9, "1e-09"), (float("inf"), "inf"), (float("nan"), "nan"), (1e20, "1e+20")),
    ],
)
def test_figures(value: float | None, shown: str) -> None:
    assert figure(value) == shown


def test_limits_follow_from_the_facts() -> None:
    few = plain(section(facts(training=Training(rows=205)), "What it is for, and where that ends"))
    assert "It learned from 205 rows only" in few
    many = plain(section(facts(), "What it is for, and where that ends"))
    assert "only" not in many
    assert "It predicts “income”" in many
    assert "decide by the probabilities" in many


def test_a_package_without_arrow_says_that_files_need_it() -> None:
    assert "pip install pyarrow" in card(facts())
    assert "pip install pyarrow" not in card(facts(pins=(Pin("pyarrow", "26.0.1"),)))


def test_several_inputs_are_listed_one_after_another() -> None:
    fields = (Field("a", "double"),)
    signature = Signature(
        {"first": fields, "second | 2": fields}, {"output": (Column("a", "double"),)}
    )
    asked = section(facts(signature=signature), "What it is asked")
    assert re.findall("<strong>(.*?)</strong>", asked) == ["first", "second | 2"]
    assert asked.count("<table>") == 2


def test_there_are_no_gaps() -> None:
    lean = facts(tables=(), trusted=(), trials=(), description="", steps=())
    outside = re.sub(r"```.*?```", "code", card(lean), flags=re.DOTALL)
    assert "\n\n\n" not in outside
