from collections.abc import Sequence
from statistics import fmean

import pytest

from backend.coaching.answer import Answer
from backend.coaching.coach import Analysis, Coach, Context
from backend.coaching.key_points import cover
from backend.coaching.rubric import anchor, anchors, dimensions
from backend.evaluation.ladder_answers import GIBBERISH, LADDERS, OFF_TOPIC, RAMBLE, REPEATED, STUFFED
from backend.tests.coaching.doubles import NoPrompts

COACH = Coach(None, NoPrompts())


def analysed(question: str, text: str, mode: str = "behavioral", context: Context = Context()) -> Analysis:  # noqa: B008
    answer = Answer(question, text, mode=mode)
    return COACH.analyse(answer, COACH.measure(answer), context)


def mean(question: str, text: str) -> float:
    """0 for what is not scored."""
    found = analysed(question, text)
    return fmean(s.score for d, s in found.scores.items() if d != "delivery") if found.scores else 0.0


@pytest.mark.parametrize("trade", sorted(LADDERS))
def test_a_better_answer_never_scores_lower(trade: str) -> None:
    question, answers = LADDERS[trade]
    means = [mean(question, a) for a in answers]
    assert means == sorted(means)
    assert means[0] == means[1] == 0.0
    assert means[-1] > means[-2] > means[-3] > 0


@pytest.mark.parametrize("text", ["", "fine", "It was good.", GIBBERISH, REPEATED, STUFFED, "um uh hmm"])
def test_what_is_no_answer_gets_no_score_and_a_kind_sentence(text: str) -> None:
    found = analysed(LADDERS["engineer"][0], text)
    assert found.scores == {}
    assert found.not_scored_because and found.not_scored_because.endswith(".")


def test_a_ramble_scores_below_a_short_good_answer() -> None:
    question, answers = LADDERS["engineer"]
    good, ramble = analysed(question, answers[-1]).scores, analysed(question, RAMBLE).scores
    assert mean(question, RAMBLE) < mean(question, answers[-1]) - 1
    assert ramble["conciseness"].score < good["conciseness"].score
    assert mean(question, f"{RAMBLE} {RAMBLE}") <= mean(question, RAMBLE)


def test_stuffing_an_answer_with_terms_gains_nothing() -> None:
    question, answers = LADDERS["teacher"]
    assert mean(question, f"{answers[2]} {STUFFED}") <= mean(question, answers[2])


def test_the_same_answer_gets_the_same_analysis() -> None:
    question, answers = LADDERS["sales"]
    assert analysed(question, answers[-1]) == analysed(question, answers[-1])


def test_other_words_for_the_same_story_score_alike() -> None:
    question, answers = LADDERS["nurse"]
    reworded = (
        "In January there was a patient on our surgical ward, Mrs Okoro, who would not take her insulin for three nights. It was "
        "my job to get her sugars down and keep her calm. I pulled up a chair, asked what scared her and learned that her sister "
        "had died in hospital. I went through every injection with her and brought in the diabetes nurse. By the morning her "
        "sugars had dropped from 21 to 8, and she thanked the whole team when she went home."
    )
    assert abs(mean(question, reworded) - mean(question, answers[-1])) <= 0.7


def test_off_topic_answers_lose_relevance_without_an_embedder_and_are_not_punished_further() -> None:
    assert analysed(LADDERS["engineer"][0], OFF_TOPIC).scores["relevance"].score <= 2


@pytest.mark.parametrize("mode", ["behavioral", "technical", "cultural_fit", "intro_call", "language", "free_chat"])
def test_every_score_has_its_anchor_and_its_reason(mode: str) -> None:
    scores = analysed("How do you work with others?", LADDERS["teacher"][1][-1], mode).scores
    assert set(scores) <= set(dimensions(mode)) <= set(anchors())
    for dimension, score in scores.items():
        assert score.anchor == anchor(dimension, score.score)
        assert score.why


def test_key_points_found_and_not_found_are_named() -> None:
    points = ("A hash function maps a key to a bucket", "Collisions are handled by chaining or open addressing")
    text = (
        "A hash table uses a hash function that maps each key to a bucket in an array, so on average a look-up takes constant time "
        "because only one bucket has to be searched."
    )
    assert cover(points, text).covered == points[:1]
    score = analysed("What is a hash table?", text, "technical", Context(key_points=points)).scores[
        "technical_accuracy"
    ]
    assert "Collisions" in score.why and 1 < score.score < 5


def test_typed_answers_have_no_delivery_score() -> None:
    question, answers = LADDERS["sales"]
    assert "delivery" not in analysed(question, answers[-1]).scores


class Orthogonal:
    """An embedder to which nothing is like anything else: the worst case for the off-topic gate."""

    name = "orthogonal"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [[float(i == k) for k in range(len(texts))] for i in range(len(texts))]


def test_off_topic_is_not_scored_but_somebody_telling_what_they_did_always_is() -> None:
    coach = Coach(None, NoPrompts(), Orthogonal())
    question = "Tell me about something you are proud of."
    for text, scored in ((OFF_TOPIC, False), (LADDERS["engineer"][1][-1], True)):
        answer = Answer(question, text)
        found = coach.analyse(answer, coach.measure(answer), Context())
        assert (found.not_scored_because is None) is scored
