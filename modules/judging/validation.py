"""Cross-validation: every row scored by a model that never saw it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from modules.judging.answers import Question, complete_answers
from modules.judging.curves import table_of
from modules.judging.figures import TITLES, Figures
from studio.sdk import Column, ColumnType, Context, Learner, ModuleError, Table, TableSchema
from studio.sdk.arrays import to_array, to_arrow, to_columns
from studio.sdk.chance import folds as random_folds
from studio.sdk.fitting import fit
from studio.sdk.learners import configured
from studio.sdk.model import Model, probability_name
from studio.sdk.target import find_label, find_target

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Array = NDArray[Any]

FOLD = "Fold Assignments"


class TooFewRows(ModuleError):
    """There are more folds than rows."""

    code = "too_few_rows"
    sentence = "{rows} rows cannot be divided into {folds} folds."
    hint = "Take fewer folds, or more rows."


class OneFold(ModuleError):
    """All rows of a table with folds lie in the same one."""

    code = "one_fold"
    sentence = "The fold column “{column}” has one fold only; at least two are needed."
    hint = "Assign more folds with Partition and Sample."


@dataclass(frozen=True)
class FoldListener:
    """Passes on what is said while one fold is worked on; each kind of warning once in all."""

    ctx: Context
    number: int
    count: int
    told: set[str]

    def progress(self, fraction: float, text: str) -> None:
        """Say how much of all folds is done."""
        done = (self.number + fraction) / self.count
        self.ctx.progress(done, f"Fold {self.number + 1} of {self.count}: {text}")

    def log(self, text: str) -> None:
        """Pass the line on, with the fold's number."""
        self.ctx.log(f"Fold {self.number + 1}: {text}")

    def warn(self, code: str, sentence: str) -> None:
        """Pass the first warning of its kind on, with the fold's number."""
        if code not in self.told:
            self.told.add(code)
            self.ctx.warn(code, f"In fold {self.number + 1} (others may be alike): {sentence}")


@dataclass(frozen=True)
class Validation:
    """What cross-validation found: the scored table, and of each fold name, rows and figures."""

    scored: Table
    title: str
    folds: list[tuple[str, int, Figures]]


def validated(
    learner: Learner, table: Table, ctx: Context, label: str | None, count: int
) -> Validation:
    """Return the rows scored fold by fold, and the figures of each fold."""
    import numpy as np

    column = find_label(table.schema, label)
    module = configured(learner, ctx)
    target = find_target(table, column, module)
    numbers, names = _folds(table, ctx, count)
    schema: TableSchema | None = None
    scores: dict[str, Array] = {}
    found: list[tuple[str, int, Figures]] = []
    told: set[str] = set()
    for number, name in enumerate(names):
        part_of = FoldListener(ctx, number, len(names), told)
        inside = numbers == number
        within = replace(ctx, listener=part_of)
        within.progress(0.0, "Training")
        model = fit(learner, table.filter(~inside), within, column.name)
        whole = replace(model, classes=target.classes)
        part = table.filter(inside)
        made = _scores(model, whole, part, within)
        if schema is None:
            scores = {c.name: _blank(c, len(numbers)) for c in whole.score_columns()}
            schema = whole.scored_schema(table.schema)
        for key, values in made.items():
            scores[key][inside] = values
        figures = _figures(whole, part, made, within)
        found.append((name, int(inside.sum()), figures))
    if schema is None:
        raise AssertionError("there are at least two folds")
    scored = _table(table, schema, scores, numbers.astype(np.float64))
    return Validation(scored, module.meta.title, found)


