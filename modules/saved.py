"""Modules that bring back what was saved: datasets, trained models and transforms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from studio.sdk import (
    Context,
    Effect,
    FilePath,
    FileUnreadable,
    Meta,
    Module,
    StudioError,
    Table,
    TableSchema,
    out,
    param,
)
from studio.sdk.model import Model
from studio.sdk.transform import Transform


def _found(path: str, ctx: Context) -> Path:
    """Return where a saved file lies; raises FileUnreadable."""
    from modules.reading.source import find

    return find(path, ctx.base).path


def _unpacked(path: str, ctx: Context) -> Path:
    """Return a folder of the node's own with what a saved file holds."""
    from studio.sdk.saved import unpack

    file = _found(path, ctx)
    folder = ctx.scratch / "saved"
    folder.mkdir()
    ctx.check()
    unpack(file, folder, path)
    return folder


def _wrong(path: str, kind: str) -> FileUnreadable:
    return FileUnreadable(
        path=path,
        reason=f"it holds no {kind}",
        advice="Choose a file of the right kind.",
        param="path",
    )


class SavedDataset(Module):
    """Bring a dataset that was saved in the studio.

    What an output held when it was saved comes back row for row, with types, roles and levels;
    later runs of that experiment do not change it. The palette lists every saved dataset under its
    name. Rows are numbered anew.
    """

    meta = Meta(
        "saved_dataset",
        "Saved Dataset",
        "Saved Datasets/My Datasets",
        world="file",
        libraries=("pyarrow",),
        search=("my datasets", "snapshot", "stored", "load"),
    )

    path: FilePath = param(..., "File", help="The file that the dataset was saved in.")

    def effect(self) -> Effect:
        """Answer that the rows are new."""
        return Effect("new", "all")

    def output_schema(self, ctx: Context) -> TableSchema | None:
        """Return the columns that the file names; None where it cannot be read."""
        from modules.reading.columnar import arrow_columns
        from modules.reading.source import find

        try:
            return arrow_columns(find(self.path, ctx.base))
        except StudioError:
            return None  # a run says what is wrong with the file

    def run(self, ctx: Context) -> Annotated[Table, out("dataset", "Dataset")]:
        """Return the saved table."""
        from modules.reading.columnar import read_arrow
        from modules.reading.source import find

        return read_arrow(find(self.path, ctx.base), {}, ctx).with_origin()


class SavedModel(Module):
    """Bring a trained model that was saved in the studio.

    It gives the answers that it gave when it was saved, and is wired into Score Model or Assign
    Data to Clusters. The palette lists every saved model under its name. Opening one runs no code
    that came with the file: a file that holds anything but a model of the studio is refused.
    """

    meta = Meta(
        "saved_model",
        "Saved Model",
        "Trained Models",
        world="file",
        libraries=("scikit-learn", "lightgbm", "skops"),
        search=("my models", "snapshot", "ilearner", "load"),
    )

    path: FilePath = param(..., "File", help="The file that the model was saved in.")

    def effect(self) -> Effect:
        """Answer that nothing comes in."""
        return Effect("new", "all")

    def run(self, ctx: Context) -> Annotated[Model, out("trained_model", "Trained model")]:
        """Return the saved model; raises SavedUnreadable and FileUnreadable."""
        from studio.sdk.keep import load

        value = load(_unpacked(self.path, ctx))
        if not isinstance(value, Model):
            raise _wrong(self.path, "model")
        return value


class SavedTransform(Module):
    """Bring a transformation that was saved in the studio.

    It does what it did when it was saved, and is wired into Apply Transformation: the means, ranges
    and values to fill in are those of the rows that it was made on. The palette lists every saved
    transformation under its name. Opening one runs no code that came with the file.
    """

    meta = Meta(
        "saved_transform",
        "Saved Transform",
        "Transforms",
        world="file",
        libraries=("scikit-learn", "skops"),
        search=("my transforms", "snapshot", "itransform", "load"),
    )

    path: FilePath = param(..., "File", help="The file that the transformation was saved in.")

    def effect(self) -> Effect:
        """Answer that nothing comes in."""
        return Effect("new", "all")

    def run(self, ctx: Context) -> Annotated[Transform, out("transformation", "Transformation")]:
        """Return the saved transformation; raises SavedUnreadable and FileUnreadable."""
        from studio.sdk.keep import load

        value = load(_unpacked(self.path, ctx))
        if not isinstance(value, Transform):
            raise _wrong(self.path, "transformation")
        return value
