"""Only tokens that we made, for this purpose, in this time, are accepted."""

from __future__ import annotations

import base64
import json
import multiprocessing
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from backend.app import create_app
from backend.errors import Unauthenticated
from backend.security.tokens import AccessTokens, Claims, load_or_create_secret
from backend.tests.client import ContractClient
from backend.tests.conftest import LoopbackServer, fast_settings

SECRET, OTHER = "s" * 40, "o" * 40
HOUR = timedelta(hours=1)


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_token_says_whose_it_is_and_until_when() -> None:
    token, expires_at = AccessTokens(SECRET).mint("own_1", HOUR, generation=3)
    assert AccessTokens(SECRET).read(token) == Claims("own_1", 3)
    assert AccessTokens(SECRET).verify(token) == "own_1"
    left = datetime.fromisoformat(expires_at) - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= HOUR


def test_no_two_tokens_are_alike() -> None:
    tokens = AccessTokens(SECRET)
    assert tokens.mint("own_1", HOUR)[0] != tokens.mint("own_1", HOUR)[0]


def test_a_changed_key_accepts_tokens_of_the_previous_one_until_that_is_dropped() -> None:
    old, _ = AccessTokens(OTHER).mint("own_1", HOUR)
    both = AccessTokens(SECRET, previous=[OTHER])
    assert both.verify(old) == "own_1"
    fresh, _ = both.mint("own_1", HOUR)
    assert AccessTokens(SECRET).verify(fresh) == "own_1", "the new key signs"
    with pytest.raises(Unauthenticated):
        AccessTokens(SECRET).verify(old)


@pytest.mark.parametrize("weak", ["", "changeme", "x" * 31])
def test_a_secret_that_can_be_guessed_is_refused(weak: str) -> None:
    with pytest.raises(ValueError, match="SECRET_KEY"):
        AccessTokens(weak)


def resigned(change: Callable[[dict[str, Any], dict[str, Any]], None]) -> Callable[[AccessTokens, str], str]:
    """The token with other claims or headers, signed with the right key: only the claim itself is wrong."""

    def make(tokens: AccessTokens, token: str) -> str:
        claims, header = jwt.decode(token, options={"verify_signature": False}), jwt.get_unverified_header(token)
        change(claims, header)
        header.pop("alg", None)
        return jwt.encode(claims, tokens._current, algorithm="HS256", headers=header)

    return make


def unsigned(algorithm: str) -> Callable[[AccessTokens, str], str]:
    def make(tokens: AccessTokens, token: str) -> str:
        header = jwt.get_unverified_header(token) | {"alg": algorithm}
        return f"{b64(header)}.{token.split('.')[1]}."

    return make


def edited(part: int, change: Callable[[str], str]) -> Callable[[AccessTokens, str], str]:
    def make(tokens: AccessTokens, token: str) -> str:
        parts = token.split(".")
        parts[part] = change(parts[part])
        return ".".join(parts)

    return make


def other_payload(tokens: AccessTokens, token: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False}) | {"sub": "own_2"}
    head, _, signature = token.split(".")
    return f"{head}.{b64(claims)}.{signature}"


def other_algorithm(tokens: AccessTokens, token: str) -> str:
    claims, header = jwt.decode(token, options={"verify_signature": False}), jwt.get_unverified_header(token)
    return jwt.encode(claims, tokens._current * 2, algorithm="HS512", headers={"kid": header["kid"]})


def other_key(tokens: AccessTokens, token: str) -> str:
    claims, header = jwt.decode(token, options={"verify_signature": False}), jwt.get_unverified_header(token)
    return jwt.encode(claims, b"k" * 32, algorithm="HS256", headers={"kid": header["kid"]})


def in_minutes(minutes: int) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


