"""The search at the cursor offers what fits, and gives what is chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.panels.module_search import ModuleSearch
from studio.app.panels.palette_shelf import Shelf
from studio.app.session import Session
from studio.document.edits import AddNode
from studio.document.naming import new_node
from studio.sdk.module import Module

_AT = QPoint(60, 60)


@pytest.fixture
def search(session: Session, draft: Draft, qtbot: QtBot) -> Iterator[ModuleSearch]:
    """The search over a window of the session, with an experiment open."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    made = ModuleSearch(session, window)
    yield made
    made.hide()


def _titles(search: ModuleSearch) -> list[str]:
    model = search.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def _takes_a_learner(module: type[Module]) -> bool:
    return any(port.kind == "Learner" for port in module.inputs())


def test_typing_and_enter_choose(search: ModuleSearch, qtbot: QtBot) -> None:
    search.open_at(_AT)
    assert search.isVisible()
    qtbot.keyClicks(search.field, "score mo")
    with qtbot.waitSignal(search.chosen) as chosen, qtbot.assertNotEmitted(search.cancelled):
        qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert chosen.args[0].module == "score_model"
    assert not search.isVisible()


def test_the_arrow_keys_go_round(search: ModuleSearch, qtbot: QtBot) -> None:
    search.open_at(_AT)
    qtbot.keyClicks(search.field, "train")
    last = _titles(search)[-1]
    qtbot.keyClick(search.field, Qt.Key.Key_Up)
    with qtbot.waitSignal(search.chosen) as chosen:
        qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert chosen.args[0].title == last


def test_a_click_chooses(search: ModuleSearch, qtbot: QtBot) -> None:
    search.open_at(_AT)
    qtbot.keyClicks(search.field, "split")
    at = search.list.visualRect(search.list.model().index(0, 0)).center()
    with qtbot.waitSignal(search.chosen) as chosen:
        qtbot.mouseClick(search.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args[0].module == "split_data"


def test_escape_chooses_nothing(search: ModuleSearch, qtbot: QtBot) -> None:
    search.open_at(_AT)
    qtbot.keyClicks(search.field, "score")
    with qtbot.waitSignal(search.cancelled), qtbot.assertNotEmitted(search.chosen):
        qtbot.keyClick(search.field, Qt.Key.Key_Escape)
    assert not search.isVisible()


def test_only_what_fits_is_offered(search: ModuleSearch, qtbot: QtBot) -> None:
    search.open_at(_AT, _takes_a_learner, "Takes “Untrained model”")
    titles = _titles(search)
    assert "Train Model" in titles
    assert "Score Model" not in titles
    assert search.caption.text() == "Takes “Untrained model”"
    qtbot.keyClicks(search.field, "score model")
    assert _titles(search) == []
    assert search.nothing.text() == "What is called “score model” does not fit here."


def test_for_a_link_what_leads_on_stands_before_what_only_writes(search: ModuleSearch) -> None:
    search.open_at(_AT, lambda module: any(p.kind == "Table" for p in module.inputs()))
    assert "Export Data" in _titles(search)
    assert _titles(search)[0] != "Export Data"


def test_what_was_used_last_and_favourites_stand_first(
    search: ModuleSearch, session: Session, draft: Draft
) -> None:
    module = session.registry.get("evaluate_model")
    assert module is not None
    draft.apply(AddNode(new_node(draft.experiment, module)))
    shelf = Shelf.of(session)
    (edit,) = [entry for entry in shelf.entries if entry.module == "edit_metadata"]
    shelf.set_favourite(edit, True)
    search.open_at(_AT)
    titles = _titles(search)
    assert titles[:2] == ["Evaluate Model", "Edit Metadata"]
    assert titles.count("Evaluate Model") == 1


def test_opening_again_begins_anew(search: ModuleSearch, qtbot: QtBot) -> None:
    search.open_at(_AT, _takes_a_learner)
    fitting = _titles(search)
    qtbot.keyClicks(search.field, "train")
    qtbot.keyClick(search.field, Qt.Key.Key_Escape)
    search.open_at(_AT)
    assert search.field.text() == ""
    assert len(_titles(search)) > len(fitting)


def test_it_stays_on_the_screen(search: ModuleSearch) -> None:
    screen = search.screen().availableGeometry()
    search.open_at(screen.bottomRight())
    assert screen.contains(search.geometry())


def test_f1_asks_for_help(search: ModuleSearch, session: Session, qtbot: QtBot) -> None:
    search.open_at(_AT)
    qtbot.keyClicks(search.field, "split data")
    with qtbot.waitSignal(session.help_requested) as asked:
        qtbot.keyClick(search.field, Qt.Key.Key_F1)
    assert asked.args == ["split_data"]
