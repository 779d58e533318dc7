"""How far a run is, event by event."""

from __future__ import annotations

from functools import reduce

import pytest

from studio.app.run_log import RunProgress
from studio.engine import messages as say
from studio.sdk.errors import Problem


@pytest.mark.parametrize(
    ("ends", "done"),
    [
        ((say.NodeFinished("r", "a", "k", 0.1, 0), say.NodeReused("r", "b", "k", 0.1)), 2),
        ((say.NodeFailed("r", "a", Problem("x", "It failed.")), say.NodeSkipped("r", "b", "a")), 1),
        ((say.NodeCancelled("r", "a"), say.NodeCancelled("r", "b")), 0),
        ((say.NodeFinished("r", "a", "k", 0.1, 0), say.NodeSkipped("r", "b")), 2),
    ],
    ids=["all have results", "one failed", "cancelled", "one is disabled"],
)
def test_nodes_that_were_tried_or_are_disabled_count_as_done(
    ends: tuple[say.NodeEvent, ...], done: int
) -> None:
    events = (say.RunStarted("r", ("a", "b"), 1, 1), *ends)
    progress = reduce(RunProgress.after, events, RunProgress("r", 0.0))
    assert (progress.done, progress.total) == (done, 2)
