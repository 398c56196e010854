#!/usr/bin/env bash
# Writes the requirements-*.txt anew, in a temporary environment: one file for each dependency
# group.
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
# All groups at once, so that the files agree about every version.
pip install --group dev -e '.[mock,fast,cli]'
for group in test integrations judges dev; do
  {
    echo "# Written by \`make lock\` from pyproject.toml. Do not edit."
    "$work/venv/bin/python" scripts/pins.py "$group" '[mock]' '[fast]' '[cli]'
  } > "$work/requirements-$group.txt"
done
mv "$work"/requirements-*.txt .
