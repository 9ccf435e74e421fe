# The commands of this project. They need Python 3.11 to 3.14 and make; everything else comes into .venv.
#   make build   make test   make serve   make check   make clean   make help

# A Python compiled without optimisations, as pyenv does unless told otherwise, takes half as long again for a page as the system's.
OPTIMISED = -c 'import sys, sysconfig; sys.exit("--enable-optimizations" not in str(sysconfig.get_config_var("CONFIG_ARGS")))'
SUITS = -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))'
PYTHON ?= $(shell { python3 $(OPTIMISED) || ! /usr/bin/python3 $(SUITS); } 2>/dev/null && echo python3 || echo /usr/bin/python3)
HOST ?= mkdocs
PORT ?= 8000

RUN = .venv/bin/python
KBGEN = $(RUN) -m kbgen
PIP = $(RUN) -m pip --disable-pip-version-check install --quiet --require-hashes
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet

# Whatever the language of this machine, files are UTF-8.
export PYTHONUTF8 = 1

.DEFAULT_GOAL := build
.PHONY: build test test-all serve check lab verify parity evidence lock bench bench-serve weight screenshot clean help

build: .venv/$(HOST).stamp ## write docs/ and publish site/ (HOST=zensical uses the other host)
	$(KBGEN) build --host $(HOST)

test: .venv/test.stamp .venv/zensical.stamp ## install the test tools, break a copy to test the tests, run the tests
	$(KBGEN) build
	$(RUN) tests/mutations.py $(MUTATIONS)
	$(RUN) -m pytest -n 2 --dist worksteal $(THOROUGH)

test-all: THOROUGH = --thorough
test-all: MUTATIONS = 1 60
test-all: test ## the same in every look, with other seeds, and again where evidence is kept

serve: .venv/mkdocs.stamp ## live preview on http://127.0.0.1:8000/ (PORT=…)
	$(KBGEN) serve --port $(PORT)

check: .venv/test.stamp ## lint data, code and types
	$(KBGEN) check
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check kbgen tests
	$(RUN) -m mypy
	.venv/bin/lint-imports

parity: .venv/torch.stamp ## compare with PyTorch too (a download of several GB on Linux)
	$(RUN) -m pytest --thorough tests/test_frameworks.py tests/test_optimizer_frameworks.py tests/test_pitfalls.py
	$(RUN) -m kbgen.proofs.autodiff

evidence: .venv/torch.stamp ## run every proof, libraries included, and keep the evidence in data/evidence
	$(KBGEN) verify
	$(RUN) -m kbgen.proofs.pitfalls --keep
	$(RUN) -m kbgen.proofs.autodiff --keep
	KEEP_EVIDENCE=1 $(RUN) -m pytest tests/test_frameworks.py tests/test_optimizer_frameworks.py

lab: .venv/mkdocs.stamp ## run the experiments on what is said about losses, and keep what they find
	$(KBGEN) lab

verify: .venv/mkdocs.stamp ## run the proofs that need no library and keep what they find
	$(KBGEN) verify

bench: .venv/test.stamp ## measure builds and page weight, print figures and ratios
	$(RUN) tests/bench.py

bench-serve: .venv/test.stamp .venv/zensical.stamp build ## measure from saving a file to its change in the browser, beside both hosts
	$(RUN) tests/bench_serve.py

weight: .venv/test.stamp build ## measure what pages cost a reader, beside stock Material
	$(RUN) tests/weight.py

screenshot: .venv/test.stamp build ## take the pictures of the README anew
	$(RUN) tests/screenshot.py

lock: .venv/mkdocs.stamp ## remake the lock files from pyproject.toml
	$(RUN) -m pip --disable-pip-version-check install --quiet uv
	.venv/bin/$(LOCK) --extra build -o requirements.txt $(UPGRADE)
	.venv/bin/$(LOCK) --extra build --extra test --extra frameworks -c requirements.txt -o requirements-test.txt $(UPGRADE)
	.venv/bin/$(LOCK) --extra build --extra zensical -c requirements.txt -o requirements-zensical.txt $(UPGRADE)

clean: ## remove everything that the other commands made, generated pages included
	rm -rf .venv .kbgen .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache site site.new site.old
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find docs -name .kbgen.json -delete
	rm -rf docs/zh/losses docs/zh/terms docs/zh/optimizers docs/zh/indexes docs/zh/tools docs/zh/lab docs/zh/tables docs/zh/figures docs/zh/assets
	rm -rf docs/en/losses docs/en/terms docs/en/optimizers docs/en/indexes docs/en/tools docs/en/lab docs/en/tables docs/en/figures docs/en/assets

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 18

# A stamp per set of packages: a second run installs nothing. The path of the project may hold blanks, so no rule names it.
.venv/mkdocs.stamp: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else "needs Python 3.11 to 3.14: make PYTHON=python3.12")'
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	$(PIP) -r requirements.txt
	$(RUN) -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --no-index --editable .
	touch $@

.venv/test.stamp: .venv/mkdocs.stamp requirements-test.txt
	$(PIP) -r requirements-test.txt
	touch $@

# Not in a lock file: what PyTorch asks for differs by machine.
.venv/torch.stamp: .venv/test.stamp
	$(RUN) -m pip --disable-pip-version-check install --quiet torch==2.13.0
	touch $@

.venv/zensical.stamp: .venv/mkdocs.stamp requirements-zensical.txt
	$(PIP) -r requirements-zensical.txt
	touch $@
