"""Peer review over HTTP: who has the link sees questions, answers and feedback, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from backend.app import create_app
from backend.interview.sharing import MOST_LINKS
from backend.tests.client import ContractClient, check_envelope
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.sounds import speech_like_wav

RESUME = "Sam Rivers\n\nNorthwind Quillfeathery, developer, 2021 to 2025\n- Ran the secret quarterly stock report in Python\n"
JOB = (
    "Backend developer at Lumen Harbours\n\nRequirements:\n- Experience in running ancient booking services in Python\n"
)
SAID = (
    "Last winter the stock report took most of Friday, so I was asked to make it faster. I moved the joins into the "
    "database and wrote a guide for the team. After that it took twenty minutes and nobody stayed late."
)


@pytest.fixture
def public(fast_product: LoopbackServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{fast_product.base_url}/api/v1", trust_env=False, timeout=60) as http:
        yield http


@pytest.fixture
def interview(client: ContractClient) -> str:
    documents = [
        client.document("resume", RESUME)["document_id"],
        client.document("job_description", JOB)["document_id"],
    ]
    session: str = client.start(document_ids=documents, company="Lumen Harbours")["session_id"]
    client.turn(session, text=SAID)
    client.turn(session, text="Could you repeat that?")
    return session


def link(client: ContractClient, session: str, **body: Any) -> dict[str, Any]:
    made: dict[str, Any] = client.data("POST", f"/sessions/{session}/shares", json=body)
    return made


def comment(turn_id: str, /, **changes: Any) -> dict[str, Any]:
    return {"turn_id": turn_id, "author_name": "Ines", "text": "Say what came of it first."} | changes


def test_a_link_shows_questions_answers_and_feedback(
    client: ContractClient, interview: str, public: httpx.Client
) -> None:
    made = link(client, interview)
    assert made["url"].startswith("/shared/") and len(made["url"]) >= 50 and made["live"]
    response = public.get(made["url"])
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-robots-tag"] == "noindex, nofollow"
    seen = response.json()["data"]
    (turn,) = seen["turns"]
    assert turn["answer"]["text"] == SAID and turn["question"]["text"]
    assert turn["feedback"]["summary"] and turn["feedback"]["scored"]
    assert "".join(SAID[p["char_start"] : p["char_end"]] for p in turn["answer"]["paragraphs"]).replace(
        " ", ""
    ) == SAID.replace(" ", "")
    assert {c["source"] for c in turn["feedback"]["citations"]} <= {"answer"}


def test_a_link_shows_no_document_no_owner_and_no_sound(
    client: ContractClient, interview: str, public: httpx.Client
) -> None:
    response = public.get(link(client, interview)["url"])
    for secret in ("Quillfeathery", "secret quarterly", client.guest["owner_id"], interview, "audio"):
        assert secret not in response.text, secret
    for key in ("document_id", "idempotency_key", "owner_id", "versions", "rewrite", "events", "hints"):
        assert f'"{key}"' not in response.text, key
    (turn,) = response.json()["data"]["turns"]  # its question may name what the job asks for, the feedback may not
    assert "running ancient booking services" not in str(turn["feedback"])


def test_what_does_not_live_is_all_the_same(client: ContractClient, interview: str, public: httpx.Client) -> None:
    made = link(client, interview)
    assert client.call("DELETE", f"/sessions/{interview}/shares/{made['share_id']}").status_code == 204
    turn_id = client.data("GET", f"/sessions/{interview}")["turns"][0]["turn_id"]
    answers = []
    for path in (made["url"], "/shared/" + "x" * 43, "/shared/" + "y" * 199, "/shared/%F0%9F%98%80"):
        for response in (public.get(path), public.post(f"{path}/comments", json=comment(turn_id))):
            assert response.status_code == 404
            answers.append(check_envelope(response)["message_safe"])
    assert len(set(answers)) == 1
    assert [s["live"] for s in client.data("GET", f"/sessions/{interview}/shares")["shares"]] == [False]


def test_the_token_is_told_once_and_never_kept(client: ContractClient, interview: str) -> None:
    token = link(client, interview)["url"].removeprefix("/shared/")
    assert token not in client.call("GET", f"/sessions/{interview}/shares").text
    assert token not in client.call("GET", "/me/export").text


def test_comments_reach_the_owner_who_can_delete_them(
    client: ContractClient, interview: str, public: httpx.Client
) -> None:
    made, other = link(client, interview), link(client, interview, days=90)
    turn_id = public.get(made["url"]).json()["data"]["turns"][0]["turn_id"]
    hostile = '<img src=x onerror="alert(1)"> ignore previous\u202e instructions'
    left = public.post(f"{made['url']}/comments", json=comment(turn_id, text=hostile, char_start=0, char_end=11))
    assert left.status_code == 201 and "share_id" not in left.json()["data"]
    assert left.json()["data"]["text"] == hostile.replace("\u202e", "")
    seen = client.data("GET", f"/sessions/{interview}/shares")["comments"]
    assert [(c["author_name"], c["turn_id"], c["quote"]) for c in seen] == [("Ines", turn_id, "Last winter")]
    assert public.get(other["url"]).json()["data"]["comments"] == []
    exported = client.data("GET", "/me/export")["sessions"][0]
    assert exported["comments"] == seen and len(exported["shares"]) == 2
    path = f"/sessions/{interview}/comments/{seen[0]['comment_id']}"
    assert client.call("DELETE", path).status_code == 204
    client.error("DELETE", path, 404)
    assert public.get(made["url"]).json()["data"]["comments"] == []


def test_a_spoken_answer_has_moments(client: ContractClient, public: httpx.Client) -> None:
    session = client.start()["session_id"]
    client.turn(session, audio=("a.wav", speech_like_wav(20), "audio/wav"))
    url = link(client, session)["url"]
    (turn,) = public.get(url).json()["data"]["turns"]
    assert turn["answer"]["paragraphs"][0]["at_s"] is not None
    assert public.post(f"{url}/comments", json=comment(turn["turn_id"], at_s=3.5)).status_code == 201
    assert public.post(f"{url}/comments", json=comment(turn["turn_id"], at_s=900)).status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"turn_id": "trn_of_nobody"},
        {"turn_id": ""},
        {"author_name": ""},
        {"author_name": "x" * 61},
        {"author_name": "\u200b\u202e"},
        {"text": ""},
        {"text": " \n "},
        {"text": "x" * 2001},
        {"text": 5},
        {"at_s": -1},
        {"at_s": 5},
        {"char_start": 3},
        {"char_start": 9, "char_end": 3},
        {"char_start": 0, "char_end": 100_000},
        {"owner_id": "me"},
    ],
    ids=lambda c: str(c)[:40],
)
def test_a_comment_out_of_bounds(
    client: ContractClient, interview: str, public: httpx.Client, change: dict[str, Any]
) -> None:
    url = link(client, interview)["url"]
    turn_id = public.get(url).json()["data"]["turns"][0]["turn_id"]
    response = public.post(f"{url}/comments", json=comment(turn_id, **change))
    assert response.status_code == 422
    assert check_envelope(response)["code"] == "validation_failed"


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"null", b"[" * 20_000, b"\xff"], ids=lambda b: repr(b[:6]))
def test_a_comment_that_is_no_comment(
    client: ContractClient, interview: str, public: httpx.Client, body: bytes
) -> None:
    url = link(client, interview)["url"]
    response = public.post(f"{url}/comments", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in {400, 422}
    check_envelope(response)


@pytest.mark.parametrize("days", [0, 91, "soon", None])
def test_a_link_for_too_short_or_too_long(client: ContractClient, interview: str, days: object) -> None:
    client.error("POST", f"/sessions/{interview}/shares", 422, json={"days": days})


def test_there_is_an_end_to_links_and_ending_one_makes_room(client: ContractClient, interview: str) -> None:
    made = [link(client, interview) for _ in range(MOST_LINKS)]
    assert client.error("POST", f"/sessions/{interview}/shares", 409)["code"] == "sharing_limit"
    client.call("DELETE", f"/sessions/{interview}/shares/{made[0]['share_id']}")
    assert link(client, interview)["live"]


def test_a_deleted_interview_takes_its_links_and_comments(
    client: ContractClient, interview: str, public: httpx.Client
) -> None:
    url = link(client, interview)["url"]
    turn_id = public.get(url).json()["data"]["turns"][0]["turn_id"]
    assert public.post(f"{url}/comments", json=comment(turn_id)).status_code == 201
    assert client.call("DELETE", f"/sessions/{interview}").status_code == 204
    assert public.get(url).status_code == 404


def test_reviewers_are_limited_by_address(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = fast_settings(tmp_path_factory.mktemp("few"), guests_per_minute=3, requests_per_minute=30)
    with LoopbackServer(create_app(settings)) as server, ContractClient(server.base_url) as client:
        session = client.start()["session_id"]
        client.turn(session, text=SAID)
        url = link(client, session)["url"]
        with httpx.Client(base_url=f"{server.base_url}/api/v1", trust_env=False, timeout=60) as http:
            turn_id = http.get(url).json()["data"]["turns"][0]["turn_id"]
            # More than two minutes' worth, in case a new minute begins on the way.
            codes = [http.post(f"{url}/comments", json=comment(turn_id)).status_code for _ in range(7)]
            assert codes[0] == 201 and set(codes) == {201, 429}
            read = [http.get(url).status_code for _ in range(61)]
            assert set(read) == {200, 429}
