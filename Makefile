# The two commands are `make run` and `make test`; each does its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
EXPORTS ?= examples/demo
DATA ?= data
VENV := .venv
BIN := $(VENV)/bin
READY := .make/environment
SPARK := .venv-spark
SPARK_READY := .make/spark
AUDIT := .venv-audit
SUPERSET := .venv-superset
SUPERSET_READY := .make/superset
SUPERSET_HOME ?= .superset
SUPERSET_PORT ?= 8088
ROWS ?= 1000000
SIZES ?= 1m 10mx5
RUNS ?= 1
AGAINST ?=
SEED ?= 1001
SEEDS ?= 20
MINUTES ?= 60
DAYS ?= 60
SCALE ?= 1

.DEFAULT_GOAL := help
.PHONY: help run inspect extras test test-browser test-refreshes test-formats test-postgres test-erasure test-faults spark test-spark superset test-superset lint audit docs dagster bench bench-landing bench-kpi days \
	proof fuzz lock clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# byte-code is compiled even where PYTHONDONTWRITEBYTECODE says no: each start would cost seconds
$(READY): requirements.txt pyproject.toml
	@mkdir -p .make
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pip install -q --disable-pip-version-check "uv>=0.9"
	@env -u PYTHONDONTWRITEBYTECODE VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync -q --compile-bytecode requirements.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m orchestration.warehouse.dbt_project
	@touch $@

run: $(READY) ## set up, then refresh EXPORTS (default: the demo) into DATA (default: data)
	@$(BIN)/prospection run --exports "$(EXPORTS)" --data "$(DATA)"

inspect: $(READY) ## what the files of EXPORTS (default: the demo) are and supply, in seconds; WRITE=1: a mapping to start from
	@$(BIN)/prospection inspect "$(EXPORTS)" $(if $(WRITE),--write-mapping)

extras: $(READY) ## what no refresh needs: workbooks (prospection export), the way in for assistants, PostgreSQL
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --require-hashes --compile-bytecode -r requirements-extras.txt

test: $(READY) ## set up, then run every test that needs no browser
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --no-loadscope-reorder --ignore=tests/python/browser

test-refreshes: $(READY) ## whole refreshes beyond the few of `make test`: loads one by one, a month, a kill, recipes
	@$(BIN)/python -m pytest -m refreshes --numprocesses=2 --no-loadscope-reorder tests/python/integration

test-browser: $(READY) ## the dashboard in Debian's chromium; screenshots go to build/dashboard
	@.ci/debian chromium chromium
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 tests/python/browser

test-formats: $(READY) ## the demo company through each tool's files gives the same KPI values: two refreshes a tool
	@$(BIN)/python -m pytest -m formats --numprocesses=2 tests/python/integration/test_demo_formats.py

test-postgres: $(READY) extras ## the copy in PostgreSQL: Debian's server in a folder of its own, readers, kills
	@.ci/debian pg_createcluster postgresql
	@$(BIN)/python -m pytest -m postgres --numprocesses=2 tests/python/postgres

test-erasure: $(READY) ## a small company before and after an erasure; people planted everywhere, none published: five refreshes
	@$(BIN)/python -m pytest -m erasure tests/python/integration/test_erasure.py tests/python/integration/test_nothing_about_people.py

test-faults: $(READY) ## kills, full disks, two refreshes at once, a month of loads: a quarter of an hour and more
	@.ci/debian faketime faketime
	@$(BIN)/python -m pytest -m faults tests/python/faults tests/python/integration/test_a_month_of_loads.py

# an environment of its own: none of it is needed where DuckDB builds
$(SPARK_READY): requirements-spark.txt $(READY)
	@.ci/debian java openjdk-17-jre-headless
	@test -x $(SPARK)/bin/python || $(PYTHON) -m venv $(SPARK)
	@VIRTUAL_ENV=$(SPARK) $(BIN)/uv pip sync -q requirements-spark.txt
	@touch $@

spark: $(SPARK_READY) ## set up Spark as second engine: Java 17 and an environment of its own (about 1 GB)

test-spark: $(SPARK_READY) ## a small company on Spark, every table as DuckDB makes it: some minutes
	@VIRTUAL_ENV=$(SPARK) $(BIN)/uv pip install -q --require-hashes -r requirements-spark-test.txt
	@$(BIN)/python -m pytest -m spark tests/python/spark

$(SUPERSET_READY): requirements-superset.txt $(READY)
	@test -x $(SUPERSET)/bin/python || $(PYTHON) -m venv $(SUPERSET)
	@VIRTUAL_ENV=$(SUPERSET) $(BIN)/uv pip sync -q requirements-superset.txt
	@touch $@

