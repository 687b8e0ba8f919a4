#!/usr/bin/env bash
# Every test, on SQLite and PostgreSQL, with coverage; of the policies, every branch. `make test` calls it after `make check`.
set -euo pipefail
bin="$1"
cd "$(dirname "$0")/.."
rm -f .coverage .coverage.*
bash scripts/with-postgres.sh "$bin/python" -m pytest -p no:cacheprovider -n 2 --dist loadfile \
    --cov --cov-report=term:skip-covered --cov-fail-under=85 tests
# Of the policies every branch is taken by some test (coverage.run: branch).
exec "$bin/coverage" report --include='src/exchange/policies/*' --skip-covered --fail-under=100
