# The two commands are `make run` and `make test`; each does its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
EXPORTS ?= examples/demo
DATA ?= data
VENV := .venv
BIN := $(VENV)/bin
READY := .make/environment

.DEFAULT_GOAL := help
.PHONY: help run test lint docs dagster bench lock clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements.txt pyproject.toml
	@mkdir -p .make
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pip install -q --disable-pip-version-check "uv>=0.9"
	@env -u PYTHONDONTWRITEBYTECODE VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync -q --compile-bytecode requirements.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## set up, then refresh EXPORTS (default: the demo) into DATA (default: data)
	@$(BIN)/prospection run --exports "$(EXPORTS)" --data "$(DATA)"

test: $(READY) ## set up, then run every test
	@$(BIN)/python -m pytest

lint: $(READY) ## ruff, mypy, sqlfluff, yamllint
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/sqlfluff lint models tests/dbt macros

docs: $(READY) ## dbt's documentation site, in target/
	$(BIN)/dbt docs generate --static

dagster: $(READY) ## the scheduler and its pages on 127.0.0.1:3000
	$(BIN)/prospection dagster --exports "$(EXPORTS)" --data "$(DATA)"

lock: $(READY) ## renew requirements.txt (hashes, no addresses) from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-header --upgrade -o requirements.txt

clean: ## remove the environment and everything built (never data/)
	rm -rf $(VENV) .make target logs
