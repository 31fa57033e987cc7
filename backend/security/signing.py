"""Short-lived signed links, for places that send no header."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

from backend.errors import LinkExpired, NotFound


class LinkSigner:
    """Signs paths with an expiry."""

    def __init__(self, secret: str, *, ttl_s: int = 3600, clock: Callable[[], float] = time.time) -> None:
        self._key = hashlib.sha256(b"media links:" + secret.encode()).digest()
        self._ttl_s = ttl_s
        self._clock = clock

    def sign(self, path: str) -> str:
        """The path with `exp` and `sig`."""
        expires = str(int(self._clock()) + self._ttl_s)
        return f"{path}?exp={expires}&sig={self._signature(path, expires)}"

    def check(self, path: str, expires: str, signature: str) -> None:
        """Raises `NotFound` for a wrong signature, `LinkExpired` for an old one."""
        if not hmac.compare_digest(signature.encode(), self._signature(path, expires).encode()):
            raise NotFound
        if int(expires) < self._clock():
            raise LinkExpired

    def _signature(self, path: str, expires: str) -> str:
        return hmac.new(self._key, f"{path}?{expires}".encode(), hashlib.sha256).hexdigest()[:43]
