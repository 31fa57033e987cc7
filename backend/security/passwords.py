"""Passwords: argon2id, off the event loop, as slow for an unknown account as for a known one."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backend.errors import AtCapacity

T = TypeVar("T")

# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_nobody = _hasher.hash(secrets.token_hex(16))
_workers = ThreadPoolExecutor(2, thread_name_prefix="passwords")
_places = threading.BoundedSemaphore(32)


async def hash_password(password: str) -> str:
    """The argon2id hash to keep. Raises `AtCapacity` when too many wait."""
    return await _off_the_loop(lambda: _hasher.hash(_bytes(password)))


async def password_matches(password: str, hashed: str | None) -> bool:
    """False for a wrong password, and for `hashed=None` (no such account) after the same work.

    Raises `AtCapacity` when too many wait.
    """

    def verify() -> bool:
        try:
            return _hasher.verify(hashed or _nobody, _bytes(password)) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False

    return await _off_the_loop(verify)


async def _off_the_loop(work: Callable[[], T]) -> T:
    if not _places.acquire(blocking=False):
        raise AtCapacity(retry_after_s=2)
    future = _workers.submit(work)
    future.add_done_callback(lambda _: _places.release())
    return await asyncio.wrap_future(future)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")  # JSON can carry halves of characters
