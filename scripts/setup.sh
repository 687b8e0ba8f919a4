#!/usr/bin/env bash
# Creates the virtual environment from the hash-pinned lock and installs the node into it.
set -euo pipefail
python="$1"; venv="$2"
"$python" - <<'P' || { echo "error: Python 3.11 or newer is needed (set PYTHON=...)" >&2; exit 2; }
import sys
sys.exit(0 if sys.version_info >= (3, 11) else 1)
P
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
