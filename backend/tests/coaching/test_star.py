import re
from pathlib import Path

import pytest

from backend.coaching.answer import Answer
from backend.coaching.feedback import STAR_PARTS
from backend.coaching.reply_kind import reply_kind
from backend.coaching.star import find_star, label_sentences
from backend.coaching.text import sentences
from backend.evaluation.ladder_answers import LADDERS
from backend.evaluation.stories import compared, macro, own_stories

LABELLED = Path(__file__).resolve().parents[3] / "../shared/data/interview/star_answers_labelled.md"
SPOKEN_NURSE = (
    "um so last winter I was working nights on a surgical ward and we had this patient uh Mr Harris who kept refusing his insulin "
    "I was the nurse in charge of his bay so I needed to get his sugars down so I sat down next to his bed and I asked him what was "
    "worrying him and I explained what each one was for and in the end he agreed to take it that night and his sugars went from "
    "twenty two down to nine by the morning"
)


@pytest.mark.parametrize("trade", sorted(LADDERS))
def test_a_full_story_of_any_trade_has_all_four_parts(trade: str) -> None:
    question, answers = LADDERS[trade]
    star = find_star(Answer(question, answers[-1]))
    assert star is not None and star.missing == [] and star.reply_kind == "story"


@pytest.mark.parametrize("trade", sorted(LADDERS))
def test_generalities_are_no_story(trade: str) -> None:
    question, answers = LADDERS[trade]
    assert reply_kind(Answer(question, answers[2])) != "story"


def test_speech_without_punctuation_is_labelled_with_verbatim_evidence() -> None:
    star = find_star(Answer("Tell me about a time you dealt with a difficult patient.", SPOKEN_NURSE))
    assert star is not None and star.missing == []
    for part in STAR_PARTS:
        share = getattr(star, part)
        assert share.evidence and 0 < share.strength <= 1
        assert all(SPOKEN_NURSE[e.char_start : e.char_end] == e.quote for e in share.evidence)
    assert sum(getattr(star, p).share for p in STAR_PARTS) == pytest.approx(1.0, abs=0.02)


def test_a_story_without_an_ending_misses_its_result() -> None:
    text = "Last year at the hotel the cake did not arrive for a wedding. I had to find another one. I drove to the bakery and bought one."
    star = find_star(Answer("Tell me about a time you went above and beyond.", text))
    assert star is not None and star.missing == ["result"]


@pytest.mark.parametrize(
    "ending",
    [
        "After that it took twenty minutes and nobody stayed late.",
        "After that the depots lost no parcel for a month.",
        "His saturation came up and he slept until morning without a fall.",
        "The girl read the whole page to her mother that evening.",
        "They ordered again in March.",
    ],
)
def test_what_happened_after_the_steps_is_the_result(ending: str) -> None:
    text = f"Last year at work things had been slow. I was asked to help. I sat down, I looked at it and I changed the plan. {ending}"
    star = find_star(Answer("Tell me about a time you helped.", text))
    assert star is not None and star.missing == []
    assert star.result.evidence[-1].quote in ending


@pytest.mark.parametrize(
    "ending",
    ["", "I also wrote to the manager.", "It is important to listen.", "So that is what I do."],
)
def test_steps_and_opinions_at_the_end_are_no_result(ending: str) -> None:
    text = f"Last year at work things had been slow. I was asked to help. I sat down, I looked at it and I changed the plan. {ending}"
    star = find_star(Answer("Tell me about a time you helped.", text))
    assert star is not None and star.missing == ["result"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is a hash table?", "A hash table maps keys to buckets with a hash function, so a look-up takes constant time on average."),
        ("Tell me about yourself.", "I studied biology and I have worked as a lab technician for three years."),
        ("Why do you want to work here?", "I want to work with children because I like explaining things."),
        ("How should a team communicate?", "I think it is important to listen, because people should feel heard."),
        ("What are your strengths?", "I am a very patient person and I am good at explaining things to others."),
    ],
)  # fmt: skip
def test_replies_that_star_does_not_fit_get_none(question: str, answer: str) -> None:
    assert find_star(Answer(question, answer)) is None


def labelled_answers() -> list[list[tuple[str, str]]]:
    raw = LABELLED.read_text(encoding="utf-8")
    found = []
    for body in re.findall(r"</summary>(.*?)</details>", raw, re.DOTALL):
        parts = re.split(r"<b>(Situation|Task|Action|Result):\s*</b>", re.sub(r"</?(?:li|ul|ol)>", "", body))
        if len(parts) >= 9:
            found.append([(parts[i].lower(), " ".join(parts[i + 1].split())) for i in range(1, len(parts), 2)])
    return found


@pytest.mark.skipif(not LABELLED.exists(), reason="the labelled answers lie in ../shared/data/interview")
@pytest.mark.parametrize("punctuated", [True, False])
def test_labels_agree_with_the_published_ones(punctuated: bool) -> None:
    right = wrong = 0
    for answer in labelled_answers():
        text, bounds = "", []
        for label, part in answer:
            part = part if punctuated else re.sub(r"[^\w\s'’%-]", "", part).lower()
            bounds.append((label, len(text), len(text) + len(part)))
            text += part + " "
        pieces = sentences(text)
        for piece, got in zip(pieces, label_sentences(pieces), strict=True):
            middle = (piece.start + piece.end) / 2
            wanted = next(label for label, a, b in bounds if a <= middle <= b + 1)
            right, wrong = right + (got == wanted), wrong + (got != wanted)
    assert right / (right + wrong) >= (0.8 if punctuated else 0.7)


@pytest.mark.parametrize(
    "sentence",
    [
        "His saturation came up and he slept until morning without a fall.",
        "After that the depots lost no parcel for a month.",
        "We haven't seen one since.",
        "Nobody has wedged it since.",
    ],
)
def test_plain_endings_are_results(sentence: str) -> None:
    told = f"Last spring there was trouble on nights. I moved the bed and I rang his son. {sentence}"
    star = find_star(Answer("Tell me about a time you solved a problem.", told))
    assert star is not None and star.result.present
    assert sentence.startswith(star.result.evidence[0].quote[:20])


@pytest.mark.parametrize("name", ["stories_development", "stories_development_2"])
def test_stories_of_every_trade_keep_their_labels(name: str) -> None:
    stories = own_stories(name)
    assert macro([compared(s) for s in stories]) >= 0.85
    assert macro([compared(s.plain()) for s in stories]) >= 0.75


QUEUE = (
    "In December the tracking service went down while I was on call. I found that a queue had filled up, so I moved the "
    "stuck messages aside and restarted the readers."
)


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        ("In this job you would write small tools; which part of your experience has prepared you best for that?", QUEUE, "story"),
        (
            "To begin with, which part of your experience has prepared you best for this role?",
            "I have looked after live services for four years, and before that I studied physics.",
            "introduction",
        ),
        ("Tell me about yourself.", QUEUE, "introduction"),
    ],
)  # fmt: skip
def test_what_prepared_you_for_the_place_asks_for_an_introduction_and_for_some_work_whatever_shows_it(
    question: str, answer: str, kind: str
) -> None:
    assert reply_kind(Answer(question, answer)) == kind
