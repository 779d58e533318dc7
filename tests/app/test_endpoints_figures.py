"""What is read from endpoints: figures, logs, replies; and what is said to them."""

from __future__ import annotations

import json
import shlex
import time
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PySide6.QtWidgets import QLineEdit

from studio.app.panels.endpoint_field import RequestField, Unfit
from studio.app.panels.endpoint_form import MOST, EndpointForm
from studio.app.panels.endpoint_head import figure_texts
from studio.app.program import Programs
from studio.app.serving.endpoint import Endpoint
from studio.app.serving.log_line import log_text
from studio.app.serving.metrics import Figures, Reading, Readings, quantile, read_metrics
from studio.app.serving.package_facts import (
    KnownPackages,
    PackageFacts,
    is_package,
    read_package,
)
from studio.app.serving.request import Refusal, curl, read_refusal, reply_rows, request_text
from studio.scoring.manifest import Manifest, PackageUnreadable
from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.schema import Column
from studio.serve.metrics import BUCKETS, Metrics

SIGNATURE = Signature(
    {"input1": (Field("age", "integer", example=38), Field("job", "string", example="clerk"))},
    {"output1": (Column("Scored Labels", "string"),)},
    (WebParameter("limit", "double", 0.5),),
)


def test_what_a_server_counts_is_what_is_shown() -> None:
    metrics = Metrics()
    chance = np.random.default_rng(1)
    took = chance.gamma(2.0, 0.004, 2_000)
    for seconds in took:
        metrics.requests.add(("/score", "200", "1"))
        metrics.seconds.observe(("/score",), float(seconds))
    for status, path in (("422", "/score"), ("500", "/v2/models/{model}/infer")):
        metrics.requests.add((path, status, "1"))
    for path in ("/metrics", "/health/ready", "/", "/openapi.json"):
        metrics.requests.add((path, "200", "-"))
        metrics.seconds.observe((path,), 20.0)
    page = metrics.text([{"name": "A “quoted” \n name", "version": "1"}], ready=True).decode()
    reading = read_metrics(page, 5.0)
    assert (reading.at, reading.calls, reading.errors) == (5.0, 2_002, 2)
    edges = np.array([0.0, *BUCKETS])
    for share in (0.5, 0.95):
        found = quantile(reading.buckets, share)
        assert found is not None
        true = float(np.quantile(took, share))
        above = int(np.searchsorted(edges, true))
        assert edges[above - 1] <= found <= edges[above]


def test_a_quantile_lies_within_its_bucket_as_if_evenly_spread() -> None:
    buckets = {1.0: 10.0, 2.0: 30.0, 4.0: 40.0, float("inf"): 40.0}
    assert quantile(buckets, 0.25) == 1.0
    assert quantile(buckets, 0.5) == 1.5
    assert quantile(buckets, 0.875) == 3.0
    assert quantile({1.0: 0.0, float("inf"): 4.0}, 0.5) == 1.0
    assert quantile({1.0: 0.0, float("inf"): 0.0}, 0.5) is None
    assert quantile({}, 0.5) is None


def test_figures_are_those_of_late_and_go_back_to_all_when_it_is_quiet() -> None:
    readings = Readings()
    assert readings.figures() == Figures()
    for at, calls in enumerate((0, 10, 30, 30)):
        readings.add(Reading(float(at), calls, calls / 10, {0.1: calls / 2, 0.2: float(calls)}))
    figures = readings.figures()
    assert figures.rate == 10.0
    assert figures.course == (10.0, 20.0, 0.0)
    assert (figures.calls, figures.errors) == (30, 3)
    assert (figures.middle, figures.slow) == (0.1, pytest.approx(0.19))
    for at in range(100, 103):
        readings.add(Reading(float(at), 30, 3, {0.1: 15.0, 0.2: 30.0}))
    quiet = readings.figures()
    assert quiet.rate == 0.0
    assert quiet.middle == 0.1
    readings.clear()
    assert readings.figures().calls == 0


