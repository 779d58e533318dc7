"""A mount: an application below a path of an endpoint, and what the OpenAPI document says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from studio.serve.http import Asgi


@dataclass(frozen=True, slots=True)
class Mount:
    """An application that answers below a path of an endpoint.

    Attributes:
        path: Where it answers, such as “/jobs”; whoever asks needs the right to score.
        app: What answers.
        describe: Returns its paths in the OpenAPI document; it is told whether there are keys.
        schemas: The document's schemas that those paths refer to.
    """

    path: str
    app: Asgi
    describe: Callable[[bool], Mapping[str, Any]]
    schemas: Mapping[str, Any]

    def has(self, path: str) -> bool:
        """Whether the application answers at a path."""
        return path == self.path or path.startswith(f"{self.path}/")
