"""The real nginx on the product's own configuration: rendered into a temporary folder, started on free loopback ports."""

from __future__ import annotations

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

import pytest

from backend.commands.running import free_port

ROOT = Path(__file__).resolve().parents[3]
NGINX = ROOT / "nginx"
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

    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()


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


def render(folder: Path, replicas: Sequence[str], *, mode: str = "tls", max_body: str = "12352k") -> dict[str, int]:
    """Copy the configuration, fill in the template, and move what is absolute into `folder`. Returns the ports."""
    shutil.copytree(NGINX / "conf", folder / "conf")
    (folder / "conf.d").mkdir()
    ports = {name: free_port() for name in PORTS.values()}
    values = {
        "RESOLVER": "",
        "API_SERVERS": "\n    ".join(f"server {replica} max_fails=2 fail_timeout=3s;" for replica in replicas),
        "MAX_BODY": max_body,
        "EDGE_MODE": mode,
        "HTTPS_PORT": str(ports["https"]),
    }
    template = (NGINX / "templates" / "edge.conf.template").read_text()
    (folder / "conf.d" / "edge.conf").write_text(re.sub(r"\$\{(\w+)\}", lambda m: values[m[1]], template))
    for path in (folder / "conf").glob("*.conf"):
        text = path.read_text()
        for port, name in PORTS.items():
            text = re.sub(rf"listen {port}\b", f"listen 127.0.0.1:{ports[name]}", text)
        text = text.replace("/usr/share/nginx/html", str(folder / "html")).replace("/etc/nginx/tls", str(folder / "tls"))
        path.write_text(text.replace("/dev/stdout", str(folder / "access.log")))
    main = (NGINX / "nginx.conf").read_text().replace("/tmp/", f"{folder}/")
    main = main.replace("error_log stderr", f"error_log {folder}/error.log").replace("auto;", "2;", 1)
    user = "user root;\n" if os.geteuid() == 0 else ""  # the temporary folder belongs to whoever runs the tests
    (folder / "nginx.conf").write_text(user + main)
    return ports


@contextmanager
def running_edge(folder: Path, replicas: Sequence[str], **options: str) -> Iterator[Edge]:
    """nginx in front of `replicas` (`host:port`), stopped by its process id afterwards."""
    nginx = require_nginx()
    certificate = self_signed(folder / "tls")
    ports = render(folder, replicas, **options)
    (folder / "html").mkdir(exist_ok=True)
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t", "-q"], check=True)
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        _wait(ports["internal"], process)
        yield Edge(folder, ports, certificate)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("nginx did not start") from None
            time.sleep(0.05)
