#!/usr/bin/env bash
# Every test, on SQLite and PostgreSQL, with coverage. `make test` calls it after `make check`.
set -euo pipefail
bin="$1"
cd "$(dirname "$0")/.."
rm -f .coverage .coverage.*
exec bash scripts/with-postgres.sh "$bin/python" -m pytest -p no:cacheprovider -n 2 --dist loadfile \
    --cov --cov-report=term:skip-covered --cov-fail-under=85 tests
