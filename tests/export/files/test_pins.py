"""What a package needs, in the versions that are installed."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from studio.export.files.pins import DistributionMissing, mlflow_requirements, pins


def test_a_distribution_brings_what_it_needs() -> None:
    found = {pin.name: pin for pin in pins(["pydantic", "NumPy"])}
    assert {"pydantic", "pydantic_core", "annotated-types", "numpy"} <= set(found)
    assert {name for name, pin in found.items() if pin.direct} == {"pydantic", "numpy"}
    assert found["numpy"].requirement == f"numpy=={version('numpy')}"


def test_no_extras_and_nothing_of_the_window_come_along() -> None:
    everything = ["numpy", "pydantic", "scikit-learn", "skops", "lightgbm", "pandas", "duckdb"]
    names = {pin.name.lower() for pin in pins(everything)}
    assert not {name for name in names if name.startswith(("pyside6", "qt", "pytest", "mypy"))}


def test_the_order_does_not_matter() -> None:
    assert pins(["numpy", "pydantic"]) == pins(["pydantic", "numpy", "pydantic"])


def test_what_windows_does_not_have_is_marked() -> None:
    (loop,) = (pin for pin in pins(["uvloop"]) if pin.name == "uvloop")
    assert loop.requirement.endswith(' ; sys_platform != "win32"')


def test_what_is_not_installed_is_said() -> None:
    with pytest.raises(DistributionMissing, match="no-such-distribution"):
        pins(["no-such-distribution"])


def test_licences_are_named() -> None:
    found = {pin.name: pin.licence for pin in pins(["pydantic", "scikit-learn", "skops"])}
    assert found["pydantic"] == "MIT"
    assert found["scikit-learn"] == "BSD-3-Clause"
    assert found["skops"].startswith("MIT License")
    assert found["scipy"] == "BSD License"
    assert all(found.values())


def test_mlflow_needs_pandas_besides() -> None:
    assert mlflow_requirements()[1] == f"pandas=={version('pandas')}"
