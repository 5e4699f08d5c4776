# Everything a newcomer types. GNU make 3.81 is enough; the two scripts in .ci/ set up what is missing.

VENV := .venv
BIN := $(VENV)/bin
# What Python compiles is kept: some tests and the demo start many processes.
unexport PYTHONDONTWRITEBYTECODE

PORT := 8000
CANVAS_PORT := 8001

.DEFAULT_GOAL := help
.PHONY: help demo test pictures check bench translations wheel clean

help: ## Show these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

demo: ## Try the tool beside a small Canvas (ONCE=1: drive the whole journey and stop; PORT, CANVAS_PORT, DATA)
	@./.ci/environment run
	@$(BIN)/cim demo --port $(PORT) --canvas-port $(CANVAS_PORT) $(if $(DATA),--data "$(DATA)") $(if $(ONCE),--once)

test: ## Set up what the tests need, and run them on SQLite and on PostgreSQL
	@./.ci/environment dev
	@./.ci/servers
	@./.ci/tests

pictures: ## Run the browser tests with pictures of the pages, in test-results/screens/
	@./.ci/environment dev
	@./.ci/servers
	@CIM_TEST_PICTURES=1 $(BIN)/python -m pytest -p no:cacheprovider tests/browser

check: ## Style, types, imports, translations, documentation
	@./.ci/environment dev
	$(BIN)/ruff check lti_app tests
	$(BIN)/ruff format --check lti_app tests
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -q tests/unit/test_translations.py tests/unit/test_docs.py

bench: ## Measure the budgets, print a table, write build/bench.json (SMALL=1: only prove that it works)
	@./.ci/environment dev
	@$(BIN)/python -m tests.bench $(if $(SMALL),--small) --out build/bench.json

translations: ## Bring lti_app/translations/sv.po up to date with the texts in code and templates
	@./.ci/environment dev
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k lazy_gettext -k Message --no-wrap --add-location=file -o build/messages.pot .
	@$(BIN)/pybabel -q update -i build/messages.pot -o lti_app/translations/sv.po -l sv \
	  --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap

wheel: ## Build the wheel into dist/
	@./.ci/environment dev
	@$(BIN)/python -m build --wheel --no-isolation

clean: ## Remove what was built; keeps .venv and var/ (the demo's data)
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find lti_app tests -name __pycache__ -type d -prune -exec rm -rf {} +
