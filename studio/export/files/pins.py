"""Pins: the distributions that scoring needs, in the versions that are installed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from studio.export.files.licences import home_of, licence_of
from studio.sdk.errors import StudioError

MLFLOW = "3.17.2"
"""The version of MLflow that packages are tried with."""
_MARKERS = {"uvloop": 'sys_platform != "win32"'}
"""Where a distribution is not for every system."""


class DistributionMissing(StudioError):
    """A distribution that a package needs is not installed, so its version is not known."""

    code = "distribution_missing"
    sentence = "“{name}” is not installed here; the package needs it and cannot say its version."
    hint = "Install it with: pip install {name}"


@dataclass(frozen=True, slots=True)
class Pin:
    """A distribution in one version.

    Attributes:
        name, version: As its own metadata have them.
        marker: The environment marker under which it is installed; empty for everywhere.
        direct: Whether scoring needs it itself, and not only what scoring needs.
        licence: The licence that its metadata name.
        home: The address of its page; empty where it names none.
    """

    name: str
    version: str
    marker: str = ""
    direct: bool = True
    licence: str = ""
    home: str = ""

    @property
    def requirement(self) -> str:
        """The line of a requirements file."""
        marker = f" ; {self.marker}" if self.marker else ""
        return f"{self.name}=={self.version}{marker}"


def pins(names: Iterable[str]) -> tuple[Pin, ...]:
    """Return these distributions and all that they need, in order; raises DistributionMissing.

    What a distribution needs on this system is taken, without its extras.
    """
    direct = {canonicalize_name(name): name for name in names}
    found: dict[str, Distribution] = {}
    waiting = list(direct.values())
    while waiting:
        name = waiting.pop()
        key = canonicalize_name(name)
        if key in found or not _is_for_here(key):
            continue
        found[key] = _installed(name)
        waiting += _needed(found[key])
    return tuple(_pin(key, found[key], key in direct) for key in sorted(found))


def mlflow_requirements() -> tuple[str, ...]:
    """Return what MLflow needs besides, to load a package: itself, and pandas."""
    return (f"mlflow-skinny=={MLFLOW}", f"pandas=={_installed('pandas').version}")


def _pin(key: str, found: Distribution, direct: bool) -> Pin:
    return Pin(
        str(found.metadata["Name"]),
        found.version,
        _MARKERS.get(key, ""),
        direct,
        licence_of(found),
        home_of(found),
    )


def _needed(found: Distribution) -> Iterator[str]:
    for line in found.requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            yield needed.name


def _is_for_here(key: str) -> bool:
    return key not in _MARKERS or Marker(_MARKERS[key]).evaluate()


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError as error:
        raise DistributionMissing(name=name) from error
