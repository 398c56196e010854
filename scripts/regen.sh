#!/usr/bin/env bash
# Writes a client package: scripts/regen.sh [--check] [SPEC FOLDER], by default
# generated/coobird_api from openapi/coobird.yaml. With --check it writes nothing, and exits with 1
# if FOLDER is not what it would write. It exits with 2 if anything else goes wrong. The work is
# done by scripts/regen.py.
set -euo pipefail
cd "$(dirname "$0")/.."
# The generator iterates over sets, so its output depends on the hash seed.
export PATH="$PWD/.venv/bin:$PATH" PYTHONHASHSEED=0 PYTHONUTF8=1
exec python3 scripts/regen.py "$@"
