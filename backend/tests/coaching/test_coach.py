import re

import pytest

from backend.coaching.answer import Answer
from backend.coaching.coach import SET_OPENERS, Analysis, Coach, Context, Source
from backend.coaching.compare import compare
from backend.coaching.feedback import Feedback, Reference, ReferencePoint
from backend.coaching.requirements import find_requirements
from backend.coaching.sayings import HAND_OVER, WAYS
from backend.coaching.text import word_count
from backend.evaluation.ladder_answers import LADDERS
from backend.rag.documents import Passage

JOB = "Sales Executive\n\nRequirements\n- Managing key accounts and renewals with Salesforce\n- Two years of B2B sales experience\n\nSalary: 30k"
SOURCE = Source("doc_1", "job_description", "Job ad", JOB)


def analysed(question: str, text: str) -> tuple[Coach, Analysis]:
    coach = Coach()
    passage = Passage(
        passage_id="p",
        document_id="doc_1",
        kind="job_description",
        title="Job ad",
        text=JOB,
        score=1.0,
        char_start=0,
        char_end=len(JOB),
    )
    context = Context(passages=(passage,), sources=(SOURCE,), requirements=tuple(find_requirements([SOURCE])))
    answer = Answer(question, text)
    return coach, coach.analyse(answer, coach.measure(answer), context)


def told(question: str, text: str) -> tuple[Analysis, Feedback]:
    coach, analysis = analysed(question, text)
    return analysis, coach.compose(analysis)


CASES = [(q, a) for q, answers in LADDERS.values() for a in answers[2:]]


@pytest.mark.parametrize(("question", "text"), CASES)
def test_every_point_cites_something_that_stands_verbatim_in_its_source(question: str, text: str) -> None:
    _, feedback = told(question, text)
    known = {c.citation_id: c for c in feedback.citations}
    for point in [*feedback.strengths, *feedback.gaps]:
        assert point.citations and set(point.citations) <= set(known)
    for citation in known.values():
        source = text if citation.source == "answer" else JOB
        assert source[citation.char_start : citation.char_end] == citation.quote
        assert citation.citation_id[0] == ("A" if citation.source == "answer" else "J")


@pytest.mark.parametrize(("question", "text"), CASES)
def test_feedback_and_reaction_are_short_and_speak_of_the_answer(question: str, text: str) -> None:
    analysis, feedback = told(question, text)
    assert word_count(" ".join(feedback.in_short())) <= 120
    assert 0 < word_count(analysis.reaction) <= 40
    everything = " ".join([*feedback.in_short(), analysis.reaction, feedback.summary]).lower()
    for word in ("nervous", "confident", "accent", "great job", "you are a ", "your personality"):
        assert word not in everything


def test_weak_answers_get_no_empty_praise_and_a_drill_on_their_question() -> None:
    question, answers = LADDERS["sales"]
    _, feedback = told(question, answers[2])
    assert feedback.gaps and feedback.drill is not None
    assert "unhappy customer" in feedback.drill.instruction


REFERENCE = Reference(points=[ReferencePoint(id="p1", text="Says what was yours to do.")])


def spoken_of(text: str, turn: int = 0, reference: Reference | None = REFERENCE) -> tuple[Analysis, Feedback]:
    coach, answer = Coach(), Answer("Tell me about a time you dealt with an unhappy customer.", text)
    analysis = coach.analyse(answer, coach.measure(answer), Context(reference=reference, turn=turn))
    return analysis, coach.compose(analysis)


