#!/usr/bin/env bash
# Resolves requirements.in (what a node runs on) and requirements-dev.in (what its tests and checks need) into
# hash-pinned locks; and web/requirements-node.in, Node.js for machines that have none. No index address and no local
# folder is written into them.
set -euo pipefail
bin="$1"
for name in requirements requirements-dev web/requirements-node; do
    "$bin/pip-compile" --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
        --output-file "$name.lock" "$name.in"
    sed -i -e '/^--/d' -e '/^$/d' "$name.lock"  # options of pip name where packages come from; hashes are indented and stay
done
