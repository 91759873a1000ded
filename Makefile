# What people type. A bare machine needs python3 (with venv and pip) and make; the rest is installed into .venv.
# PORT, AS_AT, KWSP_RUN_DIR, DATABASE_URL, DATABASE_OWNER_URL, DATABASE_AUDIT_URL, CELERY_BROKER_URL: see README.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := uv==0.13.9
DEVSTACK := $(BIN)/python -m kwsp_portal.devstack
MANAGE := $(BIN)/python manage.py
LOCK_HASH := $(shell cksum requirements.lock | cut -d ' ' -f 1)
READY := $(VENV)/.installed-$(LOCK_HASH)

.DEFAULT_GOAL := run
.PHONY: run test soak check check-django migrated bench reset manage recover lock messages advisories

run: $(READY)
	@exec $(DEVSTACK) run

# Everything, in three parts side by side, in one order (SEED=random: another); ARGS chooses tests: make test ARGS="tests/statute -x"
test: $(READY)
	@$(if $(strip $(ARGS)),exec $(DEVSTACK) test -- $(BIN)/pytest $(ARGS),exec .ci/suite)

# The long and random part: files named soak_*.py, which `make test` leaves out.
soak: $(READY)
	@exec $(DEVSTACK) test -- $(BIN)/pytest -s -o python_files='soak_*.py' $(ARGS)

bench: $(READY)
	@exec $(DEVSTACK) bench -- $(BIN)/python -m benchmarks $(ARGS)

reset: $(READY)
	@exec $(DEVSTACK) reset

# A management command on the data of `make run`, running or not: make manage ARGS=check_ledger
manage: $(READY)
	@exec $(DEVSTACK) exec -- $(MANAGE) $(ARGS)

# The cluster anew from a base backup and the archived WAL, the portal being stopped (docs/operations.md): make recover ARGS=latest-base
recover: $(READY)
	@exec $(DEVSTACK) recover $(ARGS)

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/djlint templates kwsp_portal/demobank/templates kwsp_portal/demojpn/templates kwsp_portal/demophone/templates --lint
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(DEVSTACK) test -- $(MAKE) --no-print-directory check-django

# Inside `check`, with test servers up.
check-django:
	KWSP_DB_ROLE=owner $(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check_catalogues
	$(MANAGE) register_of_law --check
	$(MANAGE) roles --check
	$(MANAGE) withdrawal_moves --check
	$(MANAGE) api_codes --check
	DJANGO_SETTINGS_MODULE=kwsp_portal.settings.production ALLOWED_HOSTS=portal.example $(MANAGE) check --deploy --fail-level WARNING

# What .ci/suite begins with.
migrated: $(READY)
	@.ci/migrated

# Known faults of what is locked, asked of PyPI: needs a network (docs/operations.md). A package that PyPI says nothing of is a failure, not a pass.
advisories: $(READY)
	$(BIN)/uv tool run pip-audit --strict --requirement requirements.lock --require-hashes --disable-pip

# After a change of the dependencies in pyproject.toml.
lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --python-version 3.11 --quiet --output-file requirements.lock

# After a change of words: new messages into the .po files, then the .mo files. Needs no GNU gettext.
messages: $(READY)
	$(MANAGE) make_catalogues

$(READY):
	@$(BIN)/python -c "" 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || { echo "kwsp: python3 cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "kwsp: installing the locked packages into $(VENV)"
	@{ test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV); } \
		&& $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@rm -f $(VENV)/.installed-*
	@touch $@
