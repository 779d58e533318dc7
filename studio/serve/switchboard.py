"""The switchboard: which versions of a package are loaded, and which one answers."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Literal

from studio.scoring.scorer import Scorer
from studio.scoring.signature import Signature
from studio.sdk.errors import StudioError
from studio.serve.errors import ChangeRefused
from studio.serve.version import Version

Load = Callable[[str], Scorer]
"""Loads a package from where it is; raises a StudioError."""

Mode = Literal["off", "shadow", "split"]
"""What the candidate does: nothing, answer too without being heard, or answer a share."""

_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class State:
    """What is loaded; replaced as a whole.

    Attributes:
        current: What answers.
        previous: What answered before.
        candidate: What may answer next.
        mode: What the candidate does.
        percent: The share of requests that it answers where traffic is split.
    """

    current: Version
    previous: Version | None = None
    candidate: Version | None = None
    mode: Mode = "off"
    percent: float = 0.0


class Switchboard:
    """Holds the versions of one package; used by several threads at once.

    A version that was replaced finishes the requests that it has. Changes raise ChangeRefused
    where they make no sense, and what ``load`` raises; the versions are then as they were.
    """

    def __init__(self, scorer: Scorer, load: Load | None = None, *, place: str = "") -> None:
        current = Version(scorer)
        current.warm_up()
        self._state = State(current)
        self._load = load
        self._lock = Lock()
        self._places = {current.version: place}

    @property
    def state(self) -> State:
        """What is loaded now."""
        return self._state

    def choose(self, key: bytes | None = None) -> Version:
        """Return the version that answers a request; the same one for the same ``key``."""
        state = self._state
        if state.mode != "split" or state.candidate is None:
            return state.current
        part = random.random() * 100 if key is None else zlib.crc32(key) % _PARTS * 100 / _PARTS
        return state.candidate if part < state.percent else state.current

    def find(self, version: str) -> Version | None:
        """Return a loaded version by its name."""
        return next((item for _, item in self.loaded() if item.version == version), None)

    def loaded(self) -> list[tuple[str, Version]]:
        """Return the loaded versions, with what each is."""
        state = self._state
        found = (
            ("current", state.current),
            ("candidate", state.candidate),
            ("previous", state.previous),
        )
        return [(role, version) for role, version in found if version is not None]

    def swap(self, place: str | None = None, *, changes: bool = False) -> list[str]:
        """Let the package at ``place`` answer, or the candidate; return how its columns differ.

        A package whose columns or parameters differ is refused unless ``changes`` are allowed.
        """
        with self._changing():
            version, differences = self._wanted(place, changes)
            state = replace(self._state, current=version, previous=self._state.current)
            if version is state.candidate:
                state = replace(state, candidate=None, mode="off", percent=0.0)
            self._state = state
            return differences

    def roll_back(self) -> None:
        """Let the version answer that answered before; what answered becomes the previous one."""
        with self._changing():
            state = self._state
            if state.previous is None:
                raise ChangeRefused(
                    reason="There is no previous version.", advice="Swap to a package instead."
                )
            self._state = replace(state, current=state.previous, previous=state.current)

    def shadow(self, place: str | None = None, *, changes: bool = False) -> list[str]:
        """Let the package at ``place``, or the candidate, answer too, without being heard."""
        return self._try(place, "shadow", 0.0, changes)

    def split(
        self, percent: float, place: str | None = None, *, changes: bool = False
    ) -> list[str]:
        """Let the package at ``place``, or the candidate, answer that share of the requests."""
        if not 0 <= percent <= 100:
            raise ChangeRefused(
                reason=f"{percent} is no share.", advice="Send a number from 0 to 100."
            )
        return self._try(place, "split", percent, changes)

    def dismiss(self) -> None:
        """Let the candidate go."""
        with self._changing():
            self._state = replace(self._state, candidate=None, mode="off", percent=0.0)

    def to_dict(self) -> dict[str, Any]:
        """Return what is loaded as JSON-able data."""
        state = self._state
        return {
            "name": state.current.name,
            "mode": state.mode,
            "percent": state.percent,
            "versions": [
                {
                    "role": role,
                    "version": version.version,
                    "path": version.path,
                    "place": self._places.get(version.version, ""),
                    "seconds_for_one_row": version.expected(version.row_bytes),
                }
                for role, version in self.loaded()
            ],
        }

    def _try(self, place: str | None, mode: Mode, percent: float, changes: bool) -> list[str]:
        with self._changing():
            version, differences = self._wanted(place, changes)
            self._state = replace(self._state, candidate=version, mode=mode, percent=percent)
            return differences

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the right to change versions, which one has at a time."""
        if not self._lock.acquire(blocking=False):
            raise ChangeRefused(
                reason="Another change is being made.", advice="Wait until it is done."
            )
        try:
            yield
        finally:
            self._lock.release()

    def _wanted(self, place: str | None, changes: bool) -> tuple[Version, list[str]]:
        """Return the version at a place, or the candidate, and how its columns differ."""
        version = self._state.candidate if place is None else self._loaded(place)
        if version is None:
            raise ChangeRefused(reason="There is no candidate.", advice="Say which package.")
        differences = compare(self._state.current.signature, version.signature)
        if differences and not changes:
            raise ChangeRefused(
                reason=f"The package differs in its columns: {'; '.join(differences)}.",
                advice="Send “accept_changes”: true if whoever asks the endpoint knows.",
            )
        return version, differences

    def _loaded(self, place: str) -> Version:
        if self._load is None:
            raise ChangeRefused(
                reason="This endpoint cannot load another package.", advice="Start a new one."
            )
        try:
            version = Version(self._load(place))
        except StudioError as error:
            raise ChangeRefused(reason=error.message, advice=error.advice) from error
        current = self._state.current
        if version.name != current.name:
            raise ChangeRefused(
                reason=f"The package is “{version.name}”; this is an endpoint of “{current.name}”.",
                advice="Start an endpoint of its own for it.",
            )
        if self.find(version.version) is not None:
            raise ChangeRefused(
                reason=f"Version {version.version} is loaded already.",
                advice="Give the new package a version of its own.",
            )
        try:
            version.warm_up()
        except StudioError as error:
            raise ChangeRefused(
                reason=f"The package could not score an example row: {error.message}",
                advice="Verify the package.",
            ) from error
        self._places[version.version] = place
        return version


def compare(old: Signature, new: Signature) -> list[str]:
    """Return what whoever asks would notice, a phrase each; nothing where nothing differs."""
    before = _visible(old)
    after = _visible(new)
    return [
        *(f"{what} is gone" for what in before if what not in after),
        *(f"{what} is new" for what in after if what not in before),
        *(
            f"{what} was {before[what]} and is {after[what]}"
            for what in before
            if what in after and before[what] != after[what]
        ),
    ]


def _visible(signature: Signature) -> dict[str, str]:
    found = {
        f"column “{item.name}” of input “{name}”": f"{_needed(item.required)} {_kind(item.type)}"
        for name, fields in signature.inputs.items()
        for item in fields
    }
    for name, columns in signature.outputs.items():
        found |= {f"column “{c.name}” of output “{name}”": _kind(c.type) for c in columns}
    for parameter in signature.parameters:
        found[f"parameter “{parameter.name}”"] = f"{_needed(parameter.required)} {parameter.type}"
    return found


def _needed(required: bool) -> str:
    return "required" if required else "optional"


def _kind(type_: str) -> str:
    return "text" if type_ in ("string", "category") else type_
