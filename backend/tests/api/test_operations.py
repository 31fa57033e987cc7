"""The documentation page works without a network and under a strict policy."""

from __future__ import annotations

import re

import httpx

from backend.tests.conftest import LoopbackServer


def test_the_documentation_loads_from_this_server_alone(fast_product: LoopbackServer) -> None:
    with httpx.Client(base_url=fast_product.base_url, trust_env=False, timeout=60) as http:
        page = http.get("/docs")
        assert "'unsafe-inline'" not in page.headers["content-security-policy"].partition("style-src")[0]
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(loaded) == 3
        for address in loaded:
            assert address.startswith("/docs/assets/")
            assert http.get(address).status_code == 200
        assert http.get("/openapi.json").json()["info"]["title"] == "Interview Helper"
