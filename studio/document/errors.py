"""What can go wrong with a document."""

from __future__ import annotations

from pathlib import Path

from studio.sdk.errors import StudioError


class NotStorable(StudioError):
    """A value that a document cannot keep."""

    code = "value_not_storable"
    sentence = "{reason}"
    hint = "A document keeps text, numbers, true and false, lists, and pairs of names and values."


class DocumentInvalid(StudioError):
    """Data that does not describe an experiment."""

    code = "document_invalid"
    sentence = "{where}: {reason}."
    hint = "Undo what was last changed in the file outside the studio, or open an older copy."

    def __init__(self, *, where: str, reason: str) -> None:
        super().__init__(where=_in_one_line(where), reason=_in_one_line(reason))


class DocumentUnreadable(StudioError):
    """A file that cannot be opened as an experiment."""

    code = "document_unreadable"
    sentence = "“{path}” cannot be opened. {reason}"
    hint = "{advice}"

    def __init__(
        self, *, path: Path, reason: str, advice: str = "The file has not been changed."
    ) -> None:
        super().__init__(path=path.name or path, reason=reason, advice=advice)


class DocumentTooNew(StudioError):
    """A document of a format that only a newer version reads."""

    code = "document_too_new"
    sentence = "The document has format {found}; this Wireloom reads formats up to {known}."
    hint = "Open it with a newer version of Wireloom."


class SaveFailed(StudioError):
    """A document that could not be written; what was there before is still there."""

    code = "save_failed"
    sentence = "“{path}” could not be saved: {reason}."
    hint = "What was there before is unchanged. Make room or choose another place."


class ChangedOnDisk(StudioError):
    """A file that something else changed after it was opened."""

    code = "document_changed_on_disk"
    sentence = "“{path}” was changed by something else after it was opened here."
    hint = "Save under another name to keep both, or save again to replace it."


class DocumentInUse(StudioError):
    """A file that is open elsewhere."""

    code = "document_in_use"
    sentence = "“{path}” is open in another window, so it can be looked at but not changed here."
    hint = "Close the other window, or save a copy under another name."


class DocumentReadOnly(StudioError):
    """A change to a document that may only be looked at."""

    code = "document_read_only"
    sentence = "“{name}” is open for reading only."
    hint = "Save a copy under another name to change it."


class AutosaveFailed(StudioError):
    """An autosave that could not be written."""

    code = "autosave_failed"
    sentence = "The last changes could not be autosaved: {reason}."
    hint = "Save the experiment now."


class ItemMissing(StudioError):
    """An edit of something that is not in the experiment."""

    code = "item_missing"
    sentence = "There is no {kind} “{id}” in the experiment."


class IdTaken(StudioError):
    """An edit that would give two things the same id."""

    code = "id_taken"
    sentence = "The experiment already has something with the id “{id}”."


class LinkRefused(StudioError):
    """A link that cannot be drawn."""

    code = "link_refused"
    sentence = "“{source}” cannot be linked to “{target}”: {reason}."


class CycleFound(StudioError):
    """Nodes that wait for one another."""

    code = "cycle"
    sentence = "These nodes wait for one another in a circle: {nodes}."
    hint = "Remove one of the links between them."


def _in_one_line(text: str) -> str:
    """Return text, which may hold names from a damaged file, with signs that do not print spelt."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
