"""Access tokens: signed, short claims, one secret."""

from __future__ import annotations

import contextlib
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt

from backend.errors import Unauthenticated

_ALGORITHM = "HS256"
_AUDIENCE = "interview-helper"


class AccessTokens:
    """Mints and verifies bearer tokens."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def mint(self, owner_id: str, ttl: timedelta) -> tuple[str, str]:
        """(token, ISO 8601 time at which it expires)."""
        now = datetime.now(UTC)
        claims = {
            "sub": owner_id,
            "aud": _AUDIENCE,
            "use": "access",
            "iat": now,
            "exp": now + ttl,
            "jti": secrets.token_urlsafe(12),
        }
        token = jwt.encode(claims, self._secret, algorithm=_ALGORITHM)
        return token, (now + ttl).isoformat(timespec="seconds")

    def verify(self, token: str) -> str:
        """The owner id. Raises `Unauthenticated` for anything but a valid token of ours."""
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                leeway=30,
                options={"require": ["exp", "iat", "sub", "aud"]},
            )
        except jwt.PyJWTError:
            raise Unauthenticated from None
        if claims.get("use") != "access" or not isinstance(claims["sub"], str):
            raise Unauthenticated
        return claims["sub"]


def load_or_create_secret(path: Path) -> str:
    """The secret kept at `path`, readable by its owner only; made from the system's randomness the first time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
