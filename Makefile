# `make help` lists what can be done. `make run` and `make test` need Python 3.11 or newer, make, and nothing else.

.DEFAULT_GOAL := help
.PHONY: help run dev reset test test-data faults bench bench-catalog bench-large check fix migrate lock screenshots translations
SHELL := /bin/sh
VENV := .venv
# When this make began, so that what `make run` prints includes the installation.
STARTED := $(shell date +%s)
BIN := $(VENV)/bin

# The first interpreter that really runs and is new enough; shims of missing versions do not count.
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

help:  ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-22s %s\n", $$1, $$2}'

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer, with venv, is needed (on Debian: apt install python3 python3-venv)."; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# Stamps: packages are installed again only when their lock changed.
$(VENV)/run-packages: requirements-run.lock | $(VENV)/made
	@echo "Installing the packages (once; about a minute) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-run.lock
	@touch $@

$(VENV)/dev-packages: requirements-dev.lock $(VENV)/run-packages
	@echo "Installing the packages for tests (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(VENV)/lighthouse/packages: tests/lighthouse/package.json tests/lighthouse/package-lock.json $(VENV)/dev-packages
	@command -v npm >/dev/null 2>&1 || { echo "The tests look at pages with Lighthouse, which needs Node.js 18 or newer with npm (on Debian: apt install nodejs npm)."; exit 1; }
	@echo "Installing Lighthouse (once) …"
	@mkdir -p $(VENV)/lighthouse
	@cp tests/lighthouse/package.json tests/lighthouse/package-lock.json $(VENV)/lighthouse/
	@cd $(VENV)/lighthouse && npm ci --omit=dev --ignore-scripts --no-fund --no-audit --loglevel=error >/dev/null
	@touch $@

run: $(VENV)/run-packages  ## Start the whole portal on this machine, with a demonstration world
	@PORTAL_STARTED=$(STARTED) $(BIN)/python -m portal.quickstart run

dev: $(VENV)/run-packages  ## The same with DEBUG and reloading
	@$(BIN)/python -m portal.quickstart dev

reset:  ## Remove all local data
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m portal.quickstart reset; else rm -rf .local; fi

test: $(VENV)/dev-packages $(VENV)/lighthouse/packages  ## Every test, unit to browser
	@$(BIN)/python -m tests.run

test-data: $(VENV)/dev-packages  ## Import real and hostile catalogues: make test-data DATA=folder
	@test -d "$(DATA)" || { echo "Name the folder with the data: make test-data DATA=folder"; exit 2; }
	@$(BIN)/python -m tests.manage translations compile
	@DATA="$(DATA)" $(BIN)/python -m pytest tests/data/catalogues.py -n0 -q -s --no-header

faults: $(VENV)/dev-packages  ## The machines that attack the ledger, at length; SEED=number repeats a run
	@FAULTS=long $(BIN)/python -m tests.run --dist worksteal --durations=15 tests/faults tests/credits tests/courses/test_waiting_model.py

bench: $(VENV)/dev-packages $(VENV)/lighthouse/packages  ## The speed of ledger and catalogue, as ratios made in one run (about ten minutes)
	@$(BIN)/python -m tests.bench

bench-catalog: $(VENV)/dev-packages  ## A million courses beside a hundred thousand: what a search takes (half an hour, 20 GB of disk)
	@$(BIN)/python -m tests.bench.catalog_large

bench-large: $(VENV)/dev-packages  ## Ten million postings: a page, a balance, the audit (20 minutes, 40 GB of disk for a while)
	@$(BIN)/python -m tests.bench.large

check: $(VENV)/dev-packages  ## Format, lint, types, contracts, migrations, deployment
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.checks

fix: $(VENV)/dev-packages  ## Format and repair what can be repaired by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html') || true

migrate: $(VENV)/run-packages  ## Bring DATABASE_OWNER_URL's database to this version
	@$(BIN)/python manage.py migrate

screenshots: $(VENV)/dev-packages  ## Take the README's pictures from the running portal
	@$(BIN)/python -m tests.screenshots

translations: $(VENV)/dev-packages  ## Collect new texts into portal/locale and compile
	@$(BIN)/python -m tests.manage translations extract
	@$(BIN)/python -m tests.manage translations compile

lock: $(VENV)/dev-packages  ## Resolve the dependencies anew (hashes, no addresses)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra embedded -o requirements-run.lock
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra embedded --extra dev -o requirements-dev.lock
LOCK := --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11
