"""A service: what the parts of an endpoint share while it runs."""

from __future__ import annotations

from collections.abc import Sequence

from studio.serve.access import Access
from studio.serve.account import Account
from studio.serve.log import Log
from studio.serve.metrics import Metrics
from studio.serve.mount import Mount
from studio.serve.options import ServeOptions
from studio.serve.pool import Pool
from studio.serve.switchboard import Switchboard


class Service:
    """What the parts of an endpoint share.

    Attributes:
        switchboard: The versions that are served.
        options: How the endpoint is run.
        mounts: The applications that answer below paths of it.
        pool: Where requests with many rows are scored.
        shadows: Where a candidate answers too, apart from what clients wait for.
        changes: Where versions are changed, one change after another.
        access: Who may ask what.
        stopping: Whether it was told to stop.
    """

    def __init__(
        self, switchboard: Switchboard, options: ServeOptions, mounts: Sequence[Mount] = ()
    ) -> None:
        self.switchboard = switchboard
        self.options = options
        self.mounts = tuple(mounts)
        self.log = Log()
        self.metrics = Metrics()
        self.account = Account(options, self.metrics, self.log)
        self.pool = Pool(options.workers)
        self.shadows = Pool(options.workers)
        self.changes = Pool(1)
        self.access = Access(options, self.log)
        self.stopping = False

    @property
    def ready(self) -> bool:
        """Whether it takes requests."""
        return not self.stopping and not self.pool.stuck
