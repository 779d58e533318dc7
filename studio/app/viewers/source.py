"""A source: one stored value, or one table of a report, that a viewer asks the engine about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from studio.app.engine_bridge import EngineBridge
from studio.engine import messages as say
from studio.engine.questions import Condition, Sort


@dataclass(frozen=True)
class Result:
    """What is to be looked at.

    Attributes:
        key, port: Where the store has it.
        about: What ``studio.sdk.keep.describe`` said of it, its ``kind`` at least.
        title: What people call it: the node and the port.
    """

    key: str
    port: str
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)
    title: str = field(default="", compare=False)

    @property
    def kind(self) -> str:
        """The type of the value: Table, Report, …."""
        return str(self.about.get("kind", ""))


class Source:
    """Asks about one value; what is still open when it is closed is forgotten."""

    def __init__(self, bridge: EngineBridge, key: str, port: str, table: str | None = None) -> None:
        """Take what to ask about; ``table`` is the name of one of a report's tables."""
        self._bridge = bridge
        self.key = key
        self.port = port
        self.table = table
        self._open: set[str] = set()
        self._tables: list[Source] = []
        self._is_closed = False

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._open)

    def of_table(self, name: str) -> Source:
        """Return a source of one of the report's tables; it is closed with this one."""
        source = Source(self._bridge, self.key, self.port, name)
        self._tables.append(source)
        return source

    def preview(
        self,
        callback: Callable[[say.Previewed], None],
        offset: int = 0,
        limit: int = 100,
        columns: tuple[str, ...] | None = None,
        sort: tuple[Sort, ...] = (),
        where: tuple[Condition, ...] = (),
    ) -> str:
        """Ask for rows, or for the content of what is no table."""
        request = uuid4().hex
        question = say.Preview(
            request, self.key, self.port, offset, limit, columns, self.table, sort, where
        )
        return self._ask(question, callback)

    def profile(
        self,
        callback: Callable[[say.Profiled], None],
        columns: tuple[str, ...],
        bins: int = 10,
        log_x: bool = False,
        where: tuple[Condition, ...] = (),
        *,
        brief: bool = False,
    ) -> str:
        """Ask for the statistics of some columns; brief ones are for headers."""
        request = uuid4().hex
        question = say.Profile(
            request, self.key, self.port, columns, self.table, bins, log_x, where, brief
        )
        return self._ask(question, callback)

    def compare(
        self,
        callback: Callable[[say.Compared], None],
        x: str,
        y: str,
        where: tuple[Condition, ...] = (),
    ) -> str:
        """Ask how two columns go together."""
        request = uuid4().hex
        question = say.Compare(request, self.key, self.port, x, y, self.table, where=where)
        return self._ask(question, callback)

    def trees(self, callback: Callable[[say.TreesShown], None], first: int) -> str:
        """Ask for one of a model's trees."""
        return self._ask(say.Trees(uuid4().hex, self.key, self.port, first, 1), callback)

    def forget(self, request: str) -> None:
        """Want one answer no longer."""
        if request in self._open:
            self._open.discard(request)
            self._bridge.forget(request)

    def close(self) -> None:
        """Want no answer any longer."""
        self._is_closed = True
        for request in tuple(self._open):
            self.forget(request)
        for source in self._tables:
            source.close()

    def _ask(self, question: say.Look, callback: Callable[[Any], None]) -> str:
        if self._is_closed:
            return ""
        self._open.add(question.request)
        self._bridge.ask(question, partial(self._answered, callback))
        return question.request

    def _answered(self, callback: Callable[[Any], None], answer: Any) -> None:
        self._open.discard(answer.request)
        if not self._is_closed:
            callback(answer)
