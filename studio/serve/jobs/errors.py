"""What can be wrong with a request about jobs."""

from __future__ import annotations

from studio.sdk.errors import StudioError
from studio.serve.errors import RequestWrong


class JobUnknown(RequestWrong):
    """There is no such job, or no more."""

    status = 404
    code = "job_unknown"
    sentence = "There is no job “{id}”."
    hint = "Jobs are removed some time after they have ended."


class NothingRefused(RequestWrong):
    """A job has no file of rows that could not be scored."""

    status = 404
    code = "nothing_refused"
    sentence = "Job “{id}” has no rows that could not be scored."
    hint = "They are known when the job has ended."


class JobUnfinished(RequestWrong):
    """A job has no result, or not yet."""

    status = 409
    code = "job_unfinished"
    sentence = "Job “{id}” has no result: it is {state}."
    hint = "{advice}"


class KeyTaken(RequestWrong):
    """Another job was submitted with the same idempotency key."""

    status = 422
    code = "idempotency_key_taken"
    sentence = "Another job was submitted with the idempotency key “{key}”."
    hint = "Use a new key for each job; the same key only to send the same job again."


class KeyWrong(RequestWrong):
    """An idempotency key that is none."""

    code = "idempotency_key_wrong"
    sentence = "The idempotency key is {reason}."
    hint = "Send 1 to 255 visible ASCII characters."


class OptionUnknown(RequestWrong):
    """An option that jobs do not have."""

    status = 422
    code = "option_unknown"
    sentence = "There is no option “{option}”."
    hint = "The options are: {known}."


class OptionUnread(RequestWrong):
    """An option's value that cannot be read."""

    status = 422
    code = "option_unread"
    sentence = "The option “{option}” cannot be “{value}”."
    hint = "{advice}"


class UploadMissing(RequestWrong):
    """A form without a file."""

    status = 422
    code = "upload_missing"
    sentence = "The form has {found}; one file is needed."
    hint = "Send the file in a field of its own, and options in others."


class UploadUnread(RequestWrong):
    """A form that cannot be read."""

    code = "upload_unread"
    sentence = "The form cannot be read: {reason}."
    hint = "Send it as multipart/form-data, with its boundary."


class JobsTooMany(RequestWrong):
    """As many jobs wait as may."""

    status = 429
    code = "jobs_too_many"
    sentence = "{waiting} jobs are waiting, as many as may."
    hint = "Submit the job again when one has ended."

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """When to come again."""
        return ((b"retry-after", b"10"),)


class DiskFull(RequestWrong):
    """There is no room for a job's file."""

    status = 507
    code = "disk_full"
    sentence = "The file cannot be kept: {reason}."
    hint = "Remove jobs that have ended, or make room."


class RowsOverLimit(StudioError):
    """A job with more rows than it may have."""

    code = "rows_too_many"
    sentence = "There are more than {limit:,} rows, as many as a job may have."
    hint = "Submit the rows in several jobs."


class JobsUnusable(StudioError):
    """The folder of the jobs cannot be used."""

    code = "jobs_unusable"
    sentence = "The folder of the jobs, “{folder}”, cannot be used: {reason}."
    hint = "Choose a folder that can be written to."
