"""The test form of an endpoint: a field for each column of a request, and what is answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.app.figures import count
from studio.app.icons import icon
from studio.app.panels.endpoint_field import RequestField, Unfit
from studio.app.panels.endpoint_reply import ReplyView
from studio.app.panels.field_grid import FieldGrid
from studio.app.serving.endpoint import Endpoint
from studio.app.serving.http import Reply
from studio.app.serving.package_facts import PackageFacts
from studio.app.serving.request import Refusal, read_refusal, request_text
from studio.app.theme import SPACE
from studio.app.widgets.turning_split import TurningSplit
from studio.scoring.signature import Field, WebParameter

MOST = 200
"""So many columns of an input have a field; the others are sent as in the example."""
TOGETHER = 4
"""So many fields are made in one turn: the window draws in between."""
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
        self._fields: dict[str, list[RequestField]] = {}
        self._parameters: list[RequestField] = []
        self._to_make: deque[Callable[[], object]] = deque()
        self._maker = QTimer(self, singleShot=True, interval=0)
        self._maker.timeout.connect(self._make_some)
        self.reply = ReplyView()
        self._grid = FieldGrid("The row that is sent")
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

    @property
    def is_made(self) -> bool:
        """Whether all its fields are there."""
        return self._facts is not None and not self._to_make

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
        for name, fields in self._fields.items():
            for field in fields:
                field.show_value(facts.example[name].get(field.column))
        for field, parameter in zip(self._parameters, facts.signature.parameters, strict=False):
            field.show_value(parameter.default)
        self._say(None, "")

    def send(self) -> None:
        """Send what the form holds, unless something in it is no value."""
        body = self.request()
        if body is not None and self._endpoint.state == "ready":
            self._send.setEnabled(False)
            self.reply.wait()
            self._endpoint.http.post(f"{self._endpoint.url}/score", body, self._take)

    def request(self) -> str | None:
        """Return the request that the form holds; None where something in it is no value."""
        self._say(None, "")
        facts = self._facts
        if facts is None:
            return None
        try:
            rows = {
                name: self._row(facts.signature.inputs[name], dict(facts.example[name]), fields)
                for name, fields in self._fields.items()
            }
            parameters = self._row((), {}, self._parameters)
        except _Wrong as wrong:
            self._say(wrong.field, str(wrong))
            wrong.field.entry.setFocus()
            return None
        return request_text(rows, parameters)

    def _row(
        self, columns: tuple[Field, ...], row: dict[str, Any], fields: list[RequestField]
    ) -> dict[str, Any]:
        """Return the row that fields hold; a column without a field is as in the example."""
        needed = {column.name for column in columns if column.required}
        for field in fields:
            try:
                row[field.column] = field.value()
            except Unfit as unfit:
                raise _Wrong(field, str(unfit)) from unfit
        return {name: value for name, value in row.items() if value is not None or name in needed}

    def _take(self, reply: Reply) -> None:
        self.refresh()
        if reply.is_well:
            self.reply.show_reply(reply)
            return
        refusal = read_refusal(reply.body) if reply.status else Refusal(reply.problem)
        self.reply.show_refusal(refusal, reply)
        for name, fields in self._fields.items():
            for field in fields:
                if field.column == refusal.column and refusal.input in ("", name):
                    field.set_wrong(True)

    def _make_fields(self, facts: PackageFacts) -> None:
        """Begin to make the fields of a package, a few at a time."""
        signature = facts.signature
        self._grid.clear()
        self._fields = {name: [] for name in signature.inputs}
        self._parameters = []
        self._to_make.clear()
        for name, columns in signature.inputs.items():
            if len(signature.inputs) > 1:
                self._to_make.append(partial(self._grid.add_heading, name))
            ordered = sorted(columns, key=lambda column: not column.required)
            for column in ordered[:MOST]:
                self._to_make.append(partial(self._add_column, name, column))
            if len(ordered) > MOST:
                more = count(len(ordered) - MOST, "more column")
                text = f"{more} are sent as in the example"
                self._to_make.append(partial(self._grid.add_heading, text))
        if signature.parameters:
            self._to_make.append(partial(self._grid.add_heading, "Web service parameters"))
        for parameter in signature.parameters:
            self._to_make.append(partial(self._add_parameter, parameter))
        self._maker.start()

    def _make_some(self) -> None:
        for _ in range(min(TOGETHER, len(self._to_make))):
            self._to_make.popleft()()
        if self._to_make:
            self._maker.start()

    def _add_column(self, name: str, column: Field) -> None:
        if self._facts is not None:
            place = sum(map(len, self._fields.values()))
            field = RequestField.of_column(f"request_{place}", column)
            self._add(self._fields[name], field, self._facts.example[name].get(column.name))

    def _add_parameter(self, parameter: WebParameter) -> None:
        name = f"parameter_{len(self._parameters)}"
        field = RequestField.of_parameter(name, parameter)
        self._add(self._parameters, field, parameter.default)

    def _add(self, fields: list[RequestField], field: RequestField, value: Any) -> None:
        field.show_value(value)
        field.entered.connect(self.send)
        fields.append(field)
        self._grid.add_field(field)

    def _all(self) -> Iterator[RequestField]:
        for fields in (*self._fields.values(), self._parameters):
            yield from fields

    def _say(self, wrong: RequestField | None, sentence: str) -> None:
        for field in self._all():
            field.set_wrong(field is wrong)
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * SPACE, SPACE, 3 * SPACE, SPACE)
        foot.setSpacing(2 * SPACE)
        foot.addWidget(self._send)
        foot.addWidget(self._example)
        foot.addStretch(1)
        left = QWidget()
        down = QVBoxLayout(left)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        self._note.setContentsMargins(3 * SPACE, 0, 3 * SPACE, 0)
        self._note.hide()
        down.addWidget(self._grid, 1)
        down.addWidget(self._note)
        down.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(TurningSplit((left, self.reply), _SHARES))


class _Wrong(Exception):
    """A field holds what is no value."""

    def __init__(self, field: RequestField, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
