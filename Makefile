PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
WORKSPACE ?= demo-workspace
CASES ?= 20000

.PHONY: help setup demo test check bench fuzz docs lock clean

help: ## what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

setup: $(STAMP) ## install everything into .venv, with hashes

demo: setup ## walk one idea round the whole loop, then check it
	$(BIN)/answerable demo --no-serve --workspace $(WORKSPACE)
	$(BIN)/answerable verify $(WORKSPACE)/public

check: setup ## architecture, types, lint; documents that run and say everything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.reference --check
	$(BIN)/python -m pytest -q -n 2 tests/architecture tests/docs src

test: check ## every check and every test
	$(BIN)/python -m pytest -q -n 2 tests --ignore=tests/architecture --ignore=tests/docs

bench: setup ## run every benchmark and print its table
	$(BIN)/python -m bench all

fuzz: setup ## the property tests, long (CASES=20000 for each)
	HYPOTHESIS_PROFILE=fuzz FUZZ_CASES=$(CASES) $(BIN)/python -m pytest -q -n 2 -m property

docs: setup ## write the generated reference pages
	$(BIN)/python -m tools.reference

lock: ## resolve requirements again (needs uv)
	cd requirements && uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url dev.in -o dev.txt
	cd requirements && uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -c dev.txt run.in -o run.txt

clean: ## remove what was made
	rm -rf $(VENV) $(WORKSPACE) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