def by_fold(result: Validation) -> Table:
    """Return a row of figures for each fold, then their mean and standard deviation."""
    figures = [row for _, _, row in result.folds]
    total = sum(rows for _, rows, _ in result.folds)
    names = [name for name, _, _ in result.folds]
    columns: list[tuple[str, ColumnType, list[Any]]] = [
        ("Fold Number", "string", [*names, "Mean", "Standard Deviation"]),
        ("Number of examples in fold", "integer", [*(r for _, r, _ in result.folds), total, total]),
        ("Model", "string", [result.title] * (len(names) + 2)),
    ]
    for figure in figures[0]:
        values = [row[figure] for row in figures]
        known = [value for value in values if value is not None]
        mean = fmean(known) if known else None
        spread = stdev(known) if len(known) > 1 else None
        columns.append((TITLES[figure], "double", [*values, mean, spread]))
    return table_of(columns)


def _folds(table: Table, ctx: Context, count: int) -> tuple[Array, list[str]]:
    """Return each row's fold as a number from 0, and the folds' names."""
    import numpy as np

    given = table.schema.by_role("fold")
    if not given:
        rows = table.rows
        if rows < count:
            raise TooFewRows(rows=rows, folds=count, param="folds", port="dataset")
        return random_folds(rows, count, ctx.seed), [str(number) for number in range(count)]
    column = given[0]
    values = to_array(table.select([column.name]).to_arrow().column(0), column)
    found = sorted({value for value in values.tolist() if value == value and value is not None})
    if len(found) < 2:
        raise OneFold(column=column.name, port="dataset")
    position = {value: number for number, value in enumerate(found)}
    numbers = np.array([position.get(value, -1) for value in values.tolist()])
    return numbers, [str(v) if isinstance(v, str) else str(int(v)) for v in found]


def _scores(model: Model, whole: Model, part: Table, ctx: Context) -> dict[str, Array]:
    """Return a part's score columns under the classes of the whole table.

    A class that the fold's model never saw has probability 0.
    """
    import numpy as np

    pieces: dict[str, list[Array]] = {}
    for batch in model.features.pieces(part):
        ctx.check()
        columns = to_columns(batch, part.schema, model.features.reads)
        made, _ = model.score_rows(columns, threads=ctx.threads)
        known = next(values for values in made.values() if values.dtype != object)
        never = np.where(np.isnan(known), np.nan, 0.0)
        for column in whole.score_columns():
            pieces.setdefault(column.name, []).append(made.get(column.name, never))
    return {name: np.concatenate(values) for name, values in pieces.items()}


def _figures(model: Model, part: Table, scores: dict[str, Array], ctx: Context) -> Figures:
    if model.label is None:
        raise AssertionError("cross-validation has a label")
    label = model.label
    data = part.select([label.name]).to_arrow().column(0)
    question: Question = model.task
    wanted = {
        name: values
        for name, values in scores.items()
        if name not in {probability_name(value) for value in model.classes}
    }
    columns = {label.name: to_array(data, label), **wanted}
    answers = complete_answers(question, columns, label, model.score_columns(), ctx)
    known = replace(answers, classes=model.classes) if model.classes else answers
    return known.figures()


def _table(table: Table, schema: TableSchema, scores: dict[str, Array], numbers: Array) -> Table:
    role = schema.by_role("fold")
    fold = Column(FOLD, "integer", "id" if any(c.name != FOLD for c in role) else "fold")
    names = [name for name in schema.names if name not in scores]
    ordered = [schema.column(name) for name in names if name != FOLD]
    after = TableSchema(
        (
            *ordered,
            fold,
            *(schema.column(name) for name in scores),
            *schema.by_role("origin"),
        )
    )
    filled = {**scores, FOLD: numbers}

    def batches() -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        start = 0
        for batch in table.batches():
            rows = slice(start, start + batch.num_rows)
            start += batch.num_rows
            arrays = [
                to_arrow(filled[c.name][rows], c) if c.name in filled else batch.column(c.name)
                for c in after.columns
            ]
            yield pa.RecordBatch.from_arrays(arrays, names=[c.name for c in after.columns])

    return Table.from_batches(after, batches)


def _blank(column: Column, rows: int) -> Array:
    import numpy as np

    return np.full(rows, None, dtype=object) if column.is_text else np.full(rows, np.nan)
