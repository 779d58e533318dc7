"""What a package asks of a file, and which of a file's columns it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.scoring.signature import Field, Signature
from studio.serve.batch.errors import ColumnsMissing, ColumnTwice, InputsDiffer


@dataclass(frozen=True)
class Demand:
    """The columns that a package asks for, over all its inputs; a row of a file feeds them all."""

    fields: tuple[Field, ...]
    marks: tuple[str, ...]

    @classmethod
    def of(cls, signature: Signature) -> Demand:
        """Return what a package asks for; raises InputsDiffer."""
        fields: dict[str, Field] = {}
        for items in signature.inputs.values():
            for item in items:
                known = fields.setdefault(item.name, item)
                if known.column.is_text != item.column.is_text or (
                    not item.column.is_text and known.type != item.type
                ):
                    raise InputsDiffer(column=item.name, one=known.type, other=item.type)
                if item.required and not known.required:
                    fields[item.name] = item
        return cls(tuple(fields.values()), signature.missing_marks)

    @property
    def needed(self) -> tuple[str, ...]:
        """The names of the columns that must be there."""
        return tuple(item.name for item in self.fields if item.required)

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
