"""Every overlay, rendered by the real kustomize, against Kubernetes' own schemas (strictly) and rules of our own."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from typer.main import get_command

from backend.app import create_app
from backend.cli import main
from backend.commands import generated_docs
from backend.config import Settings
from backend.tests.client import ANSWER, ContractClient, Event
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.deploy.dockerfile import ROOT, parse
from backend.tests.deploy.edge import MAX_BODY
from backend.tests.deploy.names import is_setting

validate = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")

Manifest = dict[str, Any]
OVERLAYS = ("local", "production", "vllm")
VERSIONS = ("1.30", "1.32", "1.34")
WORKLOADS = ("Deployment", "StatefulSet", "Job")
PRODUCT = {"api", "speech", "migrations"}


@cache
def rendered(folder: Path) -> tuple[Manifest, ...]:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed")
    done = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(m for m in yaml.safe_load_all(done.stdout) if m)


@pytest.fixture(params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> tuple[Manifest, ...]:
    return rendered(ROOT / "k8s" / "overlays" / request.param)


SECRETS = {
    "DATABASE_URL": "postgresql+asyncpg://coach:secret@postgres:5432/coach", "REDIS_URL": "redis://redis:6379/0",
}  # fmt: skip
"""What the secret holds, where not every text will do."""


def of_kind(manifests: tuple[Manifest, ...], *kinds: str) -> dict[str, Manifest]:
    return {m["metadata"]["name"]: m for m in manifests if m["kind"] in kinds}


def pod(workload: Manifest) -> Manifest:
    found: Manifest = workload["spec"]["template"]["spec"]
    return found


def containers(manifests: tuple[Manifest, ...]) -> Iterator[tuple[str, Manifest, Manifest]]:
    for name, workload in of_kind(manifests, *WORKLOADS).items():
        for container in pod(workload)["containers"]:
            yield name, pod(workload), container


# --- schemas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_is_valid(overlay: tuple[Manifest, ...], version: str) -> None:
    for manifest in overlay:
        validate.validate(manifest, version, strict=True)


def test_the_validator_would_notice(overlay: tuple[Manifest, ...]) -> None:
    wrong = yaml.safe_load(yaml.safe_dump(of_kind(overlay, "StatefulSet")["api"]))
    pod(wrong)["containers"][0]["readynessProbe"] = {}
    with pytest.raises(validate.ValidationError):
        validate.validate(wrong, "1.32", strict=True)


@pytest.mark.parametrize("component", ["models-volume", "monitoring", "tracing"])
def test_optional_components_fit_the_production_overlay(tmp_path: Path, component: str) -> None:
    shutil.copytree(ROOT / "k8s", tmp_path / "k8s")
    folder = tmp_path / "k8s" / "overlays" / "with"
    folder.mkdir()
    (folder / "kustomization.yaml").write_text(
        f"resources: [../production]\ncomponents: [../../components/{component}]\nnamespace: interview-helper\n"
    )
    found = rendered(folder)
    for manifest in found:
        if manifest["kind"] not in {"ServiceMonitor", "PrometheusRule"}:  # no kinds of Kubernetes itself
            validate.validate(manifest, "1.32", strict=True)
    if component == "monitoring":
        (monitor,) = [m for m in found if m["kind"] == "ServiceMonitor"]
        (names,) = [e["values"] for e in monitor["spec"]["selector"]["matchExpressions"]]
        for name in names:
            (port,) = of_kind(found, "Service")[name]["spec"]["ports"]
            assert port["name"] == monitor["spec"]["endpoints"][0]["port"]
    elif component == "tracing":
        (out,) = of_kind(found, "NetworkPolicy")["to-collector"]["spec"]["egress"]
        for name, workload in of_kind(found, *WORKLOADS).items():
            endpoint = _values(found, pod(workload)["containers"][0]).get("OTEL_EXPORTER_OTLP_ENDPOINT")
            labels = workload["spec"]["template"]["metadata"]["labels"]
            chosen = _chosen(of_kind(found, "NetworkPolicy")["to-collector"]["spec"]["podSelector"], labels)
            assert chosen == (endpoint is not None) == (name in {"api", "speech"})
            assert endpoint is None or endpoint.endswith(f":{out['ports'][0]['port']}")
    else:
        for name in ("api", "speech"):
            mounts = pod(of_kind(found, *WORKLOADS)[name])["containers"][0]["volumeMounts"]
            assert {"name": "models", "mountPath": "/models", "readOnly": True} in mounts


def test_prometheus_follows_the_same_rules_on_kubernetes_as_in_compose() -> None:
    written = (ROOT / "k8s/components/monitoring/prometheus-rule.yaml").read_text()
    assert written == generated_docs.prometheus_rule(), "run make docs"
    groups = yaml.safe_load(written)["spec"]["groups"]
    files = sorted((ROOT / "deploy/prometheus/rules").glob("*.yml"))
    ours = [group for path in files for group in yaml.safe_load(path.read_text())["groups"]]
    assert [{**group, "name": ""} for group in groups] == [{**group, "name": ""} for group in ours]
    assert len({group["name"] for group in groups}) == len(groups), "the operator wants a name once"


# --- pods ------------------------------------------------------------------------------------------------------------


def test_pods_have_no_rights(overlay: tuple[Manifest, ...]) -> None:
    for name, spec, container in containers(overlay):
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["enableServiceLinks"] is False, name  # service links set variables like MLFLOW_PORT
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] > 0, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), name
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert not [v for v in spec.get("volumes", []) if "hostPath" in v], name
    (namespace,) = of_kind(overlay, "Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_pods_are_bounded_and_pinned(overlay: tuple[Manifest, ...]) -> None:
    for name, spec, container in containers(overlay):
        resources = container["resources"]
        assert {"cpu", "memory"} <= set(resources["requests"]), name
        assert "memory" in resources["limits"], name
        image, _, tag = container["image"].rpartition(":")
        assert image, name
        assert tag != "latest", name
        for volume in spec.get("volumes", []):
            if "emptyDir" in volume:
                assert volume["emptyDir"]["sizeLimit"], name


def test_users_are_those_of_the_images(overlay: tuple[Manifest, ...]) -> None:
    _, stages = parse(ROOT / "deploy" / "Dockerfile")
    users = {t: int(stages[t].all("USER")[0].partition(":")[0]) for t in ("api", "edge")}
    for name, spec, container in containers(overlay):
        image = container["image"].rpartition(":")[0].rpartition("/")[2]
        if image.startswith("interview-helper"):
            expected = users["edge" if image == "interview-helper-edge" else "api"]
            assert spec["securityContext"]["runAsUser"] == expected, name


def test_probes_ask_for_what_exists(overlay: tuple[Manifest, ...]) -> None:
    paths = {"startupProbe": "/health/startup", "readinessProbe": "/health/ready", "livenessProbe": "/health/live"}
    assert set(paths.values()) <= set(create_app(Settings(_env_file=None)).openapi()["paths"])
    for name, _, container in containers(overlay):
        if name in {"migrations", "fetch-models"}:
            continue
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        for probe, path in paths.items():
            action = container[probe].get("httpGet") or container[probe].get("tcpSocket")
            if action is not None:
                assert action["port"] in ports, name
            if name in PRODUCT:
                assert action["path"] == path


def test_models_have_the_time_to_load(overlay: tuple[Manifest, ...]) -> None:
    for name, _, container in containers(overlay):
        if name in {"api", "speech", "vllm"}:
            probe = container["startupProbe"]
            assert probe["periodSeconds"] * probe["failureThreshold"] >= (1200 if name == "vllm" else 300)


def test_a_pod_has_the_time_that_it_takes_to_stop(overlay: tuple[Manifest, ...]) -> None:
    """preStop (no new calls) + draining + uvicorn's own patience + the parts, all within the pod's grace."""
    for name, spec, container in containers(overlay):
        if name not in {"api", "speech"}:
            continue
        pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
        drain = int(_values(overlay, container)["DRAIN_S"])
        settings = Settings(_env_file=None)
        # The cluster's names live for 5 s in caches, nginx asks for them as often, and an endpoint goes within seconds.
        assert pause >= (15 if name == "api" else 2 * container["readinessProbe"]["periodSeconds"])
        assert spec["terminationGracePeriodSeconds"] >= pause + drain + (drain + 5) + 10
        assert drain <= settings.turn_timeout_s
    edge = pod(of_kind(overlay, "Deployment")["edge"])["terminationGracePeriodSeconds"]
    api = of_kind(overlay, "StatefulSet")["api"]
    assert edge > pod(api)["terminationGracePeriodSeconds"]
    assert api["spec"]["minReadySeconds"] >= 10, "an update takes the next pod when nginx has found this one"


# --- settings --------------------------------------------------------------------------------------------------------


def _values(manifests: tuple[Manifest, ...], container: Manifest) -> dict[str, str]:
    maps = of_kind(manifests, "ConfigMap")
    values: dict[str, str] = {}
    for source in container.get("envFrom", []):
        values |= maps[source["configMapRef"]["name"]]["data"]
    return values | {e["name"]: e.get("value", SECRETS.get(e["name"], "s" * 40)) for e in container.get("env", [])}


def test_variables_are_settings_and_values_are_accepted(overlay: tuple[Manifest, ...]) -> None:
    for name, _, container in containers(overlay):
        if name not in PRODUCT:
            continue
        values = _values(overlay, container)
        assert [v for v in values if not is_setting(v)] == [], name
        known = {k.lower(): v for k, v in values.items() if k.lower() in Settings.model_fields}
        Settings(_env_file=None, **known)


def test_commands_are_commands_of_the_product(overlay: tuple[Manifest, ...]) -> None:
    commands = set(get_command(main).commands)  # type: ignore[attr-defined]
    for name, _, container in containers(overlay):
        if name in PRODUCT:
            assert "command" not in container, name  # the image's own entry point
            assert container["args"][0] in commands


def test_secrets_are_named_and_not_written_down() -> None:
    for name in ("production", "vllm"):
        found = rendered(ROOT / "k8s" / "overlays" / name)
        assert of_kind(found, "Secret") == {}
        for _, _, container in containers(found):
            for variable in container.get("env", []):
                if re.search(r"(_URL|PASSWORD|SECRET|_KEY)$", variable["name"]):
                    assert "secretKeyRef" in variable["valueFrom"], variable["name"]
    guide = (ROOT / "docs" / "deployment.md").read_text()
    for manifests in map(rendered, (ROOT / "k8s" / "overlays" / name for name in ("production", "vllm"))):
        for _, _, container in containers(manifests):
            for variable in container.get("env", []):
                if key := variable.get("valueFrom", {}).get("secretKeyRef", {}).get("key"):
                    assert f"--from-literal={key}=" in guide, f"docs/deployment.md does not say how to make {key}"


# --- services, scaling, edge -----------------------------------------------------------------------------------------


def test_services_find_their_pods(overlay: tuple[Manifest, ...]) -> None:
    workloads = of_kind(overlay, *WORKLOADS).values()
    for name, service in of_kind(overlay, "Service").items():
        selector = service["spec"]["selector"].items()
        (found,) = [w for w in workloads if selector <= w["spec"]["template"]["metadata"]["labels"].items()]
        ports = {p["name"] for c in pod(found)["containers"] for p in c["ports"]}
        assert {p["targetPort"] for p in service["spec"]["ports"]} <= ports, name
    (ingress,) = of_kind(overlay, "Ingress").values()
    for rule in ingress["spec"]["rules"]:
        for path in rule["http"]["paths"]:
            target = of_kind(overlay, "Service")[path["backend"]["service"]["name"]]
            assert path["backend"]["service"]["port"]["name"] in {p["name"] for p in target["spec"]["ports"]}


def test_addresses_are_services_of_the_overlay(overlay: tuple[Manifest, ...]) -> None:
    services = of_kind(overlay, "Service")
    for config in of_kind(overlay, "ConfigMap").values():
        for value in config["data"].values():
            for host, port in re.findall(r"http://([a-z]+):(\d+)", value):
                assert int(port) in {p["port"] for p in services[host]["spec"]["ports"]}


def test_nginx_knows_every_replica_that_there_can_be_by_a_name_of_its_own(overlay: tuple[Manifest, ...]) -> None:
    api = of_kind(overlay, "StatefulSet")["api"]
    (nginx,) = pod(of_kind(overlay, "Deployment")["edge"])["containers"]
    values = {e["name"]: e["value"] for e in nginx["env"]}
    servers = re.findall(r"server (\S+):8000 max_fails=2 fail_timeout=3s resolve;", values["API_SERVERS"])
    scaler = of_kind(overlay, "HorizontalPodAutoscaler").get("api")
    most = scaler["spec"]["maxReplicas"] if scaler else api["spec"]["replicas"]
    namespace = api["metadata"]["namespace"]
    names = [f"api-{n}.{api['spec']['serviceName']}.{namespace}.svc.cluster.local" for n in range(len(servers))]
    assert servers == names
    assert len(servers) >= most
    assert values["MAX_BODY"] == MAX_BODY
    (ingress,) = of_kind(overlay, "Ingress").values()
    notes = {k.rpartition("/")[2]: v for k, v in ingress["metadata"]["annotations"].items()}
    assert notes["proxy-body-size"] == MAX_BODY
    assert notes["proxy-buffering"] == notes["proxy-request-buffering"] == "off"
    assert int(notes["proxy-read-timeout"]) > 2 * Settings(_env_file=None).heartbeat_s
    wanted = set(re.findall(r"\$\{(\w+)\}", (ROOT / "nginx/templates/edge.conf.template").read_text()))
    assert wanted == set(values)


def test_scaling_follows_the_turns(tmp_path: Path) -> None:
    """The series of the HPA's metric exist, and its value rises with a turn and falls after it."""
    found = rendered(ROOT / "k8s" / "overlays" / "production")
    workloads = of_kind(found, *WORKLOADS)
    for name, scaler in of_kind(found, "HorizontalPodAutoscaler").items():
        target = scaler["spec"]["scaleTargetRef"]
        assert workloads[target["name"]]["kind"] == target["kind"]
        assert "replicas" not in workloads[name]["spec"]
    (metric,) = of_kind(found, "HorizontalPodAutoscaler")["api"]["spec"]["metrics"]
    adapter = yaml.safe_load((ROOT / "k8s/components/monitoring/prometheus-adapter-values.yaml").read_text())
    (rule,) = adapter["rules"]["custom"]
    assert metric["pods"]["metric"]["name"] == rule["name"]["as"]
    (running,) = re.findall(r"^(ih_\w+)\{", rule["seriesQuery"])
    above, below = re.findall(r"sum\((ih_\w+)\{<<.LabelMatchers>>\}\)", rule["metricsQuery"])
    assert above == running
    seen: list[float] = []
    with LoopbackServer(create_app(fast_settings(tmp_path, turns_at_once=4, scripted_delay_s=0.2))) as server:

        def look(event: Event | None = None) -> None:
            page = httpx.get(f"{server.base_url}/metrics", trust_env=False, timeout=60).text
            values = [re.search(rf"^{name}(?:\{{.*\}})? (\S+)$", page, re.MULTILINE) for name in (above, below)]
            assert all(values), (above, below)
            if event is None or event.name == "context.found":
                seen.append(float(values[0][1]) / float(values[1][1]))  # type: ignore[index]

        with ContractClient(server.base_url) as guest:
            session = guest.start()["session_id"]
            look()
            guest.turn(session, text=ANSWER, on_event=look)
            while seen[-1] > 0 and len(seen) < 5000:
                look()
    assert seen[:2] == [0, 0.25]
    assert seen[-1] == 0


