# make demo   a clinic to try, on this machine          make test   everything, under 8 minutes on 2 cores
# make setup  only install                              make check  the fast part of it, under 90 s

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
COMPILE := $(BIN)/python -m compileall -qq -j 0 telesession .venv/lib
NPM_CI := npm ci --silent --no-audit --no-fund --prefix web
WEB_BIN := web/node_modules/.bin
ARGS ?=

MADE := web/static/built/manifest.json web/static/exercises/.made

.DELETE_ON_ERROR:
.PHONY: help setup demo test test-long check installed static types lint scripts figures fast bench generate lock texts screenshots stills clean system

help:
	@sed -n 's/^# //p' Makefile

# --- install: nothing is done twice ---------------------------------------------------------------------------------

setup: .venv/.installed $(MADE)
	@:

demo: setup
	@exec $(BIN)/telesession demo $(ARGS)

.venv/.made:
	@[ -n "$(PYTHON)" ] || { echo "telesession needs Python 3.11 or newer."; exit 1; }
	@echo "Making a Python environment..."
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/.installed: requirements.lock pyproject.toml .venv/.made
	@echo "Installing Python packages..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(COMPILE)
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	@echo "Installing Python packages for the tests..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(COMPILE)
	@touch $@

web/node_modules/.installed: web/package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || { echo "telesession needs Node.js 20 or newer."; exit 1; }
	@echo "Installing browser packages..."
	@$(NPM_CI) --omit=dev
	@touch $@

web/node_modules/.installed-dev: web/package-lock.json
	@echo "Installing browser packages for the tests..."
	@$(NPM_CI)
	@touch web/node_modules/.installed $@

web/static/vendor/manifest.json: web/vendor.js web/icons.txt web/node_modules/.installed
	@node web/vendor.js
	@touch $@

BUNDLED := $(shell find web/static/js web/static/css -name '*.js' -o -name '*.css')

web/static/built/manifest.json: web/bundle.js web/static/vendor/manifest.json $(BUNDLED)
	@node web/bundle.js

web/static/exercises/.made: web/pictures.js $(wildcard telesession/exercises/*.json web/static/js/mannequin/*.js)
	@node web/pictures.js
	@touch $@

DEVELOPER := .venv/.installed-dev web/node_modules/.installed-dev $(MADE)

# --- test -----------------------------------------------------------------------------------------------------------

# What needs one processor and says little goes in pairs.
PAIRS := @$(MAKE) --no-print-directory --jobs=2

check:
	$(PAIRS) installed
	@$(MAKE) --no-print-directory static fast

installed: .venv/.installed-dev web/node_modules/.installed-dev

static: $(DEVELOPER)
	$(PAIRS) types lint scripts

types:
	$(BIN)/mypy

lint:
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-logo
	cd web && node_modules/.bin/biome check --log-level=warn
	$(WEB_BIN)/tsc --project web/tsconfig.json

scripts:
	node --test --test-reporter=dot tests/js/*.test.mjs

figures:
	node --test --test-reporter=dot tests/js/mannequin/*.test.mjs

fast: $(DEVELOPER)
	$(BIN)/pytest -n 2 -m "not browser and not netns and not slow" $(ARGS)

# A browser that had no processor for half a minute is asked again; a wrong answer is not.
test: system
	$(PAIRS) installed
	@$(MAKE) --no-print-directory $(MADE)
	$(PAIRS) types lint scripts figures
	$(BIN)/pytest -n 3 --reruns 2 --only-rerun TimeoutError -m "not long" $(ARGS)

# What takes longest and breaks least: before a release, and when the mesh, the network or the packaging changes.
test-long: system $(DEVELOPER)
	$(BIN)/pytest --reruns 2 --only-rerun TimeoutError -m long $(ARGS)

system:
	@.ci/system

MEASUREMENTS ?= first_frame signalling durable_commands mannequin push_to_paint skew bots recordings recorder_deaths precalls
bench: $(DEVELOPER)
	@for one in $(MEASUREMENTS); do $(BIN)/python -m bench.$$one || exit 1; done

# --- files that are made from others --------------------------------------------------------------------------------

generate: $(DEVELOPER)
	$(BIN)/python -m docs.generate

texts: $(DEVELOPER)
	$(BIN)/python web/catalogue.py

lock: $(DEVELOPER)
	$(BIN)/uv pip compile $(UV_LOCK) --group pyproject.toml:build --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile $(UV_LOCK) --group pyproject.toml:dev --constraint requirements.lock \
		--output-file requirements-dev.lock

UV_LOCK := --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

screenshots: system $(DEVELOPER)
	$(BIN)/python -m tests.browser.screenshots

stills: system $(DEVELOPER)
	$(BIN)/python -m tests.browser.stills $(ARGS)

clean:
	rm -rf .venv web/node_modules web/static/vendor dist screenshots
