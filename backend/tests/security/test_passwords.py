"""Passwords are hashed well, off the loop, and no caller can flood the machine with them."""

from __future__ import annotations

import asyncio

import pytest

from backend.errors import AtCapacity
from backend.security.passwords import hash_password, password_matches


@pytest.mark.parametrize(
    "password", ["correct horse", "pässwörd 面", "nul \x00 byte", "half \ud800 a character", "x" * 200]
)
async def test_a_password_matches_its_own_hash_alone(password: str) -> None:
    hashed = await hash_password(password)
    assert hashed.startswith("$argon2id$") and password not in hashed
    assert await password_matches(password, hashed)
    assert not await password_matches(password + "x", hashed)
    assert not await password_matches("", hashed)


async def test_the_same_password_has_another_hash_each_time() -> None:
    assert await hash_password("correct horse") != await hash_password("correct horse")


async def test_an_unknown_account_and_a_broken_hash_match_nothing() -> None:
    assert not await password_matches("correct horse", None)
    assert not await password_matches("correct horse", "no hash")


async def test_a_flood_is_turned_away_and_the_rest_is_served() -> None:
    hashed = await hash_password("correct horse")
    tries = (password_matches("correct horse", hashed) for _ in range(100))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(r is True for r in results) >= 32
    assert any(isinstance(r, AtCapacity) for r in results)
    assert await password_matches("correct horse", hashed), "places must be free again"
