#!/usr/bin/env bash
# Sets Wireloom up in .venv and starts it; arguments are passed on.
set -euo pipefail
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck source=installers/environment.sh
. "$root/installers/environment.sh"
(cd -- "$root" && prepare_environment desktop)
exec "$root/.venv/bin/wireloom" "$@"
