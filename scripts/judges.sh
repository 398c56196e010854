#!/usr/bin/env bash
# Runs the judges of tests/judges, which pytest runs only when they are named.
# `scripts/judges.sh full` takes many minutes.
# The proxy needs npm. Without npm its judge is left out; in CI that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

judges=(tests/judges/judge_server.py tests/judges/judge_bills.py tests/judges/judge_export.py)
if command -v npm >/dev/null; then
  scripts/node-tools.sh
  judges+=(tests/judges/judge_exchanges.py)
else
  echo "npm is not installed: the requests and answers of SDK and server are not judged."
  [ -z "${CI:-}" ] || exit 1
fi
if [ "${1:-}" = full ]; then
  judges+=(tests/judges/full_server.py)
fi
# 3,000 random worlds, in CI 300, in two processes: the oracle needs only the processor.
.venv/bin/python -m pytest -q -n 2 --dist worksteal tests/judges/judge_pricing.py
.venv/bin/python -m pytest -q "${judges[@]}"
