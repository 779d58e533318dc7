"""Reading ahead: the next items are made in a thread while the last ones are used."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from queue import Empty, Queue
from typing import TypeVar

T = TypeVar("T")

DEPTH = 1
"""How many items may wait: what is held in memory besides the one in use and the one made."""
ALONE = 2
"""So many items are made before a thread is worth its start."""


def ahead(items: Iterable[T]) -> Iterator[T]:
    """Yield the items in order, the next ones made in a thread meanwhile.

    Pays where making an item lets go of the interpreter: parsing, casting, a database. What making
    an item raises is raised here, in its place. When the consumer stops early, so does the thread.
    """
    rest = iter(items)
    yield from islice(rest, ALONE)
    ready: Queue[tuple[T] | BaseException | None] = Queue(DEPTH)
    stopped = threading.Event()
    maker = threading.Thread(target=_make, args=(rest, ready, stopped), name="ahead", daemon=True)
    maker.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        stopped.set()
        _empty(ready)
        maker.join()


def _make(
    rest: Iterator[T], ready: Queue[tuple[T] | BaseException | None], stopped: threading.Event
) -> None:
    try:
        for item in rest:
            if stopped.is_set():
                return
            ready.put((item,))
    except BaseException as error:
        ready.put(error)
    else:
        ready.put(None)


def _empty(ready: Queue[tuple[T] | BaseException | None]) -> None:
    """Take out what waits, so that a maker that waits for room goes on and sees that it is over."""
    while True:
        try:
            ready.get_nowait()
        except Empty:
            return
