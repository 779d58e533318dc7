"""The pages of a group, a frame, a note and a link."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.panels.properties_colours import Swatches
from studio.app.panels.properties_page import Page
from studio.app.panels.properties_parts import Caption, LateLine, LateText, TitleLine, labelled
from studio.app.widgets.separator import separator
from studio.document.edits import Rename, SetComment, SetFrame, SetNote
from studio.document.items import Frame, Group, Note
from studio.document.problems import input_port, output_port

_SEEN = 12
T = TypeVar("T", Group, Frame, Note)


class GroupPage(Page):
    """A group: its title, its comment and what is in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the fields."""
        super().__init__(parent)
        self._title = TitleLine("group_title", "Title of the group", self)
        self._comment = LateText(self, 3)
        self._comment.setObjectName("group_comment")
        self._comment.setAccessibleName("Comment")
        self._members = Caption("", "soft", self)
        self._members.setObjectName("group_members")
        self._members.setTextFormat(Qt.TextFormat.PlainText)
        self.column.addWidget(self._title)
        self.column.addWidget(separator(self))
        self.column.addWidget(labelled("Comment", self._comment, self))
        self.column.addWidget(labelled("In this group", self._members, self))
        self._title.taken.connect(self._rename)
        self._comment.taken.connect(self._set_comment)

    @override
    def refresh(self) -> None:
        group = _item(self, Group)
        if group is None or self.draft is None:
            return
        experiment = self.draft.experiment
        self._title.show_text(group.title or "Group")
        self._title.setReadOnly(self.draft.read_only)
        self._comment.show_text(group.comment)
        self._comment.setReadOnly(self.draft.read_only)
        nodes, groups = experiment.nodes, experiment.groups
        titles = [
            nodes[id].shown_title if id in nodes else groups[id].title or "Group"
            for id in experiment.members(group.id)
        ]
        more = [f"and {len(titles) - _SEEN} more"] if len(titles) > _SEEN else []
        self._members.setText("\n".join([*titles[:_SEEN], *more]) or "Nothing")

    @override
    def flush(self) -> None:
        self._title.flush()
        self._comment.flush()

    def _rename(self, title: str) -> None:
        if self.draft is not None and title.strip():
            self.draft.apply(Rename(self.ids[0], title.strip()))
        self.refresh()

    def _set_comment(self, comment: str) -> None:
        if self.draft is not None:
            self.draft.apply(SetComment(self.ids[0], comment))


class FramePage(Page):
    """A frame: its title and its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the fields."""
        super().__init__(parent)
        self._title = LateLine(self)
        self._title.setObjectName("frame_title")
        self._title.setAccessibleName("Title of the frame")
        self._swatches = Swatches("frame_colour", self)
        self.column.addWidget(Caption("Frame", "title", self))
        self.column.addWidget(separator(self))
        self.column.addWidget(labelled("Title", self._title, self))
        self.column.addWidget(labelled("Colour", self._swatches, self))
        self._title.taken.connect(self._rename)
        self._swatches.chosen.connect(self._colour)

    @override
    def refresh(self) -> None:
        frame = _item(self, Frame)
        if frame is not None and self.draft is not None:
            self._title.show_text(frame.title)
            self._title.setReadOnly(self.draft.read_only)
            self._swatches.show_colour(frame.colour)
            self._swatches.setEnabled(not self.draft.read_only)

    @override
    def flush(self) -> None:
        self._title.flush()

    def _rename(self, title: str) -> None:
        if self.draft is not None:
            self.draft.apply(Rename(self.ids[0], title))

    def _colour(self, colour: str) -> None:
        frame = _item(self, Frame)
        if frame is not None and self.draft is not None:
            self.draft.apply(SetFrame(replace(frame, colour=colour)))


class NotePage(Page):
    """A note: its text and its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the fields."""
        super().__init__(parent)
        self._text = LateText(self, 6, 20)
        self._text.setObjectName("note_text")
        self._text.setAccessibleName("Text of the note")
        self._swatches = Swatches("note_colour", self)
        self.column.addWidget(Caption("Note", "title", self))
        self.column.addWidget(separator(self))
        self.column.addWidget(labelled("Text", self._text, self))
        self.column.addWidget(labelled("Colour", self._swatches, self))
        self._text.taken.connect(self._write)
        self._swatches.chosen.connect(self._colour)

    @override
    def refresh(self) -> None:
        note = _item(self, Note)
        if note is not None and self.draft is not None:
            self._text.show_text(note.text)
            self._text.setReadOnly(self.draft.read_only)
            self._swatches.show_colour(note.colour)
            self._swatches.setEnabled(not self.draft.read_only)

    @override
    def flush(self) -> None:
        self._text.flush()

    def _write(self, text: str) -> None:
        note = _item(self, Note)
        if note is not None and self.draft is not None:
            self.draft.apply(SetNote(replace(note, text=text)))

    def _colour(self, colour: str) -> None:
        note = _item(self, Note)
        if note is not None and self.draft is not None:
            self.draft.apply(SetNote(replace(note, colour=colour)))


class LinkPage(Page):
    """A link: where it begins and ends, and what flows through it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the parts."""
        super().__init__(parent)
        self._from, self._to, self._flow = (Caption("", "", self) for _ in range(3))
        self._from.setObjectName("link_from")
        self._to.setObjectName("link_to")
        self._flow.setObjectName("link_flow")
        self.column.addWidget(Caption("Link", "title", self))
        self.column.addWidget(separator(self))
        self.column.addWidget(labelled("From", self._from, self))
        self.column.addWidget(labelled("To", self._to, self))
        self.column.addWidget(labelled("What flows", self._flow, self))

    @override
    def refresh(self) -> None:
        if self.draft is None or not self.draft.selected_links:
            return
        link, nodes = self.draft.selected_links[0], self.draft.experiment.nodes
        source, target = self.draft.module(link.source), self.draft.module(link.target)
        start = None if source is None else output_port(source, link.source_port)
        end = None if target is None else input_port(target, link.target_port)
        begin = link.source_port if start is None else start.label
        finish = link.target_port if end is None else end.label
        self._from.setText(f"{nodes[link.source].shown_title} · {begin}")
        self._to.setText(f"{nodes[link.target].shown_title} · {finish}")
        kind = "Something" if start is None else str(start.kind)
        schema = self.draft.output_schemas(link.source).get(link.source_port)
        if schema is not None:
            names = ", ".join(schema.names[:_SEEN]) + (" …" if len(schema) > _SEEN else "")
            kind = f"{kind} with {len(schema)} columns: {names}"
        self._flow.setText(kind)

    @override
    def take_schemas(self) -> None:
        self.refresh()


def _item(page: Page, kind: type[T]) -> T | None:
    """Return the thing that a page shows as it is now, or None where it is gone."""
    if page.draft is None or not page.ids or page.ids[0] not in page.draft.experiment:
        return None
    item = page.draft.experiment.item(page.ids[0])
    return item if isinstance(item, kind) else None
