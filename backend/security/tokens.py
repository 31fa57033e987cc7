"""Access tokens: signed, short claims, a key that can be changed without signing anybody out."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt

from backend.errors import Unauthenticated

_ALGORITHM = "HS256"
_AUDIENCE = "interview-helper"
_USE = "access"
_SKEW_S = 10
_LONGEST = 2048
"""Characters; ours are some 300 long."""
_SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says. It counts only while the owner's row still has this generation."""

    owner_id: str
    generation: int


class AccessTokens:
    """Mints and verifies bearer tokens."""

    def __init__(self, secret: str, *, previous: Sequence[str] = ()) -> None:
        """`secret` signs; tokens signed with a `previous` one are still accepted. Raises `ValueError` for a secret of
        fewer than 32 characters, because a short one can be guessed from any token."""
        if any(len(one) < _SHORTEST_SECRET for one in (secret, *previous)):
            raise ValueError(
                f"SECRET_KEY must have at least {_SHORTEST_SECRET} characters; `openssl rand -hex 32` makes one."
            )
        derived = [hashlib.sha256(b"access tokens:" + one.encode()).digest() for one in (secret, *previous)]
        self._keys = {hashlib.sha256(b"key id:" + key).hexdigest()[:12]: key for key in reversed(derived)}
        self._current = derived[0]
        self._current_id = hashlib.sha256(b"key id:" + derived[0]).hexdigest()[:12]

    def mint(self, owner_id: str, ttl: timedelta, generation: int = 0) -> tuple[str, str]:
        """(token, ISO 8601 time at which it expires)."""
        now = datetime.now(UTC)
        claims = {
            "sub": owner_id,
            "gen": generation,
            "aud": _AUDIENCE,
            "use": _USE,
            "iat": now,
            "exp": now + ttl,
            "jti": secrets.token_urlsafe(12),
        }
        token = jwt.encode(claims, self._current, algorithm=_ALGORITHM, headers={"kid": self._current_id})
        return token, (now + ttl).isoformat(timespec="seconds")

    def read(self, token: str) -> Claims:
        """What a token of ours says. Raises `Unauthenticated` for anything else, and never says why."""
        if len(token) > _LONGEST:
            raise Unauthenticated
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                leeway=_SKEW_S,
                options={"require": ["exp", "iat", "sub", "aud", "jti"], "strict_aud": True},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, RecursionError):
            raise Unauthenticated from None
        owner_id, generation = claims["sub"], claims.get("gen")
        if claims.get("use") != _USE or not isinstance(owner_id, str) or type(generation) is not int:
            raise Unauthenticated
        return Claims(owner_id, generation)

    def verify(self, token: str) -> str:
        """The owner id alone. Raises `Unauthenticated`."""
        return self.read(token).owner_id


def load_or_create_secret(path: Path) -> str:
    """The secret kept at `path`, readable by its owner only; made from the system's randomness the first time.

    Processes that start at the same time agree on one secret. Raises `ValueError` where the file is empty.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # made with mode 0600
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)  # all of it or nothing, and never over another process's secret
        finally:
            Path(draft).unlink()
    path.chmod(0o600)
    secret = path.read_text().strip()
    if not secret:
        raise ValueError("The file with the secret key is empty. Delete it to get a new key; everybody signs in anew.")
    return secret
