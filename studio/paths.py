"""Where things are: resources, the user's data and logs; in a checkout or installed."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_APP = "wireloom"
_HOME = "WIRELOOM_HOME"


def root() -> Path:
    """Return the folder that holds the packages ``studio`` and ``modules``."""
    return Path(__file__).resolve().parent.parent


def resources() -> Path:
    """Return the folder of icons, samples and templates: in the package, or beside it."""
    packed = Path(__file__).resolve().parent / "resources"
    return packed if packed.is_dir() else root() / "resources"


def user_data() -> Path:
    """Return the folder of the user's own things; ``WIRELOOM_HOME`` overrides it."""
    home = os.environ.get(_HOME)
    return Path(home) if home else Path(platformdirs.user_data_dir(_APP, appauthor=False))


def user_modules() -> Path:
    """Return the folder whose Python files are the user's own modules."""
    return user_data() / "modules"


def saved() -> Path:
    """Return the folder of saved datasets, models and transforms."""
    return user_data() / "saved"


def journals() -> Path:
    """Return the folder of autosave journals."""
    return user_data() / "journals"


def default_workspace() -> Path:
    """Return the folder of results and run history used when none is named."""
    return user_data() / "workspace"


def logs() -> Path:
    """Return the folder of the program's own logs."""
    home = os.environ.get(_HOME)
    return Path(home) / "logs" if home else Path(platformdirs.user_log_dir(_APP, appauthor=False))
