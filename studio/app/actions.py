"""The table of actions: menus, toolbar, shortcuts and the command palette are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from studio.app.main_window import MainWindow

Need = Literal[
    "", "draft", "editable", "selection", "editable_selection", "undo", "redo", "idle", "running",
    "idle_nodes", "service",
]  # fmt: skip
Do = Callable[["MainWindow"], object]

MENUS = ("&File", "&Edit", "&View", "&Arrange", "&Run", "&Web service", "&Help")


@dataclass(frozen=True)
class Action:
    """Something a person can do.

    Attributes:
        name: Its id.
        menu: The menu it stands in; a text after ``/`` is a submenu.
        text: What the menu says; one that ends in an ellipsis asks something first.
        do: What it does.
        icon: The name of its icon.
        keys: Its shortcuts, in Qt's portable form.
        needs: What must be so for it to be possible.
        scope: "canvas" where its shortcuts hold only while the canvas has the focus.
        toolbar: Whether it stands in the toolbar.
        begins: Whether a line separates it from the entry before it.
        is_on: For one that is on or off, whether it is on.
        hint: One sentence for the tooltip, where the text does not say it.
    """

    name: str
    menu: str
    text: str
    do: Do
    icon: str = ""
    keys: tuple[str, ...] = ()
    needs: Need = ""
    scope: Literal["window", "canvas"] = "window"
    toolbar: bool = False
    begins: bool = False
    is_on: Callable[[MainWindow], bool] | None = None
    hint: str = ""


ACTIONS: tuple[Action, ...] = (
    Action("new", "&File", "New experiment",
           lambda w: w.session.new(), "file-plus", ("Ctrl+N",), toolbar=True),
    Action("open", "&File", "Open…",
           lambda w: w.files.ask_open(), "folder-open", ("Ctrl+O",), toolbar=True),
    Action("start_page", "&File", "Start page", lambda w: w.session.set_current(None), "house"),
    Action("save", "&File", "Save",
           lambda w: w.files.save(), "save", ("Ctrl+S",), "draft", toolbar=True, begins=True),
    Action("save_as", "&File", "Save as…",
           lambda w: w.files.ask_save(), keys=("Ctrl+Shift+S",), needs="draft"),
    Action("save_picture", "&File", "Save picture of the graph…",
           lambda w: w.files.ask_save_picture(), "image", needs="draft"),
    Action("preferences", "&File", "Preferences…",
           lambda w: w.show_preferences(), "settings", ("Ctrl+,",), begins=True),
    Action("close", "&File", "Close experiment",
           lambda w: w.files.close_current(), keys=("Ctrl+W",), needs="draft", begins=True),
    Action("quit", "&File", "Quit", lambda w: w.close(), keys=("Ctrl+Q",)),
    Action("undo", "&Edit", "Undo",
           lambda w: w.draft.undo(), "undo-2", ("Ctrl+Z",), "undo", toolbar=True),
    Action("redo", "&Edit", "Redo",
           lambda w: w.draft.redo(), "redo-2", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo",
           toolbar=True),
    Action("cut", "&Edit", "Cut",
           lambda w: w.canvas.cut(), "scissors", ("Ctrl+X",), "editable_selection", "canvas",
           begins=True),
    Action("copy", "&Edit", "Copy",
           lambda w: w.canvas.copy(), "copy", ("Ctrl+C",), "selection", "canvas"),
    Action("paste", "&Edit", "Paste",
           lambda w: w.canvas.paste(), "clipboard-paste", ("Ctrl+V",), "editable", "canvas"),
    Action("duplicate", "&Edit", "Duplicate",
           lambda w: w.canvas.duplicate(), "copy-plus", ("Ctrl+D",), "editable_selection",
           "canvas"),
    Action("remove", "&Edit", "Delete",
           lambda w: w.canvas.remove_selection(), "trash-2", ("Del", "Backspace"), "editable",
           "canvas"),
    Action("select_all", "&Edit", "Select all",
           lambda w: w.canvas.select_all(), keys=("Ctrl+A",), needs="draft", scope="canvas",
           begins=True),
    Action("add_module", "&Edit", "Add module…",
           lambda w: w.canvas.open_search(), "plus", ("Tab",), "editable", "canvas", begins=True),
    Action("add_note", "&Edit", "Add note",
           lambda w: w.canvas.add_note(), "sticky-note", ("Ctrl+Shift+N",), "editable"),
    Action("add_frame", "&Edit", "Add frame",
           lambda w: w.canvas.add_frame(), "frame", ("Ctrl+Shift+F",), "editable"),
    Action("rename", "&Edit", "Rename",
           lambda w: w.canvas.rename_selection(), "pencil", ("F2",), "editable_selection",
           "canvas", begins=True),
    Action("comment", "&Edit", "Comment",
           lambda w: w.canvas.comment_selection(), "message-square", ("F3",), "editable_selection",
           "canvas"),
    Action("toggle_disabled", "&Edit", "Enable or disable",
           lambda w: w.canvas.toggle_disabled(), "power", ("Ctrl+E",), "editable_selection",
           "canvas"),
    Action("find_command", "&View", "Command palette…",
           lambda w: w.show_commands(), "command", ("Ctrl+Shift+P",)),
    Action("find_module", "&View", "Search modules",
           lambda w: w.docks.palette_panel.focus_search(), "search", ("Ctrl+/",), "draft"),
    Action("zoom_in", "&View", "Zoom in",
           lambda w: w.canvas.zoom_in(), "zoom-in", ("Ctrl++", "Ctrl+="), "draft", begins=True),
    Action("zoom_out", "&View", "Zoom out",
           lambda w: w.canvas.zoom_out(), "zoom-out", ("Ctrl+-",), "draft"),
    Action("zoom_fit", "&View", "Zoom to fit",
           lambda w: w.canvas.zoom_to_fit(), "maximize", ("Ctrl+0", "F"), "draft", "canvas",
           toolbar=True),
    Action("zoom_actual", "&View", "Zoom to 100 %",
           lambda w: w.canvas.zoom_to_actual(), "scan", ("Ctrl+1",), "draft"),
    Action("zoom_selection", "&View", "Zoom to selection",
           lambda w: w.canvas.zoom_to_selection(), keys=("Ctrl+2",), needs="selection"),
    Action("next_tab", "&View", "Next tab",
           lambda w: w.documents.step(1), keys=("Ctrl+Tab", "Ctrl+PgDown"), begins=True),
    Action("previous_tab", "&View", "Previous tab",
           lambda w: w.documents.step(-1), keys=("Ctrl+Shift+Tab", "Ctrl+PgUp")),
    Action("minimap", "&View", "Minimap",
           lambda w: w.switch("minimap"), "map", begins=True,
           is_on=lambda w: w.session.settings.minimap),
    Action("snap", "&View", "Snap to grid",
           lambda w: w.switch("snap_to_grid"), "grid-3x3",
           is_on=lambda w: w.session.settings.snap_to_grid),
    Action("theme_light", "&View/Theme", "Light",
           lambda w: w.set_theme("light"), "sun",
           is_on=lambda w: w.session.settings.theme == "light"),
    Action("theme_dark", "&View/Theme", "Dark",
           lambda w: w.set_theme("dark"), "moon",
           is_on=lambda w: w.session.settings.theme == "dark"),
    Action("theme_system", "&View/Theme", "As the system",
           lambda w: w.set_theme("system"), "monitor",
           is_on=lambda w: w.session.settings.theme == "system"),
    Action("focus_canvas", "&View", "Go to the canvas",
           lambda w: w.canvas.setFocus(), keys=("Ctrl+Shift+0",), needs="draft", begins=True),
    Action("layout_down", "&Arrange", "Arrange top to bottom",
           lambda w: w.canvas.auto_layout("down"), "workflow", ("Ctrl+Shift+L",), "editable",
           toolbar=True),
    Action("layout_right", "&Arrange", "Arrange left to right",
           lambda w: w.canvas.auto_layout("right"), "move-horizontal", needs="editable"),
    Action("group", "&Arrange", "Group",
           lambda w: w.canvas.group_selection(), "group", ("Ctrl+G",), "editable_selection",
           "canvas", begins=True),
    Action("ungroup", "&Arrange", "Ungroup",
           lambda w: w.canvas.ungroup(), "ungroup", ("Ctrl+Shift+G",), "editable_selection",
           "canvas"),
    Action("toggle_group", "&Arrange", "Open or fold the group",
           lambda w: w.canvas.toggle_group(), keys=("Ctrl+.",), needs="editable_selection",
           scope="canvas"),
    Action("align_left", "&Arrange/Align", "Left",
           lambda w: w.canvas.align("left"), "align-start-vertical", needs="editable_selection"),
    Action("align_centre", "&Arrange/Align", "Centre",
           lambda w: w.canvas.align("centre"), "align-center-vertical", needs="editable_selection"),
    Action("align_right", "&Arrange/Align", "Right",
           lambda w: w.canvas.align("right"), "align-end-vertical", needs="editable_selection"),
    Action("align_top", "&Arrange/Align", "Top",
           lambda w: w.canvas.align("top"), "align-start-horizontal", needs="editable_selection",
           begins=True),
    Action("align_middle", "&Arrange/Align", "Middle",
           lambda w: w.canvas.align("middle"), "align-center-horizontal",
           needs="editable_selection"),
    Action("align_bottom", "&Arrange/Align", "Bottom",
           lambda w: w.canvas.align("bottom"), "align-end-horizontal", needs="editable_selection"),
    Action("distribute_horizontal", "&Arrange/Distribute", "Horizontally",
           lambda w: w.canvas.distribute("horizontal"), "align-horizontal-space-around",
           needs="editable_selection"),
    Action("distribute_vertical", "&Arrange/Distribute", "Vertically",
           lambda w: w.canvas.distribute("vertical"), "align-vertical-space-around",
           needs="editable_selection"),
    Action("run", "&Run", "Run",
           lambda w: w.run(), "play", ("F5", "Ctrl+Return"), "idle", toolbar=True,
           hint="Run what is not up to date"),
    Action("run_selected", "&Run", "Run to the selection",
           lambda w: w.run_selected(), "step-forward", ("Shift+F5",), "idle_nodes"),
    Action("run_fresh", "&Run", "Run the selection again",
           lambda w: w.run_fresh(), "rotate-cw", ("Ctrl+F5",), "idle_nodes",
           hint="Compute the selected nodes anew, whatever the store has"),
    Action("cancel", "&Run", "Stop",
           lambda w: w.draft.cancel(), "square", ("Ctrl+F2",), "running", toolbar=True),
    Action("show_results", "&Run", "Show results",
           lambda w: w.docks.bring("results"), "table", ("Ctrl+Shift+1",), "draft", begins=True),
    Action("show_problems", "&Run", "Show problems",
           lambda w: w.docks.bring("problems"), "triangle-alert", ("Ctrl+Shift+2",), "draft"),
    Action("show_log", "&Run", "Show log",
           lambda w: w.docks.bring("log"), "scroll-text", ("Ctrl+Shift+3",), "draft"),
    Action("show_jobs", "&Run", "Show jobs",
           lambda w: w.docks.bring("jobs"), "list-checks", ("Ctrl+Shift+4",), "draft"),
    Action("show_runs", "&Run", "Show history of runs",
           lambda w: w.docks.bring("runs"), "history", ("Ctrl+Shift+5",), "draft"),
    Action("set_up_service", "&Web service", "Set up web service…",
           lambda w: w.services.set_up(), "cloud", ("Ctrl+Shift+W",), "service", toolbar=True,
           hint="Make a predictive experiment that answers requests, or update it"),
    Action("update_service", "&Web service", "Update predictive experiment…",
           lambda w: w.services.update(), "rotate-cw", needs="service",
           hint="Take over what the training experiment has trained since"),
    Action("switch_pair", "&Web service", "Training or predictive experiment",
           lambda w: w.services.switch(), "link-2", ("Ctrl+Alt+P",), "service",
           hint="Go to the other experiment of the pair"),
    Action("export_package", "&Web service", "Export model package…",
           lambda w: w.services.export(), "package", ("Ctrl+Shift+E",), "service", toolbar=True,
           begins=True, hint="Make a package that answers without the studio"),
    Action("retrain", "&Web service", "Retrain…",
           lambda w: w.services.retrain(), "rotate-cw", ("Ctrl+Alt+R",), "service",
           hint="Train on new data, and make the next version of a package if it is good enough"),
    Action("show_service", "&Web service", "Show what was done",
           lambda w: w.docks.bring("service"), "list-checks", ("Ctrl+Shift+6",), "draft",
           begins=True),
    Action("show_endpoints", "&Web service", "Show endpoints",
           lambda w: w.services.show_endpoints(), "server", ("Ctrl+Shift+7",), "draft"),
    Action("help_module", "&Help", "Help on the selection",
           lambda w: w.help_selection(), "circle-help", ("F1",), "draft"),
    Action("shortcuts", "&Help", "Keyboard shortcuts",
           lambda w: w.show_shortcuts(), "keyboard", ("Ctrl+Shift+K",)),
    Action("about", "&Help", "About Wireloom", lambda w: w.show_about(), "info", begins=True),
)  # fmt: skip
