#!/usr/bin/env bash
# Tests the packages of the extras in other versions than the pinned ones, in temporary
# environments. Packages that could limit each other's versions get separate environments.
# Usage: scripts/check-versions.sh newest    newest versions; lists packages that are not the newest
#        scripts/check-versions.sh lowest    lowest versions that pyproject.toml allows
set -euo pipefail
cd "$(dirname "$0")/.."

which=${1:?newest or lowest}
# Extras that the tests' own servers and clients need.
common=openai,anthropic,otel,prices,mock
tools=(pytest pytest-xdist hypothesis)
in_folder=tests/integrations
sdks=("$in_folder"/test_{wrap,wrap_counts,lost_attempts,wrap_streams,fakes,spans,with_coobird,llm_prices,price_list_age}.py)
providers=("$in_folder"/test_{unmetered,batches,background,automatic_functions,wrap_google,wrap_bedrock,wrap_other_sdks,wrap_sdks}.py)
web=("$in_folder"/test_{web,django,celery_runs,lambda}.py)
emitters=$(sed -n "/^integrations = \[/,/^\]/p" pyproject.toml | grep -oE '"(openinference|opentelemetry)-instrumentation-[a-z-]+' | tr -d '"')
watched='^(httpx|attrs|orjson|openai|anthropic|google-genai|boto3|mistralai|cohere|groq|ollama|opentelemetry-(sdk|instr.*)|openinf.*|genai-prices|starlette|uvicorn|jsonschema.rs|pyyaml|rich|django|fastapi|flask|celery|langchain.*|langgraph|litellm|openai-agents|pydantic-ai.*|google-adk|strands-agents|instructor|claude-agent-sdk|agent-framework.*|autogen.*|crewai|dspy|haystack-ai|llama-index.*|smolagents)\b'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Keeps bytecode files of the tests out of the work tree.
export PYTHONDONTWRITEBYTECODE=1

# Makes an environment of these requirements, and prints the versions that it got.
environment() {
  .venv/bin/python -m venv "$work/$1"
  python="$work/$1/bin/python"
  "$python" -m pip -qq --disable-pip-version-check install --upgrade pip
  "$python" -m pip -qq install "${tools[@]}" "${@:2}"
  echo "== $which: $1, with"
  "$python" -m pip list --format freeze | grep -iE "$watched" | paste -sd' ' | fold -sw 120
}

# Prints the watched packages that are not the newest, because another package does not allow it.
held_back() {
  local old
  old=$("$python" -m pip list --outdated 2>/dev/null | grep -iE "$watched" | awk '{ print $1, $2, "(newest: " $3 ")" }') || true
  [ -z "$old" ] || echo "-- held back: $(paste -sd, <<<"$old")"
}

# Prints the lowest version of each requirement of these extras, as constraints. The extra `.` means
# the package's own requirements.
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
    check "$python" -m tests.support.integrations.matrix --check openai anthropic
    test_ tests/cli
    # aiobotocore holds boto3 back, but its client is one that `wrap` takes.
    # shellcheck disable=SC2086
    environment providers -e ".[$common,google,bedrock,mistral,cohere,groq,ollama]" aiobotocore $emitters
    held_back
    check "$python" -m tests.support.integrations.matrix --check google bedrock mistral cohere groq ollama
    test_ "${providers[@]}" -k 'not pinned_sdk'
    test_ "$in_folder/test_examples.py" -k model_sdks
    environment web -e ".[$common,fastapi,django,celery]" flask gevent gunicorn
    held_back
    test_ "${web[@]}" "$in_folder/test_examples.py" -k 'not langchain and not litellm and not model_sdks'
    # soundfile: see pyproject.toml
    # shellcheck disable=SC2086
    environment models -e ".[$common,langchain,litellm,fastapi]" langchain-{anthropic,openai,xai} langgraph soundfile $emitters
    held_back
    test_ "$in_folder"/test_{langchain,litellm,frameworks_and_spans,spans_together}.py
    check "$python" -m tests.support.integrations.matrix --check langchain_openai langgraph litellm
    check "$python" -m tests.support.integrations.costs --check
    test_ "$in_folder/test_examples.py" -k 'langchain or litellm'
    # The wheel of claude-agent-sdk brings a program of 400 MB.
    environment agents --no-binary claude-agent-sdk -e ".[$common]" --group agents
    held_back
    test_ "$in_folder/test_wrap_google.py" "$in_folder/agents" --ignore "$in_folder/agents/older" --ignore "$in_folder/agents/crewai"
    environment agents-older -e ".[$common]" --group agents-older
    held_back
    test_ "$in_folder/agents/test_matrix_of_agents.py" "$in_folder/agents/older"
    environment crewai -e ".[$common]" --group crewai
    held_back
    test_ "$in_folder/agents/test_matrix_of_agents.py" "$in_folder/agents/crewai"
    ;;
  lowest)
    # Other packages get the versions that these packages allow. The instrumentations are left out:
    # they require newer SDKs.
    lowest . openai anthropic otel prices mock fast cli > "$work/extras.txt"
    environment extras -c "$work/extras.txt" -e ".[$common,fast,cli]" openapi-spec-validator
    # The oldest SDKs cannot parse messages or compact a conversation. The oldest httpx ignores a
    # certificate file that is missing.
    test_ "${sdks[@]}" -k 'not does_not_parse and not compact_a_conversation'
    test_ tests/mock/{test_operations,test_server,rules/test_wallets,rules/test_events,web/test_pipeline}.py
    test_ tests/cli -k 'not SSL_CERT_FILE'
    test_ tests/encoding tests/delivery/test_{event_queue,outcome,pace,reports}.py
    test_ tests/http/test_{session,pool,retry}.py tests/client/test_{client,pipeline,odd_moments}.py
    # Old frameworks use functions that newer versions of their dependencies deprecate.
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
    echo "The first argument must be newest or lowest, not $which." >&2
    exit 2
    ;;
esac
exit $failed
