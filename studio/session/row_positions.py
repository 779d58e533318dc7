"""Where the rows of one table are in another: by their origin, or by what they became."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.sdk.errors import StudioError
from studio.sdk.schema import ORIGIN
from studio.session.packaging import Ready
from studio.session.row_hashes import row_hashes, table_hashes
from studio.session.version_answers import Version, answers_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.sdk.table import Table

_ORIGIN_LOST = "a step before it loses where rows come from"


class RowsUnmatched(StudioError):
    """It cannot be told which rows of a request the scored rows were."""

    code = "rows_unmatched"
    sentence = (
        "It cannot be told which rows of a request those are that “{title}” scores: {reason}."
    )
    hint = "Judge on a file of other rows (--held-out)."


def positions(ready: Ready, tables: Mapping[str, Table], scored: Table, title: str) -> NDArray[Any]:
    """Return which rows of a web service's inputs those are that a training experiment scores.

    They are found by their origin. Where a step loses that, they are the rows of which the new
    version makes the same ones; of several such rows it is the first. Raises RowsUnmatched.
    """
    first = next(iter(tables.values()))
    if first.schema.has_origin and scored.schema.has_origin:
        return _found(origins(first), origins(scored), title)
    content = ready.content
    answers = answers_of(Version("The new model", content.program, content.signature), tables)
    names = [name for name in scored.schema.names if name in answers.columns]
    if not names:
        raise RowsUnmatched(title=title, reason=_ORIGIN_LOST)
    made = row_hashes(answers.columns, names, nearly=True)
    return _found(made, table_hashes(scored, names, nearly=True), title)


def followed(table: Table, first: Table, title: str) -> NDArray[Any]:
    """Return where the rows of a web service's first input are in another of its inputs.

    Raises RowsUnmatched.
    """
    import numpy as np

    if table.schema.has_origin and first.schema.has_origin:
        return _found(origins(table), origins(first), title)
    if table.rows != first.rows:
        raise RowsUnmatched(title=title, reason=_ORIGIN_LOST)
    return np.arange(table.rows)


def origins(table: Table) -> NDArray[Any]:
    """Return the origin of each row."""
    import numpy as np

    found = table.to_arrow(origin=True).column(ORIGIN)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def _found(there: NDArray[Any], sought: NDArray[Any], title: str) -> NDArray[Any]:
    """Return where values are among others, the first of equal ones; raises RowsUnmatched."""
    import numpy as np

    order = np.argsort(there, kind="stable")
    places = order[np.searchsorted(there[order[:-1]], sought)] if len(order) else order
    if not np.array_equal(there[places], sought):
        raise RowsUnmatched(title=title, reason="some of them never come in at the web service")
    return np.asarray(places)
