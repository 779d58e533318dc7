"""The leash: a module that runs only as long as whoever started it is there.

``python -m studio.app.leash MODULE ARGUMENT …`` runs a module as ``python -m`` would, and
interrupts it when its standard input is closed: by who started it, to stop it, or by the system,
when that program is gone. It knows no Qt.
"""

from __future__ import annotations

import _thread
import os
import runpy
import signal
import sys
import threading
import time
from contextlib import suppress

GRACE_SECONDS = 5.0
"""How long a module may take to end in good order."""
_BLOCK = 4096


def main() -> None:
    """Run the module that the first argument names."""
    # Whoever started the window in the background may have left interrupts ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_hold, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _hold() -> None:
    with suppress(OSError):
        while os.read(0, _BLOCK):
            pass
    if os.name == "posix":
        # A signal of the system's also wakes what waits outside Python.
        os.kill(os.getpid(), signal.SIGINT)
    else:
        _thread.interrupt_main()
    time.sleep(GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
