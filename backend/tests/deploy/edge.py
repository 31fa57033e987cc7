"""The real nginx on the product's own configuration: rendered into a temporary folder, started on free loopback ports."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from backend.commands.running import free_port

ROOT = Path(__file__).resolve().parents[3]
NGINX = ROOT / "nginx"
MAX_BODY = "32832k"
"""What every deployment passes as MAX_BODY; a test compares it with the application's own bound."""
PORTS = {8443: "https", 8080: "http", 8081: "internal"}


@dataclass(frozen=True)
class Edge:
    """A running nginx. `folder` holds its files: `access.log`, `error.log`, `html/`, `tls/`."""

    folder: Path
    ports: dict[str, int]
    certificate: Path

    @property
    def https(self) -> str:
        return f"https://localhost:{self.ports['https']}"

    @property
    def http(self) -> str:
        return f"http://localhost:{self.ports['http']}"

    @property
    def internal(self) -> str:
        return f"http://localhost:{self.ports['internal']}"

    def trust(self) -> ssl.SSLContext:
        """What a client needs to believe the certificate."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.https, verify=self.trust(), trust_env=False, timeout=60)

    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()

    def requests(self) -> list[dict[str, str]]:
        """The access log so far, a whole line each."""
        return [json.loads(line) for line in self.access_log().splitlines(keepends=True) if line.endswith("\n")]

    def upstreams(self, path: str) -> list[str]:
        """Who was asked for `path`, request by request: `address`, or `address, address` where a second was tried.

        Waits for the first, because nginx writes its log after the answer.
        """
        deadline = time.monotonic() + 60
        while True:
            if found := [str(line["upstream"]) for line in self.requests() if line["path"] == path]:
                return found
            assert time.monotonic() < deadline, f"nginx never served {path}"
            time.sleep(0.02)


def require_nginx() -> str:
    """The path of nginx; skips where it is absent. In CI as root it can be installed, so there its absence is a failure."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        if os.environ.get("CI") == "true" and os.geteuid() == 0 and shutil.which("apt-get"):
            pytest.fail("nginx is not installed; `make system-packages` installs it")
        pytest.skip("nginx is not installed (Debian package: nginx-light)")
    return found


def self_signed(folder: Path) -> Path:
    """A key and a certificate for localhost, as `make certificate` makes them; returns the certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["sh", str(ROOT / "deploy" / "certificate.sh"), str(folder)], check=True, capture_output=True)
    return folder / "server.crt"


def kib(size: str) -> int:
    """KiB of a size in nginx's way of writing (`32832k`)."""
    return int(size.removesuffix("k"))


def render(
    folder: Path, replicas: Sequence[str], *, mode: str = "tls", trusted: str = "10.0.0.0/8", resolver: str = ""
) -> dict[str, int]:
    """Copy the configuration, fill in the template, and move what is absolute into `folder`. Returns the ports.

    `trusted` stands in for one of the networks that may say who the caller is. With `resolver` (`address:port`) the names of
    the replicas are looked up there while nginx runs, which wants nginx 1.27.3 or newer.
    """
    shutil.copytree(NGINX / "conf", folder / "conf")
    (folder / "conf.d").mkdir()
    ports = {name: free_port() for name in PORTS.values()}
    values = {
        "RESOLVER": f"resolver {resolver} valid=1s ipv6=off;" if resolver else "",
        "API_SERVERS": "\n    ".join(
            f"server {replica} max_fails=2 fail_timeout=3s{' resolve' if resolver else ''};" for replica in replicas
        ),
        "MAX_BODY": MAX_BODY,
        "EDGE_MODE": mode,
        "HTTPS_PORT": str(ports["https"]),
    }
    template = (NGINX / "templates" / "edge.conf.template").read_text()
    (folder / "conf.d" / "edge.conf").write_text(re.sub(r"\$\{(\w+)\}", lambda m: values[m[1]], template))
    for path in (folder / "conf").glob("*.conf"):
        text = path.read_text()
        for port, name in PORTS.items():
            text = re.sub(rf"listen {port}\b", f"listen 127.0.0.1:{ports[name]}", text)
        text = text.replace("/usr/share/nginx/html", str(folder / "html")).replace(
            "/etc/nginx/tls", str(folder / "tls")
        )
        text = text.replace("10.0.0.0/8", trusted)
        path.write_text(text.replace("/dev/stdout", str(folder / "access.log")))
    main = (NGINX / "nginx.conf").read_text().replace("/tmp/", f"{folder}/")
    main = main.replace("error_log stderr", f"error_log {folder}/error.log").replace("auto;", "2;", 1)
    user = "user root;\n" if os.geteuid() == 0 else ""  # the temporary folder belongs to whoever runs the tests
    (folder / "nginx.conf").write_text(user + main)
    return ports


@contextmanager
def running_edge(folder: Path, replicas: Sequence[str], *, nginx: str = "", **options: str) -> Iterator[Edge]:
    """nginx in front of `replicas` (`host:port`), stopped by its process id afterwards.

    `nginx` is another binary than the installed one; `options` are those of `render`.
    """
    nginx = nginx or require_nginx()
    certificate = self_signed(folder / "tls")
    ports = render(folder, replicas, **options)
    if "stub_status" not in subprocess.run([nginx, "-V"], capture_output=True, text=True, check=True).stderr:
        internal = folder / "conf" / "internal.conf"  # some builds leave this module out
        internal.write_text(re.sub(r"location = /stub_status \{.*?\n    \}", "", internal.read_text(), flags=re.DOTALL))
    (folder / "html").mkdir(exist_ok=True)
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t", "-q"], check=True)
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        _wait(ports["internal"], process)
        yield Edge(folder, ports, certificate)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("nginx did not start") from None
            time.sleep(0.05)
