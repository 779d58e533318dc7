from typing import Any, ClassVar

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Signal
from PySide6.QtGui import QMouseEvent, QUndoStack
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsScene,
    QGraphicsView,
    QRubberBand,
    QWidget,
)

class PortItem(QGraphicsItem):
    _pipes: list[PipeItem]
    _width: float
    _height: float
    _hovered: bool
    _name: str
    _display_name: bool
    _color: tuple[int, ...]
    _border_color: tuple[int, ...]
    _border_size: float
    _port_type: str | None
    _multi_connection: bool
    _locked: bool
    @property
    def connected_pipes(self) -> list[PipeItem]: ...
    @property
    def name(self) -> str: ...
    @property
    def port_type(self) -> str: ...
    @property
    def multi_connection(self) -> bool: ...
    def add_pipe(self, pipe: PipeItem) -> None: ...
    def remove_pipe(self, pipe: PipeItem) -> None: ...

class NodeItem(QGraphicsItem):
    _properties: dict[str, Any]
    _width: float
    _height: float
    _input_items: dict[Any, None]
    _output_items: dict[Any, None]
    _widgets: dict[str, Any]
    _proxy_mode: bool
    id: str
    @property
    def xy_pos(self) -> list[float]: ...

class PipeItem(QGraphicsPathItem):
    _color: tuple[int, ...]
    _style: int
    _active: bool
    _highlight: bool
    _input_port: Any
    _output_port: Any

class LivePipeItem(PipeItem):
    shift_selected: bool

class SlicerPipeItem(QGraphicsPathItem):
    def draw_path(self, p1: QPointF, p2: QPointF) -> None: ...

class NodeModel:
    id: str
    name: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]

class Port:
    def __init__(self, node: Any, port: PortItem) -> None: ...
    @property
    def model(self) -> Any: ...
    @property
    def view(self) -> Any: ...

class BaseNode:
    NODE_NAME: ClassVar[str]
    @property
    def model(self) -> Any: ...
    @property
    def view(self) -> Any: ...
    def add_input(self, name: str, multi_input: bool = ...) -> Port: ...
    def add_output(self, name: str, multi_output: bool = ...) -> Port: ...

class NodeViewer(QGraphicsView):
    moved_nodes: ClassVar[Signal]
    search_triggered: ClassVar[Signal]
    connection_sliced: ClassVar[Signal]
    connection_changed: ClassVar[Signal]
    insert_node: ClassVar[Signal]
    node_name_changed: ClassVar[Signal]
    node_selection_changed: ClassVar[Signal]
    node_double_clicked: ClassVar[Signal]
    data_dropped: ClassVar[Signal]
    _LIVE_PIPE: Any
    _SLICER_PIPE: Any
    _cursor_text: QGraphicsItem
    _search_widget: Any
    _ctx_menu_bar: QWidget
    _rubber_band: QRubberBand
    _scene_range: QRectF
    _last_size: Any
    _previous_pos: QPoint
    def __init__(
        self, parent: QWidget | None = ..., undo_stack: QUndoStack | None = ...
    ) -> None: ...
    def clear_key_state(self) -> None: ...
    def sceneMousePressEvent(self, event: QMouseEvent) -> None: ...

class NodeGraph(QObject):
    def set_background_color(self, r: int, g: int, b: int) -> None: ...
    def set_grid_mode(self, mode: int | None = ...) -> None: ...
    def __init__(self, parent: QObject | None = ..., **kwargs: Any) -> None: ...
    @property
    def model(self) -> Any: ...
    def undo_stack(self) -> QUndoStack: ...
    def scene(self) -> QGraphicsScene: ...
