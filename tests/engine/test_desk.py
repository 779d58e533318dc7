"""Questions side by side: a page before a profile, questions given up, processes killed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.engine import messages as say
from studio.engine.desk import Desk
from studio.engine.engine import Engine
from studio.engine.errors import EngineClosed
from studio.engine.runner import Job, Report
from tests.engine.drawing import Drawing, run
from tests.engine.tables import PORT, request


class Handle:
    """A job of the runner below."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.asked = False

    def ask(self) -> None:
        self.asked = True

    def kill(self) -> None:
        self.asked = True

    def wait(self, timeout: float) -> bool:
        return True


class Runner:
    """A runner that starts jobs and ends them when it is told to."""

    def __init__(self) -> None:
        self.jobs: dict[int, tuple[Job, Handle]] = {}
        self.order: list[str] = []

    def desk_is_free(self, desk: str) -> bool:
        return all(job.desk != desk for job, _ in self.jobs.values())

    def start(self, job: Job) -> Handle:
        handle = Handle(len(self.order))
        self.jobs[handle.number] = job, handle
        self.order.append(job.spec["request"])
        return handle

    def end(self, request: str, kind: str = "done") -> Report:
        number = self.order.index(request)
        del self.jobs[number]
        return Report(number, kind, {"outcome": "answered", "answer": {}})


