"""JSON in and out: read strictly, written quickly."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import from_json, to_json

from studio.serve.errors import KeyTwice, NotJson, TooDeep


def read(body: bytes, *, nan: bool = False) -> Any:
    """Return what a body says.

    Refused, besides what RFC 8259 refuses: a key that comes twice in an object, a lone half of a
    surrogate pair, and numbers of more than 4,300 digits. ``nan`` lets the token NaN pass, which
    some clients write for a missing value. Raises NotJson, KeyTwice and TooDeep.

    The quick reader does not see keys that come twice. So it is believed only where the body has
    no more places that may be the end of a key than there are keys in what was read.
    """
    try:
        value = from_json(body, allow_inf_nan=nan)
    except ValueError:
        return _read_with_care(body, nan)
    if type(value) is list and set(map(type, value)) == {dict}:
        keys = sum(map(len, value))
    else:
        keys = _keys(value) if type(value) is dict else 0
    return value if keys == _ends_of_keys(body) else _read_with_care(body, nan)


def write(value: Any) -> bytes:
    """Return a value as JSON: doubles in the fewest digits that read back the same, NaN as null."""
    return to_json(value, inf_nan_mode="null")


def write_any(value: Any) -> bytes:
    """Return a value as JSON, a lone half of a surrogate pair as a question mark."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _ends_of_keys(body: bytes) -> int:
    """Return how many keys a body may have at most; -1 where it is not written as most are."""
    spaced = b" :" in body or b"\n:" in body or b"\t:" in body or b"\r:" in body
    return -1 if spaced else body.count(b'":')


def _keys(value: dict[str, Any]) -> int:
    """Return how many keys an object has, with those of records one or two levels below it."""
    count = len(value)
    for item in value.values():
        if type(item) is dict:
            count += _keys(item)
        elif type(item) is list and item and type(item[0]) is dict:
            count += sum(len(record) for record in item if type(record) is dict)
    return count


def _read_with_care(body: bytes, nan: bool) -> Any:
    try:
        text = body.decode("utf-8")
        if text.startswith("\ufeff"):
            raise NotJson(reason="it begins with a byte order mark")
        value = _decoder(nan).decode(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise TooDeep from None
    except UnicodeDecodeError as error:
        raise NotJson(reason=f"byte {error.start} is not UTF-8") from None
    except UnicodeEncodeError:
        raise NotJson(reason="a text has one half of a surrogate pair") from None
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise NotJson(reason=f"{reason} (line {error.lineno}, column {error.colno})") from None
    except ValueError:
        raise NotJson(reason="a number has too many digits") from None
    return value


def _decoder(nan: bool) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_constant=_nan if nan else _refuse_constant
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set()
        for key, _ in pairs:
            if key in seen:
                raise KeyTwice(key=key)
            seen.add(key)
    return found


def _nan(token: str) -> float:
    return float(token)


def _refuse_constant(token: str) -> float:
    raise NotJson(reason=f"{token} is no number in JSON")
