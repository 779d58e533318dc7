"""Web service parameters: what a request sets, checked against what the package has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from studio.scoring.signature import WebParameter
from studio.sdk.errors import StudioError
from studio.serve.cells import INTEGERS, found
from studio.serve.errors import FormUnknown, ParameterAbsent, ParameterUnfit, ParameterUnknown

_FAR = float("inf")


class ParameterUnreadable(StudioError):
    """A web service parameter on the command line has no value."""

    code = "parameter_unreadable"
    sentence = "“{text}” sets no parameter."
    hint = "Write it as NAME=VALUE."


def written_parameters(texts: Iterable[str]) -> dict[str, str]:
    """Return web service parameters from ``NAME=VALUE`` each; raises ParameterUnreadable."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (equals and name.strip()):
            raise ParameterUnreadable(text=text)
        found[name.strip()] = value
    return found


def read_parameters(
    given: Any, known: Mapping[str, WebParameter], *, texts: bool = False
) -> dict[str, Any]:
    """Return the parameters that a request sets; raises a RequestWrong.

    ``texts`` says that a value may be text whatever its type, as in Azure's form.
    """
    if given is None:
        given = {}
    if type(given) is not dict:
        raise FormUnknown(
            reason=f"The parameters are {found(given)}, not an object.",
            advice="Send them as an object: the name of each, and its value.",
        )
    for name in given:
        if name not in known:
            advice = f"There are: {', '.join(known)}." if known else "The package has none."
            raise ParameterUnknown(parameter=name, advice=advice)
    for parameter in known.values():
        if parameter.required and parameter.name not in given:
            raise ParameterAbsent(parameter=parameter.name)
    return {name: _value(value, known[name], texts) for name, value in given.items()}


def _value(value: Any, parameter: WebParameter, texts: bool) -> Any:
    if parameter.type not in _FITS:
        return value
    fits, wanted = _FITS[parameter.type]
    if texts and type(value) is str and parameter.type != "string":
        value = _from_text(value)
    if not fits(value):
        raise ParameterUnfit(parameter=parameter.name, found=found(value), wanted=wanted)
    return float(value) if parameter.type == "double" else value


def _from_text(text: str) -> Any:
    """Return the number or truth value that a text stands for, or the text."""
    try:
        value = json.loads(text.strip().lower())
    except (ValueError, RecursionError):
        return text
    return value if type(value) in (int, float, bool) else text


def _is_integer(value: Any) -> bool:
    return type(value) is int and -INTEGERS <= value < INTEGERS


def _is_double(value: Any) -> bool:
    try:
        return type(value) in (int, float) and abs(float(value)) < _FAR
    except OverflowError:
        return False


_FITS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "integer": (_is_integer, "a whole number of at most 64 bits"),
    "double": (_is_double, "a number that a double can hold"),
    "boolean": (lambda value: type(value) is bool, "true or false"),
    "string": (lambda value: type(value) is str, "text"),
}