class Room:
    """A desk, the runner that it hands its questions to, and what it answered."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.runner: Any = Runner()
        nobody: Any = None
        self.desk = Desk(nobody, nobody, 1000, self.answers.append, nobody)

    def ask(self, *questions: say.Question) -> None:
        for question in questions:
            self.desk.ask(question)

    def fill(self) -> list[str]:
        self.desk.fill(self.runner)
        order: list[str] = self.runner.order
        return order

    def end(self, request: str, kind: str = "done") -> None:
        self.desk.take(self.runner.end(request, kind))


def test_a_page_does_not_wait_for_a_profile_nor_a_plain_one_for_a_sorted_one() -> None:
    room = Room()
    room.ask(
        say.Profile("profile", "k", "p"),
        say.Profile("profile 2", "k", "p"),
        say.Compare("compare", "k", "p", "x", "y"),
        say.Preview("sorted", "k", "p", sort=(say.Sort("x"),)),
        say.Preview("filtered", "k", "p", where=(say.Condition("x", "missing"),)),
        say.Preview("plain", "k", "p"),
    )
    assert room.fill() == ["plain", "compare"]
    room.end("plain")
    room.end("compare")
    assert room.fill() == ["plain", "compare", "sorted", "profile"]
    assert [answer.request for answer in room.answers] == ["plain", "compare"]


def test_a_forgotten_question_is_never_asked() -> None:
    room = Room()
    room.ask(say.Profile("a", "k", "p"), say.Profile("b", "k", "p"))
    room.desk.forget("a")
    assert room.fill() == ["b"]


@pytest.mark.parametrize("kind", ["done", "died"])
def test_a_forgotten_answer_is_not_given(kind: str) -> None:
    room = Room()
    room.ask(say.Profile("a", "k", "p"))
    room.fill()
    room.desk.forget("a")
    (_, handle), *_ = room.runner.jobs.values()
    assert handle.asked
    room.end("a", kind)
    assert room.answers == []
    room.desk.forget("nobody")


def test_a_process_that_dies_gives_a_problem() -> None:
    room = Room()
    room.ask(say.Preview("a", "k", "p"), say.Trees("b", "k", "p"), say.Snapshot("c", "k", "p", "n"))
    room.fill()
    for name, kind in (("a", say.Previewed), ("b", say.TreesShown)):
        room.end(name, "died")
        answer = room.answers.pop()
        assert isinstance(answer, kind)
        assert answer.problem.code == "no_answer"
    assert room.fill() == ["a", "b", "c"]


def test_what_is_open_when_the_engine_closes_gets_a_problem() -> None:
    room = Room()
    room.ask(say.Profile("open", "k", "p"), say.Profile("waiting", "k", "p"))
    room.fill()
    room.desk.close()
    room.ask(say.Preview("late", "k", "p"))
    assert {answer.request for answer in room.answers} == {"open", "waiting", "late"}
    assert {answer.problem.code for answer in room.answers} == {"no_answer"}


def big(engine: Engine) -> str:
    told = run(engine, Drawing().add("a", "big", megabytes=200))
    assert told.outcome == "finished", told.problems
    return told.keys["a"]


class Heard:
    """Answers as they come, by request."""

    def __init__(self, engine: Engine) -> None:
        self.answers: dict[str, Any] = {}
        self._came = threading.Condition()
        self.stop: Callable[[], None] = engine.listen(self._take)

    def _take(self, event: Any) -> None:
        if isinstance(event, say.Answer):
            with self._came:
                self.answers[event.request] = event
                self._came.notify_all()

    def wait(self, request: str) -> Any:
        with self._came:
            assert self._came.wait_for(lambda: request in self.answers, 30)
        return self.answers[request]


def test_a_running_question_can_be_forgotten(engine: Engine) -> None:
    key, port = big(engine), "numbers"
    heard = Heard(engine)
    slow, after = request(), request()
    engine.send(say.Profile(slow, key, port))
    engine.send(say.Forget(slow))
    engine.send(say.Profile(after, key, port, brief=True))
    assert heard.wait(after).problem is None
    assert slow not in heard.answers
    heard.stop()


def test_a_killed_desk_answers_with_a_problem_and_the_next_one_works(
    engine: Engine, tmp_path: Path
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    drawing = Drawing().add("a", "hang_describing", fifo=str(fifo))
    heard = Heard(engine)
    asked = request()
    engine.send(say.Describe(asked, drawing.experiment.to_dict(), "/"))
    with fifo.open() as file:
        os.kill(int(file.readline()), signal.SIGKILL)
    assert heard.wait(asked).problem.code == "no_answer"
    fine = Drawing().add("a", "numbers")
    assert engine.describe(fine.experiment).problem is None
    heard.stop()


def test_a_page_comes_while_a_module_hangs_describing(engine: Engine, tmp_path: Path) -> None:
    told = run(engine, Drawing().add("a", "numbers"))
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    drawing = Drawing().add("a", "hang_describing", fifo=str(fifo))
    asked = request()
    heard = Heard(engine)
    engine.send(say.Describe(asked, drawing.experiment.to_dict(), "/"))
    with fifo.open() as file:
        file.readline()
        assert engine.preview(told.keys["a"], "numbers").rows == ((0,), (1,), (2,))
        assert asked not in heard.answers
        engine.send(say.Forget(asked))
    assert engine.describe(Drawing().add("a", "numbers").experiment).problem is None
    assert asked not in heard.answers
    heard.stop()


def test_a_closed_engine_answers_nothing(open_engine: Callable[..., Engine]) -> None:
    engine = open_engine()
    engine.close()
    with pytest.raises(EngineClosed):
        engine.preview("k", PORT)


def test_what_is_known_of_a_result_needs_no_run(engine: Engine) -> None:
    told = run(engine, Drawing().add("a", "numbers").add("s", "sum", {"tables": ["a.numbers"]}))
    for event in told.of(say.NodeFinished):
        assert engine.about(event.key) == event.outputs
    found = engine.about(told.keys["a"])["numbers"]
    assert (found["kind"], found["rows"]) == ("Table", 3)
    assert found["schema"] == [{"name": "n", "type": "integer"}]
    assert engine.about("no such key") == {}


def test_a_held_result_is_not_evicted(engine: Engine) -> None:
    told = run(engine, Drawing().add("a", "numbers"))
    engine.hold([told.keys["a"]])
    engine.store.sweep(-1)
    assert engine.about(told.keys["a"])
    engine.release([told.keys["a"]])
    engine.store.sweep(-1)
    assert not engine.about(told.keys["a"])
