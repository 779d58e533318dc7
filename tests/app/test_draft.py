"""A draft knows how its nodes stand, before, while and after it runs."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.session import Session
from studio.document.edits import AddNode, Connect, SetParams
from studio.document.items import Link, Node

SECONDS = 60_000


def test_a_template_runs_and_its_nodes_say_so(session: Session, qtbot: QtBot) -> None:
    draft = session.open_template("iris-k-means")
    assert draft is not None
    qtbot.waitUntil(
        lambda: any(draft.output_schemas(id) for id in draft.experiment.nodes), timeout=SECONDS
    )
    assert {draft.state(id).status for id in draft.experiment.nodes} == {"ready"}
    with qtbot.waitSignal(
        draft.happened, check_params_cb=lambda e: type(e).__name__ == "RunFinished", timeout=SECONDS
    ):
        draft.run()
    assert {draft.state(id).status for id in draft.experiment.nodes} == {"finished"}
    assert draft.last_run is not None
    assert draft.last_run.outcome == "finished"
    assert draft.last_run.done == draft.last_run.total == len(draft.experiment.nodes)


def test_a_change_makes_what_follows_stale_and_back_again(session: Session, qtbot: QtBot) -> None:
    draft = session.new()
    draft.apply(AddNode(Node("data", "sample_dataset", title="Data")))
    draft.apply(AddNode(Node("split", "split_data", title="Split")))
    draft.apply(Connect(Link("data", "dataset", "split", "dataset")))
    with qtbot.waitSignal(
        draft.happened, check_params_cb=lambda e: type(e).__name__ == "RunFinished", timeout=SECONDS
    ):
        draft.run()
    draft.apply(SetParams("split", {"fraction": 0.75}))
    qtbot.waitUntil(lambda: draft.state("split").status == "stale", timeout=SECONDS)
    assert draft.state("split").has_result
    assert draft.state("data").status == "finished"
    draft.undo()
    qtbot.waitUntil(lambda: draft.state("split").status == "finished", timeout=SECONDS)


def test_what_is_missing_is_said_at_once(draft: Draft, qtbot: QtBot) -> None:
    draft.apply(AddNode(Node("score", "score_model", title="Score")))
    qtbot.waitUntil(lambda: draft.state("score").status == "incomplete", timeout=SECONDS)
    assert "Nothing is linked to" in draft.state("score").sentence
    assert [item.node for item in draft.problems] == ["score", "score"]


def test_a_failure_stays_until_something_that_it_stands_on_changes(
    draft: Draft, qtbot: QtBot
) -> None:
    draft.apply(AddNode(Node("data", "import_data", params={"path": "nowhere.csv"})))
    draft.apply(AddNode(Node("split", "split_data")))
    draft.apply(Connect(Link("data", "dataset", "split", "dataset")))
    draft.run()
    qtbot.waitUntil(lambda: not draft.is_running, timeout=SECONDS)
    with qtbot.waitSignal(draft.described, timeout=SECONDS):
        draft.look_again()
    assert draft.state("data").status == "failed"
    assert "nowhere.csv" in draft.state("data").sentence
    assert draft.state("split").status == "skipped"
    draft.apply(SetParams("split", {"fraction": 0.75}))
    assert draft.state("data").status == "failed"
    assert draft.state("split").status != "skipped"
    draft.undo()
    assert draft.state("split").status == "skipped"
    draft.apply(SetParams("data", {"path": "elsewhere.csv"}))
    assert draft.state("data").status != "failed"


def test_what_waits_for_a_node_that_runs_says_so(draft: Draft, qtbot: QtBot) -> None:
    slow = "import time\ndef azureml_main(one=None, two=None):\n    time.sleep(600)\n"
    draft.apply(AddNode(Node("slow", "execute_python_script", params={"script": slow})))
    draft.apply(AddNode(Node("split", "split_data")))
    draft.apply(AddNode(Node("alone", "sample_dataset")))
    draft.apply(Connect(Link("slow", "result_dataset", "split", "dataset")))
    draft.run(["split"])
    qtbot.waitUntil(lambda: draft.state("slow").status == "running", timeout=SECONDS)
    state = draft.state("split")
    assert (state.status, state.sentence) == ("queued", "Waits for what comes before it.")
    assert draft.state("alone").status != "queued"
    draft.cancel()
    qtbot.waitUntil(lambda: not draft.is_running, timeout=SECONDS)
    assert draft.state("slow").status == "cancelled"
    assert draft.state("split").status in ("skipped", "cancelled", "ready")
