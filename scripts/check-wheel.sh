#!/usr/bin/env bash
# Builds the wheel and the sdist, installs the wheel in an empty environment, and uses it there.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python -m build --no-isolation --outdir "$work" .
.venv/bin/python -m venv "$work/venv"
pip() { "$work/venv/bin/python" -m pip -qq --disable-pip-version-check "$@"; }
cd "$work" # so that no module of the checkout can be imported

pip install "$(echo coobird-*.whl)"
venv/bin/python -I - <<'PY'
from importlib.metadata import version
from importlib.resources import files

import coobird
import coobird_api

assert coobird.__version__ == version("coobird"), coobird.__version__
for package in (coobird, coobird_api):
    assert (files(package) / "py.typed").is_file(), package
assert "openapi: 3.1" in (files(coobird) / "openapi" / "coobird.yaml").read_text(encoding="utf-8")
with coobird.Coomon("sk_test_123", host="http://127.0.0.1:4444", disabled=True) as coomon:
    coomon.track_task(customer_id="cust_1", agent_id="agent_1")
PY
pip install "$(echo coobird-*.whl)[mock]"
venv/bin/coobird-mock --help >/dev/null
venv/bin/coobird --help >/dev/null
echo "The wheel works in an empty environment: $(echo coobird-*.whl)"
