# Needs make and Python 3.11 or newer; everything else goes into .venv.
# The text behind `##` is what `make` prints.

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-guarantees test-server test-integrations test-agents test-crewai judges check audit faults fleet soak check-full check-latest check-lowest regen mock bench site dist release lock

# The first of these that is new enough makes .venv. Another one: make setup PYTHON=/path/to/python
PYTHON ?= python3.13 python3.12 python3.11 python3.14 python3 python

BIN := .venv/bin
PY := $(BIN)/python
# Two q: pip is silent unless it fails. A module is compiled when it is first loaded: to compile all
# of them would take half as long again.
PIP_INSTALL := -m pip install -qq --disable-pip-version-check --no-compile
INSTALL := $(PY) $(PIP_INSTALL)
# Three processes on two cores, because many tests wait for a process or a timer. A process that has
# nothing left to do takes tests from another one.
PYTEST := $(PY) -m pytest -n 3 --dist worksteal

# Compiled modules are kept, whatever the environment says: the tests start several hundred
# processes, and each would compile the package again.
export PYTHONDONTWRITEBYTECODE :=

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.ready-dev ## Make .venv with the pinned development tools; the other targets do it themselves

demo: .venv/.ready-mock ## Meter LLM usage against a local server and bill it; another log: make demo TRACE=path.csv
	@$(PY) examples/demo.py $(if $(TRACE),"$(TRACE)")

test: .venv/.ready-test ## Test the SDK, without other SDKs, frameworks or tools: 2 minutes; some of it: make test ARGS='-k wallet'
	@$(PYTEST) $(ARGS)

test-guarantees: .venv/.ready-test ## Test forks, signals and exits on every supported Python that is here, spools through kills, and hostile servers: 3 minutes
	@$(PYTEST) tests/lifecycle tests/security --every-python $(ARGS)

test-server: .venv/.ready-test ## Test the local server, the commands and the pytest plugin: 2 minutes
	@$(PYTEST) tests/mock tests/cli tests/pytest_plugin $(ARGS)

test-integrations: .venv/.ready-integrations ## Test with the real SDKs, frameworks and web servers, and the page in a browser: 10 minutes
	@$(PYTEST) -n 2 tests/integrations --ignore tests/integrations/agents $(ARGS)
# Apart: the browser's driver keeps an event loop in its process, where asyncio.run fails. ARGS may
# select none of its tests, which is exit code 5.
	@$(PYTEST) -n 2 tests/browser $(ARGS) || [ $$? -eq 5 ]

test-agents: .venv-agents/.ready .venv-agents-older/.ready ## Test with the real frameworks for agents, in two environments of their own: 2 minutes
# ARGS may select no test of one of them, which is exit code 5. Google ADK allows only the oldest
# google-genai that `wrap` meters.
	@.venv-agents/bin/python -m pytest -n 2 --dist worksteal tests/integrations/test_wrap_google.py tests/integrations/agents --ignore tests/integrations/agents/older --ignore tests/integrations/agents/crewai $(ARGS) || [ $$? -eq 5 ]
	@.venv-agents-older/bin/python -m pytest -n 2 --dist worksteal tests/integrations/agents/test_matrix_of_agents.py tests/integrations/agents/older $(ARGS) || [ $$? -eq 5 ]

test-crewai: .venv-crewai/.ready ## Test with the real CrewAI, in an environment of its own of 1.3 GB: 3 minutes
# By file: the tests of the matrix share one run of its section.
	@.venv-crewai/bin/python -m pytest -n 2 --dist loadfile tests/integrations/agents/test_matrix_of_agents.py tests/integrations/agents/crewai $(ARGS)

judges: .venv/.ready-judges ## Let Schemathesis, Prism, DuckDB, ClickHouse and a second pricing judge server and SDK, and prove that they would notice: 6 minutes
	@scripts/judges.sh

check: .venv/.ready-dev ## Format, lint, types, drift, the spec, the wheel, and the tests of the generator
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
	scripts/regen.sh --check
	scripts/lint-spec.sh
	$(BIN)/bandit -q -c pyproject.toml -r coobird generated/coobird_api
	scripts/check-wheel.sh
	scripts/check-workflows.sh
	$(PYTEST) -q tests/project/tools

