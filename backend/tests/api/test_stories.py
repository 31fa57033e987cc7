"""The story bank over HTTP: kept, changed, matched to likely questions, owned by one person, erased for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.app import create_app
from backend.interview.stories import LONGEST_TEXT
from backend.tests.client import ANSWER, JOB, RESUME, ContractClient
from backend.tests.conftest import LoopbackServer, fast_settings

STORY = (
    "Last winter the weekly stock report at our shop took most of Friday. I was asked to make it faster. I found that the "
    "joins ran twice, moved them into the database and wrote a guide. In the end it took twenty minutes, down from six hours."
)


def kept(client: ContractClient, **values: Any) -> dict[str, Any]:
    body = {"title": "The stock report", "text": STORY, "competencies": ["Performance"], **values}
    story: dict[str, Any] = client.data("POST", "/stories", json=body)
    assert story.pop("concern") is None
    return story


def test_a_story_written_by_hand_comes_back_measured(client: ContractClient) -> None:
    made = kept(client)
    assert client.data("GET", f"/stories/{made['story_id']}") == made
    assert made["first_line"] == "Last winter the weekly stock report at our shop took most of Friday."
    assert made["words"] == len(STORY.split()) == 47 and made["spoken_s"] == 19
    assert made["star_parts"] == ["situation", "task", "action", "result"] and made["missing"] == []
    assert made["source_turn_id"] is None and made["open_places"] == 0
    assert client.data("GET", "/stories")["stories"] == [made]


def test_a_story_made_from_an_answer_names_it_and_open_places_are_counted(client: ContractClient) -> None:
    session = client.start()["session_id"]
    turn = client.turn(session, text=ANSWER)[0].data["turn_id"]
    hint = "[add: why this job - the job asks for “Experience with on-call work”]"
    made = kept(client, text=f"{ANSWER} {hint}", source_session_id=session, source_turn_id=turn)
    assert (made["source_session_id"], made["source_turn_id"]) == (session, turn)
    assert made["open_places"] == 1
    assert "on-call" not in made["text"], "what a document says would outlive the document"
    assert client.call("DELETE", f"/sessions/{session}").status_code == 204
    after = client.data("GET", f"/stories/{made['story_id']}")
    assert after == made | {"source_session_id": None, "source_turn_id": None}


def test_a_change_is_measured_again_and_what_is_left_out_stays(client: ContractClient) -> None:
    made = kept(client)
    path = f"/stories/{made['story_id']}"
    changed = client.data("PATCH", path, json={"text": "It went well.", "competencies": ["Pace", "pace", "Care"]})
    assert changed["title"] == made["title"] and changed["words"] == 3
    assert changed["star_parts"] is None, "no particular time is told"
    assert changed["competencies"] == ["Pace", "Care"] and changed["updated_at"] >= made["updated_at"]


@pytest.mark.parametrize(
    "values",
    [
        {"title": " "},
        {"text": ""},
        {"text": "x" * (LONGEST_TEXT + 1)},
        {"competencies": ["x"] * 9},
        {"competencies": ["x" * 61]},
        {"source_turn_id": "trn_1"},
        {"owner_id": "own_1"},
    ],
)
def test_what_is_too_much_or_not_whole_is_refused(client: ContractClient, values: dict[str, Any]) -> None:
    body = {"title": "T", "text": "Told.", **values}
    assert client.error("POST", "/stories", 422, json=body)["code"] == "validation_failed"


def test_stories_belong_to_one_owner(client: ContractClient, fast_product: LoopbackServer) -> None:
    made = kept(client)
    session = client.start()["session_id"]
    with ContractClient(fast_product.base_url) as other:
        for method, more in (("GET", {}), ("PATCH", {"json": {"title": "mine"}}), ("DELETE", {})):
            other.error(method, f"/stories/{made['story_id']}", 404, **more)
        assert other.data("GET", "/stories")["stories"] == []
        other.error("GET", f"/stories/coverage?session_id={session}", 404)
        assert all(q["story"] is None for q in other.data("GET", "/stories/coverage")["questions"])
        turn = client.turn(session, text=ANSWER)[0].data["turn_id"]
        body = {"title": "T", "text": "Told.", "source_session_id": session, "source_turn_id": turn}
        other.error("POST", "/stories", 404, json=body)
    assert client.data("GET", "/stories")["stories"] == [made]


def test_coverage_holds_the_bank_and_the_job_against_the_stories(client: ContractClient) -> None:
    job = client.document("job_description", JOB, "Backend developer")["document_id"]
    session = client.start(document_ids=[job])["session_id"]
    empty = client.data("GET", f"/stories/coverage?session_id={session}")
    assert empty["role_pack"] == "backend_engineer" and empty["covered"] == 0
    assert {g["kind"] for g in empty["gaps"]} == {"competency", "requirement"}
    lacking = next(g["name"] for g in empty["gaps"] if g["kind"] == "competency")
    made = kept(client, title="Running Python services for the shop", competencies=[lacking])
    found = client.data("GET", f"/stories/coverage?session_id={session}")
    text = client.data("GET", f"/documents/{job}/text")["text"]
    for question in found["questions"]:
        place = question["citation"]
        if place["document_id"] == job:
            assert place["quote"] == text[place["char_start"] : place["char_end"]]
        if question["story"] is not None:
            assert question["story"]["story_id"] == made["story_id"] and 0 < question["story"]["match"] <= 1
            assert question["story"]["because"]
    assert found["covered"] == sum(q["story"] is not None for q in found["questions"]) > 0
    assert lacking in {g["name"] for g in empty["gaps"]} - {g["name"] for g in found["gaps"]}
    same = client.data("GET", f"/stories/coverage?role_pack=backend_engineer&document_ids={job}")
    assert same == found


def test_coverage_without_a_job_uses_the_general_questions(client: ContractClient) -> None:
    found = client.data("GET", "/stories/coverage")
    assert found["role_pack"] == "general_behavioral" and found["questions"]
    assert client.error("GET", "/stories/coverage?role_pack=nothing", 422)["code"] == "validation_failed"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[ContractClient, Path]]:
    with LoopbackServer(create_app(fast_settings(tmp_path))) as server, ContractClient(server.base_url) as client:
        yield client, tmp_path


def test_a_deleted_story_leaves_no_byte_and_the_export_holds_the_others(house: tuple[ContractClient, Path]) -> None:
    client, folder = house
    client.document("resume", RESUME)
    gone, stays = kept(client, text="The Bramblewick winter."), kept(client, text="The Quillfeather spring.")
    client.data("GET", "/stories/coverage")
    assert _files_with(folder, b"Bramblewick")
    assert client.call("DELETE", f"/stories/{gone['story_id']}").status_code == 204
    client.error("GET", f"/stories/{gone['story_id']}", 404)
    assert _files_with(folder, b"Bramblewick") == [] and _files_with(folder, b"Quillfeather")
    assert [s["story_id"] for s in client.data("GET", "/me/export")["stories"]] == [stays["story_id"]]
    assert client.data("DELETE", "/me")["erased"]["stories"] == 1
    assert _files_with(folder, b"Quillfeather") == []


def _files_with(folder: Path, word: bytes) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.is_file() and word in p.read_bytes()]
