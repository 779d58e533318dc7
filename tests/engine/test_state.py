"""The state machine, without processes: bad orders and races as lists of events."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.engine.state import (
    LOSSES_ALLOWED,
    Begin,
    CancelAsked,
    End,
    Failed,
    Finished,
    GiveUp,
    Interrupt,
    Lost,
    Queue,
    Refuse,
    Reuse,
    RunState,
    SayCancelled,
    Skip,
    Slots,
    Start,
    Stopped,
    Task,
)


def chain(*stored: str) -> RunState:
    nodes = ["a", "b", "c"]
    inputs = {"a": (), "b": ("a",), "c": ("b",)}
    return RunState(Task(n, inputs[n], f"key {n}", stored=n in stored) for n in nodes)


def test_a_chain_runs_one_after_another() -> None:
    state = chain()
    assert state.handle(Begin()) == [Queue("a")]
    assert state.handle(Slots(2)) == [Start("a")]
    assert state.handle(Slots(1)) == []
    assert state.handle(Finished("a")) == [Queue("b")]
    assert state.handle(Slots(2)) == [Start("b")]
    assert state.handle(Finished("b")) == [Queue("c")]
    assert state.handle(Slots(2)) == [Start("c")]
    assert state.handle(Finished("c")) == [End("finished")]
    assert set(state.states.values()) == {"finished"}


def test_what_is_stored_is_reused_and_the_rest_runs() -> None:
    state = chain("a", "b")
    assert state.handle(Begin()) == [Reuse("a"), Reuse("b"), Queue("c")]


def test_everything_stored_ends_at_once() -> None:
    assert chain("a", "b", "c").handle(Begin())[-1] == End("finished")


def test_an_empty_run_ends_at_once() -> None:
    assert RunState([]).handle(Begin()) == [End("finished")]


def test_only_what_the_wanted_need_runs() -> None:
    tasks = [
        Task("a", key="a", wanted=False),
        Task("b", ("a",), "b", stored=True, wanted=False),
        Task("c", ("b",), "c"),
        Task("other", key="other", wanted=False),
    ]
    state = RunState(tasks)
    assert state.handle(Begin()) == [Reuse("b"), Queue("c")]
    state.handle(Slots(1))
    assert state.handle(Finished("c")) == [End("finished")]
    assert state.states["a"] == state.states["other"] == "stale"


def test_branches_start_together_as_far_as_there_is_room() -> None:
    state = RunState(Task(n, key=n) for n in "abc")
    state.handle(Begin())
    assert state.handle(Slots(2)) == [Start("a"), Start("b")]
    assert state.handle(Slots(1)) == [Start("c")]


def test_a_failure_skips_what_follows_and_neighbours_finish() -> None:
    state = RunState([Task("a"), Task("b", ("a",)), Task("c", ("b",)), Task("neighbour")])
    state.handle(Begin())
    state.handle(Slots(2))
    assert state.handle(Failed("a")) == [Skip("b", "a"), Skip("c", "a")]
    assert state.handle(Finished("neighbour")) == [End("failed")]


def test_a_disabled_node_and_an_incomplete_one_stop_what_follows() -> None:
    tasks = [
        Task("off", disabled=True),
        Task("after", ("off",)),
        Task("wrong", incomplete=True),
        Task("after wrong", ("wrong",)),
    ]
    state = RunState(tasks)
    assert state.handle(Begin()) == [
        Skip("off"),
        Skip("after", "off"),
        Refuse("wrong"),
        Skip("after wrong", "wrong"),
        End("failed"),
    ]


def test_equal_nodes_run_once() -> None:
    state = RunState([Task("a", key="same"), Task("b", key="same"), Task("c", ("b",), "c")])
    assert state.handle(Begin()) == [Queue("a")]
    assert state.handle(Slots(2)) == [Start("a")]
    assert state.handle(Finished("a")) == [Reuse("b"), Queue("c")]


def test_when_one_of_equal_nodes_fails_the_other_has_its_turn() -> None:
    state = RunState([Task("a", key="same"), Task("b", key="same")])
    state.handle(Begin())
    state.handle(Slots(2))
    assert state.handle(Failed("a")) == [Queue("b")]


def test_cancelling_a_run_interrupts_what_runs_and_drops_what_waits() -> None:
    state = RunState([Task("a"), Task("b"), Task("c", ("a",))])
    state.handle(Begin())
    state.handle(Slots(1))
    assert state.handle(CancelAsked()) == [Interrupt("a"), SayCancelled("b"), SayCancelled("c")]
    assert state.handle(Slots(2)) == []
    assert state.handle(Stopped("a")) == [SayCancelled("a"), End("cancelled")]


def test_a_node_that_finishes_before_it_hears_of_the_cancel_has_finished() -> None:
    state = RunState([Task("a"), Task("b", ("a",))])
    state.handle(Begin())
    state.handle(Slots(1))
    state.handle(CancelAsked())
    assert state.handle(Finished("a")) == [End("cancelled")]
    assert state.states["a"] == "finished"


def test_cancelling_one_node_lets_its_neighbours_go_on() -> None:
    state = RunState([Task("a"), Task("b", ("a",)), Task("c")])
    state.handle(Begin())
    state.handle(Slots(2))
    assert state.handle(CancelAsked("a")) == [Interrupt("a")]
    assert state.handle(Stopped("a")) == [SayCancelled("a"), Skip("b", "a")]
    assert state.handle(Finished("c")) == [End("cancelled")]


def test_cancelling_a_queued_node_skips_what_follows() -> None:
    state = RunState([Task("a"), Task("b", ("a",)), Task("c")])
    state.handle(Begin())
    assert state.handle(CancelAsked("a")) == [SayCancelled("a"), Skip("b", "a")]
    assert state.handle(Slots(2)) == [Start("c")]


def test_cancelling_what_is_not_there_or_done_does_nothing() -> None:
    state = chain("a")
    state.handle(Begin())
    assert state.handle(CancelAsked("a")) == []
    assert state.handle(CancelAsked("nobody")) == []


def test_a_lost_result_is_made_again_and_its_reader_waits() -> None:
    state = chain("a", "b")
    state.handle(Begin())
    assert state.handle(Slots(1)) == [Start("c")]
    assert state.handle(Lost("c", "b")) == [Queue("b")]
    assert state.handle(Slots(1)) == [Start("b")]
    assert state.handle(Finished("b")) == [Queue("c")]


def test_a_lost_result_brings_back_what_was_not_needed_before() -> None:
    tasks = [
        Task("a", key="a", wanted=False),
        Task("b", ("a",), "b", stored=True, wanted=False),
        Task("c", ("b",), "c"),
    ]
    state = RunState(tasks)
    state.handle(Begin())
    state.handle(Slots(1))
    assert state.handle(Lost("c", "b")) == [Queue("a")]


def test_two_readers_that_miss_the_same_result_have_it_made_once() -> None:
    state = RunState([Task("a", stored=True), Task("b", ("a",)), Task("c", ("a",))])
    state.handle(Begin())
    state.handle(Slots(2))
    assert state.handle(Lost("b", "a")) == [Queue("a")]
    assert state.handle(Lost("c", "a")) == []
    state.handle(Slots(2))
    assert state.handle(Finished("a")) == [Queue("b"), Queue("c")]


def test_a_result_that_is_lost_again_and_again_fails_its_reader() -> None:
    state = chain("a", "b")
    state.handle(Begin())
    for _ in range(LOSSES_ALLOWED):
        state.handle(Slots(1))
        state.handle(Lost("c", "b"))
        state.handle(Slots(1))
        state.handle(Finished("b"))
    state.handle(Slots(1))
    assert state.handle(Lost("c", "b")) == [GiveUp("c", "b"), End("failed")]


def test_a_loss_after_a_cancel_is_a_stop() -> None:
    state = chain("a", "b")
    state.handle(Begin())
    state.handle(Slots(1))
    state.handle(CancelAsked())
    assert state.handle(Lost("c", "b")) == [SayCancelled("c"), End("cancelled")]


def test_a_reader_whose_lost_input_could_not_be_made_is_skipped() -> None:
    state = RunState([Task("a", stored=True), Task("b", ("a",)), Task("c", ("a",))])
    state.handle(Begin())
    state.handle(Slots(2))
    state.handle(Lost("b", "a"))
    state.handle(Slots(1))
    assert state.handle(Failed("a")) == [Skip("b", "a")]
    assert state.handle(Lost("c", "a")) == [Skip("c", "a"), End("failed")]


def test_nothing_comes_out_after_the_end() -> None:
    state = chain("a", "b", "c")
    state.handle(Begin())
    assert state.handle(Slots(1)) == state.handle(CancelAsked()) == []


def test_late_news_of_a_node_that_does_not_run_changes_nothing() -> None:
    state = chain()
    state.handle(Begin())
    assert state.handle(Finished("b")) == state.handle(Stopped("c")) == []


@given(st.data())
def test_every_order_of_events_comes_to_an_end(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 7))
    tasks = []
    for n in range(count):
        inputs = tuple(str(i) for i in range(n) if data.draw(st.booleans()))
        key = data.draw(st.sampled_from(["", "x", f"k{n}"]))
        stored, off = data.draw(st.booleans()), data.draw(st.integers(0, 5)) == 0
        tasks.append(Task(str(n), inputs, key, stored and key == f"k{n}", disabled=off))
    state = RunState(tasks)
    out = state.handle(Begin())
    running: set[str] = set()
    for _ in range(200):
        for item in out:
            if isinstance(item, Start):
                assert item.node not in running
                assert all(
                    state.states[i] in ("finished", "reused") for i in state.tasks[item.node].inputs
                )
                running.add(item.node)
        if state.ended:
            break
        kinds = ["slots"] + (["finish", "fail", "stop", "lose"] if running else [])
        kind = data.draw(st.sampled_from([*kinds, "cancel"]))
        node = data.draw(st.sampled_from(sorted(running))) if running else ""
        inputs = state.tasks[node].inputs if node else ()
        if kind == "slots" or (kind == "lose" and not inputs):
            out = state.handle(Slots(data.draw(st.integers(1, 3))))
        elif kind == "cancel":
            out = state.handle(CancelAsked(data.draw(st.sampled_from([*state.tasks, None]))))
        elif kind == "lose":
            running.discard(node)
            out = state.handle(Lost(node, data.draw(st.sampled_from(inputs))))
        else:
            running.discard(node)
            event = {"finish": Finished, "fail": Failed, "stop": Stopped}[kind](node)
            out = state.handle(event)
    else:
        # Whatever is left finishes when it is let.
        while not state.ended:
            out = state.handle(Slots(9))
            running |= {item.node for item in out if isinstance(item, Start)}
            assert running, state.states
            state.handle(Finished(running.pop()))
    final = {"finished", "reused", "failed", "cancelled", "skipped", "disabled"}
    assert all(s in final for s in state.states.values())
    assert not running