@pytest.mark.parametrize(
    "text",
    [
        "I wrote in the report that the door was open, and it worked. He pleaded guilty and the captain gave us a commendation.",
        "As I said, I have never worked with Salesforce and I know nothing of it, but I could learn it, I would say, quite fast.",
        "A primary key can be null as long as it is unique, and TCP is connectionless, so I put an index on every column we have.",
    ],
)
def test_nothing_is_said_of_what_was_said(text: str) -> None:
    """Neither praise nor a verdict: no word of the answer is called a strength, a key point, or off the subject."""
    analysis, feedback = spoken_of(text)
    everything = " ".join(
        [analysis.reaction, *feedback.in_short(), *(p.text for p in (*feedback.strengths, *feedback.gaps))]
    )
    for said in ("commendation", "Salesforce", "index", "key point", "job asks", "concrete", "your own step", "result"):
        assert said not in everything
    assert feedback.errors == [] and len(feedback.strengths) <= 2 and len(feedback.gaps) <= 2


def test_the_reference_comes_with_what_is_scored_and_the_voice_hands_over_to_it() -> None:
    analysis, feedback = spoken_of(LADDERS["sales"][1][-1])
    assert feedback.reference == REFERENCE and any(analysis.reaction.endswith(h) for h in HAND_OVER)
    assert spoken_of("Fine.")[1].reference is None
    without, plain = spoken_of(LADDERS["sales"][1][-1], reference=None)
    assert plain.reference is None and not any(without.reaction.endswith(h) for h in HAND_OVER)


def test_nothing_is_said_twice_in_the_same_words_in_an_interview() -> None:
    said: list[str] = []
    for turn in range(7, 7 + WAYS):
        analysis, feedback = spoken_of(LADDERS["sales"][1][-1], turn)
        said += [analysis.reaction, feedback.summary, *(p.text for p in feedback.strengths)]
    assert len(set(said)) == len(said)


def test_a_reaction_begins_with_what_is_spoken_ahead_and_holds_no_figure() -> None:
    for turn in range(WAYS):
        for text in (LADDERS["sales"][1][-1], LADDERS["sales"][1][2]):
            said = spoken_of(text, turn)[0].reaction
            assert any(said.startswith(opener) for opener in SET_OPENERS) and not re.search(r"[\d{}]", said)


def test_a_difference_from_the_resume_is_a_question() -> None:
    text = "I was at Northwind Stores for ten years, and I looked after the unhappy customers there every single day of the week."
    resume = Source("r", "resume", "Resume", "Northwind Stores, Cashier, 2005 - 2009\n")
    coach, answer = Coach(), Answer("Tell me about yourself.", text)
    feedback = coach.compose(coach.analyse(answer, coach.measure(answer), Context(sources=(resume,))))
    (error,) = feedback.errors
    assert error.correction.endswith("Which is it?") and error.quote == "ten years"
    assert text[error.char_start : error.char_end] == error.quote
    assert next(c.quote for c in feedback.citations if c.citation_id == error.citation) in resume.text


def test_a_request_is_not_scored_and_keeps_its_intent() -> None:
    _, feedback = told(LADDERS["sales"][0], "Could you repeat that?")
    assert (feedback.scored, feedback.intent) == (False, "repeat")
    assert feedback.in_short() == [feedback.not_scored_because]


def test_two_takes_are_compared_by_what_changed() -> None:
    question, answers = LADDERS["teacher"]
    before, first = told(question, answers[3])
    after, second = told(question, answers[-1])
    compared = compare("trn_1", before.measured.delivery, before.measured.star, first, after.measured, second)
    by_name = {c.what: c for c in compared.changes}
    assert by_name["conciseness"].better is True
    assert compared.turn_id == "trn_1"
    assert compare("t", before.measured.delivery, before.measured.star, first, before.measured, first).changes == []


def test_a_no_is_an_answer_and_is_not_told_to_be_longer() -> None:
    analysis, feedback = told("Can you tell me about a time when you trained somebody?", "No.")
    assert analysis.reaction == "All right, that is fine."
    assert feedback.not_scored_because is not None and "too short" not in feedback.not_scored_because
    assert "comes nearest" in feedback.not_scored_because
    _, followed = told("Is there anything you would add to that?", "Um, no.")
    assert followed.not_scored_because is not None and "comes nearest" not in followed.not_scored_because
