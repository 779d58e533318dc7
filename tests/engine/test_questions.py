"""Columns before a run, and rows after it."""

from __future__ import annotations

from typing import Any

from studio.engine import messages as say
from studio.engine.engine import Engine
from tests.engine.drawing import Drawing, run

N = [{"name": "n", "type": "integer"}]


def chain(amount: int = 1) -> Drawing:
    drawing = Drawing(id="asked").add("a", "numbers", count=2000)
    return drawing.add("b", "plus", {"table": "a.numbers"}, amount=amount)


def test_schemas_travel_before_anything_ran(engine: Engine) -> None:
    answer = engine.describe(chain().experiment)
    assert answer.problem is None
    assert answer.schemas == {"a": {"numbers": N}, "b": {"numbers": N}}
    assert (answer.problems, answer.guessed, answer.stored) == ({}, (), ())


def test_where_a_module_says_nothing_its_last_result_does(engine: Engine) -> None:
    drawing = chain().add("s", "silent", {"table": "b.numbers"})
    drawing.add("after", "plus", {"table": "s.numbers"})
    assert engine.describe(drawing.experiment).schemas["after"] == {"numbers": None}
    told = run(engine, drawing)
    known = engine.describe(drawing.experiment)
    assert known.schemas["after"] == known.schemas["s"] == {"numbers": N}
    assert (known.guessed, set(known.stored)) == ((), {"a", "b", "s", "after"})
    assert known.keys == told.keys
    drawing.change("b", params={"amount": 5})
    guessed = engine.describe(drawing.experiment)
    assert guessed.schemas["after"] == {"numbers": N}
    assert (guessed.guessed, guessed.stored) == (("s",), ("a",))


def test_problems_that_only_module_code_finds_are_told(engine: Engine) -> None:
    answer = engine.describe(chain(amount=13).experiment)
    assert {n: [p.code for p in found] for n, found in answer.problems.items()} == {
        "b": ["odd_amount"]
    }


def test_what_is_incomplete_is_described_as_far_as_it_goes(engine: Engine) -> None:
    drawing = chain().add("alone", "plus").add("what", "no_such_module")
    drawing.add("next", "plus", {"table": "what.x"})
    answer = engine.describe(drawing.experiment)
    assert answer.schemas["a"] == {"numbers": N}
    assert answer.schemas["alone"] == answer.schemas["next"] == {"numbers": None}
    assert answer.keys == {**answer.keys, "alone": None, "what": None, "next": None}


def test_a_question_is_answered_while_all_workers_are_busy(engine: Engine) -> None:
    drawing = Drawing().add("x", "burn", how="sort").add("y", "burn", how="matmul")
    busy = 0
    for event in engine.run(drawing.experiment):
        if isinstance(event, say.NodeLogged):
            busy += 1
            if busy == 2:
                assert engine.describe(chain().experiment).schemas["a"] == {"numbers": N}
                engine.send(say.Cancel(event.run))


def test_a_document_that_cannot_be_read_gets_an_answer(engine: Engine) -> None:
    answer = engine.describe({"format": 1})
    assert answer.problem is not None
    assert answer.problem.code == "document_invalid"


def preview(engine: Engine, node: str = "a", port: str = "numbers", **more: Any) -> say.Previewed:
    told = run(engine, chain().add("s", "sum", {"tables": ["a.numbers", "b.numbers"]}))
    return engine.preview(told.keys[node], port, **more)


def test_rows_come_from_where_they_are_asked(engine: Engine) -> None:
    answer = preview(engine, offset=1990, limit=5)
    assert (answer.total, answer.offset, answer.columns) == (2000, 1990, ("n",))
    assert answer.rows == ((1990,), (1991,), (1992,), (1993,), (1994,))


def test_rows_are_bounded(engine: Engine) -> None:
    assert len(preview(engine, limit=10**9).rows) == 1000
    assert preview(engine, offset=10**9).rows == ()


def test_a_reports_content_and_tables_can_be_seen(engine: Engine) -> None:
    report = preview(engine, "s", "report")
    assert report.content is not None
    assert report.content["metrics"]["first"] == float(sum(range(2000)))
    assert preview(engine, "s", "report", table="first", limit=2).rows == ((0,), (1,))


def test_what_is_gone_is_said_to_be(engine: Engine) -> None:
    answer = engine.preview("no such key", "numbers")
    assert answer.problem is not None
    assert answer.problem.code == "result_gone"
    answer = preview(engine, "s", "report", table="no such table")
    assert answer.problem is not None
    assert answer.problem.code == "not_a_table"
