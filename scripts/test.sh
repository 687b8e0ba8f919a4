#!/usr/bin/env bash
# Every test, on SQLite and PostgreSQL, with coverage; of the policies, every branch. `make test` calls it after `make check`.
set -euo pipefail
bin="$1"
cd "$(dirname "$0")/.."
rm -f .coverage .coverage.*
# Every test has databases of its own. In memory they are made in a twentieth of the time; what the tests kill are
# processes, never the machine. Where memory is scarce, they stay on the disk.
free_kib=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1 || true)
if [ -w /dev/shm ] && [ "${free_kib:-0}" -gt $((4 * 1024 * 1024)) ]; then
    EXCHANGE_TEST_FOLDER=$(mktemp -d /dev/shm/exchange.XXXXXX)
    export EXCHANGE_TEST_FOLDER TMPDIR="$EXCHANGE_TEST_FOLDER"
    chmod 711 "$EXCHANGE_TEST_FOLDER"
    trap 'rm -rf "$EXCHANGE_TEST_FOLDER"' EXIT
fi
bash scripts/with-postgres.sh bash scripts/with-chromium.sh "$bin/python" -m pytest -p no:cacheprovider \
    -n 2 --dist loadfile --no-loadscope-reorder \
    --cov --cov-report=term:skip-covered --cov-fail-under=85 tests
# Of the policies every branch is taken by some test (coverage.run: branch).
"$bin/coverage" report --include='src/exchange/policies/*' --skip-covered --fail-under=100
