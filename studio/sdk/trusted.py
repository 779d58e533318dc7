"""Estimators in files without pickle: skops, with the one list of types that may be loaded."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

TRUSTED: tuple[str, ...] = (
    "collections.OrderedDict",
    "collections.defaultdict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "numpy.dtype",
    "sklearn.tree._tree.Tree",
)
"""Types that skops does not know for safe by itself and that the studio's own learners store."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def save_estimator(estimator: Any, path: Path) -> None:
    """Write a fitted estimator; equal estimators give equal bytes."""
    import skops.io

    path.write_bytes(_steady(skops.io.dumps(estimator)))


def load_estimator(path: Path, trusted: tuple[str, ...] = ()) -> Any:
    """Return the estimator of a file; raises StateUnreadable for a type that is not trusted.

    ``trusted`` are types that the learner's module names besides those of this list.
    """
    import skops.io

    from studio.sdk.state import StateUnreadable

    allowed = {*TRUSTED, *trusted}
    try:
        unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - allowed)
        if not unknown:
            return skops.io.load(path, trusted=sorted(allowed))
    except Exception as error:
        raise StateUnreadable(reason=f"the estimator's file is damaged ({error})") from error
    raise StateUnreadable(reason=f"it holds types that are not trusted: {', '.join(unknown)}")


def _steady(data: bytes) -> bytes:
    """Return a skops file with ids in order of appearance, not addresses, and without times."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        schema = json.loads(source.read("schema.json"))
        ids: dict[int, int] = {}
        names: dict[str, str] = {}
        _renumber(schema, ids, names)
        text = json.dumps(schema, indent=1).encode()
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
            for old, new in names.items():
                written.writestr(zipfile.ZipInfo(new, _EPOCH), source.read(old))
            written.writestr(zipfile.ZipInfo("schema.json", _EPOCH), text)
    return target.getvalue()


def _renumber(node: Any, ids: dict[int, int], names: dict[str, str]) -> None:
    if isinstance(node, list):
        for item in node:
            _renumber(item, ids, names)
    if not isinstance(node, dict):
        return
    if "__id__" in node:
        node["__id__"] = ids.setdefault(node["__id__"], len(ids) + 1)
    if isinstance(node.get("file"), str) and "__loader__" in node:
        old = node["file"]
        node["file"] = names.setdefault(old, f"{len(names) + 1}{Path(old).suffix}")
    for item in node.values():
        _renumber(item, ids, names)
