import re

import pytest

from backend.coaching.answer import Answer
from backend.coaching.facts import gather
from backend.coaching.rewrite import clean_sentence, rewrite
from backend.coaching.star import find_star
from backend.coaching.text import lower_words
from backend.evaluation.ladder_answers import LADDERS, RAMBLE
from backend.tests.coaching.test_star import SPOKEN_NURSE

ANSWERS = [(q, a) for q, answers in LADDERS.values() for a in [*answers[2:], RAMBLE, SPOKEN_NURSE]]


@pytest.mark.parametrize(("question", "text"), ANSWERS)
def test_every_sentence_of_a_rewrite_is_made_of_one_sentence_of_the_answer(question: str, text: str) -> None:
    answer = Answer(question, text)
    facts = gather(answer, find_star(answer))
    made = rewrite(answer, facts)
    cleaned = {clean_sentence(p.text): p.text for p in facts.pieces}
    rest = re.sub(r"\[add: [^\]]+\]", "", made.text)
    for sentence in sorted(cleaned, key=len, reverse=True):
        if sentence and sentence in rest:
            rest = rest.replace(sentence, "", 1)
            source = iter(lower_words(cleaned[sentence]))
            assert all(word in source for word in lower_words(sentence)), sentence
    assert not lower_words(rest)
    assert made.text.count("[add: ") == len(made.slots)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("um so i i called the the supplier", "I called the supplier."),
        ("and then, you know, we left", "We left."),
        ("I had had enough", "I had had enough."),
        ("uh", ""),
        ("The app, uh, crashed.", "The app, crashed."),
    ],
)
def test_fillers_stutters_and_joining_words_go(text: str, clean: str) -> None:
    assert clean_sentence(text) in {clean, clean.replace(", crashed", " crashed")}


def test_what_is_missing_is_an_open_slot() -> None:
    text = "Last year at the hotel the cake did not arrive for a wedding. I had to find another one. I drove to the bakery and bought one."
    answer = Answer("Tell me about a time you went above and beyond.", text)
    made = rewrite(answer, gather(answer, find_star(answer)))
    assert [s.part for s in made.slots] == ["result"]
    assert made.text.endswith("]")
