"""The parts of NodeGraphQt that the canvas is built on, imported in the one way that is quick."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore, QtGui, QtSvg, QtWidgets

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Version:
    """A version that can be compared, as ``distutils.version.LooseVersion`` was."""

    def __init__(self, text: str) -> None:
        self.parts = [int(part) for part in text.split(".")]

    def __ge__(self, other: _Version) -> bool:
        return self.parts >= other.parts


class _Widgets(ModuleType):
    """QtWidgets with the names that moved to QtGui in Qt 6."""

    def __getattr__(self, name: str) -> Any:
        return getattr(QtWidgets, name, None) or getattr(QtGui, name)


def _stand_in(name: str, **members: Any) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(members)
    return made


@contextmanager
def _stand_ins() -> Iterator[None]:
    """Let NodeGraphQt find small stand-ins for two packages while it is imported."""
    versions = _stand_in("distutils.version", LooseVersion=_Version)
    stand_ins = {
        # WORKAROUND https://github.com/mottosso/Qt.py: it imports QtQuick, QtSql, QtHelp and ten
        # more, 0.2 s and 40 MB, to offer names that NodeGraphQt does not use.
        "Qt": _stand_in(
            "Qt",
            QtCore=QtCore,
            QtGui=QtGui,
            QtSvg=QtSvg,
            QtWidgets=_Widgets("Qt.QtWidgets"),
            QtCompat=None,
        ),
        # WORKAROUND https://github.com/jchanvfx/NodeGraphQt: it imports distutils, gone since
        # Python 3.12, to compare one version; setuptools' copy of it costs 0.2 s.
        "distutils": _stand_in("distutils", version=versions),
        "distutils.version": versions,
    }
    before = {name: sys.modules.get(name) for name in stand_ins}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


with _stand_ins():
    from NodeGraphQt.base.graph import NodeGraph
    from NodeGraphQt.base.model import NodeModel
    from NodeGraphQt.base.port import Port
    from NodeGraphQt.nodes.base_node import BaseNode
    from NodeGraphQt.qgraphics.node_base import NodeItem
    from NodeGraphQt.qgraphics.pipe import LivePipeItem, PipeItem
    from NodeGraphQt.qgraphics.port import PortItem
    from NodeGraphQt.qgraphics.slicer import SlicerPipeItem
    from NodeGraphQt.widgets.viewer import NodeViewer

__all__ = [
    "BaseNode",
    "LivePipeItem",
    "NodeGraph",
    "NodeItem",
    "NodeModel",
    "NodeViewer",
    "PipeItem",
    "Port",
    "PortItem",
    "SlicerPipeItem",
]
