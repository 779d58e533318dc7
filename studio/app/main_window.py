"""The main window: documents in the middle, panels around them, and the actions on both."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QMainWindow
from typing_extensions import override

from studio.app.action_set import ActionSet
from studio.app.document_area import DocumentArea
from studio.app.draft import Draft
from studio.app.files import Files
from studio.app.node_titles import node_title
from studio.app.panels.command_list import Extra
from studio.app.panels.command_palette import CommandPalette
from studio.app.services import Services
from studio.app.session import Session
from studio.app.theme import Choice, theme
from studio.app.times import duration
from studio.app.toasts import Toasts

if TYPE_CHECKING:
    from studio.app.canvas.canvas import Canvas
    from studio.app.docks import Docks

SIZE = (1440, 900)


class MainWindow(QMainWindow):
    """The window of a session. It joins the parts together and does nothing by itself."""

    def __init__(self, session: Session) -> None:
        """Build the window over a session that may have drafts already."""
        super().__init__()
        self.session: Session = session
        self._may_close = False
        self.setObjectName("main_window")
        self.setWindowTitle("Wireloom")
        self.resize(*SIZE)
        self.documents: DocumentArea = DocumentArea(session)
        self.setCentralWidget(self.documents)
        self.files: Files = Files(self)
        self.services: Services = Services(self)
        self.toasts = Toasts(self)
        self.commands = CommandPalette(self)
        self.action_set = ActionSet(self, self.documents.stack)
        self.action_set.build_menus()
        self.addToolBar(self.action_set.build_toolbar())
        self._engine_state, self._run_state = QLabel("Starting the engine…"), QLabel()
        self._build_status()
        self._connect()
        self._restore()
        self._draft_changed(session.current)

    @property
    def draft(self) -> Draft:
        """The draft in front; raises RuntimeError where the start page is."""
        if self.session.current is None:
            raise RuntimeError("no experiment is in front")
        return self.session.current

    @property
    def docks(self) -> Docks:
        """The panels around the canvas."""
        return self.documents.docks

    @property
    def canvas(self) -> Canvas:
        """The canvas in front; raises RuntimeError where the start page is."""
        if self.documents.canvas is None:
            raise RuntimeError("no experiment is in front")
        return self.documents.canvas

    def run(self) -> None:
        """Run the experiment in front."""
        self._run()

    def run_selected(self) -> None:
        """Run what the selected nodes need."""
        self._run([node.id for node in self.draft.selected_nodes])

    def run_fresh(self) -> None:
        """Run the selected nodes again, whatever the store has."""
        nodes = [node.id for node in self.draft.selected_nodes]
        self._run(nodes, nodes)

    def show_commands(self) -> None:
        """Show the command palette over the window: the actions, and the way to each node."""
        actions = [a for a in self.action_set.actions.values() if a.objectName() != "find_command"]
        self.commands.open_with(actions, self._ways())

    def show_preferences(self) -> None:
        """Show the preferences."""
        from studio.app.dialogs.preferences import PreferencesDialog

        PreferencesDialog(self.session, self).open()

    def show_shortcuts(self) -> None:
        """Show all keyboard shortcuts."""
        from studio.app.dialogs.shortcuts import ShortcutsDialog

        ShortcutsDialog(list(self.action_set.actions.values()), self).open()

    def show_about(self) -> None:
        """Show what this program is made of."""
        from studio.app.dialogs.about import AboutDialog

        AboutDialog(self).open()

    def help_selection(self) -> None:
        """Show the help page of the selected node's module."""
        nodes = [] if self.session.current is None else self.session.current.selected_nodes
        if nodes:
            self.session.help_requested.emit(nodes[0].module)
        else:
            self.docks.bring("help")

    def switch(self, name: str) -> None:
        """Turn a setting of the window on or off."""
        self._set(**{name: not getattr(self.session.settings, name)})

    def set_theme(self, choice: Choice) -> None:
        """Take a theme."""
        self._set(theme=choice)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            self._remember()
            self.session.stop()
            event.accept()
            return
        event.ignore()
        drafts = self.session.drafts
        self.services.ask_to_close(partial(self.files.ask_to_close, drafts, self._close_now))

    def _build_status(self) -> None:
        for label, name in ((self._run_state, "run_state"), (self._engine_state, "engine_state")):
            label.setObjectName(name)
            label.setProperty("role", "soft")
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self._run_state)
        self.statusBar().addPermanentWidget(self._engine_state)

    def _connect(self) -> None:
        session = self.session
        session.said.connect(self.toasts.say)
        session.current_changed.connect(self._draft_changed)
        session.drafts_changed.connect(self._follow_drafts)
        session.settings_changed.connect(self._settings_changed)
        session.field_requested.connect(self._show_node)
        session.save_output_requested.connect(self._ask_save_output)
        session.bridge.ready.connect(self._engine_ready)
        session.bridge.failed.connect(self._engine_failed)
        self.documents.close_requested.connect(self.files.close)
        self.documents.side_requested.connect(self.services.choose_side)
        self.documents.start_page.open_requested.connect(self.files.ask_open)
        self.documents.docks_made.connect(self._take_docks)
        if self.documents.made_docks is not None:
            self._take_docks(self.documents.made_docks)
        self._follow_drafts()

    def _take_docks(self, docks: Docks) -> None:
        """Connect the docks when they are made, and put them where they stood."""
        docks.palette_panel.chosen.connect(lambda entry: self.canvas.add_module(entry))
        docks.service.update_wanted.connect(self.services.update)
        docks.service.export_wanted.connect(self.services.export)
        docks.service.set_up_wanted.connect(self.services.set_up)
        docks.service.repair_wanted.connect(self.services.repair)
        self.action_set.add_docks(docks)
        docks.restore(self.session.remembered.get("docks", ""))

    def _follow_drafts(self) -> None:
        for draft in self.session.drafts:
            if draft.property("followed"):
                continue
            draft.setProperty("followed", True)
            for signal in (draft.changed, draft.selection_changed, draft.run_changed):
                signal.connect(partial(self._draft_said, draft))
            draft.title_changed.connect(partial(self._draft_said, draft))
        self._settings_changed()

    def _draft_said(self, draft: Draft, *_: Any) -> None:
        if draft is self.session.current:
            self._show_state(draft)

    def _draft_changed(self, draft: Draft | None) -> None:
        self._show_state(draft)

    def _show_state(self, draft: Draft | None) -> None:
        self.action_set.update()
        name = "" if draft is None else f"{draft.title} – "
        self.setWindowTitle(f"{name}Wireloom")
        self._run_state.setText("" if draft is None else _run_text(draft))

    def _settings_changed(self) -> None:
        settings = self.session.settings
        if theme().choice != settings.theme:
            theme().choose(settings.theme)
        for canvas in self.documents.canvases:
            canvas.set_snap(settings.snap_to_grid)
            canvas.set_minimap(settings.minimap)
        self.action_set.update()

    def _show_node(self, draft: Draft, node: str, _parameter: str) -> None:
        self.session.set_current(draft)
        self.canvas.show_node(node)

    def _ask_save_output(self, draft: Draft, node: str, port: str) -> None:
        from studio.app.dialogs.save_output import SaveOutputDialog

        SaveOutputDialog(self.session, draft, node, port, self).open()

    def _ways(self) -> list[Extra]:
        draft = self.session.current
        if draft is None:
            return []
        titles = {id: node_title(draft, id) for id in draft.experiment.nodes}
        return [
            (f"Go to {title}", "Node", "locate", partial(self.canvas.show_node, id))
            for id, title in sorted(titles.items(), key=lambda item: item[1].casefold())
        ]

    def _run(self, targets: list[str] | None = None, fresh: list[str] | None = None) -> None:
        self.draft.end_typing()
        self.draft.run(targets or (), fresh or ())

    def _set(self, **values: Any) -> None:
        settings = self.session.settings.model_copy(update=values)
        try:
            self.session.set_settings(settings)
        except OSError as error:
            self.session.say("error", f"The settings could not be written: {error.strerror}.")

    def _engine_ready(self) -> None:
        self._engine_state.setText("Engine ready")

    def _engine_failed(self, sentence: str) -> None:
        self._engine_state.setText("No engine")
        self.session.say("error", sentence)

    def _close_now(self) -> None:
        self._may_close = True
        self.close()

    def _remember(self) -> None:
        remembered = self.session.remembered
        remembered.set("geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        if self.documents.made_docks is not None:
            remembered.set("docks", self.documents.made_docks.places())

    def _restore(self) -> None:
        geometry = self.session.remembered.get("geometry", "")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))


def _run_text(draft: Draft) -> str:
    run = draft.last_run
    if run is None:
        return ""
    if run.outcome is None:
        return f"Running: {run.done} of {run.total} nodes" if run.total else "Preparing the run…"
    said = {"finished": "Finished", "failed": "Failed", "cancelled": "Cancelled"}[run.outcome]
    return f"{said} after {duration(run.seconds)}"
