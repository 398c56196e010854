#!/usr/bin/env bash
# Builds the wheel and the sdist, checks their page on PyPI and their types, and uses the wheel in
# an empty environment of each supported Python that is here.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin/python" -m build --no-isolation --outdir "$work" .
"$bin/twine" check --strict "$work"/coobird-*
cd "$work" # so that no module of the checkout can be imported
wheel=$(echo coobird-*.whl)

try_wheel() { # PYTHON FOLDER
  local venv=$2
  "$1" -m venv "$venv"
  pip() { "$venv/bin/python" -m pip -qq --disable-pip-version-check "$@"; }
  pip install "$wheel"
  "$venv/bin/python" -I - <<'PY'
from importlib.metadata import version
from importlib.resources import files

import coobird
import coobird_api

assert coobird.__version__ == version("coobird"), coobird.__version__
for package in (coobird, coobird_api):
    assert (files(package) / "py.typed").is_file(), package
assert "openapi: 3.1" in (files(coobird) / "openapi" / "coobird.yaml").read_text(encoding="utf-8")
assert "openai:" in (files(coobird) / "integrations" / "unmetered.yaml").read_text(encoding="utf-8")
assert "name: coobird" in (files(coobird) / ".agents" / "skills" / "coobird" / "SKILL.md").read_text(encoding="utf-8")
with coobird.Coomon("sk_test_123", host="http://127.0.0.1:4444", disabled=True) as coomon:
    coomon.track_task(customer_id="cust_1", agent_id="agent_1")
PY
  pip install "$wheel[mock]"
  "$venv/bin/python" -I - <<'PY'
from coobird import Coomon
from coobird.mock import MockCoobird

with MockCoobird() as mock, Coomon("sk_test_123", host=mock.url) as coomon:
    coomon.track_task(customer_id="cust_1", agent_id="agent_1")
    answer = coomon.flush()
    assert answer is not None and answer.accepted == 1, answer
PY
  "$venv/bin/coobird-mock" --help >/dev/null
  "$venv/bin/coobird" --help >/dev/null
  echo "The wheel works in an empty environment of $("$venv/bin/python" --version): $wheel"
}

for minor in 11 12 13; do
  python=
  # A shim of pyenv may be on the PATH for a version that is not selected, and then fails.
  for candidate in "$(command -v "python3.$minor" || true)" ~/.pyenv/versions/3."$minor".*/bin/python; do
    if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then python=$candidate && break; fi
  done
  if [ -z "$python" ]; then
    echo "The wheel was not tried on Python 3.$minor: not found here"
    continue
  fi
  try_wheel "$python" "$work/venv-3.$minor"
  checked=$work/venv-3.$minor
done

# All types of the public names must be known, and be the same for every type checker. The classes
# of the extras are looked up where the development tools are, behind the wheel's own environment.
site=$("$checked/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$site/extras.pth"
if ! PATH="$checked/bin:$PATH" VIRTUAL_ENV=$checked "$bin/pyright" --verifytypes coobird --ignoreexternal >types.txt; then
  grep -B1 ' error: ' types.txt
  exit 1
fi
grep 'Type completeness score: 100%' types.txt
