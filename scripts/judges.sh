#!/usr/bin/env bash
# Runs the judges of tests/judges, which pytest runs only when they are named. `scripts/judges.sh full` takes many minutes.
# Without npm the proxy judges nothing, except in CI, where that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

judges=(tests/judges/judge_server.py)
if command -v npm >/dev/null; then
  scripts/node-tools.sh
  judges+=(tests/judges/judge_exchanges.py)
else
  echo "npm is not installed: what the SDK and the server say to each other is not judged."
  [ -z "${CI:-}" ] || exit 1
fi
if [ "${1:-}" = full ]; then
  judges+=(tests/judges/full_server.py)
fi
.venv/bin/python -m pytest -q "${judges[@]}"
