#!/usr/bin/env bash
# Runs a command on a machine that has chromium:   scripts/with-chromium.sh COMMAND [ARGUMENT...]
#
# Installs Debian's by apt-get where /usr/bin/chromium is missing, which only root can. The tests start and stop it.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }

if [ ! -x /usr/bin/chromium ]; then
    echo "with-chromium: installing chromium by apt-get" >&2
    [ "$(id -u)" = 0 ] || { echo "error: chromium is missing and only root can install it" >&2; exit 3; }
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >&2
fi
exec "$@"
