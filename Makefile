# Exchange: the commands of this tree. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PYTHONHASHSEED ?= 0
# Where it is set, each of the hundreds of processes that tests and demonstration start compiles the whole node anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup web screenshots demo demo-down test check bench bench-matching trials mutation lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements-dev.lock requirements.lock pyproject.toml
	@bash scripts/setup.sh "$(PYTHON)" "$(VENV)"
	@touch $@

setup: $(STAMP) web ## create .venv from the hash-pinned lock, install the node, build the console's files

web: $(STAMP) ## what the console's pages load, from npm (hashes checked), into an ignored folder
	@bash scripts/web.sh "$(BIN)"

demo: $(STAMP) web ## three nodes on loopback, the tour, links into their consoles; they run until make demo-down
	@$(BIN)/exchange demo run --keep

screenshots: $(STAMP) web ## pictures of the console for the README, from synthetic data
	@bash scripts/with-chromium.sh $(BIN)/python scripts/screenshots.py

demo-down: $(STAMP) ## stop the demonstration's nodes
	@$(BIN)/exchange demo down

test: $(STAMP) web check ## check, then every test on SQLite and PostgreSQL
	@bash scripts/test.sh "$(BIN)"

check: $(STAMP) ## types, style, imports
	$(BIN)/ruff check src tests migrations benchmarks scripts
	$(BIN)/ruff format --check src tests migrations benchmarks scripts
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) web ## speed against the bare floor, in one run; writes benchmarks/latest.json and RESULTS.md
	@bash scripts/with-postgres.sh $(BIN)/python -m benchmarks.run

bench-matching: $(STAMP) ## how well and how fast names are matched and candidates found; prints figures, no names
	@$(BIN)/python -m benchmarks.matching
	@$(BIN)/python -m benchmarks.candidates

trials: $(STAMP) web ## the long trials (kills, races, Cedar, mutation), not part of test
	@bash scripts/with-postgres.sh $(BIN)/python -m pytest -p no:cacheprovider -m trials -o addopts="" tests
	@$(BIN)/python scripts/mutation.py

mutation: $(STAMP) ## mutation testing of the policies: killed/total and survivors (long)
	@$(BIN)/python scripts/mutation.py

lock: ## resolve requirements*.in again into the hash-pinned lock
	@bash scripts/lock.sh "$(BIN)"

clean: ## remove what make made
	@if [ -x $(BIN)/exchange ] && [ -f demo/demo.json ]; then $(BIN)/exchange demo down; fi
	rm -rf web/node_modules web/build src/exchange/console/static/vendor
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* build demo mutants src/*.egg-info .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