def test_disruption_budgets_cover_what_has_replicas(overlay: tuple[Manifest, ...]) -> None:
    budgets = of_kind(overlay, "PodDisruptionBudget")
    assert set(budgets) == {"api", "edge", "speech"}
    for name, budget in budgets.items():
        labels = of_kind(overlay, *WORKLOADS)[name]["spec"]["template"]["metadata"]["labels"]
        assert budget["spec"]["selector"]["matchLabels"].items() <= labels.items()


# --- network ---------------------------------------------------------------------------------------------------------


def _chosen(selector: Manifest, labels: Manifest) -> bool:
    wanted = selector.get("matchLabels", {}).items() <= labels.items()
    return wanted and all(labels.get(e["key"]) in e["values"] for e in selector.get("matchExpressions", []))


def _may(manifests: tuple[Manifest, ...], origin: str, target: str, port: int) -> bool:
    """Whether policies let `origin`'s pods out to `target`'s pods and `target`'s pods let them in, at a port."""
    labels = {n: w["spec"]["template"]["metadata"]["labels"] for n, w in of_kind(manifests, *WORKLOADS).items()}

    def allowed(side: str, peers: str, here: str, there: str) -> bool:
        for policy in of_kind(manifests, "NetworkPolicy").values():
            if _chosen(policy["spec"]["podSelector"], labels[here]):
                for rule in policy["spec"].get(side, []):
                    pods = [p["podSelector"] for p in rule.get(peers, []) if set(p) == {"podSelector"}]
                    if any(_chosen(p, labels[there]) for p in pods) and port in {p["port"] for p in rule["ports"]}:
                        return True
        return False

    return allowed("egress", "to", origin, target) and allowed("ingress", "from", target, origin)


def test_nothing_is_open_by_default(overlay: tuple[Manifest, ...]) -> None:
    deny = of_kind(overlay, "NetworkPolicy")["default-deny"]["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_those_who_must_talk_can_and_nobody_else(overlay: tuple[Manifest, ...]) -> None:
    ports = {n: s["spec"]["ports"][0]["port"] for n, s in of_kind(overlay, "Service").items()} | {"edge": 8080}
    wanted = {("edge", "api"), ("api", "speech"), ("api", "chroma"), ("api", "mlflow")}
    wanted |= {("api", "redis"), ("api", "postgres"), ("migrations", "postgres")} if "postgres" in ports else set()
    wanted |= {("api", "vllm")} if "vllm" in ports else set()
    workloads = of_kind(overlay, *WORKLOADS)
    found = {(a, b) for a in workloads for b in ports if _may(overlay, a, b, ports[b])}
    assert found == wanted
