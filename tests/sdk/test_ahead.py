"""Reading ahead gives what reading gives, in order, and leaves no thread behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from studio.sdk.ahead import ahead


def counted(upto: int, made: list[int]) -> Iterator[int]:
    for number in range(upto):
        made.append(number)
        yield number


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "ahead"]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 100])
def test_items_come_in_order(count: int) -> None:
    assert list(ahead(range(count))) == list(range(count))
    assert threads() == []


def test_what_making_raises_is_raised_in_its_place() -> None:
    def failing() -> Iterator[int]:
        yield from range(5)
        raise ValueError("five")

    seen = []
    with pytest.raises(ValueError, match="five"):
        seen.extend(item for item in ahead(failing()))
    assert threads() == []


def test_stopping_early_stops_the_maker() -> None:
    made: list[int] = []
    reading = ahead(counted(1_000_000, made))
    assert [next(reading) for _ in range(10)] == list(range(10))
    reading.close()
    assert threads() == []
    assert len(made) < 20


def test_the_next_item_is_made_while_the_last_is_used() -> None:
    both = threading.Barrier(2, timeout=20)

    def meeting() -> Iterator[int]:
        yield from range(3)
        both.wait()
        yield 3

    reading = ahead(meeting())
    assert [next(reading) for _ in range(3)] == [0, 1, 2]
    both.wait()
    assert list(reading) == [3]