superset: $(SUPERSET_READY) ## Superset on 127.0.0.1:SUPERSET_PORT with DATA, datasets and a dashboard (0.7 GB; what it keeps: .superset)
	@PYTHONPATH=. $(SUPERSET)/bin/python deploy/superset/start.py \
		--data "$(DATA)" --home "$(SUPERSET_HOME)" --port $(SUPERSET_PORT) $(if $(NEW_PASSWORD),--new-password)

test-superset: $(SUPERSET_READY) ## Superset's dashboard in a browser, and 500 queries during 20 publications: some minutes
	@.ci/debian chromium chromium
	@$(BIN)/python -m pytest -m superset tests/python/superset

lint: $(READY) ## ruff, mypy, yamllint, sqlfluff
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	PROSPECTION_DATA=.make $(BIN)/python .ci/lint_sql.py lint --processes 0 --disable-progress-bar models tests/dbt

audit: $(READY) ## what is known against a locked package, where the database of vulnerabilities can be reached
	@test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	@VIRTUAL_ENV=$(AUDIT) $(BIN)/uv pip sync -q requirements-audit.txt
	@$(AUDIT)/bin/python .ci/audit.py --tool $(AUDIT)/bin/pip-audit

docs: $(READY) ## the KPI tables of the pages; with a warehouse in DATA, dbt's site in target/static_index.html
	@$(BIN)/python -m orchestration.documentation
	@test ! -f "$(DATA)/warehouse.duckdb" || PROSPECTION_DATA="$(DATA)" $(BIN)/dbt docs generate --static

dagster: $(READY) ## the scheduler and its pages on 127.0.0.1:3000
	$(BIN)/prospection dagster --exports "$(EXPORTS)" --data "$(DATA)"

bench: $(READY) ## what companies of SIZES (default: 1m 10mx5) cost: full, a day, nothing new; AGAINST=commit: beside another, RUNS times
	$(BIN)/python -m tests.benchmarks.refreshes --folder build/benchmark --sizes $(SIZES) --runs $(RUNS) $(if $(AGAINST),--against $(AGAINST))

bench-landing: $(READY) ## how fast ROWS (default: 1000000) activities of a CSV file and HubSpot deals are landed
	$(BIN)/python -m tests.benchmarks.landing --rows $(ROWS) --folder build/benchmark/landing
	$(BIN)/python -m tests.benchmarks.hubspot --folder build/benchmark/landing

bench-kpi: $(READY) ## what each model of the KPI layer costs on the warehouse in DATA, outside dbt
	$(BIN)/python -m tests.benchmarks.kpi_layer --data "$(DATA)"

days: $(READY) ## DAYS (default: 60) daily refreshes of the demo (SCALE): what is held, what it costs, how each folder grows
	$(BIN)/python -m tests.benchmarks.days --folder build/days --days $(DAYS) --scale $(SCALE)

proof: $(READY) ## what the marts find in SEEDS (default: 20) companies from seed SEED (default: 1001) on: an hour
	$(BIN)/python -m tests.benchmarks.findings --first-seed $(SEED) --seeds $(SEEDS) --folder build/findings

fuzz: $(READY) ## land and stage spoilt exports for MINUTES (default: 60): no crash, no record lost
	$(BIN)/python -m tests.fuzz.landing_and_staging --minutes $(MINUTES) --seed $(SEED) --folder build/fuzz

lock: $(READY) ## renew requirements*.txt (hashes, no addresses) from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-header --upgrade -o requirements.txt
	$(BIN)/uv pip compile --group spark --generate-hashes --no-emit-index-url --no-header --upgrade -o requirements-spark.txt
	$(BIN)/uv pip compile --group spark --group spark-test --generate-hashes --no-emit-index-url --no-header \
		--upgrade -o requirements-spark-test.txt
	$(BIN)/uv pip compile --group audit --generate-hashes --no-emit-index-url --no-header --upgrade -o requirements-audit.txt
	$(BIN)/uv pip compile --group superset --generate-hashes --no-emit-index-url --no-header --upgrade -o requirements-superset.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras --constraint requirements.txt --generate-hashes --no-emit-index-url \
		--no-header --upgrade $$(sed -nE 's/^([A-Za-z0-9_.-]+)==.*/--no-emit-package \1/p' requirements.txt) -o requirements-extras.txt
	sed -i '/^# The following packages were excluded/,$$d' requirements-extras.txt

clean: ## remove the environment and everything built (never data/)
	rm -rf $(VENV) $(SPARK) $(AUDIT) $(SUPERSET) .make target logs build
