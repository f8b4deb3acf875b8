# Everything a newcomer needs: `make demo`, `make lab`, `make test`. Each does its own set-up.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo lab test fast check machine lock clean

help:            ## Show what can be made.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

setup: $(READY)  ## Make the virtual environment in .venv.

$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed; $(PYTHON) is older. Run: make setup PYTHON=python3.12' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { echo 'No virtual environment could be made. On Debian: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Installing what requirements.lock names (hashes checked) into $(VENV) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock \
	  || { echo 'uv could not install; trying pip, which reads your pip configuration.' >&2; \
	       $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock; }
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . 2>/dev/null \
	  || $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: setup      ## Turn a brief in words into a project, a video and a contact sheet. No key, no network.
	@$(BIN)/workbench demo

lab: setup       ## Open JupyterLab at the tour.
	@$(BIN)/workbench lab

check: setup     ## Style, types and the order of imports.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fast: setup      ## The fast tests alone.
	$(BIN)/python -m pytest -m 'not slow'

machine:         # what the slow tests need from the system
	@sh tests/machine.sh

# The same examples every time, so that a run says something about the change; plain `pytest` looks for new ones.
test: setup machine check  ## All tests: style, types, floors, fast, slow, notebooks.
	$(BIN)/python -m pytest --hypothesis-profile=ci
	$(BIN)/python -m pytest --nbval-lax --nbval-cell-timeout=300 notebooks/*.ipynb

lock: setup      ## Choose versions anew and write the lock files.
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra test --extra build --extra postgresql --upgrade -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dask --extra objects --extra otlp --extra stress --extra ocr --extra postgresql --extra build --constraint requirements.lock -o deploy/requirements.lock pyproject.toml
	echo uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -o requirements-uv.lock -

clean:           ## Remove the virtual environment and caches; keeps data/.
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
