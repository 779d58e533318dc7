"""What can be wrong with a file, as sentences."""

from __future__ import annotations

from studio.sdk import FileUnreadable, ModuleError


def unreadable(path: str, reason: str, advice: str = "", param: str = "path") -> FileUnreadable:
    """Return the error that says why a file could not be read, and what to do."""
    return FileUnreadable(path=path, reason=reason, advice=advice, param=param)


class TextUnreadable(ModuleError):
    """A text that a person typed could not be read."""

    code = "text_unreadable"
    sentence = "The text could not be read: {reason}."
    hint = "Mend the text, or choose another data format."


class ValueUnfit(ModuleError):
    """A value does not fit the type that the person chose for its column."""

    code = "value_unfit"
    sentence = "Column “{column}” cannot be read as {type}: row {row} holds “{value}”."
    hint = "Choose another type for the column, or add the value to the marks of missing values."


class FormatUnknown(ModuleError):
    """A file's name does not tell what it holds."""

    code = "format_unknown"
    sentence = "The file “{path}” does not tell by its name what format it has."
    hint = "Choose the file format. Known endings: {known}."


class NotWritten(ModuleError):
    """A file could not be written."""

    code = "file_not_written"
    sentence = "The file “{path}” could not be written: {reason}."
    hint = "{advice}"
