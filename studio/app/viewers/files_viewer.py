"""The viewer of files: the list of them, as a table."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from studio.app.figures import count
from studio.app.viewers.labels import label, row
from studio.app.viewers.table_viewer import TableViewer
from studio.app.viewers.viewer import ContentViewer


class FilesViewer(ContentViewer):
    """Shows how many files there are, and what is known of each."""

    @override
    def show_content(self, content: dict[str, Any]) -> None:
        title = label(count(int(content.get("files", 0)), "file"), "title")
        self._layout.addWidget(row(title, None, margins=(16, 12, 16, 4)))
        index = self.source.of_table("index")
        viewer = TableViewer(self.session, self.draft, self.result, index, opens_pane=False)
        self._layout.addWidget(viewer, 1)
