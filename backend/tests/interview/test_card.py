"""The card for the day: every line is the candidate's own or the documents', with the place it stands in."""

from __future__ import annotations

from typing import Any

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
    client.turn(session, text=ANSWER)
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


def test_what_to_ask_quotes_the_posting_and_the_weak_spots_name_one_fix_each(client: ContractClient) -> None:
    made, _ = card(client)
    assert 2 <= len(made["ask_them"]) <= 3
    assert all(q["citations"][0]["quote"][:30] in q["text"] for q in made["ask_them"])
    assert 1 <= len(made["weak_spots"]) <= 2
    assert len({spot["dimension"] for spot in made["weak_spots"]}) == len(made["weak_spots"])


def test_an_interview_without_anything_has_an_empty_card(client: ContractClient) -> None:
    session = client.start()["session_id"]
    made = client.data("GET", f"/sessions/{session}/card")
    assert made["stories"] == [] and made["numbers"] == [] and made["weak_spots"] == []
    with ContractClient(client.base_url) as other:
        other.error("GET", f"/sessions/{session}/card", 404)
