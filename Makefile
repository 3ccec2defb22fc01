# One command per habit; `make help` lists them. Works with the make of macOS (3.81) too.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

UV_VERSION := 0.13.8
PY := .venv/bin/python
UV := $(PY) -m uv
NPM := sh scripts/npm.sh
OPENAPI := frontend/openapi.json

# the interpreter make found is the one to use, and nothing may ask questions
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export TF_CPP_MIN_LOG_LEVEL ?= 2
# where bytecode may not be kept every process compiles all it imports again: TensorFlow comes up in
# 12 s in place of 5 s
unexport PYTHONDONTWRITEBYTECODE

# An environment whose interpreter is gone, or that was made for another folder, is made anew.
ifneq ($(shell test -d .venv && { test "$$(cat .venv/.made-for 2>/dev/null)" = "$(CURDIR)" && $(PY) -c '' 2>/dev/null || echo stale; }),)
$(shell rm -f .venv/.stamp-*)
endif

FRONTEND_SOURCES := $(shell find frontend -type f \
	-not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/coverage/*' 2>/dev/null)

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "  %-16s %s\n", $$1, $$2 }'

# --- installing -------------------------------------------------------------------------------

.venv/.stamp-uv-$(UV_VERSION):
	@sh scripts/venv.sh $(UV_VERSION)
	@rm -f .venv/.stamp-*; touch $@

# `--inexact` keeps what is beside the lock in the environment: uv itself, the Node wheel
.venv/.stamp-run: .venv/.stamp-uv-$(UV_VERSION) pyproject.toml uv.lock
	@echo "Installing Python packages (about 1 GB the first time) ..."
	@$(UV) sync --frozen --inexact --quiet --extra bridge
	@touch $@

.venv/.stamp-test: .venv/.stamp-run
	@echo "Installing what the checks need ..."
	@$(UV) sync --frozen --inexact --quiet --all-extras
	@touch $@

frontend/node_modules/.stamp: frontend/package-lock.json frontend/package.json .venv/.stamp-run
	@echo "Installing the front end's packages ..."
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/index.html: frontend/node_modules/.stamp $(FRONTEND_SOURCES)
	@echo "Building the front end ..."
	@$(NPM) run --silent build
	@touch $@

.PHONY: install build
install: .venv/.stamp-test frontend/node_modules/.stamp ## everything that running and testing need
build: frontend/dist/index.html ## the front end, as it is served

# --- running ----------------------------------------------------------------------------------

.PHONY: run
run: .venv/.stamp-run frontend/dist/index.html ## the whole of Fascicle on this machine; Ctrl-C stops it
	@FASCICLE_STOP_WITH_PARENT=1 exec $(PY) manage.py up

.PHONY: fresh
fresh: .venv/.stamp-run ## clone HEAD into an empty folder, run it there, log in, stop, look for leftovers
	@$(PY) scripts/fresh.py

# --- checking ---------------------------------------------------------------------------------

.PHONY: test
test: lint types drift test-frontend .venv/.stamp-test frontend/dist/index.html ## everything that must hold
	@FASCICLE_CHROMIUM="$$(sh scripts/chromium.sh)" && export FASCICLE_CHROMIUM && $(PY) scripts/side_by_side.py

.PHONY: test-python
test-python: .venv/.stamp-test ## Python only
	@$(PY) -m pytest -m "not browser" --ignore=tests/browser

.PHONY: test-frontend
test-frontend: frontend/node_modules/.stamp ## TypeScript only
	@$(NPM) test --silent

.PHONY: test-browser
test-browser: .venv/.stamp-test frontend/dist/index.html ## a real Chromium against real services
	@FASCICLE_CHROMIUM="$$(sh scripts/chromium.sh)" && export FASCICLE_CHROMIUM && $(PY) -m pytest tests/browser

.PHONY: lint
lint: .venv/.stamp-test frontend/node_modules/.stamp ## style of both languages, and who may import whom
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@.venv/bin/lint-imports
	@$(NPM) run --silent lint

.PHONY: types
types: .venv/.stamp-test frontend/node_modules/.stamp ## mypy and the TypeScript compiler
	@$(PY) -m mypy
	@$(NPM) run --silent types

.PHONY: drift
drift: .venv/.stamp-test frontend/node_modules/.stamp ## migrations, OpenAPI and the generated client are current
	@$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@schema=$$(mktemp) && trap 'rm -f "$$schema"' EXIT \
		&& $(PY) manage.py spectacular --fail-on-warn --validate --format openapi-json --file "$$schema" \
		&& { diff -u $(OPENAPI) "$$schema" || { echo "$(OPENAPI) is out of date: make openapi"; exit 1; }; }
	@$(NPM) run --silent generate:check

.PHONY: openapi
openapi: .venv/.stamp-test frontend/node_modules/.stamp ## write the API's schema and the front end's client from it
	@$(PY) manage.py spectacular --fail-on-warn --validate --format openapi-json --file $(OPENAPI)
	@$(NPM) run --silent generate

.PHONY: format
format: .venv/.stamp-test frontend/node_modules/.stamp ## put both languages into their form
	@$(PY) -m ruff check --quiet --fix-only .
	@$(PY) -m ruff format --quiet .
	@$(NPM) run --silent format

.PHONY: bench
bench: .venv/.stamp-test ## each benchmark prints a table and writes JSON to benchmarks/results
	@for file in benchmarks/[a-z]*.py; do \
		name=$$(basename "$$file" .py); echo "== $$name"; $(PY) -m "benchmarks.$$name" || exit 1; done

# --- tidying ----------------------------------------------------------------------------------

.PHONY: clean
clean: ## what make installed and built; never the state folder with your work
	@rm -rf .venv frontend/node_modules frontend/dist frontend/coverage \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.PHONY: erase
erase: .venv/.stamp-run ## the state folder: database, clips, logs, secrets. For good.
	@$(PY) -m fascicle.stack clean
