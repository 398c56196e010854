#!/usr/bin/env bash
# Writes requirements-dev.txt anew, in a temporary environment.
# Usage: scripts/lock.sh python3.11 [another python ...]
# The first Python that runs is used. The oldest supported one is best: it needs the most packages.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for python in python3.11 "$@"; do
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
done

"$python" -m venv "$work/venv"
pip() { "$work/venv/bin/python" -m pip -qq --disable-pip-version-check "$@"; }
pip install --upgrade pip # --group needs 25.1
pip install --group dev -e '.[mock,fast,cli]'
{
  echo "# Written by \`make lock\` from pyproject.toml. Do not edit."
  pip freeze --exclude-editable
} > "$work/requirements-dev.txt"
mv "$work/requirements-dev.txt" requirements-dev.txt
