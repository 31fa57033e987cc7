# Interview Helper. Two commands matter: `make run` and `make test`. Every target skips what is already done.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
# PYTHON names the Python to use; without it deploy/find-python.sh looks for one
export PYTHON
VENV := .venv
PY := $(VENV)/bin/python
MLFLOW_PORT ?= 5000
export HF_HUB_OFFLINE := 1
export MLFLOW_DISABLE_TELEMETRY := true
export MLFLOW_SERVER_ENABLE_JOB_EXECUTION := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test test-long demo bench bench-live bench-load bench-observation bench-turns eval train examples setup setup-dev models web web-or-api check-install mlflow lint types types-newer docs lock system-packages clean test-fast e2e

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

run: setup models web-or-api ## set up everything and serve the product on http://127.0.0.1:8000
	@echo "==> starting Interview Helper"
	@exec $(VENV)/bin/interview-helper serve

demo: setup models web-or-api ## play a whole interview turn in the terminal (starts a server when none runs)
	@exec $(VENV)/bin/interview-helper demo

test: setup-dev models web system-packages lint types ## set up everything and run every test
	@echo "==> tests: backend, two files at a time"
	@$(PY) -m pytest -q -n 2 --dist loadfile -m "not models and not long"
	@echo "==> tests: backend, with the models"
	@$(PY) -m pytest -q -m "models and not long"
	@echo "==> tests: web client"
	@cd frontend && npm run --silent lint && npm run --silent typecheck && npm run --silent test
	@echo "==> tests: browser"
	@$(VENV)/bin/interview-helper e2e --part first

test-long: setup-dev models web system-packages ## the tests of many servers and processes, which take their time
	@echo "==> tests: replicas, faults, Prometheus, MLflow servers"
	@$(PY) -m pytest -q -m long
	@echo "==> tests: more of the browser"
	@$(VENV)/bin/interview-helper e2e --part more

test-fast: setup-dev ## the backend tests that need no model files and no browser
	@$(PY) -m pytest -q -n 2 --dist loadfile -m "not models and not browser and not long"

e2e: setup-dev models web system-packages ## the browser journeys alone
	@$(VENV)/bin/interview-helper e2e

mlflow: setup ## open MLflow's own pages on prompts, coach stacks and interviews: http://127.0.0.1:5000 (MLFLOW_PORT)
	@$(PY) -m backend.install.ports 127.0.0.1 $(MLFLOW_PORT) MLFLOW_PORT
	@mkdir -p mlruns/artifacts
	@echo "==> http://127.0.0.1:$(MLFLOW_PORT)  (Ctrl-C stops it)"
	@exec $(VENV)/bin/mlflow ui --backend-store-uri 'sqlite:///$(CURDIR)/mlruns/mlflow.db' \
	  --default-artifact-root 'file://$(CURDIR)/mlruns/artifacts' --host 127.0.0.1 --port $(MLFLOW_PORT) --workers 1

bench: setup models web ## measure text and voice turns into docs/benchmarks.md
	@$(VENV)/bin/interview-helper bench

bench-live: setup models ## measure the live path (real speech at speaking speed) into docs/benchmarks.md
	@$(VENV)/bin/interview-helper bench-live

bench-load: setup ## measure how many turns one process carries into docs/benchmarks.md
	@$(VENV)/bin/interview-helper bench-load

bench-observation: setup models ## measure what metrics and traces cost a turn into docs/benchmarks.md
	@$(VENV)/bin/interview-helper bench-observation

bench-turns: setup models ## measure who is cut off, and the wait, at the end of hands-free answers
	@$(VENV)/bin/interview-helper bench-turns

eval: setup models ## measure ears, search, scores, honesty and questions into docs/evaluation.md and MLflow
	@$(VENV)/bin/interview-helper eval

train: setup models ## train the story model, the intake and the reader of lines from the committed texts (minutes), logged to MLflow
	@$(VENV)/bin/interview-helper train

examples: setup models ## play whole interviews into docs/examples
	@$(VENV)/bin/interview-helper examples

lint: setup-dev ## ruff and the import rules
	@echo "==> lint"
	@$(VENV)/bin/ruff check backend && $(VENV)/bin/ruff format --check -q backend && $(VENV)/bin/lint-imports

types: setup-dev ## mypy --strict
	@echo "==> types"
	@$(VENV)/bin/mypy

types-newer: setup-dev ## mypy --strict as the newer Pythons see the code (minutes; CI runs it)
	@for version in 3.12 3.13; do echo "==> types: Python $$version"; $(VENV)/bin/mypy --python-version $$version || exit 1; done

docs: setup ## regenerate the generated pages under docs from the code
	@$(VENV)/bin/interview-helper docs

