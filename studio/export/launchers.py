"""The programs at the top of a package: three lines each, over the code that it brings."""

from __future__ import annotations

from collections.abc import Mapping

from studio.export.code_copy import FOLDER

_ABOUT = {
    "serve": "Answers requests over HTTP: python serve.py --help",
    "score": "Scores files: python score.py --help",
    "verify": "Replays the proof: python verify.py --help",
}
_TEXT = '''"""{about}"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "{folder}"))

from studio.serve.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main("{verb}", __file__))
'''


def launchers() -> Mapping[str, bytes]:
    """Return the programs by their path in the package."""
    return {
        f"{verb}.py": _TEXT.format(about=about, folder=FOLDER, verb=verb).encode()
        for verb, about in _ABOUT.items()
    }
