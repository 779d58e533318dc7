"""The program: no arguments run the shipped template, a verb is for the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """Start the program and return its exit code."""
    from studio.cli.app import main as command_line

    return command_line(sys.argv[1:] or ["welcome"])


if __name__ == "__main__":
    sys.exit(main())
