# Interview Helper. Two commands matter: `make run` and `make test`. Every target skips what is already done.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
export HF_HUB_OFFLINE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test demo bench eval examples setup models web lint types docs lock system-packages clean test-fast e2e

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: setup models web ## set up everything and serve the product on http://127.0.0.1:8000
	@echo "==> starting Interview Helper"
	@exec $(VENV)/bin/interview-helper serve

demo: setup models web ## play a whole interview turn in the terminal (starts a server when none runs)
	@exec $(VENV)/bin/interview-helper demo

test: setup-dev models web system-packages lint types ## set up everything and run every test
	@echo "==> tests: backend"
	@$(PY) -m pytest -q
	@echo "==> tests: web client"
	@cd frontend && npm run --silent lint && npm run --silent typecheck && npm run --silent test
	@echo "==> tests: browser"
	@$(VENV)/bin/interview-helper e2e

test-fast: setup-dev ## the backend tests that need no model files and no browser
	@$(PY) -m pytest -q -m "not models and not browser"

e2e: setup-dev models web system-packages ## the browser journeys alone
	@$(VENV)/bin/interview-helper e2e

bench: setup models web ## measure text and voice turns into docs/benchmarks.md
	@$(VENV)/bin/interview-helper bench

eval: setup models ## measure ears, search, scores, honesty and questions into docs/evaluation.md and MLflow
	@$(VENV)/bin/interview-helper eval

examples: setup models ## play three whole interviews into docs/examples
	@$(VENV)/bin/interview-helper examples

lint: setup-dev ## ruff and the import rules
	@echo "==> lint"
	@$(VENV)/bin/ruff check backend && $(VENV)/bin/ruff format --check -q backend && $(VENV)/bin/lint-imports

types: setup-dev ## mypy --strict
	@echo "==> types"
	@$(VENV)/bin/mypy

docs: setup ## regenerate docs/configuration.md and docs/errors.md from the code
	@$(VENV)/bin/interview-helper docs

# --- set-up ------------------------------------------------------------------------------------------------------

.PHONY: setup setup-dev
setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed ($(PYTHON) was not found)"; exit 1; }
	@echo "==> Python environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install -q --upgrade pip

$(VENV)/.installed: $(VENV)/bin/python requirements.txt pyproject.toml
	@echo "==> Python packages (about 2.5 GB, a few minutes the first time)"
	@$(PY) -m pip install --progress-bar off -r requirements.txt | { grep -vE "already satisfied" || :; }
	@$(PY) -m pip install -q --no-deps --no-build-isolation -e .
	@! $(PY) -m pip freeze | grep -i '^nvidia' || { echo "a CUDA build was pulled in; see docs/decisions"; exit 1; }
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "==> Python packages for tests and checks"
	@$(PY) -m pip install -q -r requirements-dev.txt
	@touch $@

models: setup ## fetch and verify the model files (about 1.4 GB, once per machine)
	@$(PY) -m backend.models.fetch

web: frontend/dist/.built ## build the web client

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json
	@command -v npm >/dev/null || { echo "Node 20 with npm is needed to build the web client"; exit 1; }
	@echo "==> web client: packages"
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/.built: frontend/node_modules/.installed $(shell find frontend/src frontend/public frontend/index.html frontend/vite.config.ts -type f 2>/dev/null)
	@echo "==> web client: build"
	@cd frontend && npm run --silent build
	@touch $@

system-packages: ## Debian packages that the browser tests need, where the user may install them
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "==> Debian packages: chromium"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	fi

lock: ## compile requirements*.in into requirements*.txt in a fresh environment
	@rm -rf .cache/lock && $(PYTHON) -m venv .cache/lock && .cache/lock/bin/python -m pip install -q -r requirements.in
	@{ echo "# Compiled from requirements.in by \`make lock\`: do not edit."; \
	   .cache/lock/bin/python -m pip freeze | sed 's/+cpu//'; } > requirements.txt
	@.cache/lock/bin/python -m pip freeze > .cache/lock/run.txt && .cache/lock/bin/python -m pip install -q -r requirements-dev.in
	@{ echo "# Compiled from requirements-dev.in by \`make lock\`: do not edit."; echo "-r requirements.txt"; \
	   .cache/lock/bin/python -m pip freeze | grep -vxFf .cache/lock/run.txt; } > requirements-dev.txt

clean: ## remove what was built here (not the model files)
	@rm -rf $(VENV) frontend/node_modules frontend/dist .cache
