#!/usr/bin/env bash
# Every test, on SQLite and PostgreSQL, with coverage. `make test` calls it after `make check`.
set -euo pipefail
bin="$1"
cd "$(dirname "$0")/.."
rm -f .coverage .coverage.*
bash scripts/with-postgres.sh "$bin/python" -m pytest -p no:cacheprovider -n 2 --dist loadgroup --cov --cov-report= tests
"$bin/coverage" combine --quiet --append 2>/dev/null || true
"$bin/coverage" report --fail-under=90 --skip-covered | tail -n 40
