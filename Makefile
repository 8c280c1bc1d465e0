# Two commands on a fresh machine with Python 3.11+ and make: `make demo` and `make test`.
PY ?= python3
BIN := .venv/bin
COOLDOWN ?= 7days
export PYTHONPATH := $(CURDIR)
export DEMO_BEGAN := $(shell date +%s)
LOCKS := requirements/app.txt requirements/demo.txt requirements/installer.txt

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n",$$1,$$2}' $(MAKEFILE_LIST)

.venv/ready-for-demo: $(LOCKS) tools/provision.sh
	@sh tools/provision.sh $(PY) demo
	@touch $@

.venv/ready: $(LOCKS) requirements/dev.txt tools/provision.sh
	@sh tools/provision.sh $(PY) all
	@touch .venv/ready-for-demo $@

setup: .venv/ready  ## install everything that development needs

demo: .venv/ready-for-demo  ## a portal in a box, the application and its worker; prints the address to open; CLIENTS=30 adds an integrator with clients
	@$(BIN)/python tools/demo.py $(if $(CLIENTS),--clients $(CLIENTS))

test: .venv/ready  ## all tests: SQLite, PostgreSQL, then the browser
	@$(BIN)/python tools/test_services.py $(BIN)/python tools/run_tests.py

coverage: .venv/ready  ## which branches the tests reach
	$(BIN)/python tools/test_services.py $(BIN)/python -m pytest -q -n 2 --cov --cov-branch --cov-report=term:skip-covered --cov-fail-under=95

check: .venv/ready lint types layers templates words migrations shape spare  ## everything else that CI holds

lint: .venv/ready  ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint Dockerfile

types: .venv/ready  ## mypy, strict
	$(BIN)/mypy

layers: .venv/ready  ## who may import whom
	$(BIN)/lint-imports --no-cache

templates: .venv/ready  ## djlint over the templates
	$(BIN)/djlint templates tools/gallery/samples sandbox/screen/templates sandbox/scenario/templates --lint --quiet

words: .venv/ready  ## translations are whole, spelling is right, generated pages are fresh, the listing may be shown to the vendor
	$(BIN)/python tools/translations.py --check
	$(BIN)/python tools/checks_catalogue.py --check
	$(BIN)/python tools/settings_page.py --check
	$(BIN)/python tools/spelling.py
	$(BIN)/python tools/evaluation_figures.py --check
	$(BIN)/python tools/admission.py --check
	$(BIN)/python tools/listing.py --check
	$(BIN)/codespell b24app sandbox tests tools bench docs/*.md README.en.md CONTRIBUTING.md CHANGELOG.md listing/*/en.toml listing/*.toml

migrations: .venv/ready  ## migrations run forward and back and match the tables
	$(BIN)/python tools/migrations.py

shape: .venv/ready  ## sizes of files and functions, docstrings
	$(BIN)/python tools/shape.py

spare: .venv/ready  ## unused and missing dependencies
	$(BIN)/deptry .
	@! grep -nE 'index-url|https?://' requirements/*.txt

bench: .venv/ready  ## measured ratios: the wire beside its peers, checklist, pages
	$(BIN)/python -m bench

screenshots: .venv/ready  ## the pictures of the README and of the listing, then those of every page and state into .state/pictures
	$(BIN)/python tools/screenshots.py
	$(BIN)/python -m tools.integrator_pictures
	$(BIN)/python tools/listing_icon.py
	$(BIN)/python tools/listing_pictures.py
	$(BIN)/python tools/pictures.py

lock: .venv/ready  ## renew the lock files; releases of the last COOLDOWN (7days) wait, but those named in FRESH="name other"
	for one in app installer demo dev; do \
	  $(BIN)/uv --no-config pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-annotate --no-header --exclude-newer $(COOLDOWN) $(FRESH:%=--exclude-newer-package %=0days) -o requirements/$$one.txt requirements/$$one.in || exit 1; \
	done

audit: .venv/ready  ## known advisories of the locked versions; ends with 2 where their source does not answer
	@$(BIN)/python tools/audit.py

sbom: .venv/ready  ## what the application is made of, as CycloneDX, into .state/sbom.cdx.json
	@$(BIN)/python tools/sbom.py

translations: .venv/ready  ## extract, merge and compile the texts
	$(BIN)/python tools/translations.py

clean:  ## forget the demo's state and caches
	rm -rf .state .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*

.PHONY: help setup demo test coverage check lint types layers templates words migrations shape spare bench screenshots lock audit sbom translations clean
