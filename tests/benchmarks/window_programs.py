"""The programs that the benchmark of the window runs, each as a process of its own."""

from __future__ import annotations

BARE_START = """
import json, os, time
from PySide6.QtWidgets import QApplication, QMainWindow, QTreeView, QLabel
application = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("Hello"))
window.resize(1440, 900)
window.show()
application.processEvents()
memory = int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
print(json.dumps({"cpu": time.process_time(), "memory": memory, "settled": time.process_time()}))
os._exit(0)
"""

START = """
import json, os, time
from PySide6.QtWidgets import QApplication
from studio.app.main import open_window
application = QApplication([])
window = open_window(application)
window.show()
application.sendPostedEvents()
window.repaint()
cpu = time.process_time()
memory = int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
end = time.monotonic() + 2.5
while time.monotonic() < end:
    application.processEvents()
    time.sleep(0.01)
settled = time.process_time()
window.session.stop()
print(json.dumps({"cpu": cpu, "memory": memory, "settled": settled}), flush=True)
os._exit(0)
"""

_MEASURE = """
import json, os, statistics, sys, time
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication, QGraphicsItem, QGraphicsPathItem, QGraphicsScene, QGraphicsView,
)
application = QApplication([])
size = int(sys.argv[1])
columns = max(int(size ** 0.5), 1)

def place(number):
    return (number % columns) * 260.0, (number // columns) * 130.0

links = [(number - columns, number) for number in range(columns, size)]

def timed(call, times):
    seconds = []
    for number in range(times):
        began = time.perf_counter()
        call(number)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)

def settle():
    for _ in range(5):
        application.processEvents()

def pan_by_mouse(viewport):
    start = viewport.rect().center()
    QTest.mouseMove(viewport, start)
    QTest.mousePress(viewport, Qt.MouseButton.MiddleButton, pos=start)
    def step(number):
        QTest.mouseMove(viewport, start + QPoint(8 * (number % 5), 6 * (number % 3)))
        application.processEvents()
    panned = timed(step, 20)
    QTest.mouseRelease(viewport, Qt.MouseButton.MiddleButton, pos=start)
    return panned

def drag_by_mouse(viewport, point):
    QTest.mouseMove(viewport, point)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=point)
    def step(number):
        QTest.mouseMove(viewport, point + QPoint(6 * (number + 1), 4 * (number + 1)))
        application.processEvents()
    step(0)
    dragged = timed(step, 20)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=point + QPoint(126, 84))
    return dragged

def repainted(viewport):
    return timed(lambda _: viewport.repaint(), 5 if size > 1000 else 15)

def report(**seconds):
    print(json.dumps(seconds), flush=True)
    os._exit(0)
"""

OURS = (
    _MEASURE
    + """
from studio.app import theme
from studio.app.canvas.canvas import Canvas
from studio.app.panels.module_search import ModuleSearch
from studio.app.session import Session
from studio.document.experiment import Experiment
from studio.document.items import Link, Node
from studio.document.open_document import OpenDocument
from studio.document.storage import save
theme.install(application, "light")
session = Session()
nodes = {
    f"n{number}": Node(
        f"n{number}", "select_columns_in_dataset", title=f"Select {number}", position=place(number)
    )
    for number in range(size)
}
wires = tuple(Link(f"n{a}", "results_dataset", f"n{b}", "dataset") for a, b in links)
path = os.path.join(os.environ["WIRELOOM_HOME"], f"graph{size}.experiment")
save(Experiment(name="Graph", nodes=nodes, links=wires), path)
began = time.perf_counter()
from pathlib import Path
draft = session.open(Path(path))
canvas = Canvas(session, draft, ModuleSearch)
canvas.resize(1280, 800)
canvas.show()
canvas.zoom_to_fit()
canvas.viewport.repaint()
opened = time.perf_counter() - began
settle()
repaint = repainted(canvas.viewport)
canvas.zoom_to_actual()
canvas.show_node("n0")
settle()
drag = drag_by_mouse(canvas.viewport, canvas.node_rect("n0").center())
report(open=opened, repaint=repaint, drag=drag, pan=pan_by_mouse(canvas.viewport))
"""
)

