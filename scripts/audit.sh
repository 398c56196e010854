#!/usr/bin/env bash
# Checks all packages that an installation with every extra brings, in the pinned versions, against
# the Python Packaging Advisory Database.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python scripts/pins.py --extras > "$work/pins.txt"
.venv/bin/python -m venv "$work/venv"
"$work/venv/bin/python" -m pip -qq --disable-pip-version-check install pip-audit==2.10.1
# Strict: a package that could not be checked, for example because the network is down, is an error.
"$work/venv/bin/pip-audit" --strict --no-deps --disable-pip --progress-spinner off -r "$work/pins.txt"
