"""A real Prometheus of this test run, scraping every second with the rules of deploy/prometheus."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from backend.commands.running import free_port
from backend.tests.conftest import ROOT

DEPLOY = ROOT / "deploy" / "prometheus"


def needs_prometheus() -> None:
    """Skip by name where the Debian package is absent; on CI it has to be there where it can be installed."""
    if shutil.which("prometheus") and shutil.which("promtool"):
        return
    why = "the Debian package prometheus is not installed (make system-packages)"
    if os.environ.get("CI") == "true" and os.geteuid() == 0 and shutil.which("apt-get"):
        pytest.fail(why)
    pytest.skip(why)


def promtool(*arguments: str, stdin: str | None = None) -> str:
    """What promtool says; fails the test when it finds something wrong."""
    done = subprocess.run(
        ["promtool", *arguments], input=stdin, cwd=DEPLOY, capture_output=True, text=True, timeout=170, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


class Prometheus:
    """A client of its HTTP API."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self.at: float | None = None
        """The moment (Unix time) that is asked about; None is now."""

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The instant vector of an expression."""
        moment = {} if self.at is None else {"time": self.at}
        body = self._http.get("/query", params={"query": expression, **moment}).json()
        assert body["status"] == "success", f"{expression}: {body.get('error')}"
        data = body["data"]
        found: list[dict[str, Any]] = [{"value": data["result"]}] if data["resultType"] == "scalar" else data["result"]
        return found

    def get(self, path: str) -> Any:
        return self._http.get(path).json()["data"]

    def wait_for(self, expression: str, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while not self.query(expression):
            assert time.monotonic() < until, f"{expression} has no data after {seconds} s"
            time.sleep(0.2)


@contextmanager
def running_prometheus(target: str, folder: Path) -> Iterator[Prometheus]:
    """Prometheus with our configuration, but one fixed target (`host:port`) and a second between scrapes."""
    config = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    (job,) = [job for job in config["scrape_configs"] if job["job_name"] == "interview-helper"]
    del job["dns_sd_configs"]
    job["static_configs"] = [{"targets": [target]}]
    config["scrape_configs"] = [job]
    (folder / "rules").mkdir()
    for rules in sorted((DEPLOY / "rules").glob("*.yml")):
        groups = yaml.safe_load(rules.read_text())
        for group in groups["groups"]:
            group.pop("interval", None)
        (folder / "rules" / rules.name).write_text(yaml.safe_dump(groups))
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    port = free_port()
    with (folder / "prometheus.log").open("w") as log:
        process = subprocess.Popen(
            ["prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
             f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"],
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(process, port)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30, trust_env=False) as http:
                yield Prometheus(http)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 90
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/-/ready", timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        assert process.poll() is None, "Prometheus stopped while starting"
        assert time.monotonic() < until, "Prometheus was not ready after 90 s"
        time.sleep(0.1)
