# Needs Python 3.11 or newer with venv, make and git. Everything else goes into .venv.
VENV ?= .venv
BIN := $(VENV)/bin
# quiet twice: errors only
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
RUNTIME := $(VENV)/.runtime
TESTS := $(VENV)/.tests
OPTIONS = $(if $(PORT),--port "$(PORT)") $(if $(DATA),--data "$(DATA)")
COMPILE = "$$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
  --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help install demo serve test lint audit bench battery lock clean
.DELETE_ON_ERROR:

help: ## this list
	@echo 'make TARGET'; sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | \
	  while IFS='|' read -r target words; do printf '%-10s %s\n' "$$target" "$$words"; done

install: $(RUNTIME) ## make .venv with everything cellwarden needs to run

demo: $(RUNTIME) ## a live demo fleet on this machine (PORT, DATA, DEVICES, SEED, MESSY=1; Ctrl-C ends it)
	@exec $(BIN)/cellwarden demo $(strip $(OPTIONS) $(if $(DEVICES),--devices "$(DEVICES)") $(if $(SEED),--seed "$(SEED)") $(if $(MESSY),--messy))

serve: $(RUNTIME) ## the production start, without demo data (PORT, DATA)
	@exec $(BIN)/cellwarden serve $(strip $(OPTIONS))

test: $(TESTS) ## every check: style, types, imports, tests with a real browser and a real PostgreSQL
	@PATH="$(abspath $(BIN)):$$PATH" sh tests/check.sh all

lint: $(TESTS) ## the checks that run no code: style, types, imports
	@PATH="$(abspath $(BIN)):$$PATH" sh tests/check.sh lint

audit: $(TESTS) ## what bandit and pip-audit know; fails for every package that could not be looked up (needs the network)
	@exec $(BIN)/python -m tests.audit

bench: $(TESTS) ## the benchmarks, every figure as a ratio in one run
	@exec $(BIN)/python -m tests.bench

battery: $(TESTS) ## faults and attacks against real servers on both stores, a figure and a verdict a line (15 minutes)
	@exec $(BIN)/python -m tests.battery

lock: $(BIN)/python ## take the newest allowed versions into the lock files
	@uv=$$(command -v uv || echo $(BIN)/uv); [ -x "$$uv" ] || $(PIP) uv; \
	$(COMPILE) --upgrade --extra build -o requirements.lock pyproject.toml && \
	$(COMPILE) --upgrade --extra build --extra test -c requirements.lock -o tests/requirements.lock pyproject.toml

clean: ## remove .venv and every cache; data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@sh tests/venv.sh $(VENV)

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo 'installing cellwarden into $(VENV)'
	@$(PIP) --require-hashes -r requirements.lock
	@PATH="$(abspath $(BIN)):$$PATH" $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTS): tests/requirements.lock $(RUNTIME)
	@echo 'installing the test tools into $(VENV)'
	@$(PIP) --require-hashes -r tests/requirements.lock
	@touch $@