# --- set-up ------------------------------------------------------------------------------------------------------

setup: ## the Python environment, in step with requirements.txt
	@python="$$(sh deploy/find-python.sh)" && "$$python" -m backend.install.packages $(VENV)

setup-dev: ## the same, with what tests and checks need
	@python="$$(sh deploy/find-python.sh)" && "$$python" -m backend.install.packages $(VENV) --dev

models: setup ## fetch and verify the model files (about 1.5 GB) and index the question bank, once per machine
	@$(PY) -m backend.models.fetch
	@$(VENV)/bin/interview-helper bank index

web: setup ## build the web client
	@$(PY) -m backend.install.web

web-or-api: setup # a machine without Node gets the API alone, and is told
	@$(PY) -m backend.install.web --optional

check-install: setup-dev ## whether all pins can be installed: three Pythons, x86-64 and aarch64, a pip without configuration
	@echo "==> check of the pins"
	@$(PY) -m backend.install.check

# command:package; the tests that need a command skip, and say so, where it is absent
DEBIAN_PACKAGES := chromium:chromium nginx:nginx-light openssl:openssl \
  initdb:postgresql redis-server:redis-server prometheus:prometheus
system-packages: ## Debian packages that some tests need, where the user may install them
	@missing=""; for pair in $(DEBIAN_PACKAGES); do \
	  PATH="$$PATH:/usr/sbin:$$(echo /usr/lib/postgresql/*/bin)" command -v "$${pair%%:*}" >/dev/null || missing="$$missing $${pair##*:}"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if ! command -v apt-get >/dev/null; then \
	  echo "==> not installed:$$missing (Debian's names). The tests that need them skip and say so."; \
	elif [ "$$(id -u)" != 0 ]; then \
	  echo "==> not installed:$$missing. The tests that need them skip and say so; sudo make system-packages installs them."; \
	else \
	  echo "==> Debian packages:$$missing"; \
	  { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; } || \
	    echo "==> apt-get could not install them; above is what it said. The tests that need them skip and say so."; \
	fi

# --- deployments (docs/deployment.md) ------------------------------------------------------------------------------

.PHONY: certificate compose-env manifests sbom
certificate: ## a self-signed certificate for nginx, unless there is one
	@[ -f deploy/tls/server.crt ] || { sh deploy/certificate.sh deploy/tls && echo "==> deploy/tls: self-signed"; }

compose-env: ## passwords for Docker Compose in .env, unless there are some
	@touch .env && chmod 600 .env
	@for name in POSTGRES_PASSWORD REDIS_PASSWORD SECRET_KEY SPEECH_API_KEY GRAFANA_PASSWORD; do \
	  grep -q "^$$name=" .env || echo "$$name=$$(openssl rand -hex 24)" >> .env; \
	done
	@echo "==> .env"

manifests: setup-dev ## check every Kubernetes overlay, the Compose file and the workflows against their schemas
	@$(PY) -m pytest -q backend/tests/deploy/test_kubernetes.py backend/tests/deploy/test_compose.py backend/tests/deploy/test_workflows.py

sbom: setup ## lists of every package (CycloneDX) into sbom/
	@mkdir -p sbom && $(PY) -m venv .cache/sbom && .cache/sbom/bin/python -m pip install -q cyclonedx-bom==7.5.0
	@.cache/sbom/bin/cyclonedx-py environment --of JSON -o sbom/python.cdx.json $(PY)
	@cd frontend && npm sbom --package-lock-only --sbom-format cyclonedx > ../sbom/web.cdx.json

lock: ## compile requirements*.in into requirements*.txt in a fresh environment (then: make check-install)
	@rm -rf .cache/lock && python="$$(sh deploy/find-python.sh)" && "$$python" -m venv .cache/lock
	@.cache/lock/bin/python -m backend.install.torch requirements.in
	@.cache/lock/bin/python -m pip install -q -r requirements.in
	@{ echo "# Compiled from requirements.in by \`make lock\`: do not edit."; \
	   .cache/lock/bin/python -m pip freeze | grep -vE "^(nvidia|cuda|triton)" | sed 's/+cpu//'; } > requirements.txt
	@.cache/lock/bin/python -m pip freeze > .cache/lock/run.txt && .cache/lock/bin/python -m pip install -q -r requirements-dev.in
	@{ echo "# Compiled from requirements-dev.in by \`make lock\`: do not edit."; echo "-r requirements.txt"; \
	   .cache/lock/bin/python -m pip freeze | grep -vxFf .cache/lock/run.txt; } > requirements-dev.txt

clean: ## remove what was built here (not the model files)
	@rm -rf $(VENV) frontend/node_modules frontend/dist .cache