audit: .venv/.ready-dev ## Ask for known vulnerabilities of what an installation brings; needs the network
	@scripts/audit.sh

faults: .venv/.ready-$(if $(findstring --servers,$(ARGS)),integrations,test) ## Kill processes, cut connections, break answers: nothing may be lost; 15 minutes of it: make faults ARGS=--long; stop web servers: ARGS=--servers
	@$(PY) -m tests.faults $(ARGS)

fleet: .venv/.ready-integrations ## Kill relays, stop a broker and Postgres, let the server fail: 3 minutes; 15 minutes of it: make fleet ARGS=--long
	@$(PY) -m tests.fleet $(ARGS)

soak: .venv/.ready-test ## Half an hour at 2,000 events a second with faults; shorter: make soak ARGS='--minutes 2'
	@$(PY) -m tests.faults.soak $(ARGS)

check-full: check .venv/.ready-dev ## All of check and judges, long runs of Schemathesis and Hypothesis: 40 minutes
	@$(PY) -m pytest -q tests/encoding/test_values.py --hypothesis-profile=full
	@scripts/judges.sh full

check-latest: .venv/.ready-dev ## Test the integrations with the newest versions of everything, in throw-away environments: 4 minutes
	@scripts/check-versions.sh newest

check-lowest: .venv/.ready-dev ## Test the extras with the lowest versions that pyproject.toml allows, likewise: 4 minutes
	@scripts/check-versions.sh lowest

regen: .venv/.ready-dev ## Write generated/coobird_api anew from openapi/coobird.yaml
	@scripts/regen.sh

mock: .venv/.ready-mock ## Start a local Coobird on port 4444; more: make mock ARGS='--help'
	@$(PY) -m coobird.mock $(ARGS)

bench: $(PY) ## Measure the SDK against others, about 12 minutes; shorter: make bench ARGS=--quick
	@bench/setup.sh $(PY)
	@.venv-bench/bin/python -m bench $(ARGS)

site: .venv/.ready-site ## Build the documentation site, and check every link of it
	@NO_COLOR=1 $(PY) scripts/build_site.py

dist: .venv/.ready-dev ## Build the wheel and the sdist into dist/
	@rm -rf dist
	@$(PY) -m build --no-isolation --outdir dist .

release: .venv/.ready-dev ## Prepare a release, without publishing it: make release VERSION=0.2.0
	@$(PY) scripts/release.py $(VERSION)

lock: ## Renew the requirements-*.txt: the newest versions that pyproject.toml allows
	@scripts/lock.sh $(PYTHON)

$(PY):
	@echo "Setting up .venv (once) ..."
	@for python in $(PYTHON); do \
		"$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		exec "$$python" -m venv .venv; \
	done; \
	echo "No Python 3.11 or newer with the venv module among: $(PYTHON)." >&2; \
	echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	exit 1

# Only what the mock server needs, so that a first `make demo` is quick.
.venv/.ready-mock: pyproject.toml requirements-test.txt | $(PY)
	@$(INSTALL) -c requirements-test.txt -e '.[mock]'
	@touch $@

# One for each dependency group of pyproject.toml. coobird itself is installed as a link to this
# folder.
.venv/.ready-%: pyproject.toml requirements-%.txt | $(PY)
	@echo "Installing the packages of requirements-$*.txt (once) ..."
	@$(INSTALL) -r requirements-$*.txt -e '.[mock,fast,cli]'
	@touch $@ .venv/.ready-mock .venv/.ready-test $(if $(filter dev,$*),.venv/.ready-integrations .venv/.ready-judges .venv/.ready-site)

# A dependency group whose packages do not agree with those of the others, in an environment of its
# own. The sources of claude-agent-sdk are taken, because its wheel brings a program of 400 MB.
.venv-%/.ready: pyproject.toml requirements-%.txt | $(PY)
	@echo "Setting up .venv-$* with the packages of requirements-$*.txt (once) ..."
	@$(PY) -m venv .venv-$*
	@.venv-$*/bin/python $(PIP_INSTALL) --no-binary claude-agent-sdk \
		-r requirements-$*.txt -e '.[mock,fast,cli]'
	@touch $@
