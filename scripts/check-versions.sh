#!/usr/bin/env bash
# Tests what the extras bring with other versions than those pinned here, in a throw-away environment.
# Usage: scripts/check-versions.sh newest    the newest of everything that pyproject.toml allows, and the matrix of all emitters
#        scripts/check-versions.sh lowest    the lowest of what an installation may have, as pyproject.toml states them
set -euo pipefail
cd "$(dirname "$0")/.."

which=${1:?newest or lowest}
extras=openai,anthropic,otel,prices,mock,fast,cli
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python -m venv "$work/venv"
python="$work/venv/bin/python"
pip() { "$python" -m pip -qq --disable-pip-version-check "$@"; }
# What the tests leave behind (caches, .pyc) stays out of the work tree.
export PYTHONDONTWRITEBYTECODE=1
test_() { "$python" -m pytest -q -n 2 --dist loadfile -p no:cacheprovider "$@"; }

case $which in
  newest)
    pip install --upgrade pip # --group needs 25.1
    pip install --group dev -e ".[$extras]"
    ;;
  lowest)
    # Their own requirements decide about the rest; the instrumentations, which ask for newer SDKs, are left out.
    .venv/bin/python - "$extras" > "$work/lowest.txt" <<'PY'
import sys, tomllib
from packaging.requirements import Requirement

project = tomllib.load(open("pyproject.toml", "rb"))["project"]
wanted = list(project["dependencies"])
for extra in sys.argv[1].split(","):
    wanted += project["optional-dependencies"][extra]
for line in wanted:
    requirement = Requirement(line)
    (bound,) = (each.version for each in requirement.specifier if each.operator == ">=")
    print(f"{requirement.name}=={bound}")
PY
    pip install -c "$work/lowest.txt" -e ".[$extras]" pytest pytest-xdist hypothesis openapi-spec-validator
    ;;
  *) echo "newest or lowest, not $which" >&2; exit 2 ;;
esac

echo "With these versions:"
"$python" -m pip list --format freeze --disable-pip-version-check | grep -iE \
  '^(httpx|attrs|orjson|openai|anthropic|opentelemetry-(sdk|instrumentation-)|openinference-instrumentation-|genai-prices|starlette|uvicorn|jsonschema|pyyaml|rich)'

# Folder by folder: each has a conftest of its own, by that name.
if [ "$which" = newest ]; then
  test_ tests/integrations
  test_ tests/cli
  test_ tests/pipeline
  "$python" -m tests.integrations.matrix --check || {
    echo "docs/llm-matrix.md is not what these versions do: see python -m tests.integrations.matrix" >&2
    exit 1
  }
else
  test_ tests/integrations/test_{wrap,wrap_streams,fakes,spans,spans_together,run,with_coobird,llm_prices}.py
  test_ tests/mock/test_mock_{operations,server,wallets,events,pipeline}.py
  test_ tests/cli
  test_ tests/pipeline
  test_ tests/test_{session,client,pool}.py
fi
