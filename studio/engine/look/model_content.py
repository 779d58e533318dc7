"""What a fitted model is: settings, columns, and weights, importances or clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studio.engine.look.cells import cut, plain
from studio.engine.look.clusters import clusters_of
from studio.engine.look.settings import MAX_ITEMS, fact, labelled, title_of
from studio.engine.look.trees import tree_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.engine.store import Store
    from studio.sdk.model import Model

_FACTS = {"rows": "rows learned from", "seed": "seed of the random numbers"}


def model_content(model: Model, store: Store, key: str) -> dict[str, Any]:
    """Return what there is to say of a model."""
    about = model.about()
    return {
        "kind": "Model",
        "module": model.learner.module,
        "title": title_of(model.learner.module),
        "task": model.task,
        "settings": labelled(model.learner.module, model.learner.params),
        "facts": [
            *(fact(_FACTS.get(name, name), value) for name, value in model.settings.items()),
            *({"label": name, "value": value} for name, value in model.libraries.items()),
        ],
        "inputs": [column.to_dict() for column in model.features.inputs[:MAX_ITEMS]],
        "inputs_in_all": len(model.features.inputs),
        "label": about["label"],
        "classes": class_names(model)[:MAX_ITEMS],
        "weights": _weights(model),
        "importances": _importances(model),
        "trees": tree_count(model.estimator),
        "clusters": clusters_of(model, store, key) if model.task == "clustering" else None,
    }


def class_names(model: Model) -> list[str]:
    """Return what the classes are called."""
    return [
        cut(str(int(c)) if isinstance(c, float) and c.is_integer() else str(c))
        for c in model.classes
    ]


def _weights(model: Model) -> dict[str, Any] | None:
    """Return the weights of a linear model, those of the largest weight first."""
    import numpy as np

    if not hasattr(model.estimator, "coef_"):
        return None
    weights = np.atleast_2d(np.asarray(model.estimator.coef_, dtype=np.float64))
    classes = class_names(model)
    if len(weights) == 1:
        classes = classes[1:] or [""]
    largest = np.abs(weights).max(axis=0, initial=0.0)
    return {
        "classes": classes,
        "intercepts": plain(np.atleast_1d(model.estimator.intercept_).tolist()),
        "features": [
            {**feature, "weights": plain(weights[:, place].tolist())}
            for place, feature in _largest(model, largest)
        ],
        "features_in_all": weights.shape[1],
    }


def _importances(model: Model) -> dict[str, Any] | None:
    """Return how much each feature does in a model of trees, as shares of all."""
    import numpy as np

    estimator = model.estimator
    if hasattr(estimator, "booster_"):
        measure = "gain"
        found = estimator.booster_.feature_importance("gain")
    elif hasattr(estimator, "feature_importances_"):
        measure, found = "impurity decrease", estimator.feature_importances_
    else:
        return None
    shares = np.asarray(found, dtype=np.float64)
    shares = shares / (shares.sum() or 1.0)
    return {
        "measure": measure,
        "features": [
            {**feature, "importance": float(shares[place])}
            for place, feature in _largest(model, shares)
        ],
        "features_in_all": len(shares),
    }


def _largest(model: Model, sizes: NDArray[np.float64]) -> list[tuple[int, dict[str, str]]]:
    """Return the places and names of the features, the largest first."""
    import numpy as np

    names, sources = model.features.spoken, model.features.sources
    order = np.argsort(-sizes, kind="stable")[:MAX_ITEMS].tolist()
    return [(place, {"name": cut(names[place]), "column": sources[place]}) for place in order]
