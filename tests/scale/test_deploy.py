"""What is deployed is linted here, since it is built elsewhere: YAML, commands, no secrets."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.commands import check_command, commands_in
from workbench.batch.secrets import is_secret_name
from workbench.studio.service_settings import ServiceSettings
from workbench.studio.settings import ModelSettings, ScaleSettings, Settings, TelemetrySettings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_every_command_of_compose_exists() -> None:
    """The workbench's own parse as the command line would; Dask's are those of its own command."""
    from distributed.cli import dask_scheduler, dask_worker

    known = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}
    ours = 0
    for service in COMPOSE["services"].values():
        program, *arguments = service.get("command", [""])
        if program == "workbench":
            check_command(" ".join(["workbench", *arguments]))
            ours += 1
        elif program == "dask":
            options = {name for each in known[arguments[0]].params for name in each.opts}
            assert {each for each in arguments if each.startswith("--")} <= options | {"--no-dashboard"}
    assert ours == 2


def test_every_image_has_a_release() -> None:
    """The same file brings up the same versions tomorrow: down to the patch, never `latest`."""
    images = [service["image"] for service in COMPOSE["services"].values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert len(images) == 6
    for image in images:
        name, _, tag = image.rpartition(":")
        numbers = 2 if name == "postgres" else 3
        assert re.match(rf"v?\d+(\.\d+){{{numbers - 1}}}\b|RELEASE\.\d{{4}}-\d\d-\d\dT", tag), image


def test_the_image_has_the_databases_own_programs() -> None:
    """Of the server's release: an older `pg_dump` refuses a newer server; and where we look for them."""
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    image = COMPOSE["services"]["database"]["image"]
    assert f"FROM {image} AS postgres" in lines
    (copied,) = (line.split()[2:] for line in lines if line.startswith("COPY --from") and "pg_dump" in line)
    *programs, place = copied
    release = image.rpartition(":")[2].partition(".")[0]
    assert place == f"/usr/lib/postgresql/{release}/bin/"
    assert {Path(each).name for each in programs} == {"pg_dump", "pg_restore", "psql"}
    assert {Path(each).parent for each in programs} == {Path(place)}


def test_services_depend_on_services_and_volumes_that_are_there() -> None:
    """Names within the file agree, and nothing listens beyond this machine."""
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_grafana_finds_its_source_and_its_dashboard() -> None:
    """What is mounted lies where provisioning looks, and Prometheus asks the port that is served."""
    grafana, prometheus = COMPOSE["services"]["grafana"], COMPOSE["services"]["prometheus"]
    mounts = {each.split(":")[1]: DEPLOY / each.split(":")[0] for each in grafana["volumes"]}
    provisioning = mounts["/etc/grafana/provisioning"]
    (source,) = yaml.safe_load((provisioning / "datasources/workbench.yaml").read_text())["datasources"]
    assert source["url"] == "${PROMETHEUS_URL}"
    assert grafana["environment"]["PROMETHEUS_URL"].removeprefix("http://").split(":")[0] == "prometheus"
    (provider,) = yaml.safe_load((provisioning / "dashboards/workbench.yaml").read_text())["providers"]
    assert f"{provider['options']['path']}/workbench.json" in mounts
    (job,) = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())["scrape_configs"]
    (told,) = job["static_configs"][0]["targets"]
    name, port = told.split(":")
    assert port == COMPOSE["services"][name]["command"][-1]
    assert job["authorization"]["credentials_file"] == f"/run/secrets/{prometheus['secrets'][0]}"
    (alone,) = yaml.safe_load((ROOT / "dashboards/grafana/prometheus.yml").read_text())["scrape_configs"]
    assert alone["static_configs"][0]["targets"] == [f"localhost:{Settings().service.port}"]


def test_no_secret_stands_in_what_is_deployed() -> None:
    """Whatever is named like a secret comes from outside, and every variable of ours is a setting."""
    known = {
        f"{settings.model_config.get('env_prefix')}{name.upper()}"
        for settings in (Settings, ScaleSettings, ModelSettings, ServiceSettings, TelemetrySettings)
        for name in settings.model_fields
    }
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not is_secret_name(name) or str(value).startswith("${"), name
            assert not name.startswith("WORKBENCH_") or name in known, name
    text = (DEPLOY / "compose.yaml").read_text() + (DEPLOY / "Containerfile").read_text()
    assert not re.search(r"://[^\s:/]+:[^$\s@]+@", text)


