"""A program that does what its first argument says: what the tests of programs run."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def tell(**fields: object) -> None:
    print(json.dumps(fields, indent=2))


def work() -> int:
    tell(progress=0.25, text="A quarter")
    print("This line is no JSON.")
    print('{"progress": 0.5, "text": "Half {of} it"}')
    print("Warning: This is only noticed.", file=sys.stderr)
    tell(done={"deep": [1, {"deeper": "…"}]})
    return 0


def refuse() -> int:
    print("Warning: This is only noticed.", file=sys.stderr)
    print("“It” is not right. Set it right.", file=sys.stderr)
    return 1


def choose() -> int:
    tell(choices=["one", "two"])
    return 3


def wait() -> int:
    """Wait to be interrupted, and leave in order."""
    try:
        tell(pid=os.getpid())
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        Path(sys.argv[2]).write_text("left in order")
        return 130


def fault() -> int:
    raise ZeroDivisionError("one over nothing")


if __name__ == "__main__":
    sys.exit(globals()[sys.argv[1]]())
