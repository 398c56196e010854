#!/usr/bin/env bash
# Lints openapi/coobird.yaml with the pinned linter.
# Without npm the lint is left out; in CI that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null; then
  echo "npm is not installed: openapi/coobird.yaml was not linted."
  [ -z "${CI:-}" ]
  exit
fi
scripts/node-tools.sh
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
.ci/node/node_modules/.bin/redocly lint --config openapi/redocly.yaml openapi/coobird.yaml
