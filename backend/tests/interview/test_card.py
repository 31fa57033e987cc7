"""The card for the day: every line is the candidate's own or the documents', with the place it stands in."""

from __future__ import annotations

from typing import Any

import pytest

from backend.tests.client import ANSWER, JOB, ContractClient

RESUME = (
    "Sam Rivers\nSoftware developer\n\nExperience\nNorthwind Stores, developer, 2021 to 2025\n"
    "- Built the weekly stock report in Python and PostgreSQL\n- Cut the stock report from six hours to 20 minutes\n"
    "- Trained three new colleagues\n"
)
STORY = (
    "Last winter I ran the Python services of our shop on PostgreSQL. One night the booking service went down while I was "
    "on call. I found a full disk, moved the logs away and wrote a guide. In the end we were back in 14 minutes."
)


def card(client: ContractClient) -> tuple[dict[str, Any], dict[str, str]]:
    """The card of an interview with a job, a resume, two answers and a story; and the documents' texts by id."""
    ids = [client.document(kind, text)["document_id"] for kind, text in (("job_description", JOB), ("resume", RESUME))]
    session = client.start(document_ids=ids, role="Backend developer", company="Harbour Freight Systems")["session_id"]
    turn_id = client.turn(session, text=ANSWER)[0].data["turn_id"]
    client.data("PUT", f"/sessions/{session}/turns/{turn_id}/self_check", json={"ticked": ["p2"]})
    client.turn(
        session, text="I usually do things well because doing things well is very important to me and the others."
    )
    client.data("POST", "/stories", json={"title": "The full disk", "text": STORY, "competencies": ["Reliability"]})
    texts = {name: client.data("GET", f"/documents/{name}/text")["text"] for name in (*ids, "pack:backend_engineer")}
    return client.data("GET", f"/sessions/{session}/card"), texts


def test_every_line_stands_where_it_says(client: ContractClient) -> None:
    made, texts = card(client)
    own = f"{ANSWER}\n{STORY}"
    lines = [*made["stories"], *made["requirements"], *made["numbers"], *made["weak_spots"], *made["ask_them"]]
    for line in lines:
        for place in line["citations"]:
            if place["source"] == "answer":
                assert place["quote"] in own or "usually do things" in place["quote"]
            else:
                assert place["quote"] == texts[place["document_id"]][place["char_start"] : place["char_end"]]
    assert made["stories"][0]["title"] == "The full disk"
    assert all(story["first_line"] in own for story in made["stories"])
    assert all(r["say"] is None or r["say"] in f"{own}\n{RESUME}" for r in made["requirements"])
    assert made["session"]["company"] == "Harbour Freight Systems" and "not a hiring prediction" in made["label"]


def test_numbers_are_those_that_the_resume_bears_out(client: ContractClient) -> None:
    made, _ = card(client)
    assert [(n["number"], n["resume"]) for n in made["numbers"]] == [
        ("twenty", "Cut the stock report from six hours to 20 minutes")
    ]
    assert "twenty minutes" in made["numbers"][0]["said"], "and not the 14 minutes that no document holds"


CONTRARY = (
    "Sam Rivers\nShop manager\n\nExperience\nNorthwind Stores, shop manager, 2021 to 2025\n"
    "- Led a team of five people\n- Wrote the plan for eight people in the warehouse\n- Grew sales of bread by 3 percent\n"
)


def test_one_verdict_on_one_figure(client: ContractClient) -> None:
    """What the claims ask about is not borne out on the card, though the figure stands elsewhere in the resume."""
    said = "Last year I led a team of eight people at the shop. In the end we cut the waste of paper by 3 percent."
    resume = client.document("resume", CONTRARY)["document_id"]
    session = client.start(document_ids=[resume], role="Shop manager")["session_id"]
    client.turn(session, text=f"{ANSWER} {said}")
    claims = client.data("GET", f"/sessions/{session}/claims")["claims"]
    assert [c["text"] for c in claims] == ["team of eight"]
    assert client.data("GET", f"/sessions/{session}/card")["numbers"] == [], "3 percent is of something else there"


def test_a_figure_that_the_resume_has_about_the_same_thing_is_on_the_card(client: ContractClient) -> None:
    said = "Last year I led a team of five people at the shop. In the end we grew the sales of bread by 3 percent."
    resume = client.document("resume", CONTRARY)["document_id"]
    session = client.start(document_ids=[resume], role="Shop manager")["session_id"]
    client.turn(session, text=f"{ANSWER} {said}")
    assert client.data("GET", f"/sessions/{session}/claims")["claims"] == []
    assert [n["number"] for n in client.data("GET", f"/sessions/{session}/card")["numbers"]] == ["five", "3 percent"]


@pytest.mark.parametrize(
    "text",
    [
        "I hate cats and my sofa is green.",
        "I like music. My brother plays the drums. On Sundays we go to the lake.",
        "I think teamwork is very important and I am a very motivated person who likes to learn.",
    ],
)
def test_what_tells_nothing_that_happened_is_no_story_to_have_ready(client: ContractClient, text: str) -> None:
    session = client.start(role="Backend developer")["session_id"]
    client.data("POST", "/stories", json={"title": "Cats", "text": text})
    assert client.data("GET", f"/sessions/{session}/card")["stories"] == []
    others = [
        ("The full disk", STORY),
        ("Der Bericht", "Im Winter dauerte der Bericht den ganzen Freitag, also schrieb ich ihn neu."),
    ]
    for title, told in others:
        client.data("POST", "/stories", json={"title": title, "text": told})
    offered = {s["title"] for s in client.data("GET", f"/sessions/{session}/card")["stories"]}
    assert offered == {title for title, _ in others}, "one in another language is taken at its owner's word"


def test_what_to_ask_quotes_the_posting_and_the_weak_spots_name_one_fix_each(client: ContractClient) -> None:
    made, _ = card(client)
    assert 2 <= len(made["ask_them"]) <= 3
    assert all(q["citations"][0]["quote"][:30] in q["text"] for q in made["ask_them"])
    assert 1 <= len(made["weak_spots"]) <= 2
    left_out = made["weak_spots"][0]
    assert left_out["dimension"] is None and left_out["fix"], "the first point that was not ticked"


def test_an_interview_without_anything_has_an_empty_card(client: ContractClient) -> None:
    session = client.start()["session_id"]
    made = client.data("GET", f"/sessions/{session}/card")
    assert made["stories"] == [] and made["numbers"] == [] and made["weak_spots"] == []
    with ContractClient(client.base_url) as other:
        other.error("GET", f"/sessions/{session}/card", 404)
