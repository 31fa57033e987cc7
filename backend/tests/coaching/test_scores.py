"""What the rules score: what can be counted, and nothing that needs understanding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.asr.ports import Word
from backend.coaching.answer import Answer
from backend.coaching.coach import Analysis, Coach, Context
from backend.coaching.measured_points import Counted
from backend.coaching.rubric import dimensions, measured_anchor, score_answer
from backend.evaluation.ladder_answers import GIBBERISH, LADDERS, OFF_TOPIC, RAMBLE, REPEATED, STUFFED
from backend.evaluation.ladders import COUNTED, MODES

COACH = Coach()
WRONG = (
    "A B-tree index makes every insert faster as well, because the database knows where to put the row, so it costs you nothing "
    "on writes and you should index every column. It takes no disk space because it is only kept in memory. And it helps most on "
    "columns with few different values, like a boolean."
)
STORY = LADDERS["nurse"][1][-1]


def analysed(question: str, text: str, mode: str = "behavioral", **changes: object) -> Analysis:
    answer = replace(Answer(question, text, mode=mode), **changes)  # type: ignore[arg-type]
    return COACH.analyse(answer, COACH.measure(answer), Context(key_points=("It makes writes slower.",)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", [WRONG, OFF_TOPIC, RAMBLE, STORY])
def test_nothing_is_scored_that_would_have_to_be_understood(mode: str, text: str) -> None:
    scores = analysed("How does an index speed up a query, and what does it cost you?", text, mode).scores
    assert set(scores) <= COUNTED & set(dimensions(mode))
    for dimension, score in scores.items():
        assert score.anchor == measured_anchor(dimension, score.score) and score.why


@pytest.mark.parametrize("text", ["", "fine", "It was good.", GIBBERISH, REPEATED, STUFFED, "um uh hmm"])
def test_what_is_no_answer_gets_no_score_and_a_kind_sentence(text: str) -> None:
    found = analysed(LADDERS["engineer"][0], text)
    assert found.scores == {}
    assert found.not_scored_because and found.not_scored_because.endswith(".")


def test_an_answer_to_something_else_is_not_turned_away() -> None:
    assert analysed(LADDERS["engineer"][0], OFF_TOPIC).not_scored_because is None


def test_the_same_answer_gets_the_same_analysis() -> None:
    assert analysed(LADDERS["nurse"][0], STORY) == analysed(LADDERS["nurse"][0], STORY)


def test_the_parts_of_a_story_are_no_score() -> None:
    """On answers never seen, how many parts were found said nothing of their quality beyond length (docs/evaluation.md)."""
    assert "structure" not in analysed(LADDERS["nurse"][0], STORY).scores


@pytest.mark.parametrize(("words", "score"), [(20, 2), (60, 3), (100, 4), (150, 5), (300, 5), (380, 4), (800, 1)])
def test_length_is_held_against_one_to_two_minutes(words: int, score: int) -> None:
    answer = Answer("Why?", " ".join(f"We went there {i} times." for i in range(words // 5)))
    found = score_answer(Counted(answer, COACH.measure(answer).delivery, None))["conciseness"]
    assert found.score == score and "one to two minutes" in found.why


def test_a_follow_up_may_be_answered_in_a_sentence() -> None:
    text = "I was the one who wrote the plan, and two colleagues carried it out on the ward with me."
    assert "conciseness" not in analysed("What was yours in that?", text, question_kind="follow_up").scores


def test_delivery_is_scored_where_it_was_spoken() -> None:
    said = STORY.split()
    words = tuple(Word(w, 5 + i * 0.4, 5.3 + i * 0.4, 0.9) for i, w in enumerate(said))
    assert "delivery" not in analysed(LADDERS["nurse"][0], STORY).scores
    spoken = analysed(LADDERS["nurse"][0], STORY, words=words, duration_s=words[-1].end_s)
    assert spoken.scores["delivery"].score >= 4


def with_pauses(*pauses: float) -> Answer:
    """The story at an even pace, with these silences in it."""
    at, heard = 5.0, []
    for n, word in enumerate(STORY.split()):
        heard.append(Word(word, at, at + 0.3, 0.9))
        at += 0.4 + (pauses[n // 10 - 1] if n and n % 10 == 0 and n // 10 <= len(pauses) else 0.0)
    return Answer(LADDERS["nurse"][0], STORY, words=tuple(heard), duration_s=at)


@pytest.mark.parametrize(("pauses", "score"), [((), 5), ((3.0,), 4), ((3.0, 3.0, 3.0), 4), ((22.9,), 3)])
def test_nothing_is_easy_to_listen_to_throughout_where_a_pause_is_named(pauses: tuple[float, ...], score: int) -> None:
    answer = with_pauses(*pauses)
    found = score_answer(Counted(answer, COACH.measure(answer).delivery, None))["delivery"]
    assert found.score == score and found.anchor == measured_anchor("delivery", score)
    assert ("longer than 2.5 s" in found.why) == bool(pauses)
