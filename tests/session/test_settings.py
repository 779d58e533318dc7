"""The user's settings: read with sentences, written so that they come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio import paths
from studio.session import engines
from studio.session.settings import (
    Settings,
    SettingsWrong,
    SizeWrong,
    settings_file,
    size_in_bytes,
    wrong_values,
)


def test_without_a_file_everything_is_the_machine_s_choice() -> None:
    assert Settings.load() == Settings()
    assert engines.workspace_folder(None) == paths.default_workspace()


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    odd = tmp_path / 'a "quoted" \\ folder\n'
    settings = Settings(
        theme="dark", minimap=False, workers=2, memory=3 << 30, store_budget=0, workspace=odd
    )
    settings.save()
    assert Settings.load() == settings
    assert engines.workspace_folder(None) == odd


def test_sizes_are_written_as_people_do() -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text('memory = "1.5 GB"\nstore_budget = "10 gb"\n')
    assert Settings.load() == Settings(memory=3 << 29, store_budget=10 << 30)
    assert [size_in_bytes(text) for text in ("7", "1 KB", "2MB")] == [7, 1024, 2 << 20]
    with pytest.raises(SizeWrong, match="“much” is not a size"):
        size_in_bytes("much")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("workers = 0", "“workers” must be at least 1"),
        ('workers = "many"', "“workers” must be a whole number"),
        ("worker = 2", "“worker” does not exist (there are theme, snap_to_grid"),
        ('memory = "much"', "“memory” cannot be: “much” is not a size"),
        ('theme = "blue"', "“theme” must be 'light', 'dark' or 'system'"),
        ('minimap = "sometimes"', "“minimap” must be true or false"),
        ("memory = 7", "“memory” must be at least 64 MB"),
        ('memory = "99999999999999999999 GB"', "“memory” must be at most 1 PB"),
        pytest.param(f'memory = "{"9" * 400}"', "“memory” must be at most 1 PB", id="400 digits"),
        ("memory = 99999999999999999999999999999", "“memory” must be at most 1 PB"),
        pytest.param(f"memory = {'9' * 5000}", "a line cannot be read", id="5000 digits"),
        ('store_budget = "1025 TB"', "“store_budget” must be at most 1 PB"),
        ('workspace = "results"', "“workspace” must be the path of a folder from the root on"),
        ('workspace = "~nobody-of-this-name/x"', "“workspace” must be the path of a folder"),
        ("workers = ", "a line cannot be read"),
        ("\xff", "a line cannot be read"),
    ],
)
def test_what_is_wrong_is_a_sentence(text: str, reason: str) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsWrong) as caught:
        Settings.load()
    assert reason in caught.value.message
    assert str(settings_file()) in caught.value.message


def test_every_setting_can_be_shown_in_a_dialog() -> None:
    for field in Settings.model_fields.values():
        assert field.title
        assert field.description


def test_values_are_looked_at_before_they_are_taken() -> None:
    wrong = wrong_values({"workers": 0, "memory": "much", "theme": "dark"})
    assert wrong == {
        "workers": "This must be at least 1.",
        "memory": "This cannot be: “much” is not a size; write one such as “4 GB”.",
    }
    assert wrong_values({"workers": 3, "memory": "4 GB"}) == {}


def test_sizes_up_to_the_most_are_exact() -> None:
    assert wrong_values({"memory": "1 PB", "store_budget": "1024 TB"}) == {}
    assert size_in_bytes("9007199254740993") == 9007199254740993


def test_a_workspace_may_begin_at_home() -> None:
    assert Settings.model_validate({"workspace": "~/results"}).workspace == Path.home() / "results"
