"""Implied tasks, results inside a step, and weights that anybody can make again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.coaching.answer import Answer
from backend.coaching.facts import gather
from backend.coaching.feedback import STAR_PARTS
from backend.coaching.star import find_star, label_sentences
from backend.coaching.star_shape import WEIGHTS, shape, shape_scores
from backend.coaching.text import sentences
from backend.evaluation.stories import compared, macro, own_stories
from backend.evaluation.training import STORIES, fingerprint, train

QUESTION = "Tell me about a time you solved a problem."


@pytest.mark.parametrize(
    "task",
    [
        "My manager wanted every file on the new form.",
        "We had until Friday.",
        "Someone had to tell the parents before the bell.",
        "The goal was to be open again by noon.",
        "I was asked to sort it out.",
        "It was my shift, so the cold room was my worry.",
        "The board gave us six weeks.",
        "It was down to me.",
    ],
)
@pytest.mark.parametrize("plain", [False, True])
def test_tasks_that_are_only_implied_are_found(task: str, plain: bool) -> None:
    text = (
        f"Last winter the heating failed in our school and the pipes froze. {task} I rang the plumber and I moved two "
        "classes into the gym. In the end everybody was warm and no lesson was lost."
    )
    star = find_star(Answer(QUESTION, text.replace(".", "").replace(",", "").lower() if plain else text))
    assert star is not None and star.missing == []


@pytest.mark.parametrize(
    "step",
    [
        "I rang them all and we were done before the doctor came.",
        "I moved the beds, so nobody had to wait in the corridor.",
        "I rang them all. I moved the beds, I fetched the drinks and we were done before the doctor came.",
    ],
)
def test_a_result_at_the_end_of_a_step_counts(step: str) -> None:
    star = find_star(Answer(QUESTION, f"Last winter two of us were ill on the ward. I was asked to help. {step}"))
    assert star is not None and star.missing == []


def test_a_story_without_a_task_still_misses_it() -> None:
    text = (
        "There was a boy in reception who ran out of the room when the bell rang. I timed it for a week and I gave him a "
        "bell of his own. I walked him to the door. He stopped running, and he rings it for the whole corridor now."
    )
    star = find_star(Answer(QUESTION, text))
    assert star is not None and star.missing == ["task"]


def test_training_again_gives_the_committed_weights() -> None:
    """Fails when the stories or the features have changed since: `make train` then."""
    committed = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert committed["data"] == fingerprint()
    again = train()
    for part in STAR_PARTS:
        assert committed[part] == pytest.approx(again.weights[part], abs=0.01)


def test_training_writes_what_is_read(tmp_path: Path) -> None:
    again = train()
    again.write(tmp_path / "weights.json")
    assert json.loads((tmp_path / "weights.json").read_text("utf-8"))["task"] == again.weights["task"]
    assert "stories_held_out" not in STORIES


def test_shape_says_something_of_every_sentence() -> None:
    pieces = sentences("We were late. I had the list. I rang the firm. It came at noon.")
    assert len(shape(pieces)) == len(shape_scores(pieces)) == 4
    assert max(shape_scores(pieces)[2], key=shape_scores(pieces)[2].__getitem__) == "action"
    assert shape_scores([]) == []


def test_stories_never_seen_are_labelled_well() -> None:
    stories = own_stories("stories_held_out")
    assert macro([compared(s) for s in stories]) >= 0.8
    assert macro([compared(s.plain()) for s in stories]) >= 0.75


def test_without_weights_the_rules_work_alone() -> None:
    pieces = sentences(
        "Last winter the boiler broke. My job was to get it going. I rang the firm. In the end it was warm."
    )
    assert shape_scores(pieces, {}) == [{}] * 4
    assert label_sentences(pieces, shape_scores(pieces, {})) == [*STAR_PARTS]


def test_an_opening_that_tells_the_task_sets_the_scene_too() -> None:
    told = "I rang round all the firms and I found two more drivers. In the end every parcel was out by noon."
    both = find_star(
        Answer(QUESTION, f"When I first joined the depot last spring, my boss asked me to sort out the vans. {told}")
    )
    bare = find_star(Answer(QUESTION, f"I was asked to sort out the vans. {told}"))
    assert both is not None and both.missing == []
    assert bare is not None and bare.missing == ["situation"]


def test_the_result_at_the_end_of_a_step_is_quoted_without_what_went_wrong_before() -> None:
    text = (
        "In Fresno I did the intake for about twenty people a day. We switched from paper to tablets and half of the older "
        "patients were lost, so I sat with them and filled it in together, and we were done before the doctor came in."
    )
    answer = Answer(QUESTION, text)
    facts = gather(answer, find_star(answer))
    assert facts.result is not None and facts.result.text.startswith("we were done before the doctor")
    assert text[facts.result.start : facts.result.end] == facts.result.text
    assert facts.result_numbers == ()
