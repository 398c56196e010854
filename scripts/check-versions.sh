#!/usr/bin/env bash
# Tests what the extras bring with other versions than those pinned here, in throw-away environments.
# Usage: scripts/check-versions.sh newest    the newest of everything: SDKs and all that reports their calls; then the frameworks
#        scripts/check-versions.sh lowest    the lowest of what an installation may have, as pyproject.toml states them
set -euo pipefail
cd "$(dirname "$0")/.."

which=${1:?newest or lowest}
extras=openai,anthropic,otel,prices,mock,fast,cli
tools=(pytest pytest-xdist hypothesis openapi-spec-validator)
sdks=(tests/integrations/test_{wrap,wrap_streams,fakes,spans,spans_together,run,with_coobird,llm_prices}.py)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What the tests leave behind stays out of the work tree.
export PYTHONDONTWRITEBYTECODE=1

# Makes an environment of these requirements and says what it got.
environment() {
  .venv/bin/python -m venv "$work/$1"
  python="$work/$1/bin/python"
  "$python" -m pip -qq --disable-pip-version-check install --upgrade pip # --group needs 25.1
  "$python" -m pip -qq install "${@:2}"
  echo "== $which: $1, with"
  "$python" -m pip list --format freeze | grep -iE \
    '^(httpx|attrs|orjson|openai|anthropic|opentelemetry-(sdk|instr.*)|openinf.*|genai-prices|starlette|uvicorn|jsonschema.rs|pyyaml|rich|django|fastapi|flask|celery|langchain.*|litellm)=' |
    paste -sd' ' | fold -sw 120
}

failed=0
check() { "$@" || { failed=1; echo "== failed: ${*:2}" >&2; }; }
# Folder by folder: each has a conftest of its own, by that name.
test_() { check "$python" -m pytest -q -n 2 --dist loadfile -p no:cacheprovider "$@"; }

case $which in
  newest)
    # Frameworks hold the SDKs back, so these are tried without them first.
    emitters=$(grep -oE '"(openinference|opentelemetry)-instrumentation-[a-z-]+' pyproject.toml | tr -d '"')
    # shellcheck disable=SC2086 - one word each
    environment sdks -e ".[$extras]" "${tools[@]}" $emitters
    test_ "${sdks[@]}"
    check "$python" -m tests.integrations.matrix --check
    test_ tests/cli
    environment frameworks --group dev -e ".[$extras]"
    test_ tests/integrations "${sdks[@]/#/--ignore=}" --ignore=tests/integrations/test_matrix.py
    ;;
  lowest)
    # Their own requirements decide about the rest. The instrumentations are left out: they ask for newer SDKs.
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
    environment extras -c "$work/lowest.txt" -e ".[$extras]" "${tools[@]}"
    test_ "${sdks[@]}"
    test_ tests/mock/test_mock_{operations,server,wallets,events,pipeline}.py
    test_ tests/cli
    test_ tests/pipeline
    test_ tests/test_{session,client,pool}.py
    ;;
  *)
    echo "newest or lowest, not $which" >&2
    exit 2
    ;;
esac
exit $failed
