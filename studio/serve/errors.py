"""What can be wrong with a request: a code, a sentence, a hint, a place, and an HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from studio.sdk.errors import FileUnreadable, LibraryMissing, StudioError
from studio.sdk.state import StateUnreadable

PACKAGE_FAULTS = (FileUnreadable, LibraryMissing, StateUnreadable)
"""What a scorer may raise that no request can help."""


class RequestWrong(StudioError):
    """A request that cannot be answered; subclasses say why.

    Among the fields, ``input``, ``column``, ``row`` (from 1) and ``parameter`` say where.
    """

    status: ClassVar[int] = 400

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """Headers that the answer has besides the usual ones."""
        return ()


class NotJson(RequestWrong):
    """A body that is no JSON."""

    code = "not_json"
    sentence = "The body is not JSON: {reason}."
    hint = "Send JSON as RFC 8259 has it, in UTF-8. A missing value is null; NaN is not JSON."


class TooDeep(RequestWrong):
    """Lists in lists in lists, thousands of them."""

    code = "too_deep"
    sentence = "The body is nested too deeply."
    hint = "Send a list of records, or columns and rows."


class KeyTwice(RequestWrong):
    """An object in the body has a key twice; readers of JSON differ in which one they take."""

    code = "key_twice"
    sentence = "An object in the body has the key “{key}” twice."
    hint = "Leave one of the two out."


class BodyUnpacked(RequestWrong):
    """A compressed body that cannot be unpacked."""

    code = "body_not_unpacked"
    sentence = "The body could not be unpacked as {encoding}."
    hint = "Send it without Content-Encoding, or pack it again."


class FormUnknown(RequestWrong):
    """JSON that is no form of a request."""

    code = "form_unknown"
    sentence = "{reason}"
    hint = "{advice}"


class TensorWrong(RequestWrong):
    """A tensor of the Open Inference Protocol that does not hold together."""

    status = 422
    code = "tensor_wrong"
    sentence = "The tensor “{column}” {reason}."
    hint = "See the metadata of the model for names, datatypes and shapes."


class KeyMissing(RequestWrong):
    """No API key came, or an unknown or revoked one."""

    status = 401
    code = "key_missing"
    sentence = "{reason}"
    hint = "Send a valid key as “Authorization: Bearer KEY” or “X-API-Key: KEY”."

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """How to say who one is."""
        return ((b"www-authenticate", b'Bearer realm="wireloom"'),)


class NotAllowed(RequestWrong):
    """The request is not for everybody."""

    status = 403
    code = "not_allowed"
    sentence = "{reason}"
    hint = "{advice}"


class NotFound(RequestWrong):
    """Nothing has this address."""

    status = 404
    code = "not_found"
    sentence = "{reason}"
    hint = "{advice}"


class MethodWrong(RequestWrong):
    """The address has no such method."""

    status = 405
    code = "method_wrong"
    sentence = "{path} does not take {method}."
    hint = "Use {allowed}."

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """The methods that the address has."""
        return ((b"allow", str(self.fields["allow"]).encode()),)


class BodyLate(RequestWrong):
    """The body did not come in time."""

    status = 408
    code = "body_late"
    sentence = "The body did not arrive within {seconds} seconds."
    hint = "Send it again, or send fewer rows at a time."


class ChangeRefused(RequestWrong):
    """The versions that are served cannot be changed like this."""

    status = 409
    code = "change_refused"
    sentence = "{reason}"
    hint = "{advice}"


class BodyTooLarge(RequestWrong):
    """A body above the limit."""

    status = 413
    code = "body_too_large"
    sentence = "The body is larger than {limit:,} bytes."
    hint = "Send fewer rows at a time, or score a file in batch."


class RowsTooMany(RequestWrong):
    """More rows than one request may have."""

    status = 413
    code = "rows_too_many"
    sentence = "There are {found:,} rows; a request may have {limit:,}."
    hint = "Send fewer rows at a time, or score a file in batch."


class ContentTypeWrong(RequestWrong):
    """A body of a kind that is not read here."""

    status = 415
    code = "content_type_wrong"
    sentence = "The body {found}; {wanted} is read here."
    hint = "Say “Content-Type: application/json” and send JSON in UTF-8."


class RowsNone(RequestWrong):
    """A request without rows."""

    status = 422
    code = "rows_none"
    sentence = "Input “{input}” has no rows."
    hint = "Send at least one row."


class ColumnUnknown(RequestWrong):
    """A column that the input does not have."""

    status = 422
    code = "column_unknown"
    sentence = "Column “{column}” is not a column of “{input}”."
    hint = "Leave it out. The columns are: {known}."


class ColumnTwice(RequestWrong):
    """A column that came twice."""

    status = 422
    code = "column_twice"
    sentence = "Column “{column}” of “{input}” came twice."
    hint = "Leave one of the two out."


class ColumnAbsent(RequestWrong):
    """A column that is needed did not come."""

    status = 422
    code = "column_missing"
    sentence = "Column “{column}” of “{input}” is missing in row {row}."
    hint = "Send every column: {known}. A value that is not known is null."


class ColumnLength(RequestWrong):
    """A column that has more or fewer values than another."""

    status = 422
    code = "column_length"
    sentence = "Column “{column}” of “{input}” has {found} values, and others have {wanted}."
    hint = "Send as many values for each column; a value that is not known is null."


class RowLength(RequestWrong):
    """A row that has more or fewer values than there are columns."""

    status = 422
    code = "row_length"
    sentence = "Row {row} of “{input}” has {found} values, and there are {wanted} columns."
    hint = "Send one value for each column; a value that is not known is null."


class ValueUnfit(RequestWrong):
    """A value that is not of its column's type."""

    status = 422
    code = "value_unfit"
    sentence = "Column “{column}” of “{input}” has {found} in row {row}; {wanted} is needed."
    hint = "A missing value is null."


