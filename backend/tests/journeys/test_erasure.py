"""Erasure after an interview that quoted everything: no byte is left in any file of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app import create_app
from backend.tests.client import ContractClient, by_name
from backend.tests.conftest import LoopbackServer, fast_settings

MARK = "Quillfeather"
JOB = (
    f"Backend developer at {MARK} Harbours\n\nRequirements:\n- Experience in running {MARK} booking services in Python\n"
    f"- You can explain {MARK} ledgers to people outside engineering\n- Experience with {MARK} on-call work\n"
)
RESUME = f"Sam Rivers\n\nNorthwind {MARK}ery, developer, 2021 to 2025\n- Ran the {MARK} stock report in Python\n"
SAID = (
    "Last winter the Bramblewick report took most of Friday, so I was asked to make it faster. I moved the Bramblewick "
    "joins into the database and wrote a guide. After that it took twenty minutes and nobody stayed late."
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[ContractClient, Path]]:
    with LoopbackServer(create_app(fast_settings(tmp_path))) as server, ContractClient(server.base_url) as client:
        yield client, tmp_path


def left(folder: Path, word: str) -> list[str]:
    """Files that hold the word in any case, as UTF-8 or UTF-16."""
    forms = [form for w in (word, word.lower()) for form in (w.encode(), w.encode("utf-16-le"))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if any(form in held(path) for form in forms)]


def held(path: Path) -> bytes:
    """What a file holds: nothing when it has gone since it was listed."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def interview(client: ContractClient, *documents: str) -> str:
    session: str = client.start(document_ids=list(documents))["session_id"]
    for _ in range(2):
        events = client.turn(session, text=SAID)
    assert by_name(events, "question.final")
    assert client.data("GET", f"/sessions/{session}/report")["job_fit"]["requirements"]
    return session


def test_deleting_documents_takes_their_words_out_of_the_interviews(house: tuple[ContractClient, Path]) -> None:
    client, folder = house
    job, resume = client.document("job_description", JOB), client.document("resume", RESUME)
    session = interview(client, job["document_id"], resume["document_id"])
    assert left(folder, MARK)
    for document in (job, resume):
        assert client.call("DELETE", f"/documents/{document['document_id']}").status_code == 204
    assert left(folder, MARK) == []
    turns = client.data("GET", f"/sessions/{session}")["turns"]
    assert [turn["transcript"]["text"] for turn in turns] == [SAID, SAID]
    assert client.data("GET", f"/sessions/{session}/report")["summary"]


def reviewed(client: ContractClient, session: str) -> str:
    """Leave a comment through a link; returns the comment's id."""
    url = client.data("POST", f"/sessions/{session}/shares")["url"]
    turn = client.data("GET", f"/sessions/{session}")["turns"][0]["turn_id"]
    client.data("PUT", f"/sessions/{session}/turns/{turn}/self-rating", json={"overall": 4})
    body = {"turn_id": turn, "author_name": "Thistlewood", "text": "Thistlewood thinks: say the result first."}
    comment: str = client.data("POST", f"{url}/comments", json=body)["comment_id"]
    return comment


def test_deleting_a_comment_takes_its_words(house: tuple[ContractClient, Path]) -> None:
    client, folder = house
    session = interview(client, client.document("job_description", JOB)["document_id"])
    comment = reviewed(client, session)
    assert left(folder, "Thistlewood")
    assert client.call("DELETE", f"/sessions/{session}/comments/{comment}").status_code == 204
    assert left(folder, "Thistlewood") == []


def test_deleting_an_interview_takes_every_word_said(house: tuple[ContractClient, Path]) -> None:
    client, folder = house
    session = interview(client, client.document("job_description", JOB)["document_id"])
    reviewed(client, session)
    assert left(folder, "Bramblewick")
    assert client.call("DELETE", f"/sessions/{session}").status_code == 204
    assert left(folder, "Bramblewick") + left(folder, "Thistlewood") == []
    client.error("GET", f"/sessions/{session}", 404)


def test_erasing_the_owner_takes_all(house: tuple[ContractClient, Path]) -> None:
    client, folder = house
    reviewed(client, interview(client, client.document("job_description", JOB)["document_id"]))
    erased = client.data("DELETE", "/me")["erased"]
    assert erased["documents"] == 1 and erased["sessions"] == 1 and erased["turns"] == 2
    assert left(folder, MARK) + left(folder, "Bramblewick") + left(folder, "Thistlewood") == []
    client.error("GET", "/me", 401)
