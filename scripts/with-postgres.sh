#!/usr/bin/env bash
# Runs a command beside a private, throw-away PostgreSQL:   scripts/with-postgres.sh COMMAND [ARGUMENT...]
#
# Starts a cluster in a temporary folder on a unix socket (no TCP port), says where it is in EXCHANGE_TEST_PG, runs
# the command, stops the cluster and removes it. When EXCHANGE_TEST_PG is set already, only the command is run.
# PostgreSQL refuses to run as root, so root hands over to the user `postgres` (or `nobody`).
# Durability stays on (fsync, synchronous_commit), so that what is measured here is what a node would pay.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }
[ -z "${EXCHANGE_TEST_PG:-}" ] || exec "$@"

binaries() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }

if [ -z "$(binaries)" ] && ! command -v initdb >/dev/null; then
    echo "with-postgres: installing postgresql by apt-get" >&2
    [ "$(id -u)" = 0 ] || { echo "error: PostgreSQL is missing and only root can install it" >&2; exit 3; }
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2
fi
bin=$(binaries); [ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")

# The socket's path may hold 107 bytes at most, so the folder is short and directly below /tmp, or below the folder that
# EXCHANGE_TEST_FOLDER names (the tests: memory, where a fresh database is there in a twentieth of the time).
folder=$(mktemp -d "${EXCHANGE_TEST_FOLDER:-/tmp}/exchange-pg.XXXXXX")
owner=$(id -un)
if [ "$(id -u)" = 0 ]; then
    owner=postgres; id -u "$owner" >/dev/null 2>&1 || owner=nobody
    chown "$owner" "$folder"
fi
as_owner() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u "$owner" -- "$@"); else "$@"; fi; }

stop() {
    as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 143' TERM HUP

as_owner "$bin/initdb" -D "$folder/data" -U exchange -A trust -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" >&2; exit 4; }
as_owner "$bin/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/data/server.log" start \
    -o "-k $folder -c listen_addresses='' -c max_connections=60 -c shared_buffers=64MB -c max_wal_size=512MB" \
    >/dev/null || { cat "$folder/data/server.log" >&2; exit 4; }

export EXCHANGE_TEST_PG="postgresql+psycopg://exchange@/postgres?host=$folder"
"$@"
