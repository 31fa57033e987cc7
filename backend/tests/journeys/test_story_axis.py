"""Where in an answer each part of the story was told: by the time of a spoken one, by the text of a typed one."""

from __future__ import annotations

from itertools import pairwise

from backend.coaching.reply_kind import asks_for_a_time
from backend.tests.client import ANSWER, ContractClient, by_name
from backend.tests.sounds import noise_wav


def test_parts_stand_on_the_time_of_what_was_spoken_and_on_the_text_of_what_was_typed(client: ContractClient) -> None:
    started = client.start(question_count=8)
    session, question = started["session_id"], started["question"]["text"]
    while not asks_for_a_time(question):
        question = by_name(client.turn(session, text="Let us skip this one, please."), "question.final")["question"][
            "text"
        ]
    events = client.turn(session, audio=("answer.wav", noise_wav(30, 0.2), "audio/wav"))
    heard, star = by_name(events, "transcript.final"), by_name(events, "star")
    assert star["spans"] and {s["part"] for s in star["spans"]}.isdisjoint(star["missing"])
    for span in star["spans"]:
        said = [w for w in heard["words"] if span["start_s"] <= w["start_s"] and w["end_s"] <= span["end_s"]]
        assert " ".join(w["w"] for w in said) == heard["text"][span["char_start"] : span["char_end"]]
    assert star["spans"][0]["start_s"] >= 0 and star["spans"][-1]["end_s"] <= heard["duration_s"]
    assert all(a["end_s"] <= b["start_s"] and a["char_end"] <= b["char_start"] for a, b in pairwise(star["spans"]))
    typed = by_name(client.turn(session, text=ANSWER), "star")
    assert [(s["start_s"], s["end_s"]) for s in typed["spans"]] == [(None, None)] * len(typed["spans"])
    assert {ANSWER[s["char_start"] : s["char_end"]][0].isupper() for s in typed["spans"]} == {True}
    stored = client.data("GET", f"/sessions/{session}/turns/{events[0].data['turn_id']}")
    timeline = client.data("GET", f"/sessions/{session}/report")["timeline"]
    entry = next(e for e in timeline if e["turn_id"] == events[0].data["turn_id"])
    assert stored["star"]["spans"] == entry["star_spans"] == star["spans"]
    assert entry["characters"] == len(heard["text"])
