"""What a process imports before it takes work."""

from __future__ import annotations

import importlib
from contextlib import suppress

from studio import paths
from studio.engine import limits
from studio.sdk.module import Module

PRELOADS = (
    "numpy", "pyarrow", "pyarrow.compute", "pyarrow.ipc", "pyarrow.csv", "pyarrow.parquet",
    "pyarrow.pandas_compat",
    "duckdb", "narwhals", "pandas", "sklearn.base", "sklearn.cluster", "sklearn.ensemble",
    "sklearn.linear_model", "sklearn.metrics", "sklearn.model_selection", "sklearn.preprocessing",
    "lightgbm", "threadpoolctl", "studio.sdk.execution", "studio.sdk.keep", "studio.sdk.model",
    "studio.sdk.transform", "studio.sdk.duck", "studio.sdk.lazy", "studio.sdk.pandas_frame",
    "studio.engine.worker", "studio.engine.node_job", "studio.engine.describe",
    "studio.engine.look_job",
)  # fmt: skip


def preload() -> None:
    """Import what workers need; what is not installed is left out."""
    for name in PRELOADS:
        with suppress(ImportError):
            importlib.import_module(name)
    for file in sorted((paths.root() / "modules").rglob("*.py")):
        name = ".".join(file.relative_to(paths.root()).with_suffix("").parts)
        with suppress(Exception):
            loaded = importlib.import_module(name)
            for item in vars(loaded).values():
                if isinstance(item, type) and issubclass(item, Module) and hasattr(item, "meta"):
                    # What is read once of a declaration is then read in every worker.
                    item.inputs(), item.parameters()
    with suppress(ImportError):
        limits.thread_pools()
