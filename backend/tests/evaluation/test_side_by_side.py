"""Two language models by the same command: the same answers, their tokens and seconds in one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.coaching.coach import Coach
from backend.config import Settings
from backend.evaluation.figures import Report
from backend.evaluation.page import page
from backend.evaluation.side_by_side import AREA, compare_models
from backend.interview.modes import InterviewData
from backend.interview.questions import Interviewer
from backend.interview.session import SessionPlan
from backend.jobs.role_packs import RolePacks
from backend.llm.local_server import LocalChat
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import ChatModel
from backend.models.manifest import where
from backend.tests.coaching.doubles import PROMPTS
from backend.tests.evaluation.test_evaluation import JOB
from backend.tests.fakes.llm_server import FakeLlmServer, Play

PACKS = RolePacks()
PLAN = SessionPlan(mode="behavioral", question_count=6)
EMBEDDED = where(Settings().llm_model, Settings().models_dir)


def made(chat: ChatModel) -> tuple[Coach, Interviewer]:
    return Coach(chat, PROMPTS), Interviewer(chat, PROMPTS, packs=PACKS, data=InterviewData())


def value(report: Report, name: str, model: str) -> float:
    return next(f.value for f in report.figures if (f.area, f.name, f.data) == (AREA, name, model))


async def compared(*chats: ChatModel) -> Report:
    report = Report()
    try:
        await compare_models(report, chats, made, PACKS, [JOB], [PLAN])
    finally:
        for chat in chats:
            await chat.close()
    return report


async def test_two_models_get_the_same_answers_and_stand_in_one_table() -> None:
    fair = Play(
        words=("How many ", "people ", "did ", "that ", "help?"), usage={"prompt_tokens": 90, "completion_tokens": 5}
    )
    wrong = Play(words=("You ", "were ", "born ", "to ", "lead."), usage=None)
    async with FakeLlmServer(fair).running() as one, FakeLlmServer(wrong).running() as other:
        report = await compared(OpenAiChat(one.url, None, "fair"), OpenAiChat(other.url, None, "wrong"))
        asked = [[m["content"] for m in seen.body["messages"]] for seen in one.seen]
        assert [[m["content"] for m in seen.body["messages"]] for seen in other.seen][:2] == asked[:2]
    assert value(report, "prompt tokens a call", "fair") == 90
    assert value(report, "completion tokens a call", "fair") == 5
    assert value(report, "sentences held back per answer", "wrong") > 0
    assert value(report, "seconds a call, median", "fair") > 0
    assert value(report, "questions that pass every check", "wrong") == 1.0
    assert any("wrong: prompt tokens a call: it does not say" in note for note in report.notes)
    text = page(report, {}, "now", "here")
    assert "| figure | fair | wrong |" in text and "| prompt tokens a call | 90 | not told |" in text


async def test_a_model_that_cannot_be_reached_is_noted_and_the_other_is_measured() -> None:
    async with FakeLlmServer(Play()).running() as one:
        gone = OpenAiChat("http://127.0.0.1:9/v1", None, "gone", retries=0)
        report = await compared(gone, OpenAiChat(one.url, None, "there"))
    assert any(note.startswith("language model gone: could not be started") for note in report.notes)
    assert {f.data for f in report.figures} == {"there"}


@pytest.mark.models
@pytest.mark.skipif(not Path(EMBEDDED).exists(), reason="the embedded language model is not here")
async def test_the_embedded_model_next_to_a_second_one_by_url() -> None:
    async with FakeLlmServer(Play()).running() as other:
        report = await compared(LocalChat(EMBEDDED, slots=1), OpenAiChat(other.url, None, "second"))
    assert value(report, "prompt tokens a call", EMBEDDED.stem) > 50
    assert value(report, "calls that failed", EMBEDDED.stem) == 0
    assert {f.data for f in report.figures} == {EMBEDDED.stem, "second"}
