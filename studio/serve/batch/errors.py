"""What can go wrong with a batch, each in a sentence."""

from __future__ import annotations

import errno
from pathlib import Path

from studio.sdk.errors import StudioError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SAID = {
    errno.EACCES: "access is denied",
    errno.EPERM: "access is denied",
    errno.EROFS: "the disk can only be read",
    errno.ENOENT: "it does not exist",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "its links go round in a circle",
    errno.EIO: "the disk does not answer",
}


class SourceUnreadable(StudioError):
    """A file that cannot be read, or is not what its name says."""

    code = "source_unreadable"
    sentence = "“{name}” cannot be read: {reason}."
    hint = "{advice}"


class FormatUnknown(StudioError):
    """A file whose name does not tell what is in it."""

    code = "format_unknown"
    sentence = "The name “{name}” does not tell the file's format."
    hint = "Name the format, or let the name end in one of: {known}."


class NothingToScore(StudioError):
    """A folder without a file that could be scored."""

    code = "nothing_to_score"
    sentence = "There is no table in “{name}”."
    hint = "Its files' names must end in one of: {known}."


class AllEmpty(StudioError):
    """A folder in which every table is an empty file."""

    code = "all_empty"
    sentence = "Every table in “{name}” is an empty file."
    hint = "Write the rows into them, or name another folder."


class ColumnsMissing(StudioError):
    """A file without columns that the package needs."""

    code = "columns_missing"
    sentence = "“{name}” has no column {missing}."
    hint = "The package needs: {needed}. The file has: {found}."


class ColumnTwice(StudioError):
    """A file in which a column that is needed can be one of several."""

    code = "column_twice"
    sentence = "“{name}” has more than one column “{column}”."
    hint = "Rename all but the one that is meant."


class ColumnUnfit(StudioError):
    """A column whose type cannot become what the package asks for, or cannot be written."""

    code = "column_unfit"
    sentence = "Column “{column}” of “{name}” holds {found}; {wanted}."
    hint = "{advice}"


class InputsDiffer(StudioError):
    """A package that cannot be asked with one table."""

    code = "inputs_differ"
    sentence = "The package's inputs want column “{column}” as {one} and as {other}."
    hint = "Ask it over HTTP, where each input has a table of its own."


class OptionWrong(StudioError):
    """An option with a value that it cannot have."""

    code = "option_wrong"
    sentence = "The {option} cannot be “{value}”: {reason}."
    hint = "{advice}"


class TargetTaken(StudioError):
    """Something lies already where the answers should go."""

    code = "target_taken"
    sentence = "“{name}” is there already."
    hint = "Choose another name, or let it be replaced."


class TargetWrong(StudioError):
    """Answers cannot go where they should."""

    code = "target_wrong"
    sentence = "The answers cannot go to “{name}”: {reason}."
    hint = "Choose another name."


class TargetUnwritable(StudioError):
    """Answers that could not be written; what was done until then can be resumed."""

    code = "target_unwritable"
    sentence = "“{name}” cannot be written: {reason}."
    hint = "{advice}"


class TargetBusy(StudioError):
    """Another process writes the same file."""

    code = "target_busy"
    sentence = "“{name}” is being written by another process."
    hint = "Wait until it has ended, or choose another name."


class ResumeRefused(StudioError):
    """What was begun cannot be gone on with."""

    code = "resume_refused"
    sentence = "The work on “{name}” cannot be resumed: {reason}."
    hint = "Begin it anew, without resuming."


class SourceChanged(StudioError):
    """A file that was written to while it was read."""

    code = "source_changed"
    sentence = "“{name}” has changed while it was read."
    hint = "Score it again when nobody writes into it."


class RowRefused(StudioError):
    """A row that cannot be scored, where the first such row ends the work."""

    code = "row_refused"
    sentence = "Row {row} of “{name}” cannot be scored: {reason}."
    hint = "Mend the row, or let such rows be put aside."


class TooManyRefused(StudioError):
    """More rows were put aside than may be."""

    code = "too_many_refused"
    sentence = "More than {most} rows of “{name}” cannot be scored. Row {row}: {reason}."
    hint = "Look at the rows that were put aside, in “{rejected}”."


class AnswerUnfit(StudioError):
    """An answer that is not of the type that the package promised."""

    code = "answer_unfit"
    sentence = "The package gave an answer in column “{column}” that is not of type {type}."
    hint = "Make the package again, and verify it."


def said(error: OSError) -> str:
    """Return what went wrong with a file, as the end of a sentence."""
    if error.errno in _FULL:
        return "the disk is full"
    return _SAID.get(error.errno or 0, error.strerror or str(error))


def unwritable(path: Path, error: OSError) -> TargetUnwritable:
    """Return the error for answers that the system did not take."""
    full = error.errno in _FULL
    advice = "Make room, and resume." if full else "Look at the folder, and resume."
    return TargetUnwritable(name=path.name, reason=said(error), advice=advice)
