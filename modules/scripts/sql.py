"""SQL over tables: statements run on a database of their own, the last one's result as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.sdk import ModuleError, Table, TableSchema, unique_names
from studio.sdk.arrow import Misfit
from studio.sdk.schema import ORIGIN

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_NOT_THE_QUERY = ("Out of Memory Error", "IO Error")
_JOINING = frozenset({"join", "group", "distinct", "union", "intersect", "except"})


class SqlWrong(ModuleError):
    """A SQL statement cannot be run."""

    code = "sql_wrong"
    sentence = "The SQL script fails{place}: {reason}."
    hint = "Tables are t1, t2 and t3; names with blanks or signs stand in double quotes."


@dataclass(frozen=True)
class Statements:
    """A script cut into statements, and the line in which each of them begins (from 0)."""

    parts: tuple[duckdb.Statement, ...]
    lines: tuple[int, ...]

    @classmethod
    def read(cls, script: str) -> Statements:
        """Return the statements of a script; raises SqlWrong where it cannot be read."""
        import duckdb

        try:
            parts = tuple(duckdb.extract_statements(script))
        except duckdb.Error as error:
            raise sql_wrong(error, 0) from None
        if not parts:
            raise SqlWrong(place="", reason="it has no statement", param="script")
        lines, line = [], 0
        for part in parts:
            lines.append(line)
            line += part.query.count("\n")
        return cls(parts, tuple(lines))


class Database:
    """Tables under names that SQL can tell apart, in a database of their own."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        from studio.sdk.duck import own_connection

        self.connection = own_connection()
        self.written: dict[str, str] = {}
        for name, table in tables.items():
            self._add(name, table)

    def _add(self, name: str, table: Table) -> None:
        """Make a view of a table; categories are text in it, whose order is that of text."""
        schema = table.schema.without_origin()
        inner = _told_apart(schema)
        for spoken, column in zip(inner, schema.names, strict=True):
            if spoken != column:
                self.written[spoken] = column
        data = table.to_arrow().rename_columns([f"c{i}" for i in range(len(inner))])
        self.connection.register(f"{name} source", data)
        columns = ", ".join(
            f"{_cast(f'c{i}', column.type)} AS {_quoted(spoken)}"
            for i, (spoken, column) in enumerate(zip(inner, schema.visible, strict=True))
        )
        if columns:
            self.connection.execute(f'CREATE VIEW {name} AS SELECT {columns} FROM "{name} source"')

    def run(self, statements: Statements) -> Any:
        """Run all statements and return the last one's result as a relation, still to be read.

        Raises SqlWrong where a statement fails or the last one gives no table.
        """
        import duckdb

        relation: Any = None
        for part, line in zip(statements.parts, statements.lines, strict=True):
            try:
                relation = self.connection.sql(part.query)
            except duckdb.OutOfMemoryException:
                raise
            except duckdb.Error as error:
                raise self._placed(error, part.query, line) from None
        answers = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)
        if relation is None or statements.parts[-1].type not in answers:
            raise SqlWrong(
                place="",
                reason="its last statement gives no table; end with a SELECT",
                param="script",
            )
        return relation

    def _placed(self, error: duckdb.Error, query: str, line: int) -> SqlWrong:
        """Return DuckDB's complaint as a sentence; only an explanation tells it the place."""
        import duckdb

        if "\n\nLINE " not in str(error):
            try:
                self.connection.execute(f"EXPLAIN {query}")
            except duckdb.Error as explained:
                error = explained
        return sql_wrong(error, line)

    def table(self, relation: Any) -> Table:
        """Return a relation as a table that is read when it is asked for."""
        from studio.sdk.lazy import stored

        spoken = [self.written.get(name, name) for name in relation.columns]
        names = unique_names(spoken)
        inner = [f"s{i}" for i in range(len(names))]
        renamed = ", ".join(f'#{i + 1} AS "{name}"' for i, name in enumerate(inner))
        shown = dict(zip(names, inner, strict=True))
        return self._watched(stored(relation.project(renamed), shown, TableSchema()))

    def _watched(self, table: Table) -> Table:
        """Return the table whose reading says in a sentence what fails; it keeps the database."""

        def relax(column: str) -> Table:
            return self._watched(table.relaxed(Misfit(column)))

        return Table(table.schema, lambda: self._read(table), relax=relax)

    def _read(self, table: Table) -> Iterator[pa.RecordBatch]:
        import duckdb

        try:
            yield from table.batches()
        except (duckdb.Error, OSError) as error:
            # What fails in a later batch comes through Arrow as an OSError with DuckDB's words.
            if str(error).startswith(_NOT_THE_QUERY):
                raise
            raise sql_wrong(error, None) from None


def sql_wrong(error: Exception, line: int | None) -> SqlWrong:
    """Return DuckDB's complaint as a sentence.

    ``line`` is where the statement begins, from 0; None where the complaint's place means nothing.
    """
    message = " ".join(str(error).split("\n\n")[0].split())
    reason = re.sub(r"^(\w+ )+Error: ", "", message).rstrip(".!?")
    unwired = re.match(r"Table with name (t[123]) does not exist", reason)
    reason = f"{unwired[1]} is not connected" if unwired else reason
    found = re.search(r"\n\nLINE (\d+):", str(error))
    place = "" if found is None or line is None else f" in line {line + int(found[1])}"
    return SqlWrong(place=place, reason=reason, param="script")


def unordered(query: str) -> bool:
    """Whether a query joins or groups rows and does not say in which order they come."""
    import duckdb

    tokens = duckdb.tokenize(query)
    starts = [start for start, _ in tokens]
    words = [
        query[start:end].split()[0].lower() if query[start:end].split() else ""
        for start, end in zip(starts, [*starts[1:], len(query)], strict=True)
    ]
    depth, joins, ordered = 0, False, False
    for word, (_, kind) in zip(words, tokens, strict=True):
        depth += word.count("(") - word.count(")")
        if kind != duckdb.token_type.keyword:
            continue
        joins = joins or word in _JOINING
        ordered = ordered or (word == "order" and depth == 0)
    return joins and not ordered


def _told_apart(schema: TableSchema) -> list[str]:
    """Return names that differ in more than case: of ``Name`` and ``name`` one gets a number."""
    used: set[str] = set()
    result = []
    for name in schema.names:
        candidate, count = name, 0
        while candidate.lower() in used or candidate == ORIGIN:
            count += 1
            candidate = f"{name}_{count}"
        used.add(candidate.lower())
        result.append(candidate)
    return result


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cast(name: str, kind: str) -> str:
    return f"CAST({name} AS VARCHAR)" if kind == "category" else name
