"""API keys: made once, kept as hashes in a file, and read again when the file changes."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from studio.sdk.errors import StudioError

Right = Literal["score", "admin"]
"""What a key allows: to score, or to change versions as well."""

FORMAT = 1
_PREFIX = "wl"


class KeysUnreadable(StudioError):
    """The file of API keys does not say what it should."""

    code = "keys_unreadable"
    sentence = "The file of API keys “{path}” could not be read: {reason}."
    hint = "Make a new one, or correct it."


class KeyUnknown(StudioError):
    """No key has that id."""

    code = "key_unknown"
    sentence = "There is no key “{id}” in “{path}”."
    hint = "There are: {known}."


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: not what is sent, but its SHA-256.

    A key has 256 random bits, so that its hash cannot be guessed back, and needs neither salt nor
    a slow hash, which passwords need because people choose them. It also makes the look-up safe
    against the measuring of time: nobody can choose hashes.

    Attributes:
        id: The part of the key that may be shown.
        name: Whose it is.
        right: What it allows.
        made: When, as ISO 8601 text in UTC.
        hash: SHA-256 of the key, in hexadecimal digits.
    """

    id: str
    name: str
    right: Right
    made: str
    hash: str


def add_key(path: Path, name: str, right: Right = "score") -> str:
    """Add a new key to a file, which is made where there is none, and return the key.

    It is shown this once only. Raises KeysUnreadable and OSError.
    """
    keys = read_keys(path) if path.exists() else ()
    identity = secrets.token_hex(4)
    text = f"{_PREFIX}_{identity}_{secrets.token_urlsafe(32)}"
    made = datetime.now(UTC).isoformat(timespec="seconds")
    _write(path, (*keys, Key(identity, name, right, made, _hash(text))))
    return text


def revoke_key(path: Path, identity: str) -> None:
    """Take a key out of a file; raises KeyUnknown, KeysUnreadable and OSError."""
    keys = read_keys(path)
    kept = [key for key in keys if key.id != identity]
    if len(kept) == len(keys):
        raise KeyUnknown(id=identity, path=path, known=[key.id for key in keys] or "none")
    _write(path, kept)


def read_keys(path: Path) -> tuple[Key, ...]:
    """Return the keys of a file; raises KeysUnreadable."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"its format is {data['format']!r}")
        return tuple(_key(item) for item in data["keys"])
    except OSError as error:
        raise KeysUnreadable(path=path, reason=error.strerror or error) from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KeysUnreadable(path=path, reason=error) from None


def _key(item: dict[str, Any]) -> Key:
    key = Key(**item)
    if not all(isinstance(value, str) for value in item.values()):
        raise ValueError("a key has a value that is no text")
    if key.right not in get_args(Right):
        raise ValueError(f"the right “{key.right}” is unknown")
    return key


def _write(path: Path, keys: Iterable[Key]) -> None:
    """Replace the file at once; only its owner may read it."""
    text = json.dumps({"format": FORMAT, "keys": [asdict(key) for key in keys]}, indent=2)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


class KeyRing:
    """The keys of a file as they are now: a change holds from the next request on.

    A file that is gone lets nobody in. One that cannot be read leaves the keys as they were, and
    ``problem`` says why.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._stamp()
        self._keys = {key.hash: key for key in read_keys(path)}
        self.problem: KeysUnreadable | None = None

    def find(self, text: str) -> Key | None:
        """Return the key that a text is; None where it is none."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            self._read_again()
        return self._keys.get(_hash(text))

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _read_again(self) -> None:
        self.problem = None
        if self._seen is None:
            self._keys = {}
            return
        try:
            self._keys = {key.hash: key for key in read_keys(self._path)}
        except KeysUnreadable as error:
            self.problem = error