MUTATIONS: dict[str, Callable[[AccessTokens, str], str]] = {
    "empty": lambda tokens, token: "",
    "garbage": lambda tokens, token: "garbage",
    "two dots": lambda tokens, token: "..",
    "four parts": lambda tokens, token: token + ".x",
    "no signature": lambda tokens, token: token.rpartition(".")[0],
    "empty signature": lambda tokens, token: token.rpartition(".")[0] + ".",
    "cut": lambda tokens, token: token[:-2],
    "another signature": edited(2, lambda s: s[::-1]),
    "another payload": other_payload,
    "broken payload": edited(1, lambda s: s[:-3]),
    "broken header": edited(0, lambda s: "e30"),
    "header no object": edited(0, lambda s: b64([1])),
    "header nested deeply": edited(0, lambda s: b64(b"[" * 1100 + b"]" * 1100)),
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg NONE": unsigned("NONE"),
    "alg empty": unsigned(""),
    "alg RS256": unsigned("RS256"),
    "alg HS512": other_algorithm,
    "another key": other_key,
    "another program's": lambda tokens, token: AccessTokens(OTHER).mint("own_1", HOUR)[0],
    "no kid": resigned(lambda claims, header: header.pop("kid")),
    "wrong kid": resigned(lambda claims, header: header.update(kid="0" * 12)),
    "kid a path": resigned(lambda claims, header: header.update(kid="../../dev/null")),
    "other audience": resigned(lambda claims, header: claims.update(aud="another-service")),
    "many audiences": resigned(lambda claims, header: claims.update(aud=["interview-helper", "x"])),
    "no audience": resigned(lambda claims, header: claims.pop("aud")),
    "other purpose": resigned(lambda claims, header: claims.update(use="refresh")),
    "no purpose": resigned(lambda claims, header: claims.pop("use")),
    "expired": resigned(lambda claims, header: claims.update(exp=in_minutes(-5))),
    "no expiry": resigned(lambda claims, header: claims.pop("exp")),
    "expiry no number": resigned(lambda claims, header: claims.update(exp="tomorrow")),
    "from the future": resigned(lambda claims, header: claims.update(iat=in_minutes(5))),
    "not yet valid": resigned(lambda claims, header: claims.update(nbf=in_minutes(5))),
    "no issue time": resigned(lambda claims, header: claims.pop("iat")),
    "no id": resigned(lambda claims, header: claims.pop("jti")),
    "no owner": resigned(lambda claims, header: claims.pop("sub")),
    "owner empty object": resigned(lambda claims, header: claims.update(sub={})),
    "no generation": resigned(lambda claims, header: claims.pop("gen")),
    "generation true": resigned(lambda claims, header: claims.update(gen=True)),
    "generation text": resigned(lambda claims, header: claims.update(gen="0")),
    "unicode": lambda tokens, token: "é" + token,
    "half a character": lambda tokens, token: token + "\ud800",
    "a megabyte": lambda tokens, token: token + "x" * 1_000_000,
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutated_token_is_refused(mutation: str) -> None:
    tokens = AccessTokens(SECRET)
    token, _ = tokens.mint("own_1", HOUR)
    with pytest.raises(Unauthenticated):
        tokens.read(MUTATIONS[mutation](tokens, token))


def test_a_resigned_token_without_a_change_is_accepted() -> None:
    """The control of the table above: what is refused there is refused for its change alone."""
    tokens = AccessTokens(SECRET)
    token, _ = tokens.mint("own_1", HOUR)
    assert tokens.verify(resigned(lambda claims, header: None)(tokens, token)) == "own_1"


# --- the secret on disk ----------------------------------------------------------------------------------------------


def test_a_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret"
    first = load_or_create_secret(path)
    assert len(first) >= 43
    assert load_or_create_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [f.name for f in path.parent.iterdir()] == ["secret"]


def test_a_secret_with_open_rights_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("k" * 64)
    path.chmod(0o644)
    assert load_or_create_secret(path) == "k" * 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(" \n")
    with pytest.raises(ValueError, match="empty"):
        load_or_create_secret(tmp_path / "secret")


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = pool.map(load_or_create_secret, [tmp_path / "secret"] * 12, chunksize=1)
    assert len(set(found)) == 1


def test_a_server_with_a_new_key_knows_the_guests_of_the_old_one(tmp_path: Path) -> None:
    with (
        LoopbackServer(create_app(fast_settings(tmp_path, secret_key=OTHER))) as server,
        ContractClient(server.base_url) as guest,
    ):
        headers = dict(guest.http.headers)

    def status(**keys: str) -> int:
        with LoopbackServer(create_app(fast_settings(tmp_path, secret_key=SECRET, **keys))) as server:
            return httpx.get(f"{server.base_url}/api/v1/me", headers=headers, trust_env=False, timeout=60).status_code

    assert status(secret_key_previous=OTHER) == 200
    assert status() == 401
