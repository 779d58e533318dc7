"""The proof of a package, taken from the studio's own run of the predictive experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.export.compiling import Compiled, Results
from studio.scoring.program import Wire
from studio.scoring.proof import Proof
from studio.sdk.errors import StudioError
from studio.sdk.schema import ORIGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.sdk.arrays import Columns
    from studio.sdk.table import Table

MOST_ROWS = 300


class NoRowsToProve(StudioError):
    """The run that a package is made from has no row that went the whole way."""

    code = "no_rows_to_prove"
    sentence = "The run of the predictive experiment has no row to prove the package with."
    hint = "Run it on a table with rows."


class RowsLost(StudioError):
    """It cannot be told which row of the input became which row of the output."""

    code = "rows_lost"
    sentence = (
        "“{title}” made {after} rows of {before}, and it cannot be told which is which; "
        "a request is answered row by row."
    )
    hint = "Take the step out of the predictive experiment, or set it so that it keeps every row."


def find_proof(
    compiled: Compiled, results: Results, ends: Mapping[str, Wire], titles: Mapping[str, str]
) -> Proof:
    """Return some hundred rows, evenly chosen, that went the whole way, with all they became.

    ``ends`` are the places of the web service outputs in the experiment. Rows are matched by their
    origin, or where a step loses that by their position. Raises NoRowsToProve and RowsLost.
    """
    import numpy as np

    starts = {name: _table(results, place) for name, place in compiled.places.items()}
    steps = {
        Wire(step.node, port): _table(results, Wire(step.node, port))
        for step in compiled.program.steps
        if step.inputs
        for port in step.after
    }
    finals = {name: _table(results, place) for name, place in ends.items()}
    first = next(iter(starts.values()))
    whole = {**{f"{w.node}.{w.port}": t for w, t in steps.items()}, **finals}
    places = {
        name: _places(table, first, titles.get(name.split(".")[0], name))
        for name, table in whole.items()
    }
    common = np.arange(first.rows)
    for found in places.values():
        common = common[np.isin(common, found)]
    common = common[_finite(starts, common)]
    if not len(common):
        raise NoRowsToProve
    chosen = common[np.unique(np.linspace(0, len(common) - 1, MOST_ROWS).astype(np.int64))]
    rows = {
        name: _rows(table, _positions(_places(table, first, name), chosen))
        for name, table in starts.items()
    }
    made = {name: _rows(table, _positions(places[name], chosen)) for name, table in whole.items()}
    answers = {
        name: {c.name: made[name][c.name] for c in columns}
        for name, (_, columns) in compiled.program.answers.items()
    }
    return Proof(rows, answers, {name: made[name] for name in made if name not in finals})


def _finite(tables: Mapping[str, Table], rows: NDArray[Any]) -> NDArray[Any]:
    """Return the mask of the rows that a request can have: JSON has no number without end."""
    import numpy as np

    mask = np.ones(len(rows), dtype=bool)
    for table in tables.values():
        for values in _rows(table, rows).values():
            mask &= True if values.dtype == object else ~np.isinf(values)
    return mask


def _table(results: Results, wire: Wire) -> Table:
    from studio.sdk.table import Table

    value = results.value(*wire)
    if not isinstance(value, Table):
        raise TypeError(f"{wire} is no table")
    return value


def _places(table: Table, first: Table, title: str) -> NDArray[Any]:
    """Return for each row of a table the number of the input's row that it was."""
    import numpy as np

    if table.schema.has_origin and first.schema.has_origin:
        number = {origin: at for at, origin in enumerate(_origins(first))}
        return np.array([number.get(origin, -1) for origin in _origins(table)], dtype=np.int64)
    if table.rows != first.rows:
        raise RowsLost(title=title, before=first.rows, after=table.rows)
    return np.arange(first.rows)


def _origins(table: Table) -> list[Any]:
    found: list[Any] = table.to_arrow(origin=True).column(ORIGIN).to_pylist()
    return found


def _positions(places: NDArray[Any], chosen: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    position = {int(row): at for at, row in enumerate(places.tolist())}
    return np.array([position[int(row)] for row in chosen], dtype=np.int64)


def _rows(table: Table, rows: NDArray[Any]) -> Columns:
    from studio.sdk.arrays import to_columns

    data = table.to_arrow().take(rows).combine_chunks()
    (batch,) = data.to_batches() or (None,)
    return to_columns(batch, table.schema, table.schema.names)
