"""A package for the tests of batches and jobs: a formula over columns of all seven types."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from studio.scoring.scorer import Tables
from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column

FIELDS = (
    Field("age", "integer", low=17, high=90, example=39),
    Field("income", "double", low=0, high=1e6, example=1234.5),
    Field("member", "boolean", example=True),
    Field("city", "string", example="Bern"),
    Field("grade", "category", levels=("A", "B", "C"), example="B"),
    Field("since", "datetime", example="2024-05-01T13:30:00"),
    Field("spent", "timespan", example=90.5),
    Field("outcome", "category", "label", required=False, levels=("no", "yes")),
)
NAMES = tuple(item.name for item in FIELDS if item.required)
SCORES = (
    Column("Scored Labels", "category", "score", ("no", "yes")),
    Column("Scored Probabilities", "double", "score"),
    Column("points", "integer"),
    Column("large", "boolean"),
    Column("ends", "datetime"),
    Column("left", "timespan"),
)
ANSWERS = tuple(column.name for column in SCORES)
SIGNATURE = Signature(
    {"people": FIELDS},
    {"answers": (*(item.column for item in FIELDS if item.required), *SCORES)},
    (WebParameter("shift", "double", 0.0),),
    ("", "?"),
    {"answers": {name: ("people", name) for name in NAMES}},
)
GRADES = {"A": 1.0, "B": 2.0, "C": 3.0}
CITIES = ("Bern", "Zürich", "São Paulo", "東京", 'with "quotes"', "a, b; c\td", "two\nlines")

Row = dict[str, Any]


class GradeUnknown(StudioError):
    code = "grade_unknown"
    sentence = "Column “{column}” has the value “{value}”, which training did not see."


@dataclass
class Formula:
    """Answers by a formula; ``calls`` keeps how many rows each call had."""

    signature: Signature = SIGNATURE
    name: str = "people"
    version: str = "1"
    path: str = "program"
    calls: list[int] = field(default_factory=list)

    def score(self, tables: Tables, parameters: Mapping[str, Any] | None = None) -> Tables:
        columns = tables["people"]
        self.calls.append(len(columns["age"]))
        for value in columns["grade"]:
            if value is not None and value not in GRADES:
                raise GradeUnknown(column="grade", value=value, row=1)
        grade = np.array([math.nan if g is None else GRADES[g] for g in columns["grade"]])
        city = np.array([math.nan if c is None else float(len(c)) for c in columns["city"]])
        total = (
            columns["age"] / 100
            + columns["income"] / 1e5
            + columns["member"]
            + city / 10
            + grade
            + columns["since"] / 1e18
            + columns["spent"] / 1e12
            + float((parameters or {}).get("shift", 0.0))
        )
        chance = 1 / (1 + np.exp(3 - total))
        labels = np.array(["no", "yes"], dtype=object)[(chance > 0.5).astype(int)]
        labels[np.isnan(chance)] = None
        made = {
            "Scored Labels": labels,
            "Scored Probabilities": chance,
            "points": np.floor(total * 100),
            "large": np.where(np.isnan(total), np.nan, total > 3),
            "ends": columns["since"] + columns["spent"],
            "left": columns["spent"] / 2 // 1,
        }
        return {"answers": {**{name: columns[name] for name in NAMES}, **made}}


def expected(row: Mapping[str, Any], shift: float = 0.0) -> Row:
    """The answers to a row, by Python's own arithmetic; microseconds for times."""
    spent, since = row["spent"], row["since"]
    answers: Row = dict.fromkeys(ANSWERS)
    answers["ends"] = None if spent is None or since is None else since + spent
    answers["left"] = None if spent is None else spent // 2
    if any(row[name] is None for name in NAMES):
        return answers
    total = (
        row["age"] / 100
        + row["income"] / 1e5
        + float(row["member"])
        + len(row["city"]) / 10
        + GRADES[row["grade"]]
        + since / 1e18
        + spent / 1e12
        + shift
    )
    chance = 1 / (1 + math.exp(3 - total))
    answers["Scored Labels"] = "yes" if chance > 0.5 else "no"
    answers["Scored Probabilities"] = chance
    answers["points"] = math.floor(total * 100)
    answers["large"] = total > 3
    return answers


def make_rows(count: int, seed: int = 1, holes: bool = True) -> list[Row]:
    """Rows of values as Python has them; times in microseconds."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        row: Row = {
            "age": chance.randrange(17, 91),
            "income": round(chance.uniform(0, 1e6), 2),
            "member": chance.random() < 0.5,
            "city": chance.choice(CITIES),
            "grade": chance.choice("ABC"),
            "since": 1_000_000 * chance.randrange(0, 2_000_000_000) + chance.choice((0, 500_000)),
            "spent": chance.randrange(0, 40 * 86_400) * 1_000_000,
            "note": f"row {number}",
        }
        if holes and number % 7 == 3:
            row[chance.choice(NAMES)] = None
        rows.append(row)
    return rows


def iso(micro: int, separator: str = "T") -> str:
    return (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=micro)).isoformat(separator)


def clock(micro: int) -> str:
    days, seconds = divmod(micro // 1_000_000, 86_400)
    hours, rest = divmod(seconds, 3600)
    text = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    return f"{days}.{text}" if days else text


def as_text(row: Row) -> Row:
    """A row as the fields of a delimited file."""
    made = {name: "" if value is None else value for name, value in row.items()}
    if row.get("since") is not None:
        made["since"] = iso(row["since"])
    if row.get("spent") is not None:
        made["spent"] = clock(row["spent"])
    return made


def as_json(row: Row) -> Row:
    """A row as a JSON object."""
    made = dict(row)
    if row.get("since") is not None:
        made["since"] = iso(row["since"])
    if row.get("spent") is not None:
        made["spent"] = row["spent"] / 1e6
    return made


def csv_text(rows: Sequence[Row], names: Sequence[str] | None = None, **dialect: Any) -> str:
    text = io.StringIO(newline="")
    names = list(names or rows[0])
    writer = csv.DictWriter(text, names, lineterminator="\n", extrasaction="ignore", **dialect)
    writer.writeheader()
    writer.writerows(as_text(row) for row in rows)
    return text.getvalue()


def json_text(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(as_json(row), ensure_ascii=False) + "\n" for row in rows)


def arrow_table(rows: Sequence[Row]) -> pa.Table:
    types = {
        "age": pa.int64(),
        "income": pa.float64(),
        "member": pa.bool_(),
        "city": pa.string(),
        "grade": pa.dictionary(pa.int8(), pa.string()),
        "since": pa.timestamp("us"),
        "spent": pa.duration("us"),
        "note": pa.string(),
    }
    columns = {
        name: pa.array([row[name] for row in rows], type_)
        for name, type_ in types.items()
        if name in rows[0]
    }
    return pa.table(columns)


def read_csv(path: Path, **dialect: Any) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, **dialect))


def read_refused(path: Path) -> list[tuple[int, str, str, str]]:
    """The rows of a file of refused rows."""
    found = read_csv(path.with_name(f"{path.name}.rejected.csv"))
    return [(int(r["row"]), r["column"], r["reason"], r["text"]) for r in found]
