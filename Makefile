# `make help` tells what there is. `make run` and `make test` do all set-up themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find webapp/assets -path '*/node_modules' -prune -o -type f -print)
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)

.DEFAULT_GOAL := help
.PHONY: help run test check bench assets translations clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.run webapp/static/dist/.stamp translations/.compiled ## Serve web and worker with the demonstration content
	@exec $(BIN)/avklart run

test: $(VENV)/.dev webapp/static/dist/.stamp translations/.compiled ## Check everything and run all tests (installs a browser where there is none)
	tools/prepare_tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(VENV)/.dev ## Lint, types, imports and templates only
	$(BIN)/python -m pytest tests/house

bench: $(VENV)/.dev webapp/static/dist/.stamp translations/.compiled ## Measure, and print a table
	tools/prepare_tests bench
	$(BIN)/python -m bench

assets: $(VENV)/.run webapp/static/dist/.stamp ## Build styles and scripts from their npm packages

translations: $(VENV)/.run ## Gather the texts of screens into the catalogues
	$(BIN)/python tools/translations.py

clean: ## Take away everything that was built (not var/)
	rm -rf $(VENV) webapp/static/dist webapp/assets/node_modules translations/.compiled translations/*/LC_MESSAGES/*.mo

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Avklart needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

webapp/static/dist/.stamp: $(SOURCES) tools/build_assets.py | $(VENV)/.run
	$(BIN)/python tools/build_assets.py
	@touch $@

translations/.compiled: $(CATALOGUES) | $(VENV)/.run
	$(BIN)/python tools/translations.py --compile
	@touch $@