def test_figures_are_written_as_people_read_them() -> None:
    shown = figure_texts(Figures(12.3456, 1204, 3, 0.001234, 1.5, ()))
    assert list(shown.values()) == ["12.3", "1.23 ms", "1.5 s", "1,204", "3"]
    assert figure_texts(Figures())["slow"] == "–"


def test_a_log_is_read_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    line = {"time": "2026-11-26T14:22:19.907Z", "level": "info", "event": "request"}
    call = {"method": "POST", "path": "/score", "status": 200, "ms": 9.5704, "rows": 2}
    assert log_text(json.dumps(line | call)) == "14:22:19  POST /score  200  2 rows  9.57 ms"
    assert log_text(json.dumps(line | call | {"path": "/metrics"})) == ""
    failed = call | {"path": "/metrics", "status": 500}
    assert log_text(json.dumps(line | failed)) == "14:22:19  POST /metrics  500  2 rows  9.57 ms"
    fault = {"time": line["time"], "level": "error", "event": "fault", "traceback": "Trace\nhere"}
    assert log_text(json.dumps(fault)) == "14:22:19  ERROR fault\nTrace\nhere"
    for plain in ("Not JSON", "[1]", '{"a": 1}'):
        assert log_text(plain) == plain
    monkeypatch.undo()
    time.tzset()


def test_a_request_has_the_shortest_form_there_is() -> None:
    row, other = {"age": 38, "job": None}, {"x": 1.5}
    assert json.loads(request_text({"input1": row}, {})) == [row]
    assert json.loads(request_text({"input1": row}, {"limit": 1})) == {
        "records": [row],
        "parameters": {"limit": 1},
    }
    assert json.loads(request_text({"a": row, "b": other}, {"limit": 1})) == {
        "tables": {"a": [row], "b": [other]},
        "parameters": {"limit": 1},
    }
    body = request_text({"input1": {"job": "it's “quoted”"}}, {})
    words = shlex.split(curl("http://127.0.0.1:80", body))
    assert words[:4] == ["curl", "-X", "POST", "http://127.0.0.1:80/score"]
    assert words[-2:] == ["--data", body]


def test_replies_of_every_form_are_read() -> None:
    row = {"Scored Labels": "yes"}
    for form in ([row], {"records": [row]}, {"tables": {"": [row]}}):
        assert reply_rows(json.dumps(form)) == {"": row}
    both = {"tables": {"a": {"records": [row]}, "b": [row]}}
    assert reply_rows(json.dumps(both)) == {"a": row, "b": row}
    for wrong in ("", "[]", "{}", '"text"', '{"tables": {"a": 1}}'):
        with pytest.raises(ValueError, match=r".*"):
            reply_rows(wrong)


def test_a_refusal_says_where() -> None:
    told = {"code": "value_unfit", "message": "No.", "hint": None, "column": "age", "row": 1}
    assert read_refusal(json.dumps({"error": told})) == Refusal("No.", "", "", "age")
    assert read_refusal("<html>Gateway</html>") == Refusal("<html>Gateway</html>")
    assert read_refusal("") == Refusal("It was refused without a reason.")


def write(folder: Path, **manifest: object) -> Path:
    """Write the parts of a package that say what it is."""
    folder.mkdir(parents=True)
    files = {"signature.json": "", "sample_request.json": ""}
    made = Manifest(name="Shop", version="2", files=files, **manifest)
    (folder / "manifest.json").write_text(made.to_json())
    (folder / "signature.json").write_text(json.dumps(SIGNATURE.to_dict()))
    (folder / "sample_request.json").write_text(json.dumps({"records": [{"age": 40}]}))
    return folder


