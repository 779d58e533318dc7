"""The help panel shows the page of a module and leads to others."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.app.panels.help_page import page
from studio.app.panels.help_panel import HelpPanel
from studio.app.session import Session
from studio.app.theme import theme


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> HelpPanel:
    """The panel, shown."""
    made = HelpPanel(session)
    qtbot.addWidget(made)
    made.resize(360, 700)
    made.show()
    return made


def _press(qtbot: QtBot, button: QWidget) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_page_has_the_text_the_ports_and_the_parameters(
    session: Session, panel: HelpPanel
) -> None:
    session.help_requested.emit("linear_regression")
    text = panel.page.toPlainText()
    assert "Linear Regression" in text
    assert "The first thing to try on a quantity" in text
    assert "Untrained model Learner" in text
    assert "L2 regularization weight" in text
    assert "default 0.001" in text
    assert "asked for when Solution method is Online gradient descent" in text


def test_marks_become_bold_words_lists_and_code(session: Session, panel: HelpPanel) -> None:
    session.help_requested.emit("linear_regression")
    text = panel.page.toPlainText()
    assert "**" not in text
    assert "\n- " not in text
    session.help_requested.emit("split_data")
    text = panel.page.toPlainText()
    assert '\\"city" ^San' in text
    assert "`" not in text


def test_every_module_has_a_page(session: Session) -> None:
    for module in session.registry.modules():
        made = page(session.registry, module, theme().tokens)
        assert module.meta.title in made
        assert "**" not in made.replace("**kw", ""), module.meta.id
        for item in module.parameters():
            assert item.label.replace("&", "&amp;") in made


def test_links_lead_to_other_modules_and_back(
    session: Session, panel: HelpPanel, qtbot: QtBot
) -> None:
    session.help_requested.emit("import_data")
    assert 'href="module:export_data"' in panel.page.toHtml()
    assert not panel.back.isEnabled()
    panel.page.anchorClicked.emit(QUrl("module:export_data"))
    assert panel.module == "export_data"
    _press(qtbot, panel.back)
    assert panel.module == "import_data"
    _press(qtbot, panel.forward)
    assert panel.module == "export_data"
    assert not panel.forward.isEnabled()
    _press(qtbot, panel.back)
    session.help_requested.emit("split_data")
    assert not panel.forward.isEnabled(), "what was ahead is forgotten"
    _press(qtbot, panel.back)
    assert panel.module == "import_data"


def test_a_page_takes_the_colours_of_the_theme(session: Session, panel: HelpPanel) -> None:
    session.help_requested.emit("import_data")
    light = theme().tokens.table
    assert light in panel.page.toHtml()
    theme().choose("dark")
    assert theme().tokens.table in panel.page.toHtml()
    assert light not in panel.page.toHtml()
    theme().choose("light")


def test_what_nothing_is_called_shows_nothing(session: Session, panel: HelpPanel) -> None:
    session.help_requested.emit("no_such_module")
    assert panel.module == ""
    assert panel.page.toPlainText() == ""
