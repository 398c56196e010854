#!/usr/bin/env bash
# Tests what the extras bring with other versions than those pinned here, in throw-away environments: one for each group of packages
# that could hold each other back.
# Usage: scripts/check-versions.sh newest    the newest of everything, and what was held back from being it
#        scripts/check-versions.sh lowest    the lowest of what an installation may have, as pyproject.toml states them
set -euo pipefail
cd "$(dirname "$0")/.."

which=${1:?newest or lowest}
# What the tests' own servers and clients need.
common=openai,anthropic,otel,prices,mock
tools=(pytest pytest-xdist hypothesis)
in_folder=tests/integrations
sdks=("$in_folder"/test_{wrap,wrap_streams,fakes,spans,spans_together,run,with_coobird,llm_prices}.py)
web=("$in_folder"/test_{web,django,celery_runs,lambda}.py)
emitters=$(grep -oE '"(openinference|opentelemetry)-instrumentation-[a-z-]+' pyproject.toml | tr -d '"')
watched='^(httpx|attrs|orjson|openai|anthropic|opentelemetry-(sdk|instr.*)|openinf.*|genai-prices|starlette|uvicorn|jsonschema.rs|pyyaml|rich|django|fastapi|flask|celery|langchain.*|litellm)\b'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What the tests leave behind stays out of the work tree.
export PYTHONDONTWRITEBYTECODE=1

# Makes an environment of these requirements and says what it got.
environment() {
  .venv/bin/python -m venv "$work/$1"
  python="$work/$1/bin/python"
  "$python" -m pip -qq --disable-pip-version-check install --upgrade pip
  "$python" -m pip -qq install "${tools[@]}" "${@:2}"
  echo "== $which: $1, with"
  "$python" -m pip list --format freeze | grep -iE "$watched" | paste -sd' ' | fold -sw 120
}

# Says which of the watched packages are not the newest, because another one does not allow it.
held_back() {
  local old
  old=$("$python" -m pip list --outdated 2>/dev/null | grep -iE "$watched" | awk '{ print $1, $2, "(newest: " $3 ")" }') || true
  [ -z "$old" ] || echo "-- held back: $(paste -sd, <<<"$old")"
}

# Prints the lowest version of each requirement of these extras (`.` for those of the package itself), as constraints.
lowest() {
  .venv/bin/python - "$@" <<'PY'
import sys, tomllib
from packaging.requirements import Requirement

project = tomllib.load(open("pyproject.toml", "rb"))["project"]
for extra in sys.argv[1:]:
    for line in project["dependencies"] if extra == "." else project["optional-dependencies"][extra]:
        requirement = Requirement(line)
        (bound,) = (each.version for each in requirement.specifier if each.operator == ">=")
        print(f"{requirement.name}=={bound}")
PY
}

failed=0
check() { "$@" || { failed=1; echo "== failed: ${*:2}" >&2; }; }
test_() { check "$python" -m pytest -q -n 2 --dist loadfile -p no:cacheprovider "$@"; }

case $which in
  newest)
    # shellcheck disable=SC2086 - one word each
    environment sdks -e ".[$common,fast,cli]" openapi-spec-validator $emitters
    held_back
    test_ "${sdks[@]}"
    check "$python" -m tests.integrations.matrix --check
    test_ tests/cli
    environment web -e ".[$common,fastapi,django,celery]" flask gevent gunicorn
    held_back
    test_ "${web[@]}" "$in_folder/test_examples.py" -k 'not langchain and not litellm'
    # soundfile: see pyproject.toml
    # shellcheck disable=SC2086
    environment models -e ".[$common,langchain,litellm,fastapi]" langchain-openai soundfile $emitters
    held_back
    test_ "$in_folder"/test_{langchain,litellm,frameworks_and_spans}.py
    test_ "$in_folder/test_examples.py" -k 'langchain or litellm'
    ;;
  lowest)
    # Each package's own requirements decide about the rest. The instrumentations are left out: they ask for newer SDKs.
    lowest . openai anthropic otel prices mock fast cli > "$work/extras.txt"
    environment extras -c "$work/extras.txt" -e ".[$common,fast,cli]" openapi-spec-validator
    # The oldest SDKs cannot parse messages or compact a conversation, and the oldest httpx passes over certificates that are not there.
    test_ "${sdks[@]}" -k 'not does_not_parse and not compact_a_conversation'
    test_ tests/mock/test_mock_{operations,server,wallets,events,pipeline}.py
    test_ tests/cli -k 'not SSL_CERT_FILE'
    test_ tests/pipeline
    test_ tests/test_{session,client,pool}.py
    # Old frameworks use what the newer packages beside them deprecate.
    quiet=(-W ignore::DeprecationWarning)
    lowest . fastapi django celery > "$work/web.txt"
    environment web -c "$work/web.txt" -e ".[$common,fastapi,django,celery]" flask gevent gunicorn
    test_ "${web[@]}" "${quiet[@]}"
    for framework in langchain litellm; do
      lowest "$framework" > "$work/$framework.txt"
      environment "$framework" -c "$work/$framework.txt" -e ".[$common,$framework]" langchain-openai
      test_ "$in_folder/test_$framework.py" "${quiet[@]}"
    done
    ;;
  *)
    echo "newest or lowest, not $which" >&2
    exit 2
    ;;
esac
exit $failed
