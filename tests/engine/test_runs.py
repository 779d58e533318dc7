"""Runs with real workers: what ran, what was reused, what failed, and what was said of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.document.items import ExperimentParameter
from studio.engine import messages as say
from studio.engine.engine import Engine
from studio.engine.fingerprint import effective_seed
from tests.engine.drawing import Drawing, Told, pid_in, run


def chain(amount: int = 1) -> Drawing:
    drawing = Drawing().add("a", "numbers")
    drawing.add("b", "plus", {"table": "a.numbers"}, amount=amount)
    return drawing.add("c", "plus", {"table": "b.numbers"}, amount=10)


def test_a_first_run_runs_everything_and_a_second_one_nothing(engine: Engine) -> None:
    first = run(engine, chain())
    assert (first.outcome, first.ran) == ("finished", {"a", "b", "c"})
    assert first.numbers("c") == [11, 12, 13]
    second = run(engine, chain())
    assert (second.outcome, second.ran, second.reused) == ("finished", set(), {"a", "b", "c"})
    assert second.numbers("c") == [11, 12, 13]


def test_changing_one_parameter_runs_that_node_and_what_follows(engine: Engine) -> None:
    run(engine, chain())
    second = run(engine, chain(amount=2))
    assert (second.ran, second.reused) == ({"b", "c"}, {"a"})
    assert second.why("b") == ("parameter amount",)
    assert second.why("c") == ("input table",)
    assert second.numbers("c") == [12, 13, 14]


def test_a_copy_of_the_experiment_reuses_and_titles_and_places_do_not_matter(
    engine: Engine,
) -> None:
    run(engine, chain())
    copy = Drawing(id="copy").add("x", "numbers").add("y", "plus", {"table": "x.numbers"}, amount=1)
    assert run(engine, copy).reused == {"x", "y"}


def test_a_hidden_parameter_does_not_count(engine: Engine) -> None:
    run(engine, chain())
    drawing = chain().change("b", params={"amount": 1, "secret": 5})
    assert run(engine, drawing).reused == {"a", "b", "c"}


def test_the_events_of_a_node_come_in_order(engine: Engine) -> None:
    told = run(engine, Drawing().add("a", "numbers"))
    kinds = [type(event).__name__ for event in told.events]
    assert kinds == [
        "RunStarted", "NodeQueued", "NodeStarted", "NodeLogged", "NodeFinished", "RunFinished",
    ]  # fmt: skip
    finished = told.of(say.NodeFinished)[0]
    assert finished.outputs["numbers"]["rows"] == 3
    assert finished.seconds > 0
    assert finished.memory > 1 << 20
    assert [say.from_dict(say.to_dict(event)) for event in told.events] == told.events


def test_targets_run_only_what_they_need(engine: Engine) -> None:
    drawing = chain().add("other", "numbers", start=5)
    assert run(engine, drawing, targets=["b"]).ran == {"a", "b"}


def test_fresh_runs_a_node_again(engine: Engine) -> None:
    run(engine, chain())
    again = run(engine, chain(), fresh=["b"])
    assert (again.ran, again.reused) == ({"b"}, {"a", "c"})
    assert again.why("b") == ("asked for",)


def test_a_failure_says_its_sentence_and_skips_what_follows(engine: Engine) -> None:
    drawing = Drawing().add("bad", "wrong").add("after", "plus", {"table": "bad.numbers"})
    told = run(engine, drawing.add("beside", "numbers"))
    failed = told.of(say.NodeFailed)[0]
    assert failed.problem.sentence == "“3” is too small."
    assert (failed.problem.param, failed.details) == ("how", "")
    assert (told.outcome, told.skipped, told.ran) == ("failed", {"after": "bad"}, {"beside"})


@pytest.mark.parametrize("how", ["bug", "sys_exit"])
def test_a_bug_is_told_with_its_details(engine: Engine, how: str) -> None:
    failed = run(engine, Drawing().add("bad", "wrong", how=how)).of(say.NodeFailed)[0]
    assert failed.problem.code == "unexpected_error"
    assert "in run" in failed.details


def test_a_warning_is_kept_with_the_result(engine: Engine) -> None:
    drawing = Drawing().add("warns", "wrong", how="warning")
    first = run(engine, drawing).of(say.NodeFinished)[0]
    again = run(engine, drawing).of(say.NodeReused)[0]
    assert [problem.code for problem in first.warnings] == ["few_rows"]
    assert again.warnings == first.warnings


def test_what_is_incomplete_fails_with_a_sentence_and_the_rest_runs(engine: Engine) -> None:
    drawing = Drawing().add("ok", "numbers").add("alone", "plus").add("what", "no_such_module")
    drawing.add("off", "numbers", count=-1).add("next", "plus", {"table": "off.numbers"})
    told = run(engine, drawing.add("port", "plus", {"table": "ok.nothing"}))
    assert told.problems == {
        "alone": "input_needed", "what": "module_unknown", "off": "parameter_wrong",
        "port": "link_wrong",
    }  # fmt: skip
    assert (told.ran, told.skipped) == ({"ok"}, {"next": "off"})


def test_a_disabled_node_with_a_table_in_and_out_is_bypassed(engine: Engine) -> None:
    told = run(engine, chain().change("b", disabled=True))
    assert (told.ran, told.skipped, told.outcome) == ({"a", "c"}, {"b": ""}, "finished")
    assert told.numbers("c") == [10, 11, 12]


def test_what_follows_a_disabled_source_is_skipped(engine: Engine) -> None:
    told = run(engine, chain().change("a", disabled=True))
    assert told.skipped == {"a": "", "b": "a", "c": "a"}


def test_several_links_come_in_order_and_reports_have_figures(engine: Engine) -> None:
    drawing = Drawing().add("a", "numbers").add("b", "numbers", start=10)
    told = run(engine, drawing.add("s", "sum", {"tables": ["b.numbers", "a.numbers"]}))
    assert told.value("s", "report").metrics == {"total": 36.0, "first": 33.0}
    record = engine.history.get(told.events[0].run)
    assert record is not None
    assert record.metrics == {"s.report": {"total": 36.0, "first": 33.0}}


def test_a_bound_parameter_takes_the_experiments_value(engine: Engine) -> None:
    drawing = chain().change("b", bindings={"amount": "step"})
    drawing.parameters = (ExperimentParameter("step", "integer", 100),)
    assert run(engine, drawing).numbers("b") == [100, 101, 102]


def test_a_binding_to_nothing_is_a_problem(engine: Engine) -> None:
    told = run(engine, chain().change("b", bindings={"amount": "step"}))
    assert told.problems == {"b": "binding_unknown_parameter"}


def test_the_seed_depends_on_the_experiment_and_the_module_never_on_inputs(engine: Engine) -> None:
    drawing = Drawing(seed=4).add("t", "told").add("a", "numbers", count=50)
    drawing.add("s1", "split", {"table": "a.numbers"}).add("p", "plus", {"table": "a.numbers"})
    drawing.add("s2", "split", {"table": "p.numbers"})
    told = run(engine, drawing)
    seeds = told.value("t", "report").metrics["seed"]
    assert seeds == effective_seed(4, "told", None) != effective_seed(5, "told", None)
    assert [n + 1 for n in told.numbers("s1", "low")] == told.numbers("s2", "low")


def test_the_context_is_what_the_run_was_given(engine: Engine, tmp_path: Path) -> None:
    told = run(engine, Drawing().add("t", "told"), tmp_path)
    report = told.value("t", "report")
    share = told.of(say.RunStarted)[0]
    assert report.metrics["threads"] == share.threads == 1
    assert report.metrics["memory"] == share.memory
    assert (report.texts["base"], report.metrics["scratch"]) == (str(tmp_path), 1)
    assert [event.fraction for event in told.of(say.NodeProgress)] == [0.5]


def test_global_random_numbers_are_the_same_in_every_process(engine: Engine) -> None:
    one = run(engine, Drawing().add("t", "told")).value("t", "report").metrics
    two = run(engine, Drawing().add("t", "told"), fresh=["t"]).value("t", "report").metrics
    assert one["draw"] == two["draw"]
    assert one["pid"] != two["pid"]


def test_ranges_travel_with_the_learner(engine: Engine) -> None:
    drawing = Drawing().add("r", "row").change("r", ranges={"depth": [1, 3]})
    learner = run(engine, drawing).value("r", "learner")
    assert (learner.params, learner.ranges) == ({"depth": 2}, {"depth": [1, 3]})


def test_equal_nodes_run_once(engine: Engine) -> None:
    told = run(engine, Drawing().add("a", "numbers", start=7).add("b", "numbers", start=7))
    assert (len(told.ran), len(told.reused)) == (1, 1)


def test_branches_run_at_the_same_time(engine: Engine, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    drawing = Drawing().add("r", "meet", path=str(fifo), end="r")
    told = run(engine, drawing.add("w", "meet", path=str(fifo), end="w"))
    assert told.ran == {"r", "w"}
    assert told.numbers("r") != told.numbers("w")


def test_a_source_runs_again_when_its_files_content_changes(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "numbers.txt"
    path.write_text("1 2")
    drawing = Drawing().add("r", "read_numbers", path="numbers.txt")
    assert run(engine, drawing, tmp_path).numbers("r") == [1, 2]
    path.write_text("1 2")
    assert run(engine, drawing, tmp_path).reused == {"r"}
    path.write_text("1 3")
    again = run(engine, drawing, tmp_path)
    assert (again.numbers("r"), again.why("r")) == ([1, 3], ("file path",))


def test_a_file_that_was_moved_is_not_read_again(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "numbers.txt"
    path.write_text("1 2")
    assert run(engine, Drawing().add("r", "read_numbers", path=str(path)), tmp_path).ran == {"r"}
    (tmp_path / "deep").mkdir()
    path.rename(tmp_path / "deep" / "others.txt")
    moved = Drawing().add("r", "read_numbers", path="deep/others.txt")
    assert run(engine, moved, tmp_path).reused == {"r"}


def test_a_missing_file_is_the_modules_to_say_and_is_not_remembered(
    engine: Engine, tmp_path: Path
) -> None:
    drawing = Drawing().add("r", "read_numbers", path="numbers.txt")
    assert run(engine, drawing, tmp_path).problems == {"r": "unexpected_error"}
    (tmp_path / "numbers.txt").write_text("5")
    assert run(engine, drawing, tmp_path).numbers("r") == [5]


def test_a_file_that_changes_while_it_is_read_gives_no_result(
    engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "numbers.txt").write_text("1")
    drawing = Drawing().add("r", "read_numbers", path="numbers.txt", change=True)
    assert run(engine, drawing, tmp_path).problems == {"r": "file_changed"}


def test_a_sink_is_reused_only_while_its_file_is_there_unchanged(
    engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "out.txt"
    drawing = chain().add("w", "write_numbers", {"table": "c.numbers"}, path="out.txt")
    assert run(engine, drawing, tmp_path).ran == {"a", "b", "c", "w"}
    assert run(engine, drawing, tmp_path).reused == {"a", "b", "c", "w"}
    path.write_text("mine")
    assert run(engine, drawing, tmp_path).ran == {"w"}
    assert path.read_text() == "11\n12\n13"
    path.unlink()
    assert run(engine, drawing, tmp_path).ran == {"w"}
    other = tmp_path / "other"
    other.mkdir()
    assert run(engine, drawing, other).ran == {"w"}
    assert (other / "out.txt").exists()


def test_an_external_source_is_fetched_again_only_when_asked(engine: Engine) -> None:
    drawing = Drawing().add("f", "fetch").add("p", "plus", {"table": "f.numbers"})
    first = run(engine, drawing)
    assert run(engine, drawing).reused == {"f", "p"}
    again = run(engine, drawing, fresh=["f"])
    assert again.ran == {"f", "p"}
    assert again.numbers("f") != first.numbers("f")
    assert run(engine, drawing).numbers("f") == again.numbers("f")


def test_other_peoples_code_gets_a_process_of_its_own(engine: Engine) -> None:
    reports = [run(engine, Drawing(seed=s).add("a", "told")).value("a", "report") for s in range(3)]
    assert len({report.metrics["pid"] for report in reports}) == 3


def test_a_damaged_result_is_made_again(engine: Engine) -> None:
    first = run(engine, chain())
    entry = engine.store.folder_of(first.keys["b"])
    table = entry / "numbers" / "table.arrow"
    table.write_bytes(table.read_bytes()[:-20])
    drawing = chain().change("c", params={"amount": 20})
    again = run(engine, drawing)
    assert (again.ran, again.outcome) == ({"b", "c"}, "finished")
    assert again.numbers("c") == [21, 22, 23]


def test_a_run_is_in_the_history(engine: Engine) -> None:
    told = run(engine, chain())
    record = engine.history.get(told.events[0].run)
    assert record is not None
    assert (record.outcome, record.name, record.seed) == ("finished", "Drawing", 0)
    assert {n.node: (n.module, n.outcome) for n in record.nodes} == {
        "a": ("numbers", "finished"), "b": ("plus", "finished"), "c": ("plus", "finished"),
    }  # fmt: skip
    assert {n.node: n.key for n in record.nodes} == told.keys
    assert next(n for n in record.nodes if n.node == "b").params == {"amount": 1}
    assert "pyarrow" in record.versions
    assert record.document == chain().experiment.to_dict()
    assert engine.history.list(1)[0].id == record.id


def test_a_document_that_cannot_be_read_fails_with_a_sentence(engine: Engine) -> None:
    events = list(engine.run({"format": 1, "experiment": 3}))
    assert [event.problems[0].code for event in events] == ["document_invalid"]


def test_leaving_the_events_cancels_the_run(engine: Engine) -> None:
    events = engine.run(Drawing().add("b", "burn").experiment)
    name = ""
    for event in events:
        name = event.run
        if isinstance(event, say.NodeLogged):
            break
    events.close()
    assert list(engine.events(name))[-1].outcome == "cancelled"


def test_the_spawn_launcher_runs_the_same(open_engine: Callable[..., Engine]) -> None:
    engine = open_engine(start="spawn")
    drawing = Drawing().add("b", "burn", how="regex").add("a", "told")
    events = []
    for event in engine.run(drawing.experiment):
        events.append(event)
        if {"NodeFinished", "NodeLogged"} <= {type(one).__name__ for one in events}:
            engine.send(say.Cancel(event.run))
    told = Told(events, engine)
    assert told.ran == {"a"}
    assert told.nodes(say.NodeCancelled) == {"b"}
    with pytest.raises(ProcessLookupError):
        os.kill(pid_in(told.of(say.NodeLogged)[0]), 0)


def test_a_result_cut_short_is_made_again(engine: Engine) -> None:
    first = run(engine, chain())
    table = engine.store.folder_of(first.keys["b"]) / "numbers" / "table.arrow"
    table.write_bytes(table.read_bytes()[:-100])
    again = run(engine, chain())
    assert (again.ran, again.reused) == ({"b"}, {"a", "c"})
    assert again.why("b") == ("result gone",)
