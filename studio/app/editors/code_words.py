"""The words that a code editor offers: columns, inputs, keywords, and what the code itself has."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping

from studio.sdk.schema import TableSchema

_SQL = [
    "SELECT", "FROM", "WHERE", "GROUP", "BY", "ORDER", "HAVING", "LIMIT", "OFFSET", "JOIN", "LEFT",
    "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "ON", "USING", "AS", "DISTINCT", "UNION", "ALL",
    "EXCEPT", "INTERSECT", "CASE", "WHEN", "THEN", "ELSE", "END", "AND", "OR", "NOT", "IN", "IS",
    "NULL", "LIKE", "ILIKE", "BETWEEN", "EXISTS", "WITH", "OVER", "PARTITION", "ASC", "DESC",
    "CAST", "COUNT", "SUM", "AVG", "MIN", "MAX", "MEDIAN", "STDDEV", "COALESCE", "NULLIF", "ROUND",
    "ABS", "LOWER", "UPPER", "TRIM", "SUBSTR", "REPLACE", "CONCAT", "STRFTIME", "EXTRACT",
    "ROW_NUMBER", "RANK", "LAG", "LEAD", "VALUES", "QUALIFY", "FILTER", "EXCLUDE", "TRUE", "FALSE",
    "INTEGER", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP",
]  # fmt: skip
_WORD = re.compile(r"[A-Za-z_]\w+")
_NAME = re.compile(r"[A-Za-z_]\w*")


def words(
    text: str, language: str | None, ports: Mapping[str, TableSchema | None]
) -> list[tuple[str, str]]:
    """Return each word that is offered and what is put in for it: columns first, then inputs."""
    found: dict[str, str] = {}
    for schema in ports.values():
        for name in () if schema is None else schema.names:
            plain = language != "sql" or _NAME.fullmatch(name) is not None
            found.setdefault(name, name if plain else '"' + name.replace('"', '""') + '"')
    for word in (*ports, *_known(language), *_WORD.findall(text)):
        found.setdefault(word, word)
    return list(found.items())


def _known(language: str | None) -> list[str]:
    if language == "sql":
        return _SQL
    if language == "python":
        names = [name for name in dir(builtins) if not name.startswith("_")]
        return [*keyword.kwlist, *names]
    return []
