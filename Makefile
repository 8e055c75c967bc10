# The same targets for people and for CI. `make help` lists them.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
PIP := $(RUN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (a minute or two the first time)"
	@$(PIP) install --quiet --constraint constraints.txt 'torch==2.13.0'
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

.PHONY: setup
setup: $(VENV)/.installed ## Make .venv with everything in it

.PHONY: demo
demo: setup ## Fetch the weights, index seeds/, answer a question
	$(RUN)/rag models pull
	$(RUN)/rag index
	$(RUN)/rag ask "What did Pakistan say about Xinjiang?"

.PHONY: test
test: setup ## Run every test, those of the local model included
	@$(RUN)/rag models pull
	$(RUN)/python -m pytest

.PHONY: quick
quick: setup ## Run the tests that need no language model
	$(RUN)/python -m pytest -m "not model"

.PHONY: check
check: setup ## Lint, types, import layers
	$(RUN)/ruff format --check rag tests bench
	$(RUN)/ruff check rag tests bench
	$(RUN)/mypy
	$(RUN)/lint-imports

.PHONY: fix
fix: setup ## Format and mend what a machine can
	$(RUN)/ruff format rag tests bench
	$(RUN)/ruff check --fix rag tests bench

.PHONY: wheel
wheel: setup ## Build the wheel and use it in an empty venv and folder
	bash bench/wheel.sh $(RUN)/python

.PHONY: bench
bench: setup ## Measure speed and memory, beside the plain pipeline
	$(RUN)/python -m bench
