"""What the server reads and writes, for the files of a package that show it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from studio.scoring.scorer import Scorer, Tables
from studio.scoring.signature import Signature
from studio.serve.about.openapi import document
from studio.serve.answers import to_values
from studio.serve.asking.forms import read_form
from studio.serve.json_text import read, write
from studio.serve.options import ServeOptions
from studio.serve.version import Version

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns


class ServerSpeech:
    """Requests, replies and the OpenAPI document, by the server's own code."""

    def request(self, scorer: Scorer, tables: Tables) -> str:
        """Return a request with these rows, as JSON text, of the columns that are there.

        It sets the web service parameters that a request must set.
        """
        signature = scorer.signature
        rows = {name: _records(signature, name, columns) for name, columns in tables.items()}
        one = len(rows) == 1
        body: dict[str, Any] = {"records": next(iter(rows.values()))} if one else {"tables": rows}
        parameters = signature.needed
        return _text({**body, **({"parameters": parameters} if parameters else {})})

    def reply(self, scorer: Scorer, request: str) -> str:
        """Return the reply to a request, as JSON text."""
        version = Version(scorer)
        question = read_form(read(request.encode()), version, ServeOptions().max_rows)
        return _text(read(question.write(version.answer(question)).body))

    def description(self, scorer: Scorer) -> dict[str, Any]:
        """Return the OpenAPI document."""
        return document(Version(scorer), ServeOptions(), has_keys=False)


def _records(signature: Signature, name: str, columns: Columns) -> list[dict[str, Any]]:
    fields = [item.column for item in signature.inputs[name] if item.name in columns]
    values = [to_values(columns[column.name], column) for column in fields]
    names = [column.name for column in fields]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _text(data: Any) -> str:
    return json.dumps(read(write(data)), ensure_ascii=False, indent=1) + "\n"