class ValueUnheld(RequestWrong):
    """A value that the kind of answer cannot hold."""

    status = 422
    code = "value_unheld"
    sentence = "The answer's column “{column}” has a value in row {row} that {form} cannot hold."
    hint = "{advice}"


class ParameterUnknown(RequestWrong):
    """A web service parameter that the package does not have."""

    status = 422
    code = "parameter_unknown"
    sentence = "There is no web service parameter “{parameter}”."
    hint = "{advice}"


class ParameterAbsent(RequestWrong):
    """A web service parameter without a default that did not come."""

    status = 422
    code = "parameter_missing"
    sentence = "The web service parameter “{parameter}” is missing; it has no default."
    hint = "Send it beside the rows, under “parameters”."


class ParameterUnfit(RequestWrong):
    """A web service parameter of another type."""

    status = 422
    code = "parameter_unfit"
    sentence = "The web service parameter “{parameter}” is {found}; {wanted} is needed."


class Busy(RequestWrong):
    """More requests at once than are taken."""

    status = 503
    code = "busy"
    sentence = "The endpoint is answering {limit} requests, as many as it takes at once."
    hint = "Try again in a second."

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """When to come again."""
        return ((b"retry-after", b"1"),)


class Stopping(Busy):
    """The endpoint is being stopped."""

    code = "stopping"
    sentence = "The endpoint is being stopped."
    hint = "Try again; another one may answer."


class Late(RequestWrong):
    """The answer took longer than it may."""

    status = 504
    code = "late"
    sentence = "The rows were not scored within {seconds} seconds."
    hint = "Send fewer rows at a time."


class Unexpected(RequestWrong):
    """A fault of ours; what it was stands in the log, under the request's id."""

    status = 500
    code = "unexpected"
    sentence = "The endpoint could not answer because of a fault of its own."
    hint = "Look for the request “{request_id}” in its log."


def status_of(error: StudioError) -> int:
    """Return the HTTP status of an error: 422 for what a scorer says of rows that it got."""
    if isinstance(error, RequestWrong):
        return error.status
    return 500 if isinstance(error, PACKAGE_FAULTS) else 422


def headers_of(error: StudioError) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that an error's answer has besides the usual ones."""
    return error.headers if isinstance(error, RequestWrong) else ()


def problem(error: StudioError, input_name: str | None = None) -> dict[str, Any]:
    """Return an error as the one JSON form that every answer has; what is not known is null."""
    fields: Mapping[str, Any] = error.fields
    row = fields.get("row")
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.advice or None,
        "input": fields.get("input", input_name),
        "column": fields.get("column"),
        "row": row if isinstance(row, int) else None,
        "parameter": fields.get("parameter"),
    }
