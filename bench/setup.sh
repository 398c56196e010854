#!/usr/bin/env bash
# Makes .venv-bench: this checkout with orjson, and the newest release of each SDK for comparison.
# Usage: bench/setup.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .venv-bench/bin/python ] || "${1:-python3}" -m venv .venv-bench
.venv-bench/bin/python -m pip install --quiet --upgrade --editable '.[fast]' \
  posthog segment-analytics-python amplitude-analytics sentry-sdk 2> >(grep -v '^WARNING: Location' >&2)
