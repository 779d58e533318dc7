"""A package in an environment that never saw the studio, by every door that it has.

``python -m tests.deployed`` does the same for every template and for real data.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deployed import Deployed, environment_for, prove


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_far_from_the_studio_it_answers_as_the_studio_did(tmp_path: Path) -> None:
    deployed = Deployed.write("wine-decision-forest", tmp_path)
    environment = environment_for(deployed.package, tmp_path)
    said = list(prove(deployed, environment))
    assert said == [
        "“Wine: multiclass decision forest” answers as the studio did.",
        "batch: 178 rows equal",
        "mlflow.pyfunc: 178 rows equal",
        "mlflow models serve: 178 rows equal",
    ]
