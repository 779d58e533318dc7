"""The Results panel follows the selection and says how a node without a result stands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QLabel,
    QPushButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.panels.results import ResultsPanel
from studio.app.panels.results_window import PinnedResult, ResultWindow
from studio.app.session import Session
from studio.app.viewers.model_viewer import ModelViewer
from studio.app.viewers.table_viewer import TableViewer
from studio.app.viewers.viewer import Viewer
from studio.app.widgets.names import name_of
from studio.document.edits import Remove, Rename, SetParams
from tests.app.looking import SECONDS, build, run

FAILS = "def azureml_main(one=None, two=None):\n    raise ValueError('no luck')\n"


def panel_of(session: Session, qtbot: QtBot) -> ResultsPanel:
    panel = ResultsPanel(session)
    qtbot.addWidget(panel)
    panel.resize(1200, 460)
    panel.show()
    return panel


def split(draft: Draft) -> None:
    build(
        draft,
        [("data", "sample_dataset", {"name": "iris"}), ("split", "split_data", {})],
        [("data.dataset", "split.dataset")],
    )


def followed(panel: ResultsPanel) -> None:
    while panel.is_waiting:
        QApplication.processEvents()


def shown(panel: ResultsPanel) -> Viewer | None:
    """Return what is shown when the panel has followed what happened."""
    followed(panel)
    return panel.viewer


def title(panel: ResultsPanel) -> str:
    followed(panel)
    return panel.state_page.title.text() if panel.state_page.isVisible() else ""


def chip(panel: ResultsPanel, name: str) -> QAbstractButton:
    followed(panel)
    # Chips of before may not have gone yet; the present ones come last.
    return panel.findChildren(QAbstractButton, f"port_{name_of(name)}")[-1]


def table(panel: ResultsPanel) -> TableViewer:
    found = shown(panel)
    assert isinstance(found, TableViewer)
    return found


def test_nothing_selected_then_not_run_then_run_to_here(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel = panel_of(session, qtbot)
    assert title(panel) == "Nothing is selected"
    split(draft)
    draft.select(["split"])
    qtbot.waitUntil(lambda: title(panel) == "Not run yet", timeout=SECONDS)
    button = panel.findChild(QPushButton, "run_to_here")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(panel) is not None, timeout=SECONDS)
    qtbot.waitUntil(lambda: not draft.is_running, timeout=SECONDS)
    assert chip(panel, "out results_dataset1").isChecked()
    assert chip(panel, "out results_dataset1").accessibleDescription() == "75 rows × 5 columns"
    qtbot.mouseClick(chip(panel, "in dataset"), Qt.MouseButton.LeftButton)
    assert table(panel).model.total == 150
    draft.select([])
    assert title(panel) == "Nothing is selected"
    draft.select(["split"])
    assert table(panel).model.total == 150


def test_a_changed_node_shows_its_last_result_under_a_banner(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel = panel_of(session, qtbot)
    split(draft)
    draft.select(["split"])
    run(draft, qtbot)
    banner = panel.findChild(QFrame, "results_banner")
    text = panel.findChild(QLabel, "results_banner_text")
    again = panel.findChild(QPushButton, "banner_run")
    assert isinstance(banner, QFrame)
    assert isinstance(text, QLabel)
    assert isinstance(again, QPushButton)
    qtbot.waitUntil(lambda: shown(panel) is not None, timeout=SECONDS)
    assert not banner.isVisible()
    draft.apply(SetParams("split", {"fraction": 0.8}))
    qtbot.waitUntil(banner.isVisible, timeout=SECONDS)
    assert text.text().startswith("Changed since it ran.")
    assert table(panel).model.total == 75
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: shown(panel) is not None and table(panel).model.total == 120, timeout=SECONDS
    )
    qtbot.waitUntil(lambda: not banner.isVisible(), timeout=SECONDS)


def test_a_failed_node_says_why_and_gives_a_report(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel = panel_of(session, qtbot)
    build(draft, [("script", "execute_python_script", {"script": FAILS})])
    draft.select(["script"])
    draft.run()
    qtbot.waitUntil(lambda: title(panel) == "Failed", timeout=SECONDS)
    assert "no luck" in panel.state_page.sentence.text()
    copy = panel.findChild(QPushButton, "copy_report")
    assert isinstance(copy, QPushButton)
    with qtbot.waitSignal(session.said):
        qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    report = QGuiApplication.clipboard().text()
    assert "no luck" in report
    assert "Module: execute_python_script" in report


def test_what_is_missing_leads_to_its_field(session: Session, draft: Draft, qtbot: QtBot) -> None:
    panel = panel_of(session, qtbot)
    build(draft, [("select", "select_columns_in_dataset", {})])
    draft.select(["select"])
    qtbot.waitUntil(lambda: title(panel) == "Incomplete", timeout=SECONDS)
    button = panel.findChild(QPushButton, "show_problem")
    assert isinstance(button, QPushButton)
    with qtbot.waitSignal(session.field_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args is not None
    assert asked.args[:2] == [draft, "select"]


def test_a_requested_output_is_shown_and_its_view_is_found_again(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel = panel_of(session, qtbot)
    split(draft)
    run(draft, qtbot)
    other = session.new()
    assert session.current is other
    session.show_output(draft, "split", "results_dataset2")
    assert session.current is draft
    assert draft.selection == {"split"}
    assert chip(panel, "out results_dataset2").isChecked()
    viewer = table(panel)
    viewer.sort_by(0)
    draft.select(["data"])
    assert shown(panel) is not viewer
    draft.select(["split"])
    assert shown(panel) is viewer
    assert viewer.sort[0].column == "sepal length (cm)"
    session.close(draft)
    assert title(panel) == "Nothing is selected"
    assert not viewer.source.is_waiting


def test_a_result_stays_pinned_and_opens_in_a_window(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel = panel_of(session, qtbot)
    split(draft)
    draft.select(["split"])
    run(draft, qtbot)
    qtbot.waitUntil(lambda: shown(panel) is not None, timeout=SECONDS)
    for name in ("pin_result", "open_in_window"):
        button = panel.findChild(QAbstractButton, name)
        assert isinstance(button, QAbstractButton)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    pinned = panel.findChild(PinnedResult)
    assert isinstance(pinned, PinnedResult)
    draft.select(["data"])
    assert isinstance(pinned.viewer, TableViewer)
    assert pinned.viewer.model.total == 75
    assert table(panel).model.total == 150
    close = pinned.findChild(QAbstractButton, "unpin")
    assert isinstance(close, QAbstractButton)
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert pinned.isHidden()
    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ResultWindow))
    assert isinstance(window.viewer, TableViewer)
    assert window.windowTitle() == "split · Results dataset1"
    source = window.viewer.source
    qtbot.waitUntil(window.isActiveWindow, timeout=SECONDS)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert not source.is_waiting


def test_removing_the_node_leaves_an_empty_panel(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel = panel_of(session, qtbot)
    split(draft)
    draft.select(["split"])
    qtbot.waitUntil(lambda: title(panel) == "Not run yet", timeout=SECONDS)
    draft.apply(Remove(("split",)))
    assert title(panel) == "Nothing is selected"


def test_each_port_of_a_template_has_a_viewer(session: Session, qtbot: QtBot) -> None:
    panel = panel_of(session, qtbot)
    draft = session.open_template("diabetes-linear-regression")
    assert draft is not None
    run(draft, qtbot)
    kinds = set()
    for node in draft.experiment.nodes:
        for port in draft.state(node).outputs:
            session.show_output(draft, node, port)
            assert shown(panel) is not None
            kinds.add(type(shown(panel)))
    assert {TableViewer, ModelViewer} <= kinds


def test_a_long_sentence_is_seen_whole(session: Session, draft: Draft, qtbot: QtBot) -> None:
    panel = panel_of(session, qtbot)
    page = panel.state_page
    for words in range(1, 60):
        page.say("Failed", "The name of something is not defined here. " * words)
        QApplication.sendPostedEvents()
        QApplication.processEvents()
        sentence = page.sentence
        if sentence.height() + 200 > page.height():
            break
        assert sentence.height() >= sentence.heightForWidth(sentence.width())
    assert words > 10


def test_a_long_title_leaves_room_for_the_ports(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel = panel_of(session, qtbot)
    split(draft)
    draft.select(["split"])
    followed(panel)
    before = panel.minimumSizeHint().width()
    draft.apply(Rename("split", "a name that goes on and on " * 20))
    followed(panel)
    assert panel.minimumSizeHint().width() <= max(before, 400)
    assert panel.findChild(QLabel, "results_node").width() <= 240


def test_every_port_can_be_reached_in_a_narrow_panel(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel = panel_of(session, qtbot)
    build(
        draft,
        [("data", "sample_dataset", {"name": "iris"}), ("script", "execute_python_script", {})],
        [("data.dataset", "script.dataset1")],
    )
    run(draft, qtbot)
    draft.select(["script"])
    qtbot.waitUntil(lambda: shown(panel) is not None, timeout=SECONDS)
    last = chip(panel, "out_python_device")
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty(), timeout=SECONDS)
    assert not panel.findChild(QToolButton, "chips_on").isVisible()
    panel.resize(520, 460)
    qtbot.waitUntil(lambda: last.visibleRegion().isEmpty(), timeout=SECONDS)
    more = panel.findChild(QToolButton, "chips_on")
    qtbot.waitUntil(lambda: more.isVisible() and more.geometry().width() in range(1, 60))
    for _ in range(9):
        qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert last.visibleRegion().boundingRect().width() >= last.width() - 2
    qtbot.mouseClick(last, Qt.MouseButton.LeftButton)
    assert panel.follow.spot is not None
    assert panel.follow.spot.port == "python_device"
    back = panel.findChild(QToolButton, "chips_back")
    for _ in range(9):
        qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert last.visibleRegion().isEmpty()
    panel.resize(560, 460)
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty())
