# Run `make` to see what there is. Everything runs in .venv, which is made at first use.

PYTHON ?= python3
export STACK
MINUTES ?= 2
SOURCE ?= unknown
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
BIN := .venv/bin
NODE := tests/node/node_modules/.installed
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help up down clean logs demo status audit openapi asyncapi secrets image test test-all check sbom mutants chaos bench bench-full lock servers format

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

up: $(BIN)/.runs ## Start the whole system, and return when it is ready; STACK=docker or STACK=local
	@VERSION=$(VERSION) REVISION=$$(git rev-parse HEAD 2>/dev/null) $(BIN)/python -m operations.stack up

down: ## Stop it; data are kept
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m operations.stack down; fi

clean: ## Stop it and remove its data
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m operations.stack clean; fi

logs: $(BIN)/.runs ## Follow all logs
	@$(BIN)/python -m operations.stack logs

demo: $(BIN)/.runs ## Follow an order through the running system
	@$(BIN)/python -m operations.stack run demo

status: $(BIN)/.runs ## Show how the running system fares, on one screen; STATUS=--watch
	@$(BIN)/python -m operations.stack run status $(STATUS)

audit: $(BIN)/.runs ## List what disagrees in the running system; AUDIT="--json"
	@$(BIN)/python -m operations.stack run audit $(AUDIT)

openapi: $(BIN)/.runs ## Write the OpenAPI documents to docs/openapi; RELEASE=--release keeps them as their version's
	@$(BIN)/python -m operations.openapi $(RELEASE)

asyncapi: $(BIN)/.runs ## Write the events' documents to docs (schemas, asyncapi, events.md); RELEASE=--release keeps them for ever
	@$(BIN)/python -m operations.event_documents $(RELEASE)

test: $(BIN)/.develops servers $(NODE) ## Run every test, on real servers
	$(BIN)/python -m tests.servers $(BIN)/pytest -n 2 $(TESTS)

test-all: ## Run every test on every database and broker; takes long
	TEST_ALL=1 $(MAKE) test

check: $(BIN)/.develops ## Check format, lint, types, architecture, events, weaknesses, manifests; PIP_AUDIT=--required wants the last checked
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m operations.breaking_events
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/bandit -q -c pyproject.toml -r .
	$(BIN)/python -m tests.deployment.kubernetes
	$(BIN)/python -m tests.supply_chain.audit $(PIP_AUDIT)

sbom: $(BIN)/.develops ## Write dist/sbom.cdx.json: every pinned package, in CycloneDX
	@$(BIN)/python -m tests.supply_chain.bill

secrets: $(BIN)/.runs ## Make the passwords that docker-compose.yml mounts, where they are missing
	@$(BIN)/python -m operations.compose_secrets

image: sbom ## Build the image event-services, with its bill of materials; SOURCE=https://…
	docker build -f deploy/Dockerfile --build-arg VERSION=$(VERSION) --build-arg REVISION=$$(git rev-parse HEAD) \
	  --build-arg SOURCE=$(SOURCE) -t event-services:$(VERSION) -t event-services:latest .

format: $(BIN)/.develops ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

mutants: $(BIN)/.develops servers ## Remove each guarantee once, and see its test fail
	$(BIN)/python -m tests.servers $(BIN)/python -m tests.mutants $(MUTANTS)

chaos: $(BIN)/.develops servers ## Order under fire; MINUTES=30 CHAOS="--platform embedded+sqlite --seed 7"
	$(BIN)/python -m tests.chaos --minutes $(MINUTES) $(CHAOS)

bench: $(BIN)/.measures servers ## Measure against the limit and against peers, in under ten minutes; BENCH="--only orders"
	$(BIN)/python -m bench $(BENCH)

bench-full: $(BIN)/.measures servers ## The same with more turns, large backlogs and a million orders; takes an hour
	$(BIN)/python -m bench --full $(BENCH)
	$(BIN)/python -m tests.servers $(BIN)/python -m bench.scale

lock: ## Choose the newest versions of all dependencies (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --upgrade -q -o requirements.txt --custom-compile-command "make lock"
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --upgrade -q -c requirements.txt -o requirements-dev.txt --custom-compile-command "make lock"
	uv pip compile pyproject.toml --group build --group dev --group bench --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --upgrade -q -c requirements-dev.txt \
	  -o requirements-bench.txt --custom-compile-command "make lock"

servers:
	@bash tests/servers/install.sh

# What runs the system.
$(BIN)/.runs: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@PYTHONWARNINGS=ignore $(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What develops it, on top.
$(BIN)/.develops: $(BIN)/.runs requirements-dev.txt
	@echo "installing what tests and checks need into .venv …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# What measures it, and what it is compared with, on top of that.
$(BIN)/.measures: $(BIN)/.develops requirements-bench.txt
	@echo "installing what benchmarks need into .venv …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

# What tests use of npm. Where that can't be installed, those tests tell.
$(NODE): tests/node/package-lock.json | servers
	@if command -v npm >/dev/null; then \
	  echo "installing what tests need into tests/node …"; \
	  if npm ci --prefix tests/node --loglevel=error >/dev/null; then touch $@; else echo "could not install it"; fi; \
	else echo "some tests need more: install Node.js and npm"; fi
