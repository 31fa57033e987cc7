"""A free talk without a model hears: short replies count, and what was told before is read back or honestly not known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from backend.coaching import free_talk
from backend.coaching.analysis import Analysis, Context
from backend.coaching.answer import Answer
from backend.coaching.coach import Coach
from backend.coaching.feedback import Intent
from backend.coaching.free_talk import ASKED, Asked, asked_of_coach
from backend.coaching.intake import Intake, line
from backend.coaching.intake.read import Reading
from backend.interview.modes import InterviewData
from backend.rag.ports import Embedder

QUESTION = "What do you do in a normal working week?"
LINES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(free_talk.__file__).with_name("free_talk.yaml").read_text(encoding="utf-8")
)
TOLD = (
    "I keep bees behind the depot, four hives of them. My son's name is Aron and he is afraid of them.",
    "I drive the number nine tram. Before that I sold shoes in my uncle's shop in Split.",
)


class Silent(Intake):
    """Takes everything for an answer, or for this."""

    def __init__(self, intent: Intent | None = None) -> None:
        super().__init__()
        self._intent = intent

    def read(self, text: str, language: str = "en") -> Reading:
        return Reading("answer", "none", intent=self._intent)


def talked(
    text: str,
    *earlier: str,
    language: str = "en",
    turn: int = 0,
    embedder: Embedder | None = None,
    reads: Intent | None = None,
) -> Analysis:
    answer = Answer(QUESTION, text, mode="free_chat", language=language)
    coach = Coach(embedder, Silent(reads))
    return coach.analyse(answer, coach.measure(answer), Context(earlier_answers=earlier, turn=turn))


@pytest.mark.parametrize("text", ["Fine.", "Mia.", "Bees, honey, wax.", "I like cooking."])
def test_a_short_reply_is_a_reply(text: str) -> None:
    found = talked(text)
    assert found.not_scored_because is None and found.measured.star is None
    assert found.summary in LINES["en"]["short"] and found.reaction
    elsewhere = Answer(QUESTION, text)
    assert "too short" in (Coach(intake=Silent()).measure(elsewhere).not_scored_because or "")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("What is my son's name?", "My son's name is Aron and he is afraid of them."),
        ("Which tram do I drive?", "I drive the number nine tram."),
        ("Where are the hives?", "I keep bees behind the depot, four hives of them."),
        ("Can you tell me where I sold shoes?", "Before that I sold shoes in my uncle's shop in Split."),
    ],
)
def test_what_was_told_is_read_back_word_by_word(text: str, quote: str) -> None:
    found = talked(text, *TOLD)
    assert found.measured.only_asks and found.not_scored_because == ASKED
    assert f"“{quote}”" in found.reaction and quote in " ".join(TOLD)
    assert Coach().compose(found).summary == found.reaction


@pytest.mark.parametrize(
    "text", ["What is my wife's name?", "What is my name?", "Where did I go to school?", "What tram does my son drive?"]
)
def test_what_was_not_told_is_not_made_up(text: str) -> None:
    found = talked(text, *TOLD)
    assert found.reaction in LINES["en"]["not_found"]


@pytest.mark.parametrize("text", ["What is the capital of France?", "Would I make a good baker?", "Do you like bees?"])
def test_other_questions_are_declined(text: str) -> None:
    assert talked(text, *TOLD).reaction in LINES["en"]["cannot"]


def test_a_question_after_what_was_told_is_answered_too_and_the_reply_counts() -> None:
    found = talked("I was off sick on Monday. Which tram do I drive?", *TOLD)
    assert found.not_scored_because is None and not found.measured.only_asks
    assert "“I drive the number nine tram.”" in found.reaction


@pytest.mark.parametrize(
    "text",
    [
        "When I was young I lived on a farm",
        "Do my best every day",
        "Gardening, maybe?",
        "I said to him, why not?",
        "You know?",
    ],
)
def test_what_only_looks_like_a_question_is_none(text: str) -> None:
    assert asked_of_coach(Answer(QUESTION, text, mode="free_chat")) is None


class Alike:
    """An embedder to which two texts are the same if each has one of these words, and else have nothing in common."""

    name, dimensions = "alike", 8

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [
            [1.0, *[0.0] * 7] if {"boy", "Aron"} & set(text.rstrip("?.").split()) else self._other(text)
            for text in texts
        ]

    def _other(self, text: str) -> list[float]:
        return [0.0] * 7 + [1.0 if text.startswith("I") else 0.0]


def test_what_means_the_same_is_found_in_other_words() -> None:
    found = talked("Who is the boy I have?", *TOLD, embedder=Alike())
    assert "Aron" in found.reaction
    assert talked("Who is the boy I have?", *TOLD).reaction in LINES["en"]["not_found"]


def test_a_question_that_the_intake_takes_for_words_to_the_coach_is_answered_all_the_same() -> None:
    for reads in ("talk", "joke", "insult"):
        assert "number nine" in talked("Which tram do I drive?", *TOLD, reads=reads).reaction  # type: ignore[arg-type]
    assert talked("What do you want to hear?", *TOLD, reads="clarify").measured.intent == "clarify"


def test_questions_are_heard_in_a_free_talk_alone() -> None:
    text = "What is my son's name?"
    assert asked_of_coach(Answer(QUESTION, text, mode="free_chat")) == Asked(text, True)
    assert asked_of_coach(Answer(QUESTION, text, mode="behavioral")) is None


def test_the_latest_of_equal_sentences_is_read_back() -> None:
    found = talked("How old is my dog?", "My dog is three years old.", "My dog is four years old.")
    assert "four" in found.reaction


def test_an_earlier_question_is_no_answer() -> None:
    assert talked("What is my cat's name?", "What is my cat's name?").reaction in LINES["en"]["not_found"]


def test_another_language_is_answered_in_itself() -> None:
    told = "Meine Tochter heißt Mia. Wir wohnen in Kiel."
    known = talked("Wie heißt meine Tochter?", told, language="de")
    assert known.reaction in [line.format(quote="Meine Tochter heißt Mia.") for line in LINES["de"]["found"]]
    assert talked("Wie heißt meine Frau?", told, language="de").reaction in LINES["de"]["cannot"]


def test_nothing_is_said_twice_in_the_same_words_at_once() -> None:
    said = {talked("What is the capital of France?", turn=turn).reaction for turn in range(6)}
    assert len(said) == 6


def test_every_language_has_its_lines_several_ways_each() -> None:
    assert set(LINES) == set(InterviewData().languages)
    for lines in LINES.values():
        for ways in lines.values():
            assert len(set(ways)) >= 2
        assert all("{quote}" in way for way in lines["found"])
    assert all(len(ways) >= 6 for ways in LINES["en"].values())


def test_a_short_reply_in_another_language_is_not_asked_to_be_longer() -> None:
    found = talked("Ja, gern.", language="de")
    assert found.not_scored_because is None and found.gaps == () and found.drill is None


def test_an_interview_ends_in_its_language() -> None:
    coach = Coach(intake=Silent())
    for language in ("en", "de", "ja"):
        answer = Answer("Q?", "Everything is clear to me now.", question_kind="closing", language=language)
        assert coach.analyse(answer, coach.measure(answer), Context()).reaction == line("end", language)
