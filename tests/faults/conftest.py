"""A published release and copies of its project, so that a fault can be tried against them through the command line."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.projects.tables import deliver_tables

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "shanghai"


@dataclass(frozen=True)
class Answer:
    """Exit code and everything that a command wrote."""

    exit_code: int
    text: str


@dataclass(frozen=True)
class Bench:
    """A project to spoil, and the releases that must stay as they are."""

    project: Path
    out: Path

    def run(self, *arguments: str, environment: dict[str, str] | None = None) -> Answer:
        """Run the command line beside the project, in an environment with some variables changed."""
        done = subprocess.run(
            [sys.executable, "-m", "tongyuan", *arguments],
            cwd=self.project.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
            env=os.environ | (environment or {}),
        )
        return Answer(done.returncode, done.stdout + done.stderr)

    def build(self, *arguments: str) -> Answer:
        """Build the project into the releases."""
        return self.run("build", str(self.project), "--out", str(self.out), "--json", *arguments)

    def deliver(self, source_id: str, value: str) -> None:
        """Change the line of a source in [deliveries]; `value` is TOML."""
        path = self.project / "inventory.toml"
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith(f"{source_id} =")]
        at = kept.index("[deliveries]") + 1
        path.write_text("\n".join([*kept[:at], f"{source_id} = {value}", *kept[at:]]) + "\n", encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace text that must be there in a file of the project."""
        path = self.project / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def fingerprint(self) -> str:
        """Return a hash of the pointer and of every file of every release; deliveries are kept beside them."""
        digest = hashlib.sha256()
        for path in sorted(self.out.rglob("*")):
            if path.is_file() and not {".work", "deliveries"} & set(path.relative_to(self.out).parts):
                digest.update(path.relative_to(self.out).as_posix().encode() + path.read_bytes())
        return digest.hexdigest()


def csv_project(folder: Path) -> Path:
    """Copy the example with its CSV tables as deliveries, so that one line of text can be spoiled."""
    project = folder / "shanghai"
    shutil.copytree(EXAMPLE, project)
    deliver_tables(project)
    return project


@pytest.fixture(scope="session")
def published(tmp_path_factory, worker_id):
    """Folder with a project and its releases; built once for all workers, never changed."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "faults"
    shared.mkdir(exist_ok=True)
    with (shared / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "answer.json").is_file():
            bench = Bench(csv_project(shared), shared / "releases")
            answer = bench.build()
            assert answer.exit_code == 0, answer.text
            (shared / "answer.json").write_text(json.dumps(answer.text), encoding="utf-8")
    return shared


@pytest.fixture(scope="session")
def releases(published, tmp_path_factory):
    """The releases of one worker: a copy, so that no two builds share a work folder."""
    out = tmp_path_factory.mktemp("out") / "releases"
    shutil.copytree(published / "releases", out)
    return out


@pytest.fixture
def bench(releases, tmp_path):
    """A fresh copy of the project beside the published releases."""
    return Bench(csv_project(tmp_path), releases)
