"""What holds for the repository as a whole: lock, wheel, arrows between the rooms, containers and papers."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
ROOMS = ("inventory", "sources", "grids", "tongyuan", "dags")
ALLOWED = {
    "inventory": {"inventory"},
    "sources": {"sources", "inventory"},
    "grids": {"grids", "inventory"},
    "tongyuan": {"tongyuan", "grids", "sources", "inventory"},
}
NOT_IN_THE_WHEEL = {"dags", "docs", "tests", "benchmarks"}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def _text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _settings(name):
    lines = [line for line in _text(name).splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def _run(*command):
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120)


def _imports(path):
    """Return the modules that a file imports, inside functions too."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return [*plain, *(node.module for node in nodes if isinstance(node, ast.ImportFrom))]


def _modules(folder):
    return sorted((ROOT / folder).rglob("*.py"))


# The lock


def test_every_locked_package_has_one_version_and_a_hash():
    blocks = re.split(r"^(?=[A-Za-z0-9])", _text("requirements.lock").replace("\\\n", " "), flags=re.MULTILINE)[1:]
    assert len(blocks) > 100
    assert [block[:60] for block in blocks if not re.match(r"[A-Za-z0-9._-]+(\[.*\])?==\S+", block)] == []
    assert [block[:60] for block in blocks if "--hash=sha256:" not in block] == []


def test_lock_names_no_host():
    assert "://" not in _text("requirements.lock")
    assert not re.search(r"^--|@ (file|http)", _text("requirements.lock"), re.MULTILINE)


def test_lock_holds_every_declared_dependency():
    project = PYPROJECT["project"]
    declared = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
        *PYPROJECT["dependency-groups"]["dev"],
    ]
    names = {re.match(r"[A-Za-z0-9._-]+", line).group().lower().replace("_", "-") for line in declared}
    locked = {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", _text("requirements.lock"), re.MULTILINE)}
    assert names - locked == set()


# The rooms


@pytest.mark.parametrize("room", ALLOWED)
def test_imports_follow_the_arrows(room):
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in _modules(room)
        for module in _imports(path)
        if module.split(".")[0] in ROOMS and module.split(".")[0] not in ALLOWED[room]
    ]
    assert _modules(room)
    assert wrong == []


def test_vocabulary_and_errors_import_nothing_of_ours_but_errors():
    paths = [ROOT / "inventory" / "errors.py", *_modules("inventory/vocabulary")]
    ours = {module for path in paths for module in _imports(path) if module.split(".")[0] in ROOMS}
    assert {module for module in ours if not module.startswith("inventory.vocabulary")} <= {"inventory.errors"}


def test_wheel_holds_every_package():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_IN_THE_WHEEL
    assert set(PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == packages


def test_wheel_holds_every_example():
    included = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    examples = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("examples/*/inventory.toml")}
    assert examples == set(included)
    assert all(target == f"tongyuan/{source}" for source, target in included.items())


def test_no_package_data_is_ignored_by_git_and_so_left_out_of_the_wheel():
    folders = [*PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"], "examples"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    names = [path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts]
    assert len(names) > 200
    assert _run("git", "check-ignore", "--no-index", *names).stdout == ""


# Containers


@pytest.mark.parametrize(
    "command",
    [
        ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
        ("hadolint", "Dockerfile"),
        ("yamllint", "--strict", "docker-compose.yml", ".pre-commit-config.yaml", ".yamllint.yml"),
    ],
    ids=lambda command: command[0],
)
def test_container_files_pass_their_linter(command):
    ran = _run(BIN / command[0], *command[1:])
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_required_variable_is_in_the_example_without_a_value():
    required = set(re.findall(r"\$\{(\w+):\?", _text("docker-compose.yml")))
    example = _settings(".env.example")
    assert required == {
        "POSTGRES_PASSWORD", "REDIS_PASSWORD", "AIRFLOW_JWT_SECRET", "AIRFLOW_API_SECRET_KEY", "AIRFLOW_FERNET_KEY",
    }  # fmt: skip
    assert {example[name] for name in required} == {""}


def test_every_optional_variable_is_in_the_example_with_its_default():
    optional = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", _text("docker-compose.yml")))
    example = _settings(".env.example")
    assert optional
    assert {name: example.get(name) for name in optional} == optional


def test_images_are_pinned_to_a_version():
    images = {service["image"] for service in SERVICES.values()}
    assert len(images) == 3
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+[\w.-]*", image) for image in images)
    assert f"tongyuan:{PYPROJECT['project']['version']}" in images


def test_services_wait_for_services_that_exist():
    waits = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    assert {needed for needs in waits.values() for needed in needs} <= set(SERVICES)
    assert waits["scheduler"] == {"migrate"}
    assert waits["worker"] == {"migrate", "redis"}


def test_ports_are_open_on_this_machine_only():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"api-server": ["127.0.0.1:8080:8080"]}


def test_services_do_not_run_as_root():
    assert {name for name, service in SERVICES.items() if service.get("user", "root") in {"root", "0", "0:0"}} == set()
    users = re.findall(r"^USER (\S+)$", _text("Dockerfile"), re.MULTILINE)
    assert users == ["10001:10001"]


def test_long_running_services_have_a_health_check():
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"migrate"}


def test_celery_parts_start_only_with_their_profile():
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["celery"]} == {"redis", "worker"}


def test_airflow_on_one_machine_listens_on_loopback_at_one_port():
    settings = _settings("dags/airflow.env")
    port = settings["AIRFLOW__API__PORT"]
    assert settings["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert settings["AIRFLOW__API__BASE_URL"] == f"http://127.0.0.1:{port}"
    assert settings["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == f"http://127.0.0.1:{port}/execution/"
    assert port not in {"8793", "8794"}


# Papers


def test_ci_script_is_executable_bash():
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert _run("bash", "-n", ".ci/run").returncode == 0


def test_licence_is_the_one_that_the_package_declares():
    assert PYPROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0, January 2004" in _text("LICENSE")
    assert "9. Accepting Warranty or Additional Liability." in _text("LICENSE")


def test_decisions_are_numbered_without_holes():
    numbers = sorted(path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert len(numbers) >= 2


def test_every_cited_decision_exists():
    text = "\n".join(path.read_text(encoding="utf-8") for room in ROOMS for path in _modules(room))
    cited = set(re.findall(r"docs/decisions/[\w-]+\.md", text))
    assert "docs/decisions/0002-factor-selection.md" in cited
    assert {path for path in cited if not (ROOT / path).is_file()} == set()


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/airflow.md"])
def test_every_file_that_a_page_names_exists(page):
    named = re.findall(r"`([\w./-]+/[\w./-]*)`", _text(page))
    made_by_use = {".venv/bin/tongyuan", ".airflow/", "releases/"}
    assert len(named) >= 3
    assert {name for name in named if not name.startswith("/") and not (ROOT / name).exists()} - made_by_use == set()


def test_contributing_has_the_four_recipes():
    recipes = re.split(r"^## ", _text("CONTRIBUTING.md"), flags=re.MULTILINE)
    steps = {recipe.splitlines()[0]: len(re.findall(r"^\d+\. ", recipe, re.MULTILINE)) for recipe in recipes}
    for title in ("Add a data source", "Add a factor", "Add a pollutant", "Add a grid"):
        assert steps[title] >= 3
