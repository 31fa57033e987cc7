"""docker-compose.yml: against the Compose schema, and for what the schema cannot know."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from backend.cli import main
from backend.config import Settings
from backend.models.manifest import manifest
from backend.models.manifest import model as model_called
from backend.tests.deploy.dockerfile import ROOT, parse
from backend.tests.deploy.edge import MAX_BODY, require_nginx, running_edge
from backend.tests.deploy.names import is_setting

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"migrations", "models"}
OURS = {name for name, service in SERVICES.items() if "deploy/Dockerfile" in str(service.get("build"))} - {"nginx"}


def test_it_is_a_compose_file() -> None:
    tool = Path(sys.executable).with_name("check-jsonschema")
    command = [str(tool), "--builtin-schema", "vendor.compose-spec", str(ROOT / "docker-compose.yml")]
    if not tool.exists():
        pytest.skip("check-jsonschema is not installed (requirements-dev.txt)")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_whole_shape_is_there() -> None:
    assert {
        "nginx", "api-1", "api-2", "speech", "postgres", "redis", "chroma", "mlflow", "prometheus", "grafana",
        "migrations", "llm", "embedded",
    } <= set(SERVICES)  # fmt: skip
    assert {name: s["profiles"] for name, s in SERVICES.items() if "profiles" in s} == {
        "llm": ["llm"],
        "embedded": ["embedded"],
    }


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_pinned_bounded_and_watched(name: str) -> None:
    service = SERVICES[name]
    limits = service["deploy"]["resources"]["limits"]
    assert {"cpus", "memory"} <= set(limits)
    image = service["image"]
    if not image.startswith("interview-helper"):
        assert re.search(r":(v?\d+\.\d+(\.\d+)?|server-b\d+)(-[a-z]+)?$", image), image
    if name in ONCE:
        assert service["restart"] == "no"
        assert service["healthcheck"] == {"disable": True}
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    if service["image"].startswith("redis:") and "redis-server" not in service["command"]:
        assert service["user"] == "999:999", "its entry point leaves root only for a command that is redis-server"


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_product_is_set_by_variables_that_it_reads(name: str) -> None:
    foreign = {"ANONYMIZED_TELEMETRY", "MLFLOW_DISABLE_TELEMETRY", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION"}
    names = set(SERVICES[name].get("environment", {}))
    assert {n for n in names if not is_setting(n)} <= (foreign if name in {"chroma", "mlflow"} else set())
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_values_are_ones_that_the_settings_accept() -> None:
    for name in ("api-1", "api-2", "speech", "embedded"):
        given = {k: filled for k, v in SERVICES[name]["environment"].items() if (filled := _filled(v))}
        settings = Settings(
            _env_file=None, **{k.lower(): v for k, v in given.items() if k.lower() in Settings.model_fields}
        )
        assert settings.drain_s == 20
        assert settings.tts_model == "joe"


def test_secrets_come_from_the_environment_and_are_asked_for() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{(\w+):\?run make compose-env\}", text))
    assert asked == {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY", "SPEECH_API_KEY", "GRAFANA_PASSWORD"}
    makefile = (ROOT / "Makefile").read_text()
    (made,) = re.findall(r"for name in ([A-Z_ ]+); do", makefile)
    assert set(made.split()) == asked
    for service in SERVICES.values():
        for name, value in (service.get("environment") or {}).items():
            if re.search("PASSWORD|SECRET|API_KEY", name):
                assert str(value).startswith("${"), name


def test_commands_are_commands_of_the_product() -> None:
    commands = set(get_command(main).commands)  # type: ignore[attr-defined]
    _, stages = parse(ROOT / "deploy" / "Dockerfile")
    assert stages["api"].all("ENTRYPOINT") == ['["python", "-m", "backend.cli"]']
    for name in OURS:
        service = SERVICES[name]
        assert service["build"]["target"] in stages
        if "entrypoint" not in service:
            assert service.get("command", ["serve"])[0] in commands
    for name, program in (("chroma", "chroma"), ("mlflow", "mlflow")):
        assert SERVICES[name]["entrypoint"][0] == program
        assert Path(sys.executable).with_name(program).exists()


@pytest.mark.parametrize(
    "mount", sorted({m for s in SERVICES.values() for m in s.get("volumes", []) if m.startswith("./")})
)
def test_what_is_mounted_exists(mount: str) -> None:
    source = mount.split(":")[0].removeprefix("./")
    assert (ROOT / source).is_dir()
    assert mount.endswith(":ro")


def test_named_volumes_and_networks_are_declared() -> None:
    for service in SERVICES.values():
        for mount in service.get("volumes", []):
            assert mount.startswith("./") or mount.split(":")[0] in COMPOSE["volumes"]
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        for other in service.get("depends_on", {}):
            assert other in SERVICES


def test_only_the_edge_is_published_beyond_this_machine() -> None:
    for name, service in SERVICES.items():
        for port in service.get("ports", []):
            assert name == "nginx" or port.startswith("127.0.0.1:"), f"{name}: {port}"
    for name in ("postgres", "redis", "chroma"):
        assert SERVICES[name]["networks"] == ["back"]
    assert COMPOSE["networks"]["back"]["internal"] is True


def test_addresses_are_services_and_ports_that_exist() -> None:
    ports = {"postgres": 5432, "redis": 6379, "chroma": 8000, "mlflow": 5000, "speech": 8000}
    for name in ("api-1", "api-2"):
        for value in SERVICES[name]["environment"].values():
            for host, port in re.findall(r"(?:@|//)([a-z]+):(\d+)", str(value)):
                assert ports[host] == int(port)
                assert set(SERVICES[host]["networks"]) & set(SERVICES[name]["networks"])


def test_prometheus_finds_what_it_scrapes() -> None:
    scraped = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    wanted = {name for job in scraped for source in job.get("dns_sd_configs", []) for name in source["names"]}
    near: dict[str, set[str]] = {}
    for name, service in SERVICES.items():
        networks = service["networks"]
        for network in networks:
            options = networks[network] if isinstance(networks, dict) else {}
            near.setdefault(network, set()).update({name, *(options or {}).get("aliases", [])})
    assert wanted == {"api", "speech"}
    assert wanted <= set.union(*(near[network] for network in SERVICES["prometheus"]["networks"]))


def test_a_replica_has_the_time_that_it_takes_to_stop() -> None:
    for name in ("api-1", "api-2", "speech", "embedded"):
        drain = int(SERVICES[name]["environment"]["DRAIN_S"])
        grace = int(SERVICES[name]["stop_grace_period"].removesuffix("s"))
        assert grace >= drain + (drain + 5) + 10  # draining, then uvicorn's own patience, then the parts
        assert int(SERVICES["nginx"]["stop_grace_period"].removesuffix("s")) > grace


def test_the_llm_profile_serves_a_model_that_the_product_fetches() -> None:
    command = SERVICES["llm"]["command"]
    name = command[command.index("--alias") + 1]
    entry = model_called(name)
    assert name in manifest()
    assert entry.default
    assert command[command.index("--model") + 1] == f"/models/{name}/{entry.main}"


def test_the_edges_values_are_a_configuration_that_nginx_takes(tmp_path: Path) -> None:
    """Rendered with what Compose passes; `resolve` is taken out, which Debian's nginx does not know yet."""
    require_nginx()
    environment = SERVICES["nginx"]["environment"]
    wanted = set(re.findall(r"\$\{(\w+)\}", (ROOT / "nginx/templates/edge.conf.template").read_text()))
    assert wanted == set(environment)
    assert environment["MAX_BODY"] == MAX_BODY
    servers = re.findall(r"server (\S+) max_fails=2 fail_timeout=3s resolve;", environment["API_SERVERS"])
    assert servers == ["api-1:8000", "api-2:8000"]
    with running_edge(tmp_path, ["127.0.0.1:1", "127.0.0.1:2"]):
        pass


def _filled(value: Any) -> str:
    """A value as Compose would pass it where nothing is set but the secrets."""
    return re.sub(r"\$\{(\w+)(?::([-?])([^}]*))?\}", lambda m: m[3] if m[2] == "-" else "x" * 32, str(value))


def test_docker_reads_it_too() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed")
    names = re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text())
    command = [docker, "compose", "-f", str(ROOT / "docker-compose.yml"), "--profile", "llm", "config", "--quiet"]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin", **dict.fromkeys(names, "x")}, check=False)
    assert done.returncode == 0
