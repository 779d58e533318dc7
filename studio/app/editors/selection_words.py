"""A selection of columns in words, and names as they are typed: separated by commas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from pydantic import ValidationError

from studio.sdk.errors import ModuleError
from studio.sdk.schema import TableSchema
from studio.sdk.selection import ColumnSelection, Rule

_PLURAL = {
    "feature": "features", "label": "labels", "weight": "weights", "score": "scores", "id": "ids",
    "fold": "folds", "origin": "origins",
}  # fmt: skip
_FEW = 4


def read_selection(value: object) -> ColumnSelection | None:
    """Return the selection that a document's value is, or None where it is none."""
    try:
        return ColumnSelection.model_validate(value)
    except ValidationError:
        return None


def selection_text(selection: ColumnSelection) -> str:
    """Return which columns a selection is of, as a person says it."""
    included = [_rule_text(rule) for rule in selection.rules if rule.action == "include"]
    excluded = [_rule_text(rule) for rule in selection.rules if rule.action == "exclude"]
    begin = selection.begin == "all"
    if not selection.rules:
        return "All columns" if begin else "No columns"
    parts = (["all columns"] if begin else []) + included
    text = " and ".join(parts) or "no columns"
    if excluded:
        text += (" except " if begin or included else " without ") + " and ".join(excluded)
    is_name = not begin and bool(included) and selection.rules[0].by == "name"
    return text if is_name else text[:1].upper() + text[1:]


def _rule_text(rule: Rule) -> str:
    values = rule.values
    if rule.by == "all":
        return "all columns"
    if rule.by == "name":
        more = f" and {len(values) - _FEW} more" if len(values) > _FEW else ""
        return ", ".join(values[:_FEW]) + more
    if rule.by == "index":
        return f"column {', '.join(values)}" if len(values) == 1 else f"columns {', '.join(values)}"
    if rule.by == "type":
        return f"{' and '.join(values)} columns"
    if rule.by == "role":
        return " and ".join(_PLURAL[value] for value in values)
    return f"columns like {' or '.join(values)}"


def chosen_names(
    selection: ColumnSelection, schema: TableSchema
) -> tuple[list[str], list[str], str]:
    """Return the chosen names, the names that are not there, and what else is wrong.

    The SDK evaluates the rules; names that are not in the schema are left out of them first.
    """
    missing: list[str] = []
    rules = []
    for rule in selection.rules:
        if rule.by == "name":
            missing += [name for name in rule.values if name not in schema]
            there = tuple(name for name in rule.values if name in schema)
            rules.append(rule.model_copy(update={"values": there}))
        else:
            rules.append(rule)
    try:
        names = selection.model_copy(update={"rules": tuple(rules)}).names(schema, allow_none=True)
    except ModuleError as error:
        return [], list(dict.fromkeys(missing)), error.in_full
    return names, list(dict.fromkeys(missing)), ""


def names_of(selection: ColumnSelection) -> tuple[str, ...] | None:
    """Return the names that a selection lists, or None where it has other rules."""
    plain = selection.begin == "none" and all(
        rule.action == "include" and rule.by == "name" for rule in selection.rules
    )
    return tuple(n for rule in selection.rules for n in rule.values) if plain else None


def split_names(text: str) -> list[str]:
    """Return the names in a text that separates them by commas, tabs or lines; quotes hold."""
    rows = csv.reader(io.StringIO(text.replace("\t", ",")), skipinitialspace=True)
    return [name.strip() for row in rows for name in row if name.strip()]


def join_names(names: Iterable[str]) -> str:
    """Return names as :func:`split_names` reads them."""
    return ", ".join(
        '"' + name.replace('"', '""') + '"' if any(c in name for c in ',"\t\n') else name
        for name in names
    )
