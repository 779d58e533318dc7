"""What README.md shows works as it stands there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from studio.sdk import Context, Table
from studio.sdk.execution import execute

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_example_of_the_python_api(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(shared_data / "automobile-price.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(BLOCKS[0], names)
    assert len(names["run"][names["score"]].to_pandas()) == 58
    assert (tmp_path / "automobile.experiment").is_file()


def test_the_example_of_a_module(ctx: Context) -> None:
    names: dict[str, Any] = {"__name__": __name__}
    exec(BLOCKS[1], names)
    module = names["KeepFirstRows"](rows=2)
    import pandas as pd

    table = Table.from_pandas(pd.DataFrame({"a": [1, 2, 3]}))
    outputs: Any = execute(module, {"dataset": table}, ctx)
    assert outputs["first"].to_pandas()["a"].tolist() == [1, 2]


def test_the_two_commands_come_first() -> None:
    first = README[: README.index("```", README.index("```") + 3)]
    assert "bash installers/run.sh" in first
    assert "bash installers/test.sh" in first


def test_every_verb_is_in_the_table() -> None:
    from studio.cli.app import app

    verbs = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback and not command.hidden
    }
    assert {verb for verb in verbs if f"wireloom {verb}" not in README} <= {"version", "help"}
