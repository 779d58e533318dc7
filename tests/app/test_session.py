"""The names that experiments have, and the files that they are saved to."""

from __future__ import annotations

from pathlib import Path

from studio.app.session import Session
from studio.document.edits import SetExperiment


def test_an_unnamed_experiment_gets_the_name_of_its_first_file(
    session: Session, tmp_path: Path
) -> None:
    draft = session.new()
    assert session.save(draft, tmp_path / "houses.experiment")
    assert (draft.title, draft.is_modified) == ("houses", False)
    assert session.save(draft, tmp_path / "other.experiment")
    assert draft.title == "houses"


def test_a_name_that_was_given_stays(session: Session, tmp_path: Path) -> None:
    draft = session.new()
    draft.apply(SetExperiment(name="Prices of houses"))
    assert session.save(draft, tmp_path / "houses.experiment")
    assert draft.title == "Prices of houses"


def test_new_experiments_can_be_told_apart(session: Session, tmp_path: Path) -> None:
    titles = [session.new().title for _ in range(3)]
    assert titles == ["Untitled experiment", "Untitled experiment 2", "Untitled experiment 3"]
    second = session.drafts[1]
    assert session.save(second, tmp_path / "houses.experiment")
    assert (second.title, session.new().title) == ("houses", "Untitled experiment 2")


def test_a_save_that_fails_names_nothing(session: Session, tmp_path: Path) -> None:
    draft = session.new()
    name = draft.experiment.name
    (tmp_path / "file").write_text("no folder")
    assert not session.save(draft, tmp_path / "file" / "houses.experiment")
    assert draft.experiment.name == name
    assert session.save(draft, tmp_path / "flats.experiment")
    assert draft.experiment.name == "flats"