def test_the_container_copies_what_is_there_and_runs_a_command() -> None:
    """Every source of COPY exists; the wheel's notebooks are among them; it does not run as root."""
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    ours = [line for line in lines if line.startswith("COPY") and "--from" not in line]
    copied = [word for line in ours for word in line.split()[1:-1]]
    assert all((ROOT / name).exists() for name in copied)
    assert "notebooks/batch" in copied
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == set(copied)
    assert lines.index("USER workbench") > max(n for n, line in enumerate(lines) if "pip install" in line)
    (command,) = [line for line in lines if line.startswith("CMD [")]
    check_command(" ".join(yaml.safe_load(command.removeprefix("CMD "))))


def test_the_image_has_the_locked_releases_and_nothing_of_the_tests() -> None:
    """Its list is the part of requirements.lock that runs and builds; compiled, for nobody else could."""
    whole, image = (_pins(ROOT / name) for name in ("requirements.lock", "deploy/requirements.lock"))
    assert {name: whole.get(name) for name in image} == image
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    runs = [*project["dependencies"], *(each for extra in extras.keys() - {"test"} for each in extras[extra])]
    needed = {Requirement(each).name for each in runs}
    assert needed <= set(image)
    assert {name: lacks for name in image if (lacks := _needs(name) - set(image))} == {}
    tests = {Requirement(each).name for each in extras["test"]} - needed
    assert tests & set(image) <= {"pytest"}  # which locust brings
    text = (DEPLOY / "Containerfile").read_text()
    assert len(re.findall(r"uv pip install --system --no-cache --compile-bytecode ", text)) == 2


def _pins(lock: Path) -> dict[str, dict[str, frozenset[str]]]:
    """Return the hashes of each release that a lock file names, by package and release."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for pin, hashes in re.findall(r"^([a-z0-9].*?) \\\n((?: +--hash=.*\n)+)", lock.read_text(), re.MULTILINE):
        requirement = Requirement(pin)
        releases = found.setdefault(requirement.name, {})
        releases[str(requirement.specifier)] = frozenset(re.findall(r"sha256:[0-9a-f]{64}", hashes))
    return found


def _needs(name: str) -> set[str]:
    """Return what an installed package cannot do without here; nothing for one that is not installed."""
    try:
        wanted = [Requirement(each) for each in requires(name) or ()]
    except PackageNotFoundError:
        return set()
    here = [each for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
    return {canonicalize_name(each.name) for each in here}


def test_what_runs_in_the_container_may_write_its_volume() -> None:
    """The folder of each volume is there and its user's before Docker takes it over."""
    text = (DEPLOY / "Containerfile").read_text()
    before, _, after = text.partition("\nUSER workbench\n")
    for folder in re.findall(r"^VOLUME (\S+)", text, re.MULTILINE):
        made = f"mkdir -p {folder} && chown workbench:workbench {folder} && chmod 0700 {folder}"
        assert made in before  # of its user alone, as the product makes a data folder itself
        assert f"\nVOLUME {folder}\n" in after
        assert f"\nWORKDIR {folder}\n" in after  # `workbench export Film film.mp4` writes there
        for service in COMPOSE["services"].values():
            mounts = [each.split(":")[1] for each in service.get("volumes", ()) if "build" in service]
            assert set(mounts) <= {folder}


def test_only_what_listens_is_asked_for_its_health() -> None:
    """The image, from which painters run too, names no port; the service is asked at its own."""
    assert "HEALTHCHECK" not in (DEPLOY / "Containerfile").read_text()
    ours = {name: each for name, each in COMPOSE["services"].items() if "build" in each}
    asked = {name: each["healthcheck"]["test"][-1] for name, each in ours.items() if "healthcheck" in each}
    assert set(asked) == {"serve"}
    assert f":{ours['serve']['command'][-1]}/health/ready" in asked["serve"]


def test_what_holds_secrets_stays_on_this_machine() -> None:
    """Git sees no secret, and the builder nothing but what is let in by name."""
    secret = ["deploy/.env", "deploy/operator-token"]
    git = subprocess.run(
        ["git", "check-ignore", *secret], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert git.stdout.split() == secret
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*"
    assert {"**/.env", "**/node_modules"} <= set(lines[lines.index("!workbench") :])


@pytest.mark.parametrize("page", ["deploy.md", "stress.md", "capacity.md"])
def test_every_command_of_the_pages_exists(page: str) -> None:
    """A reader who types them is not refused."""
    text = (ROOT / "docs" / page).read_text()
    blocks = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    calls = [call for block in blocks for call in commands_in(block)]
    inline = [call for call in re.findall(r"`(workbench [^`]+)`", text) if "..." not in call]
    for call in [*calls, *inline]:
        check_command(call)
    assert calls or inline
