# shellcheck shell=bash
# The private environment in .venv: made when it is not there, brought up to date when pyproject.toml changed.

# Files of bytecode spare every later process the compiling of scikit-learn.
unset PYTHONDONTWRITEBYTECODE
# What belongs to another Python must not be seen by ours.
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# The first Python that is new enough, or nothing.
find_python() {
    local name
    for name in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v -- "$name"
            return
        fi
    done
}

can_install_packages() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() {
    say "Installing the system packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q --no-install-recommends "$@" >&2 </dev/null || {
        apt-get update -q >&2 </dev/null &&
            apt-get install -y -q --no-install-recommends "$@" >&2 </dev/null
    }
}

# Whether .venv is an environment that works and was made in this very place.
environment_fits() {
    [ -x .venv/bin/python ] && grep -qF -- "$root/.venv" .venv/bin/activate 2>/dev/null || return 1
    .venv/bin/python - "$1" >/dev/null 2>&1 <<'PYTHON'
import importlib.util, pathlib, sys, sysconfig
found = pathlib.Path(sysconfig.get_path("purelib")).is_dir()
has_installer = sys.argv[1] == "uv" or importlib.util.find_spec("pip") is not None
sys.exit(sys.version_info < (3, 11) or not found or not has_installer)
PYTHON
}

make_environment() {
    local python
    python="$(find_python)"
    if [ -z "$python" ] && can_install_packages; then
        apt_install python3 python3-venv || true
        python="$(find_python)"
    fi
    [ -n "$python" ] || fail "Wireloom needs Python 3.11 or newer, and none was found." \
        "Install it (on Debian and Ubuntu: sudo apt install python3 python3-venv)," \
        "or name one with PYTHON=/path/to/python."
    if [ "$1" = uv ]; then
        uv venv --quiet --clear --python "$python" .venv >&2 </dev/null ||
            fail "uv could not make an environment in $root/.venv."
        return
    fi
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        local package
        package="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
        can_install_packages && apt_install "$package" || true
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
            fail "$python cannot make environments: install the package $package" \
                "(sudo apt install $package) and start again."
    fi
    "$python" -m venv --clear .venv >&2 </dev/null ||
        fail "An environment could not be made in $root/.venv."
}

# install_project EXTRAS: install the checkout, in place, with what it needs.
install_project() {
    local what=".[$1]"
    if [ "$2" = uv ]; then
        uv pip install --quiet --compile-bytecode --python .venv/bin/python -e "$what" >&2 </dev/null
    else
        .venv/bin/python -m pip install --quiet -e "$what" >&2 </dev/null
    fi || fail "The packages could not be installed; the lines above say why."
}

# LightGBM, which grows the boosted trees, takes this library from the system.
need_openmp() {
    [ "$(uname -s)" = Linux ] || return 0
    .venv/bin/python -c 'import ctypes; ctypes.CDLL("libgomp.so.1")' >/dev/null 2>&1 && return 0
    can_install_packages && apt_install libgomp1 && return 0
    say "Boosted decision trees will not work until libgomp is there: sudo apt install libgomp1"
}

# The window's libraries that come with most desktops but not with a bare system.
need_window() {
    [ "$(uname -s)" = Linux ] || return 0
    local packages="libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0
        libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
        libxcb-shape0 libxcb-xkb1"
    .venv/bin/python - >/dev/null 2>&1 <<'PYTHON' && return 0
import ctypes
from PySide6 import QtSvg, QtWidgets
for name in ("libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1", "libxkbcommon-x11.so.0"):
    ctypes.CDLL(name)
PYTHON
    # shellcheck disable=SC2086
    can_install_packages && apt_install $packages && return 0
    say "The window needs libraries of the system: sudo apt install" $packages
}

# What the environment was made from: when this changes, it is brought up to date.
environment_stamp() {
    echo "$(cat pyproject.toml studio/__init__.py | cksum) $root $(.venv/bin/python -V 2>/dev/null || true)"
}

# prepare_environment EXTRAS: leave a working .venv in the current folder; quick when nothing changed.
prepare_environment() {
    local extra="$1" installer=pip stamp name
    command -v uv >/dev/null && installer=uv
    stamp="$(environment_stamp)"
    for name in "$extra" dev,desktop; do
        [ "$(cat ".venv/wireloom-$name.stamp" 2>/dev/null)" = "$stamp" ] && return 0
    done
    say "Setting up Wireloom in .venv; the first time this takes some minutes."
    environment_fits "$installer" || make_environment "$installer"
    install_project "$extra" "$installer"
    need_openmp
    need_window
    environment_stamp >".venv/wireloom-$extra.stamp"
}
