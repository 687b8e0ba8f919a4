#!/usr/bin/env bash
# Resolves requirements.in (what a node runs on) and requirements-dev.in (what its tests and checks need) into
# hash-pinned locks. No index address and no local folder is written into them.
set -euo pipefail
bin="$1"
for name in requirements requirements-dev; do
    "$bin/pip-compile" --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
        --strip-extras --allow-unsafe --no-header --output-file "$name.lock" "$name.in"
    sed -i -E '/^--(find-links|index-url|extra-index-url)/d' "$name.lock"
done
