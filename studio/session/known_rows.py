"""Rows that a version may have learned from: what is known of its data, against other rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from studio.scoring.folder import Package
from studio.sdk.errors import Problem
from studio.serve.verifying import read_proof
from studio.session.row_hashes import row_hashes, table_hashes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.sdk.table import Table


def doubts(
    package: Package, new_data: Table, held_out: Table, data: Iterable[str], *, is_split: bool
) -> Iterator[Problem]:
    """Yield why rows that were held out may have taught one of the versions.

    Args:
        package: The old version. Its training rows are not in it, but a few hundred rows of the
            data that it was made from are: its proof.
        new_data: All rows that the new version was made from.
        held_out: The rows that both are judged on.
        data: The hashes of the files that the new version was made from.
        is_split: Whether the rows were split off the new version's own data.
    """
    version = package.manifest.version
    if is_split and set(data) & _hashes_of(package):
        yield _doubt(
            "same_data",
            f"The data is a file that version {version} was made from: rows that are held out now "
            f"may have taught it, unless it held out the same ones.",
        )
        return
    known, count = _known(package, new_data if is_split else held_out)
    where = "in the new data" if is_split else "among the rows held out"
    if known:
        yield _doubt(
            "rows_known",
            f"{known} of the {count} rows that version {version} has as its proof are {where}: "
            f"rows that are held out may have taught it.",
        )
    if not is_split:
        yield from _also_in(new_data, held_out)


def _also_in(new_data: Table, held_out: Table) -> Iterator[Problem]:
    names = [column.name for column in held_out.schema if column.name in new_data.schema]
    if len(names) < len(held_out.schema):
        return
    seen = _in(table_hashes(held_out, names), table_hashes(new_data, names))
    if seen:
        yield _doubt(
            "rows_in_both",
            f"{seen:,} of the {held_out.rows:,} rows held out are in the new data, too: the new "
            f"version may have been trained on them.",
        )


def _doubt(code: str, sentence: str) -> Problem:
    return Problem(code, sentence, severity="warning")


def _hashes_of(package: Package) -> set[str]:
    """Return the hashes of the files that a version was made from, as its manifest has them."""
    run: Mapping[str, Any] = package.manifest.run
    retraining = run.get("retraining", {})
    found = (run.get("data", {}), retraining.get("data", {}))
    return {str(value) for files in found for value in dict(files).values()}


def _known(package: Package, table: Table) -> tuple[int, int]:
    """Return how many rows of a version's proof a table has, and how many there are."""
    proof = read_proof(package)
    rows = proof.rows[package.signature.input]
    if not set(rows) <= set(table.schema.names):
        return 0, proof.count
    return _in(row_hashes(rows, list(rows)), table_hashes(table, list(rows))), proof.count


def _in(some: NDArray[Any], all_: NDArray[Any]) -> int:
    import numpy as np

    return int(np.isin(some, all_).sum())
