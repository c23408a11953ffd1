PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
WORKSPACE ?= demo-workspace
CASES ?= 20000
SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d " "))

ASSETS := src/answerable/web/static/marks.json

.PHONY: help setup demo test check browser bench fuzz docs lock clean

help: ## what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

$(ASSETS): $(STAMP) package-lock.json $(wildcard src/answerable/web/assets/*)
	$(BIN)/python -m tools.assets

setup: $(STAMP) $(ASSETS) ## install everything into .venv, with hashes, and build what pages look like

demo: setup ## walk one idea round the whole loop, check it, show it on http://127.0.0.1:8000 (PORT=)
	$(BIN)/answerable demo --workspace $(WORKSPACE)

browser: ## install Debian's Chromium if there is none, for the tests of pages
	@command -v $(or $(CHROMIUM),chromium) >/dev/null \
		|| (apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation) \
		|| { echo "The tests need Chromium: install it, or set CHROMIUM to its path."; exit 1; }

check: setup ## architecture, types, lint; documents that run and say everything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.reference --check
	$(BIN)/python -m pytest -q -n 2 tests/architecture tests/docs src

test: check browser ## every check and every test
	$(BIN)/python -m pytest -q -n 2 tests --ignore=tests/architecture --ignore=tests/docs

bench: setup ## run every benchmark and print its table
	$(BIN)/python -m bench all

fuzz: setup ## the property tests, long (CASES=20000 for each; SEED= asks the same again)
	@echo "SEED=$(SEED)"
	HYPOTHESIS_PROFILE=fuzz FUZZ_CASES=$(CASES) $(BIN)/python -m pytest -q -n 2 -m property --hypothesis-seed=$(SEED)

docs: setup ## write the generated reference pages
	$(BIN)/python -m tools.reference

lock: ## resolve requirements again (needs uv)
	cd requirements && uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url dev.in -o dev.txt
	cd requirements && uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -c dev.txt run.in -o run.txt

clean: ## remove what was made
	rm -rf $(VENV) $(WORKSPACE) node_modules screenshots src/answerable/web/static .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
