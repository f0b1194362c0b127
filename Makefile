# Two commands do everything on a fresh machine that has make and Python 3.11 or newer with venv:
#   make book      set-up, run, site and PDF
#   make test      set-up, tests
# and one more shows each page while you write it, at http://127.0.0.1:8000:
#   make preview

PYTHON ?= python3
# Where pip finds PyTorch, and nothing else. On Linux the default index sends the CUDA build
# (gigabytes); take the CPU build from PyTorch's own index with
#   make book TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: book preview readme mutants test test-long lint clean setup lock

book: setup
	@$(BIN)/python -m scripts build

preview: setup
	@$(BIN)/python -m scripts preview

# After `make book`: the findings and the picture in README.md. The picture needs Chromium.
readme: $(VENV)/tools
	@PYTHONPATH=. $(BIN)/python tests/readme.py

# Plant bugs in notebooks (tests/mutants/NAME.toml) and see whether their checks notice: in that of
# one with NAME=electra, else in all; with WRITE=1 the results are kept, and shown by the site.
mutants: setup
	@$(BIN)/python tests/mutants.py $(NAME) $(if $(WRITE),--write)

test: lint
	@$(BIN)/python -m pytest -m "not long" --numprocesses 2 --dist loadfile

test-long: $(VENV)/tools
	@$(BIN)/python -m pytest -m long

lint: $(VENV)/tools
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

setup: $(VENV)/done

PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet install
# What the locks name, as its hash says; from where doesn't matter then.
LOCKED = $(PIP) --require-hashes --requirement
TORCH = $(shell grep '^torch==' requirements.txt)

# Made again when the versions change; the mark is written last, so a broken set-up starts over.
$(VENV)/done: requirements.txt constraints.txt
	@echo "setting up $(VENV): some minutes the first time"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] or 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(LOCKED) constraints.txt
	@$(PIP) $(TORCH) $(if $(TORCH_INDEX),--no-deps --index-url $(TORCH_INDEX))
	@touch $@

$(VENV)/tools: $(VENV)/done tests/requirements.txt tests/constraints.txt
	@$(LOCKED) tests/constraints.txt
	@touch $@

# For maintainers: lock what the requirements resolve to now, for every system and Python.
lock:
	@rm -rf .cache/lock && $(PYTHON) -m venv .cache/lock
	@.cache/lock/bin/pip install --quiet uv
	@$(LOCK) requirements.txt --output-file constraints.txt --upgrade
	@$(LOCK) tests/requirements.txt --constraint constraints.txt \
	  --output-file tests/constraints.txt --upgrade

# PyTorch's builds differ by index, so it has no hash here; requirements.txt pins it.
LOCK = .cache/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate \
  --custom-compile-command "make lock" --no-emit-package torch

clean:
	@rm -rf _build .cache
