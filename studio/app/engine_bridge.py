"""The bridge to the engine: commands go out, events come back on the window's own thread."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from studio.engine import messages as say
from studio.sdk.errors import StudioError

if TYPE_CHECKING:
    from studio.engine.engine import Engine
    from studio.engine.history import RunRecord, RunSummary

SLICE_SECONDS = 0.012
"""Events are handed on for this long at a time; the window draws in between."""
WORKERS = 2
_LOG = logging.getLogger(__name__)

Callback = Callable[[Any], None]


class EngineBridge(QObject):
    """Stands between the window and the engine; nothing that it is asked makes the window wait."""

    ready = Signal()
    failed = Signal(str)
    happened = Signal(object)
    _woken = Signal()

    def __init__(self, open_engine: Callable[[], Engine], parent: QObject | None = None) -> None:
        """Take the function that makes the engine; it is called, elsewhere, by :meth:`start`."""
        super().__init__(parent)
        self._open_engine = open_engine
        self._engine: Engine | None = None
        self._made: Engine | None = None
        self._failure: StudioError | None = None
        self._early: list[say.Command] = []
        self._answers: dict[str, Callback] = {}
        self._inbox: deque[Callable[[], None]] = deque()
        self._is_woken = threading.Event()
        self._executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="bridge")
        self._is_closed = False
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    @property
    def engine(self) -> Engine | None:
        """The engine, or None while it starts and where it could not."""
        return self._engine

    @property
    def failure(self) -> str:
        """Why there is no engine, or an empty text."""
        return "" if self._failure is None else self._failure.message

    def start(self) -> None:
        """Begin to make the engine; ``ready`` or ``failed`` follows."""
        self.work(self._make_engine, self._opened)

    def send(self, command: say.Command) -> None:
        """Hand a command to the engine, now or when it is there."""
        if self._engine is None:
            self._early.append(command)
        else:
            self._engine.send(command)

    def ask(self, question: Any, callback: Callback) -> str:
        """Ask the engine something; the answer goes to ``callback``. Returns the request's id."""
        self._answers[question.request] = callback
        self.send(question)
        return str(question.request)

    def forget(self, request: str) -> None:
        """Want an answer no longer."""
        if self._answers.pop(request, None) is not None:
            self.send(say.Forget(request))

    def work(self, function: Callable[[], Any], callback: Callback | None = None) -> None:
        """Do a short piece of work elsewhere; ``callback`` gets what it returns or a StudioError.

        An error that is no StudioError is logged and given as one.
        """
        if not self._is_closed:
            future = self._executor.submit(function)
            future.add_done_callback(partial(self._done, callback))

    def history_of(self, experiment: str, callback: Callable[[list[RunSummary]], None]) -> None:
        """Give the latest runs of an experiment to ``callback``, the newest first."""
        self._with_engine(lambda engine: engine.history.summaries(experiment), callback, [])

    def record_of(self, run: str, callback: Callable[[RunRecord | None], None]) -> None:
        """Give one run, with its experiment and nodes, to ``callback``."""
        self._with_engine(lambda engine: engine.history.get(run), callback, None)

    def about(self, keys: tuple[str, ...], callback: Callback) -> None:
        """Give what is known of the results of some keys to ``callback``: key -> port -> about."""
        self._with_engine(lambda engine: {key: engine.about(key) for key in keys}, callback, {})

    def close(self) -> None:
        """Stop all runs and end the engine's processes; waits for them."""
        self._is_closed = True
        self._answers.clear()
        self._executor.shutdown(wait=True, cancel_futures=True)
        # It may have been made just now, and nobody told yet.
        if self._made is not None:
            self._made.close()
            self._made = self._engine = None
        self._inbox.clear()

    def _with_engine(
        self, function: Callable[[Engine], Any], callback: Callback, instead: Any
    ) -> None:
        engine = self._engine
        if engine is None:
            callback(instead)
            return
        self.work(
            lambda: function(engine),
            lambda found: _give(callback, instead if isinstance(found, StudioError) else found),
        )

    def _make_engine(self) -> Engine:
        """Make the engine, in a thread of its own."""
        self._made = self._open_engine()
        return self._made

    def _opened(self, found: Engine | StudioError) -> None:
        if isinstance(found, StudioError):
            self._failure = found
            self.failed.emit(found.message)
            return
        self._engine = found
        found.listen(self._take)
        early, self._early = self._early, []
        for command in early:
            found.send(command)
        self.ready.emit()

    def _take(self, event: say.Event) -> None:
        """Take an event in the engine's thread."""
        self._post(partial(self._hand_on, event))

    def _done(self, callback: Callback | None, future: Future[Any]) -> None:
        """Take the end of a piece of work in the thread that did it."""
        if future.cancelled():
            return
        error = future.exception()
        if error is not None and not isinstance(error, StudioError):
            _LOG.error("A piece of work failed.", exc_info=error)
            error = StudioError(reason=f"Something unexpected went wrong: {error}")
        if callback is not None:
            self._post(partial(_give, callback, future.result() if error is None else error))

    def _post(self, call: Callable[[], None]) -> None:
        self._inbox.append(call)
        if not self._is_woken.is_set():
            self._is_woken.set()
            self._woken.emit()

    def _hand_on(self, event: say.Event) -> None:
        request = getattr(event, "request", None)
        if request is None:
            self.happened.emit(event)
            return
        callback = self._answers.pop(request, None)
        if callback is not None:
            _give(callback, event)

    def _drain(self) -> None:
        """Hand on what has come, for a slice of time, and go on when the window has drawn."""
        self._is_woken.clear()
        end = time.monotonic() + SLICE_SECONDS
        while self._inbox and not self._is_closed:
            self._inbox.popleft()()
            if time.monotonic() > end and self._inbox:
                self._is_woken.set()
                QTimer.singleShot(1, self._drain)
                return


def _give(callback: Callback, found: Any) -> None:
    """Hand an answer over, unless it was for a widget that is gone by now."""
    method = callback.func if isinstance(callback, partial) else callback
    owner = getattr(method, "__self__", None)
    if not isinstance(owner, QObject) or isValid(owner):
        callback(found)
