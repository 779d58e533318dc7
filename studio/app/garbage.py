"""Garbage that Qt objects are in: collected on the window's thread and nowhere else."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 400
"""How often it is looked whether there is enough garbage to collect."""


class GarbageCollector(QObject):
    """Takes Python's place in deciding when to collect.

    Python collects in whatever thread happens to make the next object. A Qt object that dies in a
    thread of the engine's ends the process.
    """

    def __init__(self, parent: QObject) -> None:
        """Stop Python's own collecting; what is there already is never looked through again."""
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        gc.freeze()
        timer = QTimer(self, interval=LOOK_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def look(self) -> None:
        """Collect the generations that have grown enough."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return


def collect_on(owner: QObject) -> None:
    """Let garbage be collected on the thread of ``owner``, once a program."""
    if owner.findChild(GarbageCollector) is None:
        GarbageCollector(owner)
