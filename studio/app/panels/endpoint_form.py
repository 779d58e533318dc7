"""The test form of an endpoint: a field for each column of a request, and what is answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.icons import icon
from studio.app.panels.endpoint_field import RequestField, Unfit
from studio.app.panels.endpoint_reply import ReplyView
from studio.app.serving.endpoint import Endpoint
from studio.app.serving.http import Reply
from studio.app.serving.package_facts import PackageFacts
from studio.app.serving.request import Refusal, Row, read_refusal, request_text
from studio.app.theme import SPACE
from studio.app.widgets.turning_split import TurningSplit

_FIELD_WIDTH = 140
_SHARES = (3, 2)
_STOPPED = "Start the endpoint to send it a request."


class EndpointForm(QWidget):
    """Sends one row over HTTP, as any other program would, and shows the reply."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Make the form of an endpoint, filled with a row of its sample request."""
        super().__init__()
        self.setObjectName("endpoint_form")
        self._endpoint = endpoint
        self._facts: PackageFacts | None = None
        self._inputs: dict[str, list[RequestField]] = {}
        self._parameters: list[RequestField] = []
        self.reply = ReplyView()
        self._grid = _FieldGrid()
        self._note = QLabel()
        self._note.setObjectName("form_note")
        self._note.setProperty("role", "error")
        self._note.setWordWrap(True)
        self._send = QPushButton(icon("play"), "Send")
        self._send.setObjectName("send_request")
        self._send.clicked.connect(self.send)
        self._example = QPushButton("Fill in the example")
        self._example.setObjectName("fill_example")
        self._example.setProperty("kind", "quiet")
        self._example.clicked.connect(self.fill)
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Take in what is new: the package's columns, and whether it is served."""
        if self._endpoint.facts is not None and self._endpoint.facts is not self._facts:
            self._facts = self._endpoint.facts
            self._make_fields(self._facts)
        is_ready = self._endpoint.state == "ready"
        self._send.setEnabled(is_ready)
        self._send.setToolTip("Send the row (Return)" if is_ready else _STOPPED)

    def fill(self) -> None:
        """Fill in the example."""
        facts = self._facts
        if facts is None:
            return
        for name, fields in self._inputs.items():
            for field in fields:
                field.show_value(facts.example[name].get(field.column))
        for field, parameter in zip(self._parameters, facts.signature.parameters, strict=True):
            field.show_value(parameter.default)
        self._say(None, "")

    def send(self) -> None:
        """Send what the form holds, unless something in it is no value."""
        body = self.request()
        if body is not None and self._endpoint.state == "ready":
            self._send.setEnabled(False)
            self.reply.clear("Waiting for the reply…")
            self._endpoint.http.post(f"{self._endpoint.url}/score", body, self._take)

    def request(self) -> str | None:
        """Return the request that the form holds; None where something in it is no value."""
        self._say(None, "")
        try:
            rows = {name: self._row(fields) for name, fields in self._inputs.items()}
            parameters = self._row(self._parameters)
        except _Wrong as wrong:
            self._say(wrong.field, str(wrong))
            wrong.field.entry.setFocus()
            return None
        return request_text(rows, parameters)

    def _row(self, fields: list[RequestField]) -> Row:
        row: dict[str, Any] = {}
        for field in fields:
            try:
                value = field.value()
            except Unfit as unfit:
                raise _Wrong(field, str(unfit)) from unfit
            if value is not None or field.is_required:
                row[field.column] = value
        return row

    def _take(self, reply: Reply) -> None:
        self.refresh()
        if reply.is_well:
            self.reply.show_reply(reply)
            return
        refusal = read_refusal(reply.body) if reply.status else Refusal(reply.problem)
        self.reply.show_refusal(refusal, reply)
        for name, fields in self._inputs.items():
            for field in fields:
                if field.column == refusal.column and refusal.input in ("", name):
                    field.set_wrong(True)

    def _make_fields(self, facts: PackageFacts) -> None:
        signature = facts.signature
        several = len(signature.inputs) > 1
        self._grid.clear()
        self._inputs = {}
        place = 0
        for name, columns in signature.inputs.items():
            if several:
                self._grid.add_heading(name)
            ordered = sorted(columns, key=lambda column: not column.required)
            self._inputs[name] = []
            for column in ordered:
                field = RequestField.of_column(f"request_{place}", column)
                self._inputs[name].append(field)
                self._grid.add_field(field)
                place += 1
        self._parameters = []
        if signature.parameters:
            self._grid.add_heading("Web service parameters")
        for number, parameter in enumerate(signature.parameters):
            field = RequestField.of_parameter(f"parameter_{number}", parameter)
            self._parameters.append(field)
            self._grid.add_field(field)
        for field in self._fields():
            field.entered.connect(self.send)
        self._grid.arrange()
        self.fill()

    def _fields(self) -> Iterator[RequestField]:
        for fields in (*self._inputs.values(), self._parameters):
            yield from fields

    def _say(self, wrong: RequestField | None, sentence: str) -> None:
        for field in self._fields():
            field.set_wrong(field is wrong)
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * SPACE, SPACE, 3 * SPACE, SPACE)
        foot.setSpacing(2 * SPACE)
        foot.addWidget(self._send)
        foot.addWidget(self._example)
        foot.addWidget(self._note, 1)
        foot.addStretch(0)
        left = QWidget()
        down = QVBoxLayout(left)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        down.addWidget(self._grid, 1)
        down.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(TurningSplit((left, self.reply), _SHARES))


class _Wrong(Exception):
    """A field holds what is no value."""

    def __init__(self, field: RequestField, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class _FieldGrid(QScrollArea):
    """Fields beside and below each other, as many in a row as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("The row that is sent")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._parts: list[QWidget] = []
        self._columns = 0
        self._start()

    def clear(self) -> None:
        """Take all fields out."""
        self._parts = []
        self._start()

    def add_field(self, field: QWidget) -> None:
        """Put a field after the others; :meth:`arrange` puts it in its place."""
        self._parts.append(field)

    def add_heading(self, text: str) -> None:
        """Begin a new part."""
        heading = QLabel(text)
        heading.setProperty("role", "strong")
        self._parts.append(heading)

    def arrange(self) -> None:
        """Put everything into its place."""
        columns = max(self.viewport().width() // (_FIELD_WIDTH + 3 * SPACE), 1)
        self._columns = columns
        for number in range(self._layout.columnCount()):
            self._layout.setColumnStretch(number, 1 if number < columns else 0)
        row = column = 0
        for part in self._parts:
            is_heading = isinstance(part, QLabel)
            if column and (is_heading or column == columns):
                row, column = row + 1, 0
            self._layout.addWidget(part, row, column, 1, columns if is_heading else 1)
            if is_heading:
                row += 1
            else:
                self._layout.setColumnStretch(column, 1)
                column += 1
        self._layout.setRowStretch(row + 1, 1)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._columns != max(self.viewport().width() // (_FIELD_WIDTH + 3 * SPACE), 1):
            self.arrange()

    def _start(self) -> None:
        inside = QWidget()
        inside.setProperty("kind", "panel")
        self._layout = QGridLayout(inside)
        self._layout.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        self._layout.setHorizontalSpacing(3 * SPACE)
        self._layout.setVerticalSpacing(2 * SPACE)
        self.setWidget(inside)
