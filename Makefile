# Everything a newcomer needs: make demo, make test, make check. Nothing but Python 3.11+, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CODE := flows models schemas intake reports reminders sample cli.py settings.py
UV_VERSION := $(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)

.PHONY: setup demo test check types imports format docs reference audit lock bench bench-short clean

setup: $(READY)

# uv installs in seconds; where it finds no index (one known to pip alone), pip does the same work.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dondoc needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements.lock \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable . \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m compileall -q $(CODE)
	touch $@

demo: $(READY)
	$(BIN)/dondoc demo

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

check: $(READY) types imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The site in site/, from docs/; fails where the reference is not what the code says, or a link leads nowhere.
docs: $(READY)
	DONDOC_LANGUAGE=en $(BIN)/python -m docs.making.reference --check
	$(BIN)/python -m docs.making.leaflet
	$(BIN)/zensical build --clean --strict

reference: $(READY)
	DONDOC_LANGUAGE=en $(BIN)/python -m docs.making.reference

audit: $(READY)
	$(BIN)/python .ci/audit.py

lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --group dev --group docs --extra postgresql --extra s3 --universal --generate-hashes \
	  --no-header --no-emit-index-url --quiet --output-file requirements.lock

# What the naive way of the benchmarks needs, and nothing else: seen by its process alone.
$(VENV)/bench: $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --target $@ --group pyproject.toml:bench
	touch $@

bench: $(VENV)/bench
	$(BIN)/python -m benchmarks --keep

bench-short: $(VENV)/bench
	$(BIN)/python -m benchmarks --short

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
