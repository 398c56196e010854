#!/usr/bin/env bash
# Checks the workflows and forms of .github, without the network.
set -euo pipefail
cd "$(dirname "$0")/.."

schema() { .venv/bin/check-jsonschema --quiet --builtin-schema "$@"; }
schema vendor.github-workflows .github/workflows/*.yml
schema custom.github-workflows-require-timeout .github/workflows/*.yml
schema vendor.dependabot .github/dependabot.yml
schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/bug.yml .github/ISSUE_TEMPLATE/idea.yml
schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
.venv/bin/zizmor --offline --quiet .github
