"""Estimators that answer with weighted sums of the features, in a graph.

Which estimators these are is found out by asking them: on a few made-up rows the answers are
compared with those of the weights. So an estimator of any package is converted, and one whose
weights mean something else is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from studio.export.onnx.boosters import shares, sigmoid, softmax
from studio.export.onnx.graph import Tensor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.export.onnx.ops import OnnxOps

    Numbers = NDArray[np.float64]

ROWS = 8
CLOSE = 1e-9


def linear_chances(ops: OnnxOps, matrix: Tensor, estimator: Any, *, second: bool) -> Tensor | None:
    """Return the chance of each class, or of the second one alone; None for what is not linear."""
    found = _weights(estimator)
    if found is None or not hasattr(estimator, "predict_proba"):
        return None
    weights, constants = found
    rows = probe(weights, constants)
    scores = rows @ weights.T + constants
    truth = estimator.predict_proba(rows)
    link = next((name for name, made in _LINKS.items() if _same(made(scores), truth)), None)
    if link is None:
        return None
    sums = _sums(ops, matrix, weights, constants)
    if link == "logistic":
        score = ops.take(sums, 0)
        chance = sigmoid(ops, score)
        return chance if second else ops.hstack([sigmoid(ops, ops.sub(0.0, score)), chance])
    chances = softmax(ops, sums) if link == "softmax" else shares(ops, sigmoid(ops, sums))
    return ops.take(chances, 1) if second else chances


def linear_quantity(ops: OnnxOps, matrix: Tensor, estimator: Any) -> Tensor | None:
    """Return the predicted quantity; None where the estimator is not linear."""
    found = _weights(estimator)
    if found is None or len(found[0]) != 1:
        return None
    weights, constants = found
    rows = probe(weights, constants)
    scores = rows @ weights.T + constants
    if not _same(scores, as_column(estimator.predict(rows))):
        return None
    return ops.take(_sums(ops, matrix, weights, constants), 0)


def probe(weights: Numbers, constants: Numbers) -> Numbers:
    """Return made-up rows, for each score some on which it is neither very large nor very small.

    On such a row the ways in which scores become chances tell themselves apart.
    """
    import numpy as np

    random = np.random.default_rng(0)
    lengths = np.square(weights).sum(axis=1)
    wanted = random.normal(size=(ROWS, len(weights)))
    steps = (wanted - constants) / np.where(lengths > 0, lengths, 1.0)
    along = (steps[:, :, None] * weights).reshape(-1, weights.shape[1])
    beside = random.normal(size=along.shape) / (1.0 + np.sqrt(lengths.max()))
    return np.asarray(along + beside)


def as_column(values: Any) -> Numbers:
    """Return predictions as one column of doubles."""
    import numpy as np

    return np.asarray(values, np.float64).reshape(-1, 1)


def _weights(estimator: Any) -> tuple[Numbers, Numbers] | None:
    """Return weights, one row a score, and constants; None where an estimator has none."""
    import numpy as np

    if not hasattr(estimator, "coef_") or not hasattr(estimator, "intercept_"):
        return None
    try:
        weights = np.atleast_2d(np.asarray(estimator.coef_, np.float64))
        constants = np.asarray(estimator.intercept_, np.float64).ravel()
    except (TypeError, ValueError):
        return None
    if weights.ndim != 2 or len(constants) not in (1, len(weights)):
        return None
    return weights, np.broadcast_to(constants, len(weights))


def _sums(ops: OnnxOps, matrix: Tensor, weights: Numbers, constants: Numbers) -> Tensor:
    product = ops.matmul(matrix, weights.T)
    return Tensor(
        ops.graph.add("Add", product.name, ops.graph.numbers(constants)), "matrix", product.width
    )


def _same(made: Numbers, truth: Any) -> bool:
    import numpy as np

    found = np.asarray(truth, np.float64)
    return made.shape == found.shape and bool(np.allclose(made, found, rtol=CLOSE, atol=0.0))


def _logistic(scores: Numbers) -> Numbers:
    import numpy as np

    if scores.shape[1] != 1:
        return scores[:0]
    return np.hstack([_expit(-scores), _expit(scores)])


def _softmax(scores: Numbers) -> Numbers:
    import numpy as np

    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _rest(scores: Numbers) -> Numbers:
    import numpy as np

    chances = _expit(scores)
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _expit(scores: Numbers) -> Numbers:
    import numpy as np

    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-scores)))


_LINKS: Mapping[str, Callable[[Numbers], Numbers]] = {
    "logistic": _logistic,
    "softmax": _softmax,
    "rest": _rest,
}
"""How sums become chances: of two classes by the logistic function, of many together, or of each
class against the rest."""