def test_a_package_is_read_from_its_folder_and_from_a_zip_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop")
    flat, nested = tmp_path / "flat.zip", tmp_path / "nested.zip"
    for path, prefix in ((flat, ""), (nested, "shop/")):
        with ZipFile(path, "w") as archive:
            for file in folder.iterdir():
                archive.write(file, prefix + file.name)
    for path in (folder, flat, nested):
        facts = read_package(path)
        assert is_package(path)
        assert facts.title == "Shop 2"
        assert facts.signature == SIGNATURE
        assert facts.example == {"input1": {"age": 40, "job": "clerk"}}
    assert not is_package(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("manifest.json", "{"),
        ("manifest.json", "[]"),
        ("manifest.json", '{"name": ""}'),
        ("signature.json", "{}"),
        ("signature.json", '{"inputs": 5}'),
        ("signature.json", None),
        ("sample_request.json", "{"),
    ],
)
def test_what_is_no_package_is_refused_or_does_without(
    name: str, text: str | None, tmp_path: Path
) -> None:
    folder = write(tmp_path / "shop")
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text)
    if name == "sample_request.json":
        assert read_package(folder).example == {"input1": {"age": 38, "job": "clerk"}}
        return
    with pytest.raises(PackageUnreadable) as error:
        read_package(folder)
    assert str(folder) in error.value.message
    (tmp_path / "wrong.zip").write_bytes(b"no archive")
    with pytest.raises(PackageUnreadable):
        read_package(tmp_path / "wrong.zip")


def test_the_next_version_is_the_next_whole_number() -> None:
    made = [Manifest(name=n, version=v) for n, v in (("A", "1"), ("a", "2.5"), ("A", "beta"))]
    known = KnownPackages.of([*made, Manifest(name="B", version="30")])
    assert known.next_version("a") == "3"
    assert known.next_version("C") == "1"


def test_a_package_of_a_thousand_columns_has_a_form_that_can_be_used(qtbot, tmp_path: Path) -> None:
    columns = [Field(f"c{n}", "double", example=float(n)) for n in range(1000)]
    label = Field("label", "string", role="label", required=False, example="yes")
    signature = replace(SIGNATURE, inputs={"input1": (label, *columns)})
    endpoint = Endpoint(tmp_path, Programs())
    endpoint.take_facts(PackageFacts(tmp_path, Manifest(name="Wide", version="1"), signature))
    form = EndpointForm(endpoint)
    qtbot.addWidget(form)
    form.resize(360, 700)
    form.show()
    qtbot.waitUntil(lambda: form.is_made, timeout=60_000)
    assert len(form.findChildren(RequestField)) == MOST + 1
    first = form.findChild(QLineEdit, "request_0")
    assert first is not None
    first.setText("-1")
    body = form.request()
    assert body is not None
    wanted = {f"c{n}": float(n) for n in range(1000)} | {"c0": -1.0}
    assert json.loads(body) == {"records": [wanted], "parameters": {"limit": 0.5}}


@pytest.mark.parametrize(
    ("field", "value", "typed", "wrong"),
    [
        (Field("n", "integer"), 38, "39", "3.5"),
        (Field("n", "double"), 1.5, "-2e3", "1,5"),
        (Field("n", "timespan"), 90.0, "1.5", "a day"),
        (Field("n", "string"), "it's", " a ", None),
        (Field("n", "datetime"), "2024-05-01T00:00:00", "2024-05-02T00:00:00", None),
        (Field("n", "category", levels=("a", "b")), "b", "never seen", None),
        (Field("n", "boolean"), True, "No", None),
    ],
)
def test_a_field_holds_values_of_its_type(
    qtbot, field: Field, value: object, typed: str, wrong: str | None
) -> None:
    made = RequestField.of_column("request_0", field)
    qtbot.addWidget(made)
    assert made.value() is None
    made.show_value(value)
    assert made.value() == value
    assert type(made.value()) is type(value)
    made.entry.show_text(typed)
    expected = {"39": 39, "-2e3": -2000.0, "1.5": 1.5, "No": False}.get(typed, typed)
    assert made.value() == expected
    if wrong is not None:
        made.entry.show_text(wrong)
        with pytest.raises(Unfit, match="“n” needs"):
            made.value()
    made.show_value(None)
    assert made.value() is None
    assert made.entry.accessibleName() == "n"
