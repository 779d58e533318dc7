"""Small packages for tests: real files around a program, without what only a reader looks at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from studio.registry.discovery import open_registry
from studio.scoring.folder import PROGRAM, SIGNATURE
from studio.scoring.manifest import FILE, Manifest, content_hash, file_hash
from studio.scoring.program import Program
from studio.scoring.program_file import write_program
from studio.scoring.proof import Proof
from studio.scoring.signature import Field, Signature
from studio.sdk import Context, Table
from studio.sdk.arrays import of_table
from tests.scoring.programs import make

PROVEN = 40
"""Rows of the proof."""


def small_package(ctx: Context, folder: Path) -> Program:
    """Write a package with the program of :func:`make` into a new folder."""
    program, table, answers = make(ctx)
    table, answers = table.head(PROVEN), answers.head(PROVEN)
    (folder / PROGRAM).mkdir(parents=True)
    write_program(program, folder / PROGRAM)
    (folder / "tables").mkdir()
    names = next(step for step in program.steps if step.node == "names")
    frozen = names.run({}, 1)["dataset"]
    Table.from_pandas(_frame(frozen)).write(folder / "tables" / "1.arrow")
    columns = {name: values for name, values in of_table(answers).items() if name != "label"}
    steps = {
        f"{wire.node}.{wire.port}": frame.columns
        for wire, frame in program.trace({"input1": of_table(table)})
        if wire.node not in ("", "names")
    }
    proof = Proof({"input1": of_table(table)}, {"output1": columns}, steps)
    fields = tuple(
        Field(c.name, c.type, required=c.name != "label", levels=c.levels) for c in table.schema
    )
    outputs = {name: found for name, (_, found) in program.answers.items()}
    write_files(
        folder, {**proof.files(), SIGNATURE: _signature(Signature({"input1": fields}, outputs))}
    )
    return program


def made_in(folder: Path) -> Path:
    """Write such a package into an empty folder, and return where it is."""
    (folder / "scratch").mkdir()
    ctx = Context(scratch=folder / "scratch", base=folder, resolve=open_registry().get)
    small_package(ctx, folder / "package")
    return folder / "package"


def write_files(folder: Path, files: Mapping[str, bytes | str]) -> Manifest:
    """Put files into a package's folder, and write the manifest that fits what is there now."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = {
        path.relative_to(folder).as_posix(): file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != FILE
    }
    manifest = Manifest(name="Trees", version="1", files=found, content=content_hash(found))
    (folder / FILE).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def _signature(signature: Signature) -> str:
    return json.dumps(signature.to_dict())


def _frame(columns: object) -> object:
    import pandas as pd

    return pd.DataFrame(columns)
