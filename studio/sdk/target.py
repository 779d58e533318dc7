"""The target of learning: a label column, and the numbers that its values stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.sdk.errors import ColumnTypeWrong, ModuleError, Problem
from studio.sdk.schema import Column, TableSchema

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.sdk.learners import LearnerModule
    from studio.sdk.table import Table

MOST_CLASSES = 1_000


class LabelNotSet(ModuleError):
    """Nobody said which column is to be learned."""

    code = "label_not_set"
    sentence = "No label column is chosen, and {found}."
    hint = (
        "Choose the label column, or mark one as label with Edit Metadata. "
        "The input has: {available}."
    )


class LabelEmpty(ModuleError):
    """The label column has no value at all."""

    code = "label_empty"
    sentence = "The label column “{column}” has no value in any of the {rows} rows."
    hint = "Choose another label column, or look at the step before."


class OneClass(ModuleError):
    """A classifier was to learn from one class only."""

    code = "one_class"
    sentence = "The label column “{column}” has only the value “{value}”; at least two are needed."
    hint = "Look at how the rows were chosen: a filter or a split may have left one class only."


class TooManyClasses(ModuleError):
    """A two-class learner was given a label with more classes."""

    code = "too_many_classes"
    sentence = (
        "“{learner}” tells two classes apart, "
        "and the label column “{column}” has {count}: {classes}."
    )
    hint = "Use a multiclass learner, or bring the label down to two values."


class LabelContinuous(ModuleError):
    """A classifier was given a label that is a quantity."""

    code = "label_continuous"
    sentence = (
        "The label column “{column}” is a quantity ({reason}), and “{learner}” needs classes."
    )
    hint = "Use a regression learner, or group the values into bins first."


class LabelInfinite(ModuleError):
    """A label to regress on is infinite."""

    code = "label_infinite"
    sentence = "The label column “{column}” has an infinite value."
    hint = "Replace or remove infinite values first."


@dataclass(frozen=True)
class Target:
    """A label column and its classes: the values in their order; none for a quantity.

    ``required``: whether rows without a label are left out of learning.
    """

    column: Column
    classes: tuple[Any, ...] = ()
    required: bool = True

    def numbers(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return what is learned: the class's position or the quantity; NaN where missing."""
        import numpy as np

        if not self.classes:
            return values
        position = {value: float(code) for code, value in enumerate(self.classes)}
        return np.fromiter(
            (position.get(value, np.nan) for value in values.tolist()), np.float64, len(values)
        )


def find_label(schema: TableSchema, name: str | None) -> Column:
    """Return the label column: that of the name, else the one of role label; raises LabelNotSet."""
    if name:
        return schema.column(name, param="label", port="dataset")
    marked = schema.by_role("label")
    if len(marked) == 1:
        return marked[0]
    found = "several columns are marked as label" if marked else "no column is marked as label"
    raise LabelNotSet(found=found, available=schema.names, param="label", port="dataset")


def label_problems(schema: TableSchema, name: str | None) -> list[Problem]:
    """Return what is wrong with the choice of the label column, before any data is seen."""
    try:
        find_label(schema, name)
    except ModuleError as error:
        return [error.to_problem()]
    return []


def find_target(table: Table, column: Column, learner: LearnerModule) -> Target:
    """Return the target of a learner on a table; raises a ModuleError where there is none."""
    if learner.task == "regression":
        return _quantity(table, column)
    if column.type in ("datetime", "timespan"):
        raise ColumnTypeWrong(
            column=column.name, found=column.type, wanted="a label of classes", param="label"
        )
    values = _distinct(table, column)
    classes = tuple(sorted(values))
    title = learner.meta.title
    if not classes:
        raise LabelEmpty(column=column.name, rows=table.rows, param="label")
    if len(classes) == 1:
        raise OneClass(column=column.name, value=classes[0], param="label")
    _refuse_quantity(table, column, classes, title)
    if learner.task == "binary" and len(classes) > 2:
        raise TooManyClasses(
            learner=title, column=column.name, count=len(classes), classes=classes, param="label"
        )
    return Target(column, classes)


def _refuse_quantity(table: Table, column: Column, classes: tuple[Any, ...], title: str) -> None:
    reason = ""
    if len(classes) > MOST_CLASSES:
        reason = f"it has more than {MOST_CLASSES} values"
    elif column.type == "double" and any(value % 1 != 0 for value in classes):
        reason = "it has fractions"
    elif column.is_numeric and len(classes) > 20 and len(classes) * 2 > table.rows:
        reason = f"it has {len(classes)} values in {table.rows} rows"
    if reason:
        raise LabelContinuous(column=column.name, reason=reason, learner=title, param="label")


def _quantity(table: Table, column: Column) -> Target:
    if not column.is_numeric:
        raise ColumnTypeWrong(
            column=column.name, found=column.type, wanted="a number to predict", param="label"
        )
    values = _distinct(table, column)
    if not values:
        raise LabelEmpty(column=column.name, rows=table.rows, param="label")
    if float("inf") in values or float("-inf") in values:
        raise LabelInfinite(column=column.name, param="label")
    return Target(column)


def _distinct(table: Table, column: Column) -> set[Any]:
    import pyarrow.compute as pc

    found: set[Any] = set()
    for batch in table.batches():
        found.update(pc.unique(batch.column(column.name)).to_pylist())
    return found - {None}
