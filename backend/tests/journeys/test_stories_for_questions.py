"""A story is suggested for the few questions that a person would tell it for, and for no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.app import create_app
from backend.evaluation.story_questions import SEEN, read_pairs, suggest
from backend.interview.coverage import MOST_QUESTIONS, StoryMatcher
from backend.jobs.role_packs import built_in_packs
from backend.rag.embedders import MiniLm, RememberingEmbedder
from backend.tests.client import ContractClient
from backend.tests.conftest import LoopbackServer, fast_settings

MINILM = Path("~/.cache/interview-helper/models/minilm").expanduser()
NIGHT = next(p.story for p in read_pairs(SEEN) if p.story.title == "The night ward")
NOTICED = "Can you tell me about a time when you noticed that a patient was getting worse before others did?"
POSTING = (
    "Registered nurse, surgical ward\n\nRequirements:\n- Experience on a surgical ward, nights included\n"
    "- You notice early when a patient gets worse\n- Safe with medicines and documentation\n- You work well in a team\n"
)


def asked(client: ContractClient, tags: list[str]) -> list[dict[str, Any]]:
    """What is asked of a nurse for this posting, with the story that is suggested."""
    body = {"title": NIGHT.title, "text": NIGHT.text, "competencies": tags}
    client.data("POST", "/stories", json=body)
    job = client.document("job_description", POSTING, "Registered nurse")["document_id"]
    found: list[dict[str, Any]] = client.data("GET", f"/stories/coverage?role_pack=nursing&document_ids={job}")[
        "questions"
    ]
    return found


@pytest.fixture(scope="module")
def reads_meaning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackServer]:
    with LoopbackServer(create_app(fast_settings(tmp_path_factory.mktemp("meaning"), embedder="minilm"))) as server:
        yield server


@pytest.mark.models
def test_a_story_is_suggested_for_few_questions_and_for_no_reason_or_wish(reads_meaning: LoopbackServer) -> None:
    with ContractClient(reads_meaning.base_url) as client:
        questions = asked(client, [])
    told = [q["text"] for q in questions if q["story"] is not None]
    assert NOTICED in told and 1 <= len(told) <= MOST_QUESTIONS < len(questions) / 2
    assert [q["text"] for q in questions if q["competency"] == "motivation" and q["story"] is not None] == []


@pytest.mark.models
def test_the_pairs_that_may_be_read_are_told_apart() -> None:
    found = suggest(read_pairs(SEEN), built_in_packs(), StoryMatcher(RememberingEmbedder(MiniLm(MINILM))))
    assert sum(found.of_others) == 0 and sum(found.of_fitting) >= 9
    assert max(found.questions) <= MOST_QUESTIONS


def test_the_owners_tag_is_their_own_word_and_nothing_else_reaches_a_question_of_motive(client: ContractClient) -> None:
    untagged = asked(client, [])
    motives = [q["text"] for q in untagged if q["competency"] == "motivation"]
    assert motives and all(q["story"] is None for q in untagged if q["text"] in motives)
    with ContractClient(client.base_url) as other:
        tagged = [q for q in asked(other, ["Motivation"]) if q["text"] in motives]
    assert all(q["story"]["because"].startswith("tagged “motivation”") for q in tagged)
