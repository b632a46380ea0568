# Each target does its own set-up: a new machine needs only Python 3.11, pip, make and git.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo test torture lint airflow lock docs clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

demo: setup
	$(BIN)/tongyuan build

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not airflow"
	$(BIN)/python -m pytest -m airflow

# 10,000 damaged files: a crash, a hang or a silent change of a total fails. About 30 minutes on two cores.
torture: setup
	$(BIN)/python -m tests.torture --count 10000

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint sql inventory/factors/resolution_steps --processes 2
	$(BIN)/codespell
	$(BIN)/yamllint --strict .

# Airflow on 127.0.0.1:8080 with the DAGs loaded; state stays in .airflow/. Settings: docs/airflow.md
# Its own session and one SIGINT: parts of Airflow that get Ctrl-C twice hang, and SIGTERM leaves them behind.
airflow: setup
	env $(shell sed -e '/^\#/d' -e '/^$$/d' dags/airflow.env) \
	  AIRFLOW_HOME=$(CURDIR)/.airflow AIRFLOW__CORE__DAGS_FOLDER=$(CURDIR)/dags PATH=$(CURDIR)/$(BIN):$$PATH \
	  $(BIN)/python -c 'import signal as s, subprocess; \
	    p = subprocess.Popen(["airflow", "standalone"], start_new_session=True); \
	    stop = lambda *_: p.send_signal(s.SIGINT); s.signal(s.SIGINT, stop); s.signal(s.SIGTERM, stop); \
	    raise SystemExit(p.wait())'

lock: setup
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	  --all-extras --group dev pyproject.toml -o requirements.lock

docs: setup
	$(BIN)/python -m docs.generate

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
