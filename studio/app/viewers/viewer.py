"""A viewer: what shows one result."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.draft import Draft
from studio.app.session import Session
from studio.app.viewers.labels import label
from studio.app.viewers.source import Result, Source
from studio.engine import messages as say
from studio.sdk.errors import Problem


class Viewer(QWidget):
    """The base of all viewers: has a source, and gives up what it asked when it is closed."""

    def __init__(self, session: Session, draft: Draft | None, result: Result) -> None:
        """Take what is to be shown; ``draft`` is the experiment that it comes from."""
        super().__init__()
        self.session = session
        self.draft = draft
        self.result = result
        self.source = Source(session.bridge, result.key, result.port)
        self.destroyed.connect(self.source.close)
        self.setAccessibleName(result.title)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def release(self) -> None:
        """Give up all questions; the viewer is not shown again."""
        self.source.close()
        for child in self.findChildren(Viewer):
            child.release()

    def say_problem(self, problem: Problem) -> None:
        """Show why there is nothing to see."""
        text = label(problem.in_full, "soft", wraps=True)
        text.setObjectName("viewer_problem")
        text.setContentsMargins(24, 24, 24, 24)
        self._layout.addWidget(text)
        self._layout.addStretch(1)


class ContentViewer(Viewer):
    """A viewer of what is no table: asks for the content once and shows it."""

    def __init__(self, session: Session, draft: Draft | None, result: Result) -> None:
        """Ask for the content."""
        super().__init__(session, draft, result)
        self.source.preview(self._take_content)

    def show_content(self, content: dict[str, object]) -> None:
        """Show what there is to say of the value."""
        raise NotImplementedError

    def _take_content(self, answer: say.Previewed) -> None:
        if answer.problem is not None:
            self.say_problem(answer.problem)
        else:
            self.show_content(dict(answer.content or {}))
