#!/usr/bin/env bash
# Lints openapi/coobird.yaml with the pinned linter. Without npm the lint is left out, except in CI.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null; then
  echo "npm is not installed: openapi/coobird.yaml was not linted."
  [ -z "${CI:-}" ]
  exit
fi
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
redocly=.ci/node/node_modules/.bin/redocly
if [ ! -x "$redocly" ] || [ .ci/node/package-lock.json -nt "$redocly" ]; then
  npm ci --prefix .ci/node --no-audit --no-fund --loglevel=error
  touch "$redocly"
fi
"$redocly" lint --config openapi/redocly.yaml openapi/coobird.yaml
