"""The About dialog: the version, what the program is made of, and the licences."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

import studio
from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.name_list import NameList

WIDTH = 520
_LIBRARIES = {
    "PySide6-Essentials": "LGPL 3", "NodeGraphQt": "MIT",
    "pyqtgraph": "MIT", "Pygments": "BSD 2-Clause", "pydantic": "MIT", "numpy": "BSD 3-Clause",
    "pandas": "BSD 3-Clause", "pyarrow": "Apache 2.0", "duckdb": "MIT", "narwhals": "MIT",
    "scikit-learn": "BSD 3-Clause", "lightgbm": "MIT", "matplotlib": "Matplotlib (PSF)",
    "skops": "MIT", "threadpoolctl": "BSD 3-Clause", "openpyxl": "MIT", "platformdirs": "MIT",
    "rich": "MIT", "typer": "MIT",
}  # fmt: skip
_DRAWN = (
    ("Inter", "SIL Open Font License 1.1"),
    ("JetBrains Mono", "SIL Open Font License 1.1"),
    ("Lucide icons", "ISC"),
)


class AboutDialog(Dialog):
    """Says which version this is, of which libraries, and under which licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Look the versions up."""
        sentence = "A desktop studio for machine learning. Licensed under Apache 2.0."
        super().__init__("about_dialog", f"Wireloom {studio.__version__}", sentence, parent)
        self.setWindowTitle("About Wireloom")
        self._rows = _rows()
        system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
        self.add(_soft(f"Qt {qVersion()} is used under the LGPL 3 and can be replaced. {system}."))
        self.add(NameList("about_libraries", "Libraries and licences", self._rows))
        self.button("copy_versions", "Copy versions", self._copy, "quiet", left=True)
        self.button("close", "Close", self.reject, "primary").setFocus()
        self.finish(WIDTH)

    def _copy(self) -> None:
        lines = [
            f"Wireloom {studio.__version__}",
            f"Qt {qVersion()}",
            *(row[0] for row in self._rows),
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))


def _rows() -> list[tuple[str, str]]:
    rows = []
    for name, licence in _LIBRARIES.items():
        try:
            rows.append((f"{name} {version(name)}", licence))
        except PackageNotFoundError:
            continue
    return [*_DRAWN, *rows]


def _soft(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "soft")
    label.setWordWrap(True)
    return label
