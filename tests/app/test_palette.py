"""The palette: what is in it, what a search finds, and what a person does with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio import paths
from studio.app.draft import Draft
from studio.app.palette_entry import FAILED, MIME, PaletteEntry, dragged, entries
from studio.app.panels.palette import PalettePanel
from studio.app.panels.palette_model import ROW, PaletteModel, Row
from studio.app.session import Session
from studio.document.edits import AddNode
from studio.document.experiment import Experiment
from studio.document.naming import new_node
from studio.document.open_document import OpenDocument
from studio.document.storage import save
from studio.registry.discovery import Registry
from studio.registry.renames import Renames
from studio.registry.source import Failure
from studio.sdk import Meta, Module

Show = Callable[[], PalettePanel]


class Exotic(Module):
    """Do something with a rare library."""

    meta = Meta("exotic", "Exotic", "Data Transformation", libraries=("no-such-library",))

    def run(self) -> None:
        """Do nothing."""


@pytest.fixture
def show(session: Session, qtbot: QtBot) -> Show:
    """Shows a palette of the session."""

    def shown() -> PalettePanel:
        panel = PalettePanel(session)
        qtbot.addWidget(panel)
        panel.resize(260, 700)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return shown


def _model(panel: PalettePanel) -> PaletteModel:
    model = panel.tree.model()
    assert isinstance(model, PaletteModel)
    return model


def _rows(panel: PalettePanel) -> list[Row]:
    """What a search shows, from top to bottom."""
    model = _model(panel)
    return [model.index(place, 0).data(ROW) for place in range(model.rowCount())]


def _section(panel: PalettePanel, path: str) -> list[str]:
    """The titles in a group of the tree; empty where there is no such group."""
    found = [row for _, row in _model(panel).groups() if row.path == path]
    return [row.title for row in found[0].rows] if found else []


def _index(panel: PalettePanel, key: str) -> QModelIndex:
    """The index of an entry, all that it is in opened, and it in view."""
    index = _model(panel).find(key)
    assert index.isValid()
    above = index.parent()
    while above.isValid():
        panel.tree.setExpanded(above, True)
        above = above.parent()
    panel.tree.scrollTo(index)
    return index


def _menu(panel: PalettePanel) -> QMenu:
    menu = panel.findChild(QMenu, "entry_menu")
    assert isinstance(menu, QMenu)
    return menu


# What is in it.


def test_groups_and_entries_stand_in_the_order_of_the_palette(show: Show) -> None:
    model = _model(show())
    titles = [model.index(place, 0).data() for place in range(model.rowCount())]
    assert titles[:3] == ["Saved Datasets", "Data Input and Output", "Data Transformation"]


def test_every_sample_is_there_with_its_name_set(session: Session) -> None:
    found = entries(session.registry)
    samples = [entry for entry in found if entry.group == "Saved Datasets/Samples"]
    assert {"iris", "customer_churn"} <= {entry.params["name"] for entry in samples}
    assert {entry.module for entry in samples} == {"sample_dataset"}
    assert not any(entry.module == "saved_dataset" for entry in found), "nothing is saved yet"


def test_a_missing_library_says_how_to_get_it() -> None:
    (entry,) = entries(Registry.of(Exotic))
    assert entry.problem == (
        "It needs no-such-library, which is not installed. To get it: pip install no-such-library"
    )


def test_what_could_not_be_loaded_stands_at_the_end_with_its_reason() -> None:
    registry = Registry.of(Exotic)
    registry.failures.append(Failure("mine.py", "It could not be loaded: no module named x."))
    last = entries(registry)[-1]
    assert (last.group, last.title, last.module) == (FAILED, "mine.py", "")
    assert last.problem == "It could not be loaded: no module named x."


def test_a_module_is_found_by_what_it_was_called() -> None:
    registry = Registry.of(Exotic, renames=Renames({"strange_thing": "exotic"}))
    assert "Strange Thing" in entries(registry)[0].words


def test_the_tree_begins_at_its_top_also_with_what_could_not_be_loaded(
    session: Session, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session.registry, "failures", [Failure("mine.py", "It is broken.")])
    panel = show()
    assert _section(panel, FAILED) == ["mine.py"]
    assert panel.tree.verticalScrollBar().value() == 0
    assert not panel.tree.selectedIndexes()


def test_a_saved_dataset_appears_when_the_library_changed(
    session: Session, show: Show, qtbot: QtBot
) -> None:
    panel = show()
    path = _save("Clean cars")
    session.library_changed.emit()
    qtbot.waitUntil(lambda: _section(panel, "Saved Datasets/My Datasets") == ["Clean cars"])
    row = _index(panel, f'saved_dataset {{"path": {json.dumps(str(path))}}}').data(ROW)
    assert row.entry.params == {"path": str(path)}


def _save(name: str) -> Path:
    path = paths.saved() / "datasets" / f"{name}.arrow"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"rows")
    return path


# Searching.


@pytest.mark.parametrize(
    ("query", "first", "reason"),
    [
        ("project columns", "Select Columns in Dataset", "also called Project Columns"),
        ("Metadata Editor", "Edit Metadata", "also called Metadata Editor"),
        ("missing values scrubber", "Clean Missing Data", "also called Missing Values Scrubber"),
        ("xgboost", "Multiclass Boosted Decision Tree", "matches “xgboost”"),
        ("spl", "Split Data", ""),
        ("dataset select", "Select Columns in Dataset", ""),
        ("kmeans", "K-Means Clustering", ""),
        ("rise and fall", "Compute Linear Correlation", "Measure how far pairs of columns rise "
         "and fall together: Pearson's correlation."),
    ],
)  # fmt: skip
def test_a_search_finds_and_says_why(
    show: Show, qtbot: QtBot, query: str, first: str, reason: str
) -> None:
    panel = show()
    qtbot.keyClicks(panel.field, query)
    row = _rows(panel)[0]
    assert row.title == first
    assert row.hit is not None
    assert row.hit.reason == reason


def test_titles_stand_before_names_and_descriptions(show: Show, qtbot: QtBot) -> None:
    panel = show()
    qtbot.keyClicks(panel.field, "train")
    titles = [row.title for row in _rows(panel)]
    assert titles[:2] == ["Train Model", "Train Clustering Model"]
    assert "Split Data" in titles, "it stands before them in the tree, and is found by “train test”"


def test_the_letters_that_match_are_marked(show: Show, qtbot: QtBot) -> None:
    panel = show()
    qtbot.keyClicks(panel.field, "project col")
    hit = _rows(panel)[0].hit
    assert hit is not None
    marked = [hit.reason[at : at + length] for at, length in hit.reason_spans]
    assert marked == ["Project", "Col"]


def test_nothing_found_says_what_is_near(show: Show, qtbot: QtBot) -> None:
    panel = show()
    qtbot.keyClicks(panel.field, "regresion")
    label = panel.findChild(QLabel, "palette_nothing")
    assert isinstance(label, QLabel)
    assert label.isVisible()
    assert "Nothing is called “regresion”; try" in label.text()
    label.linkActivated.emit("Regression")
    assert not label.isVisible()
    assert "Linear Regression" in [row.title for row in _rows(panel)]


def test_escape_empties_the_field_and_the_tree_is_as_before(show: Show, qtbot: QtBot) -> None:
    panel = show()
    qtbot.keyClicks(panel.field, "split")
    qtbot.keyClick(panel.field, Qt.Key.Key_Escape)
    assert panel.field.text() == ""
    assert _rows(panel)[0].title == "Saved Datasets"


# Adding.


def test_enter_adds_the_first_hit(draft: Draft, show: Show, qtbot: QtBot) -> None:
    panel = show()
    qtbot.keyClicks(panel.field, "train mo")
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert chosen.args[0].module == "train_model"


def test_down_and_enter_add_the_second_hit(draft: Draft, show: Show, qtbot: QtBot) -> None:
    panel = show()
    qtbot.keyClicks(panel.field, "train")
    wanted = _rows(panel)[1].title
    qtbot.keyClick(panel.field, Qt.Key.Key_Down)
    qtbot.keyClick(panel.tree, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert chosen.args[0].title == wanted


def test_a_double_click_adds(draft: Draft, show: Show, qtbot: QtBot) -> None:
    panel = show()
    at = panel.tree.visualRect(_index(panel, "split_data")).center()
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.mouseDClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args[0].module == "split_data"


def test_a_dragged_entry_brings_its_parameters(draft: Draft, show: Show) -> None:
    panel = show()
    index = _index(panel, 'sample_dataset {"name": "wine"}')
    assert index.flags() & Qt.ItemFlag.ItemIsDragEnabled
    mime = _model(panel).mimeData([index])
    assert mime.hasFormat(MIME)
    entry = dragged(mime)
    assert isinstance(entry, PaletteEntry)
    assert (entry.module, entry.params, entry.title) == ("sample_dataset", {"name": "wine"}, "Wine")


def test_without_an_experiment_it_says_why_nothing_can_be_added(
    session: Session, show: Show, qtbot: QtBot
) -> None:
    panel = show()
    index = _index(panel, "split_data")
    assert not index.flags() & Qt.ItemFlag.ItemIsDragEnabled
    at = panel.tree.visualRect(index).center()
    with qtbot.waitSignal(session.said) as said, qtbot.assertNotEmitted(panel.chosen):
        qtbot.mouseDClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert said.args == ["warning", "Open an experiment to add modules to it."]
    begin = panel.findChild(QPushButton, "palette_new")
    assert isinstance(begin, QPushButton)
    qtbot.mouseClick(begin, Qt.MouseButton.LeftButton)
    notice = panel.findChild(QWidget, "palette_notice")
    assert isinstance(notice, QWidget)
    assert session.current is not None
    assert not notice.isVisible()
    assert _model(panel).find("split_data").flags() & Qt.ItemFlag.ItemIsDragEnabled


def test_nothing_is_added_to_an_experiment_that_another_window_has(
    session: Session, show: Show, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "theirs.experiment"
    save(Experiment(name="Theirs"), path)
    with OpenDocument.open(path, session.registry):
        session.open(path)
        panel = show()
        qtbot.keyClicks(panel.field, "split")
        with qtbot.waitSignal(session.said) as said, qtbot.assertNotEmitted(panel.chosen):
            qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert "open in another window" in said.args[1]


# Favourites, recently used, help.


def test_a_click_on_the_star_marks_a_favourite_for_the_next_time(
    session: Session, draft: Draft, show: Show, qtbot: QtBot
) -> None:
    panel = show()
    star = panel.tree.star_rect(_index(panel, "split_data")).center()
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=star)
    assert _section(panel, "Favourites") == ["Split Data"]
    assert session.remembered.favourites == ["split_data"]
    assert _section(show(), "Favourites") == ["Split Data"]
    star = panel.tree.star_rect(_index(panel, "split_data")).center()
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=star)
    assert _section(panel, "Favourites") == []


def test_what_is_put_on_the_canvas_counts_as_used(
    session: Session, draft: Draft, show: Show
) -> None:
    panel = show()
    for key, params in (("split_data", {}), ("sample_dataset", {"name": "wine"})):
        module = session.registry.get(key)
        assert module is not None
        draft.apply(AddNode(new_node(draft.experiment, module, params)))
    assert _section(panel, "Recently used") == ["Wine", "Split Data"]


def test_f1_and_the_menu_ask_for_help(
    session: Session, draft: Draft, show: Show, qtbot: QtBot
) -> None:
    panel = show()
    index = _index(panel, "split_data")
    panel.tree.setCurrentIndex(index)
    with qtbot.waitSignal(session.help_requested) as asked:
        qtbot.keyClick(panel.tree, Qt.Key.Key_F1)
    assert asked.args == ["split_data"]
    panel.tree.menu_asked.emit(index, panel.mapToGlobal(panel.rect().center()))
    menu = _menu(panel)
    assert not any(a.isVisible() for a in menu.actions() if a.text().startswith("Rename"))
    with qtbot.waitSignal(session.help_requested) as asked:
        next(a for a in menu.actions() if a.text() == "Help").trigger()
    menu.close()
    assert asked.args == ["split_data"]


def test_the_shortcuts_of_the_window_do_not_take_its_keys(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    taken: list[str] = []
    for keys in ("F1", "M"):
        action = QAction(keys, window)
        action.setShortcut(keys)
        action.triggered.connect(partial(taken.append, keys))
        window.addAction(action)
    panel = PalettePanel(session)
    window.setCentralWidget(panel)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    panel.tree.setCurrentIndex(_index(panel, "split_data"))
    panel.tree.setFocus()
    with qtbot.waitSignal(session.help_requested):
        qtbot.keyClick(panel.tree, Qt.Key.Key_F1)
    qtbot.keyClick(panel.tree, Qt.Key.Key_M)
    assert panel.field.text() == "m"
    assert taken == []


def test_open_groups_are_remembered(show: Show, qtbot: QtBot) -> None:
    panel = show()
    (index,) = [i for i, row in _model(panel).groups() if row.path == "Statistical Functions"]
    assert not panel.tree.isExpanded(index)
    panel.tree.scrollTo(index)
    at = panel.tree.visualRect(index).center()
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    other = show()
    (index,) = [i for i, row in _model(other).groups() if row.path == "Statistical Functions"]
    assert other.tree.isExpanded(index)


def test_typing_in_the_tree_searches_and_up_goes_back(show: Show, qtbot: QtBot) -> None:
    panel = show()
    panel.tree.setFocus()
    qtbot.keyClick(panel.tree, Qt.Key.Key_S)
    assert panel.field.text() == "s"


# Saved things.


def test_a_saved_dataset_is_renamed_in_place_and_removed_after_a_question(
    session: Session, draft: Draft, show: Show, qtbot: QtBot
) -> None:
    path = _save("Clean cars")
    panel = show()
    group = "Saved Datasets/My Datasets"
    session.library_changed.emit()
    qtbot.waitUntil(lambda: _section(panel, group) == ["Clean cars"])
    entry = _entry_called(panel, "Clean cars")
    index = _index(panel, entry.key)
    _model(panel).setData(index, "Cars of 1985")
    qtbot.waitUntil(lambda: _section(panel, group) == ["Cars of 1985"])
    assert not path.exists()
    index = _index(panel, _entry_called(panel, "Cars of 1985").key)
    panel.tree.menu_asked.emit(index, panel.mapToGlobal(panel.rect().center()))
    menu = _menu(panel)
    next(a for a in menu.actions() if a.text() == "Remove…").trigger()
    menu.close()
    box = panel.findChild(QMessageBox, "palette_remove")
    assert isinstance(box, QMessageBox)
    (remove,) = [button for button in box.buttons() if button.text() == "Remove"]
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _section(panel, group) == [])
    assert list(path.parent.glob("*.arrow")) == []


def _entry_called(panel: PalettePanel, title: str) -> PaletteEntry:
    rows = (row for _, group in _model(panel).groups() for row in group.rows)
    return next(row.entry for row in rows if row.entry is not None and row.title == title)
