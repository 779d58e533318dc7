"""DuckDB connections, all made here: closed to the outside, within the worker's limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may use: bytes of memory, threads, and a folder to spill into."""

    memory: int = 1 << 30
    threads: int = 2
    folder: Path | None = None


class _Current:
    """The process's limits and its open connection: a worker runs one node at a time."""

    limits = Limits()
    connection: duckdb.DuckDBPyConnection | None = None


def configure(memory: int, threads: int, folder: Path) -> None:
    """Set the limits for what follows; DuckDB gets a quarter of ``memory``, the worker's budget."""
    close()
    _Current.limits = Limits(max(memory // 4, 64 << 20), threads, folder)


def connection() -> duckdb.DuckDBPyConnection:
    """Return the process's connection, opened when first asked for.

    External access is off, the configuration locked, and Python variables are invisible to SQL, so
    what a person writes in SQL reads and writes nothing but the tables it is given.
    """
    if _Current.connection is None:
        _Current.connection = own_connection()
    return _Current.connection


def own_connection() -> duckdb.DuckDBPyConnection:
    """Return a new connection with a database of its own, closed to the outside like the process's.

    For what a person wrote: the tables that it makes are seen by nobody else, and go with the
    connection.
    """
    opened = _open(_Current.limits)
    opened.execute("SET enable_external_access = false")
    opened.execute("SET lock_configuration = true")
    return opened


def reader() -> duckdb.DuckDBPyConnection:
    """Return a new connection that may read and write files: for sources and sinks only."""
    opened = _open(_Current.limits)
    opened.execute("SET lock_configuration = true")
    return opened


def close() -> None:
    """Close the process's connection and let go of its memory."""
    if _Current.connection is not None:
        _Current.connection.close()
        _Current.connection = None


def _open(limits: Limits) -> duckdb.DuckDBPyConnection:
    import duckdb

    folder = limits.folder
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{limits.memory // (1 << 20)}MiB",
        "threads": limits.threads,
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
        "temp_directory": "" if folder is None else str(folder),
    }
    return duckdb.connect(":memory:", config=config)
