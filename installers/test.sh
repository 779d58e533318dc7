#!/usr/bin/env bash
# Sets Wireloom up with what its tests need and runs every check; arguments are passed on to pytest,
# which runs in a process for each of up to four processors (-n 0 keeps it in one, for a debugger).
set -euo pipefail
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck source=installers/environment.sh
. "$root/installers/environment.sh"
cd -- "$root"
prepare_environment dev,desktop

failed=()
check() {
    local name="$1"
    shift
    printf '== %s\n' "$name"
    "$@" </dev/null || failed+=("$name")
}
bin="$root/.venv/bin"
check "ruff check" "$bin/ruff" check .
check "ruff format" "$bin/ruff" format --check .
check "mypy" "$bin/python" -m mypy
check "import-linter" "$bin/lint-imports"
check "pytest" "$bin/python" -m pytest -n auto --maxprocesses 4 --dist worksteal "$@"
if [ "${#failed[@]}" -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[*]}" >&2
    exit 1
fi
