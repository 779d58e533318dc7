"""What cannot become part of a graph, and why."""

from __future__ import annotations

from studio.sdk.errors import StudioError


class NotConvertible(StudioError):
    """A step of the request path has no counterpart in an ONNX graph."""

    code = "not_convertible"
    sentence = "“{title}” cannot become part of an ONNX graph: {reason}."
    hint = "The package answers with the numpy program instead, and gives the same answers."
