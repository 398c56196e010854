#!/usr/bin/env bash
# Installs the pinned tools of .ci/node, unless they are installed already.
set -euo pipefail
cd "$(dirname "$0")/.."

installed=.ci/node/node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ .ci/node/package-lock.json -nt "$installed" ]; then
  npm ci --prefix .ci/node --no-audit --no-fund --loglevel=error
  touch "$installed"
fi
