# Everything a person types. `make` alone lists the targets.
#
# What has been done is remembered by files written last, inside what they speak of (.venv/.done-*,
# static/vendor/.done): a command that was interrupted starts again where it stopped, and a folder
# that was removed is made again.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Where the demo is served.
HOST ?= 127.0.0.1
PORT ?= 8000
# Which Python makes .venv (any CPython from 3.11 on).
PYTHON ?=
# Tests use one process a core, at most four.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n > 4 ? 4 : n)))
# More words for pytest: make test ARGS="-k quorum"
ARGS ?=
# A Python that has the package sortition-algorithms, for the draw's benchmark to measure beside ours.
ANCHOR ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq install
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/*.po)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- set-up --------------------------------------------------------------------------------------

.PHONY: setup
setup: .venv/.done-run .venv/.done-words paper vendor ## make .venv and all that the site needs to run

.venv/.done-made:
	@echo "Création de .venv"
	@bash .ci/environment $(PYTHON)
	@touch $@

.venv/.done-run: .venv/.done-made requirements.txt pyproject.toml
	@echo "Installation des bibliothèques du site"
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.done-test: .venv/.done-run requirements-test.txt
	@echo "Installation des bibliothèques des tests"
	@$(PIP) --require-hashes -r requirements-test.txt
	@touch $@

.venv/.done-check: .venv/.done-test requirements-check.txt
	@echo "Installation des outils de vérification"
	@$(PIP) --require-hashes -r requirements-check.txt
	@touch $@

.venv/.done-words: .venv/.done-run $(CATALOGUES)
	@$(BIN)/civic translations compile
	@touch $@

# WeasyPrint draws with Pango, which is a system library.
.PHONY: paper
paper: .venv/.done-run
	@test -e .venv/.done-paper || { \
	  { $(BIN)/python -c 'import weasyprint' >/dev/null 2>&1 \
	    || bash .ci/debian libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core; } \
	  && touch .venv/.done-paper \
	  || echo "Sans Pango, pas de PDF : apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. Le reste marche."; }

# Fonts, from the npm registry; without them the pages use the machine's own.
VENDOR := static/package.json static/package-lock.json static/vendor.py

.PHONY: vendor
vendor: .venv/.done-made
	@if command -v npm >/dev/null; then $(MAKE) -s static/vendor/.done \
	  || echo "Les polices n'ont pas pu être installées : les pages s'affichent avec celles du système."; \
	elif [ ! -e static/vendor/.done ]; then \
	  echo "Sans npm, les pages s'affichent avec les polices du système : apt-get install npm, puis make setup."; fi

static/vendor/.done: $(VENDOR)
	@echo "Installation des polices"
	@cd static && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null
	@$(BIN)/python static/vendor.py
	@touch $@

# --- the demo ------------------------------------------------------------------------------------

.PHONY: demo
demo: setup ## fill a demo once, and serve it (PORT=8000 HOST=127.0.0.1)
	@$(BIN)/civic demo prepare
	@exec $(BIN)/civic demo serve --host "$(HOST)" --port "$(PORT)"

.PHONY: demo-reset
demo-reset: setup ## forget the demo's data and fill it anew
	@$(BIN)/civic demo reset
	@$(BIN)/civic demo prepare

# --- tests and checks ----------------------------------------------------------------------------

.PHONY: chromium
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || bash .ci/debian chromium \
	|| echo "Sans Chromium, les tests dans le navigateur sont passés : apt-get install chromium."

.PHONY: test
test: setup .venv/.done-test chromium ## run every test, on both databases and in a browser (ARGS=, WORKERS=)
	@$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadgroup $(ARGS)

.PHONY: check
check: setup .venv/.done-check ## style, types, templates, import contracts, translations, migrations
	@failed=; \
	try() { echo "— $$*"; $(BIN)/"$$@" || failed="$$failed $$1"; }; \
	try ruff check --quiet .; \
	try ruff format --quiet --check .; \
	try mypy; \
	try djlint --quiet --lint templates; \
	try lint-imports --no-cache --no-logo; \
	try civic translations check; \
	try civic migrations check; \
	if [ -n "$$failed" ]; then echo "À corriger :$$failed" >&2; exit 1; fi

.PHONY: bench
bench: setup .venv/.done-test ## measure the site, then the draw (ANCHOR=), or NAME=faults, NAME=tally (ARGS=)
	@command -v wrk >/dev/null || bash .ci/debian wrk || echo "Sans wrk, la charge vient de Python."
	@$(BIN)/python -m tests.bench $(or $(NAME),http) $(ARGS)
	$(if $(NAME),,@$(BIN)/python -m tests.bench sortition $(if $(ANCHOR),--anchor "$(ANCHOR)"))

# --- upkeep --------------------------------------------------------------------------------------

# Versions are at least eight days old when they are chosen; CUTOFF= names another instant.
CUTOFF ?= $(shell date -u -d '8 days ago' +%Y-%m-%dT00:00:00Z)
COMPILE = .venv/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
  --fork-strategy fewest --python-version 3.11 --exclude-newer $(CUTOFF) --upgrade

.PHONY: lock
lock: .venv/.done-made ## choose the versions anew and write their hashes (CUTOFF=)
	@test -x .venv/lock/bin/uv || { $(BIN)/python -m venv .venv/lock && .venv/lock/bin/pip --quiet install 'uv==0.13.*'; }
	$(COMPILE) pyproject.toml --group build -o requirements.txt
	$(COMPILE) --group test -c requirements.txt -o requirements-test.txt
	$(COMPILE) --group check -c requirements.txt -c requirements-test.txt -o requirements-check.txt
	@echo "Versions d'avant le $(CUTOFF) : mettre à jour docs/dependencies.md."

.PHONY: clean
clean: ## remove what make has made, except the demo's data
	rm -rf .venv static/vendor static/node_modules tests/browser/pictures .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find civic tests -name __pycache__ -prune -exec rm -rf {} +
	rm -f translations/*/LC_MESSAGES/*.mo
