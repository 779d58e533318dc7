"""How a package is spoken to, as its files say it; the server's own code fills this in."""

from __future__ import annotations

from typing import Any, Protocol

from studio.scoring.scorer import Scorer, Tables


class Speech(Protocol):
    """The words of requests and replies: what the server reads and writes."""

    def request(self, scorer: Scorer, tables: Tables) -> str:
        """Return a request with these rows, as JSON text, of the columns that are there.

        It sets the web service parameters that a request must set.
        """

    def reply(self, scorer: Scorer, request: str) -> str:
        """Return the reply to a request, as JSON text."""

    def description(self, scorer: Scorer) -> dict[str, Any]:
        """Return the OpenAPI document."""
