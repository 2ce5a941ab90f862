# Everything runs in .venv, made here on first use. Python 3.11 or newer, make and git are enough.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

.PHONY: demo test check bench bench-splitters fresh docs clean

demo: .venv/core.done
	@$(BIN)/stancekit train --config configs/sahel.yaml

test: .venv/dev.done
	@tests/report/install-browser $(BIN)/python
	@$(BIN)/python -m pytest

check: .venv/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m sphinx -q -W -b html docs docs/_build/html

docs: .venv/dev.done
	$(BIN)/python -m sphinx -W -b html docs docs/_build/html

bench: .venv/dev.done
	$(BIN)/python -m benchmarks

fresh: .venv/core.done
	$(BIN)/python -m benchmarks.fresh

bench-splitters: .venv/core.done
	$(BIN)/python -m benchmarks.splitters

clean:
	rm -rf .venv .venv-bench docs/_build

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("stancekit needs Python 3.11 or newer, found " + sys.version.split()[0] + "; try: make PYTHON=python3.12 $(MAKECMDGOALS)" if sys.version_info < (3, 11) else 0)'
	@echo "creating .venv"
	@$(PYTHON) -m venv .venv

.venv/core.done: .venv/bin/python pyproject.toml requirements/core.lock
	@echo "installing the pinned dependencies"
	@$(INSTALL) --require-hashes --requirement requirements/core.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.done: .venv/core.done requirements/dev.lock
	@echo "installing the pinned test and documentation tools"
	@$(INSTALL) --require-hashes --requirement requirements/dev.lock
	@touch $@
