"""The story model: weights that anybody can make again, and what they find."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from backend.coaching.feedback import STAR_PARTS
from backend.coaching.star import find_star, label_sentences
from backend.coaching.star_shape import shape
from backend.coaching.story_model import (
    KINDS,
    LABELS,
    WEIGHTS,
    Sentences,
    embedder_for,
    label_probabilities,
    weights_for,
)
from backend.coaching.text import sentences
from backend.evaluation.answers import TRAINED_ON, UNSEEN, read_answers
from backend.evaluation.stories import compared, macro, own_stories, told_or_not
from backend.evaluation.training import STORIES, fingerprint, train
from backend.rag.embedders import HashEmbedder


def test_the_committed_weights_are_of_the_committed_answers() -> None:
    """Fails when the answers have changed since: `make train` then."""
    assert json.loads(WEIGHTS.read_text(encoding="utf-8"))["data"] == fingerprint()


@pytest.mark.long
def test_training_again_gives_the_committed_weights(tmp_path: Path) -> None:
    again = train()
    again.write(tmp_path / "weights.json")
    name = HashEmbedder().name
    made, committed = (
        json.loads(p.read_text("utf-8"))["embedders"][name] for p in (tmp_path / "weights.json", WEIGHTS)
    )
    assert np.allclose(made["sentence"], committed["sentence"], atol=0.05)
    assert made["enough"] == committed["enough"]


def test_what_is_measured_on_was_not_trained_on() -> None:
    assert UNSEEN not in TRAINED_ON and "stories_held_out" not in STORIES
    seen = {a.text for name in TRAINED_ON for a in read_answers(name)}
    assert not seen & {a.text for a in read_answers(UNSEEN)}


def test_every_set_of_weights_fits_its_embedder() -> None:
    pieces = sentences("We were late. I had the list. I rang the firm. It came at noon.")
    for embedder in (None, HashEmbedder()):
        by = embedder_for(embedder)
        likely = label_probabilities(Sentences.of(pieces, by), by)
        assert likely.shape == (4, len(LABELS)) and np.allclose(likely.sum(axis=1), 1)
    assert weights_for(HashEmbedder()).kind.shape[0] == len(KINDS)
    assert len(shape(pieces)) == 4 and label_sentences([]) == []


def test_an_embedder_without_weights_is_not_used() -> None:
    class Other(HashEmbedder):
        name = "other"  # type: ignore[assignment]

    assert isinstance(embedder_for(Other()), HashEmbedder) and not isinstance(embedder_for(Other()), Other)


def test_words_alone_find_the_parts_of_answers_never_seen() -> None:
    told = [a for a in read_answers(UNSEEN) if a.kind in ("story", "example")]
    stars = [(a, star) for a in told if (star := find_star(a.as_answer())) is not None]
    assert len(stars) >= 0.9 * len(told)
    for part in STAR_PARTS:
        wanted = 0.6 if part == "task" else 0.85
        assert told_or_not([(part in a.tells, getattr(s, part).present) for a, s in stars]) >= wanted


def test_stories_never_seen_are_labelled() -> None:
    assert macro([compared(s) for s in own_stories("stories_held_out")]) >= 0.7
