"""An Airflow of its own in a temporary folder; nothing of it touches the home directory."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "dags"


def airflow_environment(home: Path) -> dict[str, str]:
    """Return the environment of an Airflow with dags/airflow.env and its own home."""
    lines = (DAGS / "airflow.env").read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
    return inherited | settings | {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS)}


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory):
    """Set AIRFLOW_HOME before the first import of airflow."""
    home = tmp_path_factory.mktemp("airflow")
    with pytest.MonkeyPatch.context() as patch:
        for key, value in airflow_environment(home).items():
            patch.setenv(key, value)
        patch.syspath_prepend(str(DAGS))
        yield home
