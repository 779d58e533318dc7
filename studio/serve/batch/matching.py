"""What a package asks of a file, and which of a file's columns it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from studio.scoring.signature import Field, Signature
from studio.sdk.text_style import PLAIN, TextStyle
from studio.serve.batch.errors import ColumnsMissing, ColumnTwice, InputsDiffer
from studio.serve.errors import ColumnAbsent


@dataclass(frozen=True)
class Demand:
    """The columns that a package asks for, over all its inputs; a row of a file feeds them all.

    Attributes:
        fields: The columns.
        marks: Texts that stand for a missing value.
        inputs: The input that asks for each column, by its name.
        text: How the delimited text was written that training read.
    """

    fields: tuple[Field, ...]
    marks: tuple[str, ...]
    inputs: Mapping[str, str]
    text: TextStyle = PLAIN

    @classmethod
    def of(cls, signature: Signature) -> Demand:
        """Return what a package asks for; raises InputsDiffer."""
        fields: dict[str, Field] = {}
        inputs: dict[str, str] = {}
        for name, items in signature.inputs.items():
            for item in items:
                known = fields.setdefault(item.name, item)
                inputs.setdefault(item.name, name)
                if known.column.is_text != item.column.is_text or (
                    not item.column.is_text and known.type != item.type
                ):
                    raise InputsDiffer(column=item.name, one=known.type, other=item.type)
                if item.required and not known.required:
                    fields[item.name], inputs[item.name] = item, name
        return cls(tuple(fields.values()), signature.missing_marks, inputs, signature.text)

    @property
    def needed(self) -> tuple[str, ...]:
        """The names of the columns that must be there."""
        return tuple(item.name for item in self.fields if item.required)

    def absence(self, names: Collection[str], row: int) -> tuple[str, str] | None:
        """Return the first column that a row with these names lacks, and what a reply says of it.

        None where the row has every column that must be there.
        """
        column = next((name for name in self.needed if name not in names), None)
        if column is None:
            return None
        home = self.inputs[column]
        error = ColumnAbsent(column=column, input=home, row=row, known=self.needed)
        return column, error.message.rstrip(".")

    def match(self, name: str, found: Sequence[str]) -> Matching:
        """Return the columns as a file has them; raises ColumnsMissing and ColumnTwice."""
        counted = Counter(found)
        for item in self.fields:
            if counted[item.name] > 1:
                raise ColumnTwice(name=name, column=item.name)
        missing = [f"“{column}”" for column in self.needed if column not in counted]
        if missing:
            spoken = missing[0] if len(missing) == 1 else " and no column ".join(missing[:20])
            raise ColumnsMissing(
                name=name, missing=spoken, needed=self.needed, found=list(found) or "none"
            )
        asked = {item.name: item for item in self.fields}
        return Matching(
            tuple(found),
            {index: asked[column] for index, column in enumerate(found) if column in asked},
        )


@dataclass(frozen=True)
class Matching:
    """A file's columns, in order, and which of them the package asks for, by their places."""

    names: tuple[str, ...]
    fields: Mapping[int, Field]
