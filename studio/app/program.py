"""A program: a verb of the command line that works in a process of its own, beside the window."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, QTimer, Signal

from studio import paths

STUDIO = "studio"
STOP_MS = 6_000
"""How long a program may take to stop; then it is killed."""
_LEASH = "studio.app.leash"
_LONGEST = 600
_COMPLAINTS = 200
"""So many of the last lines on standard error are kept to say what was wrong."""
_CRASHED = -1
_PASSED_OVER = ("Warning: ", "{")
"""How lines begin that are no problem: a warning, or a line of an endpoint's log."""
_UNEXPECTED = "Traceback (most recent call last):"


@dataclass(frozen=True)
class Ended:
    """How a program ended.

    Attributes:
        code: Its exit code; -1 where it did not come to one.
        answer: What it told last; empty where it told nothing.
        sentence: What was wrong, as it wrote it; empty where nothing was.
        was_stopped: Whether it was asked to stop.
    """

    code: int
    answer: Mapping[str, Any] = field(default_factory=dict)
    sentence: str = ""
    was_stopped: bool = False

    @property
    def is_well(self) -> bool:
        """Whether it did what it was to do."""
        return self.code == 0 and not self.was_stopped


class Program(QObject):
    """Runs a verb with its ``--json``: nothing of it happens in the window's process.

    ``told`` carries each JSON object that it prints, ``complained`` each line that it writes on
    standard error, ``ended`` how it ended, once.
    """

    told = Signal(object)
    complained = Signal(str)
    ended = Signal(object)

    def __init__(
        self, arguments: Iterable[str], module: str = STUDIO, parent: QObject | None = None
    ) -> None:
        """Begin; ``module`` is what takes the arguments."""
        super().__init__(parent)
        self._answer: Mapping[str, Any] = {}
        self._complaints: deque[str] = deque(maxlen=_COMPLAINTS)
        self._rest = b""
        self._was_stopped = False
        self._is_over = False
        self._objects = Objects()
        self._process = QProcess(self)
        self._process.setProcessEnvironment(_environment())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_complaints)
        self._process.finished.connect(self._finished)
        # Queued: a program that cannot be started says so before anybody listens.
        queued = Qt.ConnectionType.QueuedConnection
        self._process.errorOccurred.connect(self._failed, queued)
        self._killer = QTimer(self, singleShot=True, interval=STOP_MS)
        self._killer.timeout.connect(self._process.kill)
        self._process.start(sys.executable, ["-m", _LEASH, module, *arguments, "--json"])

    @property
    def is_running(self) -> bool:
        """Whether it has yet to end."""
        return not self._is_over

    @property
    def pid(self) -> int:
        """The number of its process; 0 where there is none."""
        return self._process.processId()

    def stop(self) -> None:
        """Ask it to stop; it is killed if it does not."""
        if self.is_running and not self._was_stopped:
            self._was_stopped = True
            self._process.closeWriteChannel()
            self._killer.start()

    def wait(self, milliseconds: int) -> None:
        """Wait for its end; what has not ended by then is killed."""
        self._process.waitForFinished(max(milliseconds, 0))
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished()

    def _read(self) -> None:
        for told in self._objects.take(bytes(self._process.readAllStandardOutput().data())):
            self._answer = told
            self.told.emit(told)

    def _read_complaints(self) -> None:
        block = self._rest + bytes(self._process.readAllStandardError().data())
        *lines, self._rest = block.split(b"\n")
        for line in lines:
            self._complain(line)

    def _complain(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip()
        if text:
            self._complaints.append(text)
            self.complained.emit(text)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_complaints()
        self._complain(self._rest)
        self._end(_CRASHED if status == QProcess.ExitStatus.CrashExit else code)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._complaints.append(f"It could not be started: {self._process.errorString()}.")
            self._end(_CRASHED)

    def _end(self, code: int) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._killer.stop()
        sentence = "" if code == 0 or self._was_stopped else sentence_of(self._complaints)
        self.ended.emit(Ended(code, self._answer, sentence, self._was_stopped))


class Programs(QObject):
    """The programs of a window: none of them outlives it."""

    def __init__(self, module: str = STUDIO, parent: QObject | None = None) -> None:
        """Begin with none; ``module`` is what takes the arguments of each."""
        super().__init__(parent)
        self._module = module
        self._running: list[Program] = []

    def begin(
        self, *arguments: str, then: Callable[[Ended], object], told: Callable[[Any], object]
    ) -> Program:
        """Begin a program; ``told`` gets what it tells, ``then`` how it ended."""
        program = Program(arguments, self._module, self)
        self._running.append(program)
        program.told.connect(told)
        program.ended.connect(then)
        program.ended.connect(partial(self._drop, program))
        return program

    @property
    def running(self) -> list[Program]:
        """Those that have yet to end."""
        return list(self._running)

    def close(self) -> None:
        """Stop all of them, and wait until they are gone."""
        until = time.monotonic() + STOP_MS / 1000
        for program in self.running:
            program.stop()
        for program in self.running:
            program.wait(round(1000 * (until - time.monotonic())))

    def _drop(self, program: Program, _: Ended) -> None:
        self._running.remove(program)
        program.deleteLater()


class Objects:
    """Finds JSON objects in a stream of text, whether they take a line or several."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []

    def take(self, block: bytes) -> list[dict[str, Any]]:
        """Return the objects that a block completes; what is no JSON is passed over."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        found = (self._take_line(line.decode("utf-8", "replace")) for line in lines)
        return [item for item in found if item is not None]

    def _take_line(self, line: str) -> dict[str, Any] | None:
        if line.startswith("{"):
            self._lines.clear()
        elif not self._lines:
            return None
        self._lines.append(line)
        if not line.rstrip().endswith("}"):
            return None
        try:
            value = json.loads("\n".join(self._lines))
        except ValueError:
            return None
        self._lines.clear()
        return value if isinstance(value, dict) else None


def sentence_of(complaints: Iterable[str]) -> str:
    """Return what was wrong, from the lines that a program wrote on standard error."""
    lines = [line for line in complaints if not line.startswith(_PASSED_OVER)]
    if not lines:
        return "It crashed, or was ended by something else."
    if _UNEXPECTED in lines:
        return f"Something unexpected went wrong: {lines[-1]}"
    text = " ".join(lines)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _environment() -> QProcessEnvironment:
    """Return the environment of our programs: they find this very studio, and write at once."""
    found = QProcessEnvironment.systemEnvironment()
    found.remove("PYTHONDONTWRITEBYTECODE")
    parts = [str(paths.root()), *filter(None, [found.value("PYTHONPATH")])]
    found.insert("PYTHONPATH", os.pathsep.join(parts))
    found.insert("PYTHONUNBUFFERED", "1")
    found.insert("PYTHONIOENCODING", "utf-8")
    return found
