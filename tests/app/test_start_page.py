"""The start page opens what one begins with, and offers what a crash left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio import paths
from studio.app.panels.graph_picture import GraphPicture
from studio.app.panels.line_card import LineCard
from studio.app.panels.start_page import StartPage
from studio.app.panels.template_card import TemplateCard
from studio.app.session import Session
from studio.app.theme import theme
from studio.app.times import how_long_ago
from studio.document.edits import AddNode
from studio.document.experiment import Experiment
from studio.document.items import Link, Node
from studio.document.recovery import Place, header, left_behind, line
from studio.document.storage import load, save
from studio.session.templates import templates

Show = Callable[[], StartPage]


@pytest.fixture
def show(session: Session, qtbot: QtBot) -> Show:
    """Shows a start page of the session."""

    def shown() -> StartPage:
        page = StartPage(session)
        qtbot.addWidget(page)
        page.resize(1200, 800)
        page.show()
        qtbot.waitExposed(page)
        return page

    return shown


def _child(page: QWidget, name: str) -> QWidget:
    found = page.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def _click(qtbot: QtBot, page: QWidget, name: str) -> None:
    qtbot.mouseClick(_child(page, name), Qt.MouseButton.LeftButton)


def test_new_and_open(session: Session, show: Show, qtbot: QtBot) -> None:
    page = show()
    with qtbot.waitSignal(page.open_requested):
        _click(qtbot, page, "start_open")
    assert session.drafts == ()
    _click(qtbot, page, "start_new")
    assert session.current is not None
    assert not session.current.experiment.nodes


def test_every_template_has_a_card_that_opens_it(
    session: Session, show: Show, qtbot: QtBot
) -> None:
    page = show()
    cards = page.findChildren(TemplateCard)
    assert [card.template.name for card in cards] == [item.name for item in templates()]
    for card in cards:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
        assert session.current is not None
        written = load(card.template.path, session.registry).experiment
        assert session.current.experiment.nodes == written.nodes


def test_a_card_opens_with_enter(session: Session, show: Show, qtbot: QtBot) -> None:
    card = _child(show(), "template_iris-k-means")
    assert card.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert session.current is not None
    assert "k_means_clustering" in session.current.experiment.nodes


def test_a_sample_begins_an_experiment_with_it(session: Session, show: Show, qtbot: QtBot) -> None:
    _click(qtbot, show(), "sample_wine")
    assert session.current is not None
    (node,) = session.current.experiment.nodes.values()
    assert (node.module, node.title, dict(node.params)) == (
        "sample_dataset", "Wine", {"name": "wine"},
    )  # fmt: skip


def test_recent_files_are_listed_whenever_the_page_shows(
    session: Session, show: Show, tmp_path: Path, qtbot: QtBot
) -> None:
    page = show()
    assert page.findChild(LineCard, "recent_0") is None
    path = tmp_path / "Cars.experiment"
    save(Experiment(name="Cars"), path)
    session.remembered.file_used(path)
    page.hide()
    page.show()
    card = page.findChild(LineCard, "recent_0")
    assert isinstance(card, LineCard)
    assert (card.text(), card.side) == ("Cars", "just now")
    assert card.detail.endswith(tmp_path.name)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert session.current is not None
    assert session.current.path == path


def test_cards_stand_in_as_many_columns_as_there_is_room_for(show: Show, qtbot: QtBot) -> None:
    page = show()

    def columns() -> int:
        return len({card.x() for card in page.findChildren(TemplateCard)})

    assert columns() == 3
    page.resize(640, 800)
    qtbot.waitUntil(lambda: columns() == 2)
    cards = page.findChildren(TemplateCard)
    lefts = [card.mapTo(page, card.rect().topLeft()).x() for card in cards]
    assert min(lefts) < 100, "the templates stand below the name, not beside it"


# Unsaved work.


def _crashed(name: str) -> None:
    """Leave behind what a window that was killed leaves: a journal, and no lock that is held."""
    base = Experiment(name=name)
    place = Place(paths.journals(), base.id, None)
    place.folder.mkdir(parents=True, exist_ok=True)
    edit = AddNode(Node("data", "sample_dataset", title="Data"))
    place.next_journal().write_bytes(header(place, base, None, True) + line(edit.to_dict()))


def test_unsaved_work_is_restored(session: Session, show: Show, qtbot: QtBot) -> None:
    _crashed("Lost")
    page = show()
    banner = _child(page, "unsaved_work")
    qtbot.waitUntil(banner.isVisible)
    _click(qtbot, page, "restore_0")
    assert session.current is not None
    assert session.current.experiment.name == "Lost"
    assert list(session.current.experiment.nodes) == ["data"]
    assert session.current.is_modified
    qtbot.waitUntil(lambda: not banner.isVisible())


def test_unsaved_work_is_discarded_one_by_one(session: Session, show: Show, qtbot: QtBot) -> None:
    _crashed("First")
    _crashed("Second")
    page = show()
    banner = _child(page, "unsaved_work")
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "discard_1") is not None)
    _click(qtbot, page, "discard_0")
    qtbot.waitUntil(lambda: len(left_behind()) == 1)
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "discard_1") is None)
    assert banner.isVisible()
    _click(qtbot, page, "discard_0")
    qtbot.waitUntil(lambda: not banner.isVisible())
    assert left_behind() == []
    assert session.drafts == ()


def test_nothing_unsaved_shows_nothing(session: Session, show: Show, qtbot: QtBot) -> None:
    page = show()
    done: list[object] = []
    session.bridge.work(session.left_behind, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert not _child(page, "unsaved_work").isVisible()


# Pictures, and when things were.


def test_a_picture_is_of_the_experiment_as_it_is(session: Session) -> None:
    nodes = {
        "a": Node("a", "sample_dataset", position=(0, 0)),
        "b": Node("b", "split_data", position=(260, 0)),
    }
    wired = Experiment(nodes=nodes, links=(Link("a", "dataset", "b", "dataset"),))
    loose = Experiment(nodes=nodes)
    assert _drawn(session, wired) != _drawn(session, loose)
    places = GraphPicture(wired, session.registry).places(QSizeF(240, 124))
    assert places["a"].right() < places["b"].left()
    assert all(r.left() > 0 and r.right() < 240 for r in places.values())


def test_an_experiment_that_runs_down_is_drawn_to_the_right(session: Session) -> None:
    nodes = {
        "a": Node("a", "sample_dataset", position=(10, 0)),
        "b": Node("b", "split_data", position=(0, 130)),
    }
    down = Experiment(nodes=nodes, links=(Link("a", "dataset", "b", "dataset"),))
    places = GraphPicture(down, session.registry).places(QSizeF(240, 124))
    assert places["a"].right() < places["b"].left()
    assert abs(places["a"].top() - places["b"].top()) < 4


def test_a_picture_follows_the_theme(session: Session) -> None:
    picture = GraphPicture(load(templates()[0].path, session.registry).experiment, session.registry)
    light = _painted(picture)
    theme().choose("dark")
    assert _painted(picture) != light
    theme().choose("light")
    assert _painted(picture) == light


def test_the_nodes_of_every_template_stand_apart_in_its_picture(session: Session) -> None:
    for template in templates():
        experiment = load(template.path, session.registry).experiment
        places = GraphPicture(experiment, session.registry).places(QSizeF(224, 124))
        rects = list(places.values())
        assert len(rects) == len(experiment.nodes)
        for number, rect in enumerate(rects):
            assert not any(rect.intersects(other) for other in rects[number + 1 :])


def _drawn(session: Session, experiment: Experiment) -> QImage:
    return _painted(GraphPicture(experiment, session.registry))


def _painted(picture: GraphPicture) -> QImage:
    image = QImage(240, 124, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    picture.paint(painter, image.rect().toRectF())
    painter.end()
    return image


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(hours=25), "yesterday"),
        (timedelta(days=4), "4 days ago"),
        (timedelta(days=40), "30 January"),
        (timedelta(days=400), "4 February 2025"),
    ],
)
def test_when_something_was(before: timedelta, said: str) -> None:
    now = datetime(2026, 3, 11, 12, 0).astimezone()
    assert how_long_ago(now - before, now) == said
