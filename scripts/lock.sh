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

# Makes an environment of a group, and files with the pins of all groups that it contains.
lock() {
  local venv="$work/venv-$1/bin/python"
  "$python" -m venv "$work/venv-$1"
  "$venv" -m pip -qq --disable-pip-version-check install --upgrade pip # --group needs 25.1
  "$venv" -m pip -qq --disable-pip-version-check install --no-binary claude-agent-sdk --group "$1" -e '.[mock,fast,cli]'
  for group in "${@:2}" "$1"; do
    {
      echo "# Written by \`make lock\` from pyproject.toml. Do not edit."
      "$venv" scripts/pins.py "$group" '[mock]' '[fast]' '[cli]'
    } > "$work/requirements-$group.txt"
  done
}

# All groups of .venv at once, so that the files agree about every version.
lock dev test integrations judges site
lock agents
lock agents-older
lock crewai
mv "$work"/requirements-*.txt .
