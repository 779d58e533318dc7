"""The program: no arguments, or files of experiments, open the window; a verb is a command."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_NO_WINDOW = (
    "The window is not installed. Install it with: pip install 'wireloom[desktop]'. The command "
    "line works without it: wireloom --help lists its verbs."
)


def main() -> int:
    """Start the program and return its exit code."""
    arguments = sys.argv[1:]
    if all(Path(argument).suffix == ".experiment" for argument in arguments):
        return _window(arguments)
    from studio.cli.app import main as command_line

    return command_line(arguments)


def _window(files: list[str]) -> int:
    if importlib.util.find_spec("PySide6") is None:
        sys.stderr.write(f"{_NO_WINDOW}\n")
        return 1
    from studio.app.main import start

    return start(files)


if __name__ == "__main__":
    sys.exit(main())
