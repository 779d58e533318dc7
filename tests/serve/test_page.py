"""The page: one file that lets nothing in from elsewhere, and says what the package is."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from studio.serve.about.page import FRONT
from studio.serve.keys import add_key
from tests.serve.endpoints import serving
from tests.serve.scorers import FIELDS, Linear, Two


class Parts(HTMLParser):
    """The tags of a page with their attributes, and the text inside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.title = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        kind = dict(attrs).get("type") or ""
        self._open = f"{tag} {kind}".strip()

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "title":
            self.title += data
        elif self._open.startswith(("script", "style")):
            self.inside[self._open] = self.inside.get(self._open, "") + data


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_its_own_script_and_style_are_let_in_and_nothing_else() -> None:
    with serving(Linear()) as asked:
        reply = asked.get("/")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"
    parts = Parts(reply.text)
    policy = dict(
        item.strip().split(" ", 1) for item in reply.headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": hashed(parts.inside["script"]),
        "style-src": hashed(parts.inside["style"]),
        "img-src": "data:",
        "connect-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    for tag, attributes in parts.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("src", "href"):
            value = attributes.get(name) or ""
            assert re.fullmatch(r"|#\w+|openapi\.json|data:,", value), (tag, value)
    assert "http://" not in reply.text.replace("http://www.w3.org", "")
    assert "https://" not in reply.text
    assert "innerHTML" not in reply.text
    assert "url(" not in parts.inside["style"]


def test_what_it_is_made_from() -> None:
    with serving(Linear()) as asked:
        data = json.loads(Parts(asked.get("/").text).inside["script application/json"])
    (table,) = data["inputs"]
    assert [item["name"] for item in table["columns"]] == [field.name for field in FIELDS]
    by_name = {item["name"]: item for item in table["columns"]}
    assert by_name["colour"]["levels"] == ["red", "green", "blue"]
    assert by_name["age"]["hint"] == "17 to 90"
    assert by_name["id"]["example"] == "17"
    assert not by_name["income"]["required"]
    assert data["outputs"][0]["scores"] == ["Scored Labels", "Scored Probabilities"]
    assert len(data["forms"]) == 11
    assert not data["has_keys"]


def test_parameters_and_keys(tmp_path: Path) -> None:
    add_key(tmp_path / "keys.json", "shop")
    with serving(Two(), keys=tmp_path / "keys.json") as asked:
        data = json.loads(Parts(asked.get("/").text).inside["script application/json"])
    assert data["has_keys"]
    assert [item["name"] for item in data["parameters"]] == [
        *("factor", "title", "times", "loud", "extra"),
    ]


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "{{script}}{{data}}", "<!-- a & b", "ü \u2028"]
)
def test_names_are_text(name: str) -> None:
    with serving(Linear(name=name)) as asked:
        text = asked.get("/").text
    parts = Parts(text)
    assert json.loads(parts.inside["script application/json"])["name"] == name
    assert parts.title == name
    assert sum(tag == "script" for tag, _ in parts.tags) == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_those_of_the_studio(theme: str) -> None:
    import tomllib

    from studio import paths

    colours = tomllib.loads((paths.resources() / "themes" / f"{theme}.toml").read_text())
    style = (FRONT / "page.css").read_text()
    light, _, dark = style.partition("@media (prefers-color-scheme: dark)")
    part = light if theme == "light" else dark.partition("* {")[0]
    found = dict(re.findall(r"--([\w-]+): (#\w+);", part))
    names = {key: key.replace("-", "_") for key in found}
    names |= {"soft": "text_soft", "on-accent": "text_on_accent"}
    wanted = {key: colours[names[key]] for key in found if not key.startswith("accent")}
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not here")
def test_the_script_is_javascript() -> None:
    subprocess.run(["node", "--check", str(FRONT / "page.js")], check=True)


def test_a_package_carries_what_the_page_is_made_of() -> None:
    from studio.export.code_copy import copy_code
    from studio.registry.discovery import open_registry

    carried = copy_code(open_registry(), ()).files
    for file in FRONT.iterdir():
        assert carried[f"code/studio/serve/about/front/{file.name}"] == file.read_bytes()
