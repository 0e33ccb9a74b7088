# Everything starts from a fresh clone with Python 3.11 or newer, make and a package index: `make demo`, `make test`.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
ARGS ?=
DATA ?= ../shared/data

.PHONY: help demo serve test lowest check style types types-of-tests layers docs bench fuzz soak audit results studies-quick clean
help:
	@echo "make demo    go on with and without PCL on the photographs that ship, hold both against a filter (5 minutes)"
	@echo "make serve   the page on which pictures are dropped, at http://127.0.0.1:8000/; ARGS='--runs runs/' and the like"
	@echo "make test    the tests; ARGS='-m \"not slow\" tests/losses' chooses"
	@echo "make lowest  some of the tests with the lowest versions that pyproject.toml allows"
	@echo "make check   style, types, the layers, and the site; make -j2 check does two at once"
	@echo "make docs    the site, strictly: build/site/index.html"
	@echo "make bench   what the speed claims in docs/ rest on"
	@echo "make fuzz    100,000 damaged pictures and as many checkpoints: half an hour; ARGS='pictures --seed 2' chooses"
	@echo "make soak    kills, flipped bits, failing disks, signals: an hour; ARGS='kills --short' chooses"
	@echo "make audit   what is installed against the lock and the hashes of its wheels"
	@echo "make results docs/results/, from the files in studies/results/"
	@echo "make studies-quick  the quick studies again, each value held against the committed one; DATA=../shared/data"
	@echo "make clean   remove what can be made again, but no run and no virtual environment"

demo: $(READY)
	$(BIN)/acutance demo

serve: $(READY)
	$(BIN)/acutance serve $(ARGS)

# A file at a time, so that what a module makes once is made once, in the order of tests/conftest.py: the longest first.
# Compiled beforehand: the hundred processes that tests start need not, where PYTHONDONTWRITEBYTECODE is set.
test: $(READY)
	@$(BIN)/python -m compileall -q src
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lowest:
	test -x build/lowest/bin/uv || { $(PYTHON) -m venv build/lowest && build/lowest/bin/python -m pip install uv; }
	build/lowest/bin/uv pip install --python build/lowest/bin/python --resolution lowest-direct -e .
	build/lowest/bin/uv pip install --python build/lowest/bin/python pytest hypothesis beartype
	build/lowest/bin/python -m pytest -q -m "not slow" tests/ops tests/metrics tests/losses tests/images $(ARGS)

check: style types types-of-tests layers docs

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/pyright

# After `types`, whose first run may fetch what runs pyright.
types-of-tests: $(READY) | types
	$(BIN)/pyright -p tests/pyrightconfig.json

layers: $(READY)
	$(BIN)/python -m pytest -q tests/test_layers.py

docs: $(READY)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(READY)
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

fuzz: $(READY)
	PYTHONPATH=tests $(BIN)/python -m fuzz $(ARGS)

soak: $(READY)
	PYTHONPATH=tests $(BIN)/python -m soak $(ARGS)

audit: $(READY)
	$(BIN)/python tests/audit.py

results: $(READY)
	$(BIN)/python studies/build_pages.py
	$(BIN)/python studies/model_page.py

studies-quick: $(READY)
	$(BIN)/python studies/quick.py --data $(DATA) $(ARGS)

clean:
	rm -rf demo build dist .pytest_cache .ruff_cache .hypothesis
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Acutance needs Python 3.11 or newer; '$(PYTHON)' is not. Name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -e '.[dev]' -c constraints.txt
	@touch $@
