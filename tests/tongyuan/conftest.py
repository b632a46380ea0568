"""One build of the bundled example for all tests that look at a release; tests never change it."""

import fcntl
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run_tongyuan(*arguments, cwd, environment=None):
    """Run the command line in a process of its own and return what it wrote."""
    return subprocess.run(
        [sys.executable, "-m", "tongyuan", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """Folder of the releases and the JSON answer of the build; shared by the workers of one test run."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, answer = shared / "example-releases", shared / "example-build.json"
    with (shared / "example-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answer.is_file():
            done = run_tongyuan("build", "--out", str(folder), "--json", cwd=shared)
            assert done.returncode == 0, done.stderr
            answer.write_text(done.stdout, encoding="utf-8")
    return folder, json.loads(answer.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def release(built):
    import tongyuan

    return tongyuan.open("current", built[0])
