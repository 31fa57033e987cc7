"""Identity over HTTP: guests, accounts, tokens, export and erasure (contract section 2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.api import auth, errors
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.rag.documents import Document
from backend.security.limits import RateLimiter
from backend.security.tokens import AccessTokens
from backend.storage.stores import Stores
from backend.tests.conftest import early_in_a_minute
from backend.tests.storage.samples import a_document, a_session, a_story, a_turn, heard
from backend.wiring import Services


class House(SimpleNamespace):
    """The services that identity needs."""

    admit = Services.admit


PASSWORD = "correct horse battery"  # a sample


@dataclass
class Shelf:
    """What the identity routes need of the library and of the interview room, over the real stores."""

    stores: Stores

    async def list(self, owner_id: str) -> list[Document]:
        return await self.stores.documents.list(owner_id)

    async def delete_all(self, owner_id: str) -> int:
        held = await self.stores.documents.list(owner_id)
        for document in held:
            await self.stores.documents.delete(owner_id, document.document_id)
        return sum(document.chunks for document in held)

    async def turns(self, session: Session) -> list[TurnRecord]:
        return await self.stores.turns.list(session.session_id)

    async def delete(self, owner_id: str, session_id: str) -> int:
        turns = await self.stores.turns.list(session_id)
        await self.stores.sessions.delete(owner_id, session_id)
        return len(turns)


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    opened = await Stores.open(f"sqlite+aiosqlite:///{tmp_path / 'coach.db'}")
    yield opened
    await opened.close()


@pytest.fixture
async def http(stores: Stores) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    errors.install(app)
    app.include_router(auth.router)
    app.state.services = House(
        stores=stores,
        tokens=AccessTokens("s" * 40),
        limiter=RateLimiter(),
        library=Shelf(stores),
        room=Shelf(stores),
        limits=SimpleNamespace(guest_ttl_days=30.0, guests_per_minute=5, requests_per_minute=1000),
    )
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://coach") as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def data(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    body = response.json()
    assert body["error"] is None
    return body["data"]


async def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    body = response.json()
    assert body["data"] is None and body["error"]["code"] == code
    error: dict[str, Any] = body["error"]
    return error


async def guest(http: httpx.AsyncClient) -> dict[str, str]:
    made: dict[str, str] = await data(await http.post("/guests"), 201)
    return made


async def account(http: httpx.AsyncClient, email: str = "ann@example.org", token: str | None = None) -> dict[str, str]:
    headers = bearer(token) if token else {}
    body = {"email": email, "password": PASSWORD}
    made: dict[str, str] = await data(await http.post("/auth/register", json=body, headers=headers), 201)
    return made


async def is_signed_in(http: httpx.AsyncClient, token: str) -> bool:
    return (await http.get("/me", headers=bearer(token))).status_code == 200


async def test_a_guest_needs_nothing_and_is_known_by_its_token(http: httpx.AsyncClient) -> None:
    made = await guest(http)
    assert set(made) >= {"owner_id", "access_token", "expires_at"}
    me = await data(await http.get("/me", headers=bearer(made["access_token"])))
    assert me["owner_id"] == made["owner_id"] and me["guest"] is True


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "Bearer é"])
@pytest.mark.parametrize("call", ["GET /me", "GET /me/export", "DELETE /me", "POST /auth/logout"])
async def test_without_a_valid_token_nothing_is_told(http: httpx.AsyncClient, header: str | None, call: str) -> None:
    method, path = call.split()
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    error = await refused(await http.request(method, path, headers=headers), 401, "unauthenticated")
    assert error["stage"] == "auth"


async def test_guests_are_limited_by_address(http: httpx.AsyncClient) -> None:
    early_in_a_minute(10)
    answers = [await http.post("/guests") for _ in range(6)]
    assert [a.status_code for a in answers] == [201] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


async def test_registering_keeps_the_guest_s_things_and_ends_the_guest_s_token(
    http: httpx.AsyncClient, stores: Stores
) -> None:
    before = await guest(http)
    await stores.documents.add(a_document(before["owner_id"]))
    made = await account(http, token=before["access_token"])
    assert made["owner_id"] == before["owner_id"]
    me = await data(await http.get("/me", headers=bearer(made["access_token"])))
    assert me["email"] == "ann@example.org" and me["guest"] is False and me["documents"] == 1
    assert not await is_signed_in(http, before["access_token"])


async def test_an_account_opens_with_its_password_alone(http: httpx.AsyncClient) -> None:
    made = await account(http)
    right = {"email": " Ann@Example.ORG ", "password": PASSWORD}
    again = await data(await http.post("/auth/login", json=right))
    assert again["owner_id"] == made["owner_id"] and await is_signed_in(http, again["access_token"])
    wrong = [right | {"password": "incorrect horse"}, right | {"email": "bob@example.org"}]
    errors_seen = [await refused(await http.post("/auth/login", json=w), 401, "wrong_credentials") for w in wrong]
    assert errors_seen[0]["message_safe"] == errors_seen[1]["message_safe"], "it must not tell which accounts exist"


async def test_an_address_is_registered_once(http: httpx.AsyncClient) -> None:
    await account(http)
    body = {"email": "ANN@example.org", "password": "another password"}
    await refused(await http.post("/auth/register", json=body), 409, "account_exists")


async def test_passwords_cannot_be_tried_out(http: httpx.AsyncClient) -> None:
    await account(http)
    body = {"email": "ann@example.org", "password": "wrong password"}
    early_in_a_minute(20)
    statuses = [(await http.post("/auth/login", json=body)).status_code for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "ann@example.org"},
        {"email": "ann@example.org", "password": "short"},
        {"email": "ann@example.org", "password": "x" * 10_000},
        {"email": "no address", "password": PASSWORD},
        {"email": "a\u0000b@example.org", "password": PASSWORD},
        {"email": "a@b@example.org", "password": PASSWORD},
        {"email": f"{'a' * 400}@example.org", "password": PASSWORD},
        {"email": "ann@example.org", "password": PASSWORD, "owner_id": "own_somebody_else"},
        {"email": ["ann@example.org"], "password": PASSWORD},
    ],
)
async def test_a_registration_that_is_not_as_expected_is_refused(http: httpx.AsyncClient, body: dict[str, Any]) -> None:
    error = await refused(await http.post("/auth/register", json=body), 422, "validation_failed")
    assert PASSWORD not in str(error)


async def test_half_characters_harm_nothing(http: httpx.AsyncClient) -> None:
    for path in ("/auth/register", "/auth/login"):
        raw = b'{"email": "ann@example.org", "password": "half a character \\ud800 here"}'
        answer = await http.post(path, content=raw, headers={"Content-Type": "application/json"})
        assert answer.status_code in {200, 201, 401, 422}


async def test_refresh_tokens_work_once_and_a_stolen_one_ends_everything(http: httpx.AsyncClient) -> None:
    first = await account(http)
    second = await data(await http.post("/auth/refresh", json={"refresh_token": first["refresh_token"]}))
    assert await is_signed_in(http, second["access_token"])
    for stale in (first, second):
        again = await http.post("/auth/refresh", json={"refresh_token": stale["refresh_token"]})
        await refused(again, 401, "unauthenticated")
    assert not await is_signed_in(http, second["access_token"])


async def test_logging_out_ends_the_tokens_at_once(http: httpx.AsyncClient) -> None:
    made = await account(http)
    await data(await http.post("/auth/logout", headers=bearer(made["access_token"])))
    assert not await is_signed_in(http, made["access_token"])
    again = await http.post("/auth/refresh", json={"refresh_token": made["refresh_token"]})
    await refused(again, 401, "unauthenticated")
    back = await data(await http.post("/auth/login", json={"email": "ann@example.org", "password": PASSWORD}))
    assert await is_signed_in(http, back["access_token"])


@pytest.mark.parametrize("path", ["/auth/oidc/start", "/auth/oidc/callback"])
async def test_sign_in_through_others_is_off(http: httpx.AsyncClient, path: str) -> None:
    await refused(await http.get(path), 404, "not_found")


async def _fill(stores: Stores, owner: str, words: str) -> None:
    await stores.documents.add(a_document(owner, text=words, chunks=3, status="ready"))
    for number in range(2):
        session = a_session(owner, number)
        await stores.sessions.add(session)
        await stores.turns.add(a_turn(session, transcript=heard(words)))
    await stores.stories.add(a_story(owner, text=words), 10)


async def test_the_export_holds_everything_of_the_owner_and_of_nobody_else(
    http: httpx.AsyncClient, stores: Stores
) -> None:
    ann, bob = await account(http), await guest(http)
    await _fill(stores, ann["owner_id"], "ANN-WORDS")
    await _fill(stores, bob["owner_id"], "BOB-WORDS")
    answer = await http.get("/me/export", headers=bearer(ann["access_token"]))
    held = await data(answer)
    assert held["email"] == "ann@example.org"
    assert [d["text"] for d in held["documents"]] == ["ANN-WORDS"]
    assert [t["transcript"]["text"] for s in held["sessions"] for t in s["turns"]] == ["ANN-WORDS"] * 2
    assert [s["text"] for s in held["stories"]] == ["ANN-WORDS"]
    assert "BOB-WORDS" not in answer.text and "argon2" not in answer.text


async def test_erasing_says_what_it_erased_ends_the_token_and_leaves_no_byte(
    http: httpx.AsyncClient, stores: Stores, tmp_path: Path
) -> None:
    ann, bob = await account(http), await guest(http)
    await _fill(stores, ann["owner_id"], "ANN-WORDS")
    await _fill(stores, bob["owner_id"], "BOB-WORDS")
    told = await data(await http.delete("/me", headers=bearer(ann["access_token"])))
    assert told["erased"] == {"documents": 1, "sessions": 2, "turns": 2, "stories": 1, "passages": 3}
    assert not await is_signed_in(http, ann["access_token"])
    again = await http.post("/auth/login", json={"email": "ann@example.org", "password": PASSWORD})
    await refused(again, 401, "wrong_credentials")
    files = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert b"ANN-WORDS" not in files and b"ann@example.org" not in files and b"BOB-WORDS" in files
    assert await is_signed_in(http, bob["access_token"])
