# The course from one command: `make run`. `make help` lists the rest.
# Settings: PORT=8888  BROWSER=0 (print the address only)  PYTHON=/path/to/python3.11  WORKERS=2 (test processes)
# `make bench` takes ROWS="frame sizes" (some rows only), FULL=1 (chapters and tests anew), JSON=1

VENV        ?= .venv
PORT        ?= 8888
WORKERS     ?= 2
PYTHON      ?= $(shell command -v python3.11 || command -v python3)
# PyTorch's own index of builds without CUDA.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

PY    := $(VENV)/bin/python
PIP   := $(PY) -m pip --disable-pip-version-check
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)
LINUX := $(filter Linux,$(shell uname -s))

# One stamp for each step, so that a second run starts at once.
MADE       := $(VENV)/.made
HAS_TORCH  := $(VENV)/.torch-$(TORCH)
HAS_COURSE := $(VENV)/.course
HAS_TESTS  := $(VENV)/.tests

.DEFAULT_GOAL := help
.PHONY: help run test lint notebooks samples physics bench

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

run: $(HAS_COURSE) ## install what is missing, then open the course in JupyterLab
	@echo "== Opening the course. The page holds a link to the dashboards; Ctrl-C ends it."
	@exec $(PY) notebooks/lab.py --port=$(PORT) $(if $(filter 0,$(BROWSER)),--no-browser)

test: lint ## install what is missing, then run every check and test
	@echo "== Built notebooks match their sources"
	@$(PY) notebooks/build.py --check
	@echo "== Tests, $(WORKERS) at a time"
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PY) -m pytest -n $(WORKERS) --dist loadfile

lint: $(HAS_TESTS) ## style, format and the contracts between the parts
	@echo "== Style and format"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@echo "== Contracts between the parts"
	@$(VENV)/bin/lint-imports

notebooks: $(HAS_TESTS) ## build the notebooks from notebooks/src
	@$(PY) notebooks/build.py

samples: $(HAS_TESTS) ## draw the samples in data_samples anew
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PY) -c "from fetal_edu.data import bundled; bundled.make('data_samples')"

physics: $(HAS_TESTS) ## compare the simulator with theory and with PyMUST
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PY) tests/physics/physics_table.py

bench: $(HAS_TESTS) ## measure what the course costs on this machine
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PY) tests/bench $(ROWS) $(if $(FULL),--full) $(if $(JSON),--json)

$(MADE):
	@[ -n "$(PYTHON)" ] || { echo "No Python found. Install Python 3.11 or newer, then try again."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The course needs Python 3.11 or newer, and $(PYTHON) is older."; \
	  echo "Install a newer one, or name it: make run PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) can't make virtual environments."; \
	  echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "== 1 of 3: a virtual environment in $(VENV)"
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(HAS_TORCH): $(MADE)
	@echo "== 2 of 3: torch $(TORCH) without CUDA, about 200 MB"
	@log=$(VENV)/torch.log; cpu='torch==$(TORCH)+cpu'; \
	$(PIP) install --no-deps "$$cpu" 2>$$log \
	|| { echo "Not at your package index, asking $(TORCH_INDEX)"; \
	     $(PIP) install --no-deps --index-url $(TORCH_INDEX) "$$cpu" 2>>$$log; } \
	|| { [ -z "$(LINUX)" ] && echo "No +cpu build for this system, the plain one has no CUDA here" \
	     && $(PIP) install --no-deps 'torch==$(TORCH)' 2>>$$log; } \
	|| { cat $$log; echo "torch could not be installed. Is there a network? Behind a mirror: make run TORCH_INDEX=ADDRESS"; exit 1; }
	@touch $@

$(HAS_COURSE): pyproject.toml constraints.txt $(HAS_TORCH)
	@echo "== 3 of 3: the course and what it stands on, a few minutes"
	@$(PIP) install -c constraints.txt -e '.[all]'
	@touch $@

$(HAS_TESTS): pyproject.toml constraints.txt $(HAS_TORCH)
	@echo "== 3 of 3: the course, what it stands on and the tools for its tests, a few minutes"
	@$(PIP) install -c constraints.txt -e '.[all,dev]'
	@touch $(HAS_COURSE) $@
