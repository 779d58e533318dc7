"""A graph that answers in the place of the numpy program."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from studio.scoring.scorer import Tables
from studio.sdk.errors import StudioError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    from studio.sdk.arrays import Columns

    Array = NDArray[Any]

DESCRIPTION = "wireloom"
"""The key of the model's metadata under which it says what its inputs and outputs are."""
FORMAT = 1
MISSING = "\x00wireloom: missing"
"""What stands for a missing text: a tensor has no place for None, and "" is a text."""
PIECE = 1 << 20
"""Numbers that a value of the graph holds at most, if it is of more than one row."""
TWICE = 4 << 20
"""Bytes of a graph that is opened once more for single rows, where the runtime may plan its memory:
that saves a seventh of its time, but each number of rows would have a plan of its own, for good."""
_TEXTS = {str, type(None)}
FEW = 256
"""So many rows are not worth a thread."""


class GraphUnreadable(StudioError):
    """An ONNX file is not one that the studio wrote, or this runtime cannot run it."""

    code = "graph_unreadable"
    sentence = "The ONNX model cannot be opened: {reason}."
    hint = "Export the package again, or let the numpy program answer."


class Declined(Exception):
    """The graph leaves these rows to the numpy program, which answers or says what is wrong.

    Some row has an infinite feature or a level that may not come, or a text that a graph cannot be
    given. Not an error.
    """


class GraphSession:
    """An open graph: tensors in, tensors out; several threads may use it at once.

    What a row gets does not depend on the rows beside it: the runtime leaves the graph as it is,
    and each call has one thread, since sums that a call's threads share would end differently in
    the last digit. More threads take more pieces of a table at a time.

    Attributes:
        told: What the graph says of its inputs and outputs.
    """

    def __init__(self, source: bytes | Path, kind: str) -> None:
        """Open a graph of a kind, “program” or “model”; raises GraphUnreadable."""
        # Otherwise it tells its makers of each use.
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        try:
            data = source if isinstance(source, bytes) else source.read_bytes()
            self._session = self._single = _opened(data, plans_memory=False)
            if len(data) <= TWICE:
                self._single = _opened(data, plans_memory=True)
            told = json.loads(self._session.get_modelmeta().custom_metadata_map[DESCRIPTION])
            known = told["format"], told["kind"]
        except Exception as error:  # the runtime has a dozen of its own, without a common base
            raise GraphUnreadable(reason=_first_line(error)) from error
        if known != (FORMAT, kind):
            raise GraphUnreadable(reason=f"it is a {known[1]} of format {known[0]}")
        self.told: Mapping[str, Any] = told
        self._most = max(1, PIECE // told["cells"])

    def run(self, names: list[str], feed: Mapping[str, Array], threads: int = 1) -> list[Array]:
        """Return the named outputs; raises Declined for text that no tensor can hold."""
        rows = max(map(len, feed.values()))
        size = self._most
        if threads > 1 and rows > FEW:
            size = min(size, max(FEW, -(-rows // threads)))
        try:
            if rows == 1:
                return list(self._single.run(names, feed))
            if rows <= size:
                return list(self._session.run(names, feed))
            return self._in_pieces(names, feed, rows, size, threads)
        except UnicodeEncodeError as error:
            raise Declined("a text has half a character") from error

    def _in_pieces(
        self, names: list[str], feed: Mapping[str, Array], rows: int, size: int, threads: int
    ) -> list[Array]:
        import numpy as np

        def part(start: int) -> list[Array]:
            cut = {name: values[start : start + size] for name, values in feed.items()}
            return list(self._session.run(names, cut))

        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(part, range(0, rows, size)))
        return [np.concatenate(found) for found in zip(*parts, strict=True)]


def _opened(data: bytes, *, plans_memory: bool) -> InferenceSession:
    """Return a session that computes a graph as it stands, in one thread."""
    import onnxruntime as runtime

    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = plans_memory
    options.log_severity_level = 3
    return runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


class _Input(NamedTuple):
    """A column that the graph needs, and the name of its tensor."""

    port: str
    column: str
    name: str
    text: bool


class _Output(NamedTuple):
    """A column that comes out: a tensor of the graph, or a column of an input as it is.

    ``place`` is where a tensor stands among all that the graph is asked for.
    """

    column: str
    text: bool
    name: str = ""
    source: tuple[str, str] | None = None
    place: int = 0


class OnnxProgram:
    """A whole request path as one graph: answers what the numpy program answers."""

    def __init__(self, source: bytes | Path) -> None:
        """Open a graph; raises GraphUnreadable."""
        self._session = GraphSession(source, "program")
        told = self._session.told
        inputs = [_Input(**item) for item in told["inputs"]]
        self._numbers = [item for item in inputs if not item.text]
        self._texts = [item for item in inputs if item.text]
        self._names = [*told["refusals"]]
        self._refusals = len(self._names)
        self._outputs = {
            port["name"]: [self._placed(_Output(**item)) for item in port["columns"]]
            for port in told["outputs"]
        }

    def _placed(self, item: _Output) -> _Output:
        """Return a column with its place among what the graph is asked for."""
        if not item.name:
            return item
        self._names.append(item.name)
        return item._replace(place=len(self._names) - 1)

    def run(self, tables: Tables, threads: int = 1) -> dict[str, Columns]:
        """Return the columns of each output, as ``Program.run`` does; raises Declined.

        ``tables`` has every column of every input; see :meth:`Scorer.score`.
        """
        feed = {item.name: as_numbers(tables[item.port][item.column]) for item in self._numbers}
        feed |= text_tensors({item.name: tables[item.port][item.column] for item in self._texts})
        found = self._session.run(self._names, feed, threads)
        for mask in found[: self._refusals]:
            # Of a single row, which most requests have, this is a tenth of what any() takes.
            if mask.item() if len(mask) == 1 else mask.any():
                raise Declined("a row has a value that cannot be scored")
        return {
            name: {
                item.column: as_column(found[item.place], item.text)
                if item.source is None
                else tables[item.source[0]][item.source[1]]
                for item in items
            }
            for name, items in self._outputs.items()
        }


def as_column(tensor: Array, text: bool) -> Array:
    """Return a tensor as a column: with None for what is missing in text."""
    if text and MISSING in tensor.tolist():
        tensor[tensor == MISSING] = None
    return tensor


def as_numbers(values: Array) -> Array:
    """Return a column of numbers as a tensor."""
    return values if values.dtype.char == "d" else values.astype("d")


def text_tensors(columns: Mapping[str, Array]) -> dict[str, Array]:
    """Return columns of text as tensors; raises Declined for what the graph would misread.

    All are looked at together: for a single row the calls cost more than the texts.
    """
    items = [item for values in columns.values() for item in values.tolist()]
    kinds = set(map(type, items))
    if MISSING in items or not kinds <= _TEXTS:
        raise Declined("a column of text holds something else")
    if kinds <= {str}:
        return dict(columns)
    return {name: _without_none(values) for name, values in columns.items()}


def _without_none(values: Array) -> Array:
    import numpy as np

    return np.array([MISSING if item is None else item for item in values.tolist()], object)


def _first_line(error: Exception) -> str:
    return f"{error}".strip().partition("\n")[0].rstrip(".") or type(error).__name__
