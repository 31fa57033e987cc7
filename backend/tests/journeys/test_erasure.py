"""Erasure after an interview that quoted everything: no byte is left in any file of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app import create_app
from backend.tests.client import ContractClient, Event, by_name
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


OTHER = (
    "At the bakery I was asked to plan the shifts for nine people. I asked everybody what they needed, wrote one plan "
    "for the month and kept it on the wall. After that nobody asked me twice and we closed on time."
)


def answers(client: ContractClient, *texts: str) -> tuple[str, list[str]]:
    session = client.start(voice=False, question_count=4)["session_id"]
    return session, [client.turn(session, text=text)[0].data["turn_id"] for text in texts]


def test_erasing_one_answer_takes_it_and_what_came_of_it(house: tuple[ContractClient, Path]) -> None:
    client, folder = house
    session, (first, second) = answers(client, SAID, OTHER)
    reviewed(client, session)
    client.data(
        "POST", f"/sessions/{session}/turns/{first}/objections", json={"point": "summary", "why": "Thistlewood"}
    )
    story = {"title": "Bramblewick", "text": SAID, "source_session_id": session, "source_turn_id": first}
    client.data("POST", "/stories", json=story)
    retake = client.turn(session, body={"text": OTHER + " It was calm.", "retry_of": first})
    assert by_name(retake, "feedback.final")["compared"]["turn_id"] == first
    path = f"/sessions/{session}/turns"
    assert left(folder, "Bramblewick")
    for _ in range(2):
        assert client.call("DELETE", f"{path}/{first}/answer").status_code == 204
    assert left(folder, "Bramblewick") + left(folder, "Thistlewood") == []
    gone, kept = client.data("GET", f"{path}/{first}"), client.data("GET", f"{path}/{second}")
    assert gone["erased_at"] and gone["question"]["text"] and gone["transcript"] is None and gone["feedback"] is None
    assert gone["objections"] == [] and gone["self_rating"] is None
    assert kept["transcript"]["text"] == OTHER and kept["feedback"]["scored"]
    assert client.data("GET", "/stories")["stories"] == []
    again = client.data("GET", f"{path}/{retake[0].data['turn_id']}")
    assert again["feedback"]["compared"] is None and again["transcript"]["text"].startswith(OTHER)
    for derived in ("", "/report", "/card", "/claims", "/shares", "/transcript?format=json"):
        page = client.call("GET", f"/sessions/{session}{derived}")
        assert page.status_code == 200 and "ramblewick" not in page.text, derived
    assert "ramblewick" not in client.call("GET", "/progress").text + client.call("GET", "/me/export").text
    assert client.error("GET", f"{path}/{first}/events", 410)["details"]["turn_url"]
    assert by_name(client.turn(session, text=OTHER + " Yes."), "feedback.final")["scored"]


def test_an_answer_is_not_erased_while_a_turn_runs_and_only_by_its_owner(tmp_path: Path) -> None:
    slow = fast_settings(tmp_path, scripted_delay_s=1.0)  # the voice takes its time, so that the turn does
    with LoopbackServer(create_app(slow)) as server, ContractClient(server.base_url) as client:
        session, (first,) = answers(client, SAID)
        address = f"/sessions/{session}/turns/{first}/answer"
        other = client.start()["session_id"]
        refused: list[str] = []

        def erase(event: Event) -> None:
            if event.name == "delivery":
                running = f"/sessions/{other}/turns/{event.data['turn_id']}/answer"
                refused.append(client.error("DELETE", running, 409)["code"])

        client.turn(other, text=OTHER, on_event=erase)
        assert refused == ["state_conflict"]
        with ContractClient(client.base_url) as somebody:
            somebody.error("DELETE", address, 404)
        client.error("DELETE", f"/sessions/{session}/turns/trn_none/answer", 404)
        assert client.call("DELETE", address).status_code == 204
