"""A port that is taken is said, with the next free one; nothing starts elsewhere in silence."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from backend.commands.running import free_port
from backend.install import ports


def test_a_free_port_is_no_complaint() -> None:
    assert ports.complaint("127.0.0.1", free_port(), "PORT") is None


def test_the_product_refuses_a_taken_port_and_names_the_next_free_one() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as other:
        port = other.getsockname()[1]
        environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port)}
        done = subprocess.run(
            [sys.executable, "-m", "backend.cli", "serve"],
            env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr
    named = int(done.stderr.rpartition("PORT=")[2].strip(".\n"))
    assert named > port
    assert ports.is_free("127.0.0.1", named)


def test_make_asks_for_servers_that_are_not_ours() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as other:
        assert ports.main(["127.0.0.1", str(other.getsockname()[1]), "MLFLOW_PORT"]) == 1
    assert ports.main(["127.0.0.1", str(free_port()), "MLFLOW_PORT"]) == 0
