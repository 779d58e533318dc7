"""A package as MLflow loads it: a model whose predictions are data frames."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.scoring.folder import open_inside
from studio.scoring.frames import columns_of, frame_of
from studio.scoring.scorer import Scorer
from studio.scoring.signature import WebParameter

if TYPE_CHECKING:
    import pandas as pd


class Predictor:
    """Answers data frames; ``scorer`` is the package as one callable."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer

    def predict(self, model_input: Any, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return the first output's table, a row for each row that came in; raises a StudioError.

        ``model_input`` is a data frame, a list of records, a mapping of columns, one record, or,
        where the package has several inputs, a mapping of one of these for each. ``params`` are
        web service parameters; those that take any value may come as JSON text. None is as if it
        was not there.
        """
        import pandas as pd

        signature = self.scorer.signature
        several = isinstance(model_input, Mapping) and len(signature.inputs) > 1
        given = model_input if several else {signature.input: model_input}
        frames = {name: _frame(given.get(name, [])) for name in signature.inputs}
        tables = {name: columns_of(frames[name], signature.inputs[name]) for name in frames}
        set_to = _parameters(signature.parameters, params or {})
        answers = self.scorer.score(tables, set_to)[signature.output]
        index = frames[signature.input].index
        return pd.DataFrame(frame_of(answers, signature.outputs[signature.output]), index=index)


def _load_pyfunc(path: str) -> Predictor:
    """Return the package in a folder; MLflow calls it by this name."""
    return Predictor(open_inside(Path(path)).scorer())


def _frame(given: Any) -> pd.DataFrame:
    """Return what was given as a data frame; a mapping of single values is one row."""
    import pandas as pd

    if isinstance(given, pd.DataFrame):
        return given
    if isinstance(given, Mapping) and all(not _is_column(value) for value in given.values()):
        return pd.DataFrame([dict(given)])
    return pd.DataFrame(given)


def _is_column(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str | bytes)


def _parameters(known: tuple[WebParameter, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    any_value = {item.name for item in known if item.type == "any"}
    return {
        name: _read(value) if name in any_value else value
        for name, value in given.items()
        if value is not None
    }


def _read(value: Any) -> Any:
    """Return the data in JSON text; other text, and what is no text, as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