PLAIN = (
    _MEASURE
    + """
class Box(QGraphicsItem):
    def __init__(self, title):
        super().__init__()
        self.title, self.wires = title, []
        flags = QGraphicsItem.GraphicsItemFlag
        self.setFlags(flags.ItemIsMovable | flags.ItemIsSelectable | flags.ItemSendsGeometryChanges)
    def boundingRect(self):
        return QRectF(-4, -8, 228, 72)
    def itemChange(self, change, value):
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged:
            for wire in self.wires:
                wire.draw()
        return value
    def paint(self, painter, option, widget):
        painter.setBrush(QColor("white"))
        painter.setPen(QPen(QColor("#cbd2db")))
        painter.drawRoundedRect(QRectF(0, 0, 220, 56), 8, 8)
        if option.levelOfDetailFromTransform(painter.worldTransform()) > 0.4:
            painter.drawText(QRectF(40, 8, 170, 20), self.title)
            painter.drawText(QRectF(40, 30, 170, 20), "ready")
        painter.setBrush(QColor("#2f6fde"))
        painter.drawEllipse(QPointF(110, 0), 5, 5)
        painter.drawEllipse(QPointF(110, 56), 5, 5)
class Wire(QGraphicsPathItem):
    def __init__(self, a, b):
        super().__init__()
        self.a, self.b = a, b
        self.setPen(QPen(QColor("#98a2b3"), 2))
        a.wires.append(self)
        b.wires.append(self)
        self.draw()
    def draw(self):
        start, end = self.a.pos() + QPointF(110, 56), self.b.pos() + QPointF(110, 0)
        path = QPainterPath(start)
        path.cubicTo(start + QPointF(0, 60), end - QPointF(0, 60), end)
        self.setPath(path)
began = time.perf_counter()
scene = QGraphicsScene()
boxes = []
for number in range(size):
    box = Box(f"Select {number}")
    box.setPos(*place(number))
    scene.addItem(box)
    boxes.append(box)
for a, b in links:
    scene.addItem(Wire(boxes[a], boxes[b]))
view = QGraphicsView(scene)
view.setRenderHint(QPainter.RenderHint.Antialiasing)
view.resize(1280, 800)
view.show()
view.fitInView(scene.itemsBoundingRect(), Qt.AspectRatioMode.KeepAspectRatio)
view.viewport().repaint()
opened = time.perf_counter() - began
settle()
repaint = repainted(view.viewport())
view.resetTransform()
view.centerOn(boxes[0])
settle()
drag = drag_by_mouse(view.viewport(), view.mapFromScene(boxes[0].sceneBoundingRect().center()))
def scroll(number):
    view.horizontalScrollBar().setValue(100 + 8 * (number % 5))
    view.verticalScrollBar().setValue(100 + 6 * (number % 3))
    application.processEvents()
report(open=opened, repaint=repaint, drag=drag, pan=timed(scroll, 20))
"""
)

NODEGRAPHQT = (
    _MEASURE
    + """
os.environ["SETUPTOOLS_USE_DISTUTILS"] = "stdlib"
from NodeGraphQt import BaseNode, NodeGraph
class Select(BaseNode):
    __identifier__ = "bench"
    NODE_NAME = "Select"
    def __init__(self):
        super().__init__()
        self.add_input("dataset")
        self.add_output("results_dataset")
began = time.perf_counter()
graph = NodeGraph()
graph.register_node(Select)
made = []
for number in range(size):
    name = f"Select {number}"
    made.append(graph.create_node("bench.Select", name=name, pos=place(number), selected=False))
for a, b in links:
    made[a].set_output(0, made[b].input(0))
graph.clear_selection()
view = graph.viewer()
graph.widget.resize(1280, 800)
graph.widget.show()
graph.fit_to_selection()
view.viewport().repaint()
opened = time.perf_counter() - began
settle()
repaint = repainted(view.viewport())
graph.reset_zoom()
view.centerOn(made[0].view)
settle()
point = view.mapFromScene(made[0].view.sceneBoundingRect().center())
drag = drag_by_mouse(view.viewport(), point)
def pan(number):
    view._set_viewer_pan(8 * (number % 5), 6 * (number % 3))
    application.processEvents()
report(open=opened, repaint=repaint, drag=drag, pan=timed(pan, 20))
"""
)

