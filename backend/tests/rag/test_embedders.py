"""Embedders: batches change nothing, and what is known is not embedded again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from backend.coaching.answer import Answer
from backend.coaching.coach import Coach, Context
from backend.rag.embedders import HashEmbedder, MiniLm, RememberingEmbedder
from backend.tests.rag.test_index_contract import MINILM

TOLD = [
    "The nightly import kept failing.",
    "I added retries with a limit and an alert that names the broken file.",
    "Failures went from nine a month to one.",
]


class Counting(HashEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.asked += texts
        return super().embed(texts)


def test_what_is_known_is_not_embedded_again() -> None:
    inner = Counting()
    embedder = RememberingEmbedder(inner)
    embedder.embed(TOLD)
    again = embedder.embed([TOLD[2], "new", TOLD[0], "new"])
    assert inner.asked == [*TOLD, "new"]
    for vector, text in zip(again, [TOLD[2], "new", TOLD[0], "new"], strict=True):
        assert vector == pytest.approx(HashEmbedder().embed([text])[0], abs=1e-6)


def test_the_memory_is_bounded_and_forgets_the_longest_unused() -> None:
    inner = Counting()
    embedder = RememberingEmbedder(inner, most=2)
    embedder.embed(["a", "b"])
    embedder.embed(["a", "c"])
    inner.asked.clear()
    embedder.embed(["a"])
    embedder.embed(["b"])
    assert inner.asked == ["b"]


def test_an_analysis_finds_known_what_was_read_ahead() -> None:
    inner = Counting()
    coach = Coach(RememberingEmbedder(inner))
    question = "Tell me about something you made reliable."
    points = ("retries", "an alert")
    coach.read_ahead(question, " ".join(TOLD[:2]), points)
    inner.asked.clear()
    answer = Answer(question=question, text=" ".join(TOLD), mode="technical", question_kind="main", language="en")
    coach.analyse(answer, coach.measure(answer), Context(key_points=points))
    assert inner.asked == [TOLD[2]]


@pytest.mark.models
def test_batches_of_like_length_give_each_text_its_own_vector() -> None:
    embedder = MiniLm(MINILM)
    texts = [" ".join(TOLD * 9), TOLD[0], " ".join(TOLD), TOLD[1], "Yes.", *TOLD, *(f"Number {n}." for n in range(12))]
    for vector, text in zip(embedder.embed(texts), texts, strict=True):
        assert vector == pytest.approx(embedder.embed([text])[0], abs=1e-5)