LARGE_CSV = """
import sys
import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
path, rows = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(0)
columns = {f"number {i}": random.normal(size=rows).round(4) for i in range(6)}
columns["whole"] = random.integers(0, 1000, rows)
cities = np.array(["Ankara", "Bern", "Cairo", "Dakar", "Essen"])
columns["city"] = cities[random.integers(0, 5, rows)]
total = columns["number 0"] + columns["number 1"] + random.normal(size=rows)
columns["answer"] = np.where(total > 0, "yes", "no")
csv.write_csv(pa.table(columns), path)
"""

GAPS = """
import json, os, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QTableView
from studio.app.main import open_window
from studio.document.edits import AddNode, Batch, Connect
from studio.document.items import Link, Node
application = QApplication([])
window = open_window(application)
window.show()
session = window.session
said = {"megabytes": os.path.getsize(sys.argv[1]) / 1e6}

class Beat:
    def __init__(self):
        self.last, self.gap = time.perf_counter(), 0.0
        self.timer = QTimer()
        self.timer.setInterval(10)
        self.timer.timeout.connect(self.beat)
        self.timer.start()
    def beat(self):
        now = time.perf_counter()
        self.gap = max(self.gap, now - self.last - 0.01)
        self.last = now
    def restart(self):
        self.gap = 0.0

def until(condition, seconds=280):
    end = time.monotonic() + seconds
    while not condition():
        application.processEvents()
        if time.monotonic() > end:
            raise SystemExit("it took too long")
        time.sleep(0.001)

def wait(seconds):
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() > end)

until(lambda: session.bridge.engine is not None)
draft = session.new()
nodes = [
    Node("data", "import_data", params={"path": sys.argv[1]}, title="Data", position=(0, 0)),
    Node("split", "split_data", params={"fraction": 0.7}, title="Split", position=(0, 140)),
    Node("learner", "two_class_decision_forest", title="Forest", position=(-280, 140)),
    Node("train", "train_model", params={"label": "answer"}, title="Train", position=(-140, 280)),
]
links = [
    Link("data", "dataset", "split", "dataset"),
    Link("learner", "untrained_model", "train", "untrained_model"),
    Link("split", "results_dataset1", "train", "dataset"),
]
draft.apply(Batch((*(AddNode(n) for n in nodes), *(Connect(l) for l in links))))
wait(4)
beat = Beat()

def step(name, begin, done):
    beat.restart()
    began = time.perf_counter()
    begin()
    until(done)
    said[f"{name}_seconds"] = time.perf_counter() - began
    wait(0.3)
    said[f"{name}_gap"] = beat.gap

step("import", lambda: draft.run(["data"]), lambda: draft.last_run.outcome is not None)
panel = window.docks.results

def tables():
    return [view for view in panel.findChildren(QTableView) if view.isVisible()]

def filled():
    return any(
        view.model().rowCount() == 3_000_000 and view.model().index(0, 0).data() not in (None, "")
        for view in tables()
    )

began = time.perf_counter()
step("show", lambda: session.show_output(draft, "data", "dataset"), filled)
said["page"] = said["show_seconds"]

def profile():
    tables()[0].header.column_chosen.emit(0)

step("profile", profile, lambda: time.perf_counter() - began > 12)

def sort():
    tables()[0].header.sort_wanted.emit(0)

first = tables()[0].model().index(0, 0).data()
step("sort", sort, lambda: filled() and tables()[0].model().index(0, 0).data() != first)
step("train", lambda: draft.run(["train"]), lambda: draft.last_run.outcome is not None)
assert draft.last_run.outcome == "finished", draft.log()
session.stop()
print(json.dumps(said), flush=True)
os._exit(0)
"""
