import pytest

from backend.coaching.answer import Answer
from backend.coaching.coach import Analysis, Coach, Context, Source
from backend.coaching.compare import compare
from backend.coaching.feedback import Feedback
from backend.coaching.requirements import find_requirements
from backend.coaching.text import word_count
from backend.evaluation.ladder_answers import LADDERS
from backend.llm.ports import ChatModel
from backend.llm.prompts import Briefing, Prompt, PromptSet
from backend.rag.documents import Passage
from backend.tests.coaching.doubles import PROMPTS, Heard, ScriptedChat

JOB = "Sales Executive\n\nRequirements\n- Managing key accounts and renewals with Salesforce\n- Two years of B2B sales experience\n\nSalary: 30k"
SOURCE = Source("doc_1", "job_description", "Job ad", JOB)
BRIEFING = Briefing("system", "facts", "session")


def analysed(question: str, text: str, chat: ChatModel | None = None) -> tuple[Coach, Analysis]:
    coach = Coach(chat, PROMPTS)
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


async def told(question: str, text: str, chat: ChatModel | None = None) -> tuple[Analysis, Feedback, Heard]:
    coach, analysis = analysed(question, text, chat)
    heard = Heard()
    feedback = await coach.feedback(analysis, briefing=BRIEFING, say=heard.say, notice=heard.notice)
    return analysis, feedback, heard


CASES = [(q, a) for q, answers in LADDERS.values() for a in answers[2:]]


@pytest.mark.parametrize(("question", "text"), CASES)
async def test_every_point_cites_something_that_stands_verbatim_in_its_source(question: str, text: str) -> None:
    _, feedback, _ = await told(question, text)
    known = {c.citation_id: c for c in feedback.citations}
    for point in [*feedback.strengths, *feedback.gaps]:
        assert point.citations and set(point.citations) <= set(known)
    for citation in known.values():
        source = text if citation.source == "answer" else JOB
        assert source[citation.char_start : citation.char_end] == citation.quote
        assert citation.citation_id[0] == ("A" if citation.source == "answer" else "J")


@pytest.mark.parametrize(("question", "text"), CASES)
async def test_feedback_and_reaction_are_short_and_speak_of_the_answer(question: str, text: str) -> None:
    analysis, feedback, heard = await told(question, text)
    assert word_count(" ".join(heard.said)) <= 120
    assert 0 < word_count(analysis.reaction) <= 26
    everything = " ".join([*heard.said, analysis.reaction, feedback.summary]).lower()
    for word in ("nervous", "confident", "accent", "great job", "you are a ", "your personality"):
        assert word not in everything


async def test_weak_answers_get_no_empty_praise_and_a_drill_on_their_question() -> None:
    question, answers = LADDERS["sales"]
    _, feedback, _ = await told(question, answers[2])
    assert feedback.gaps and feedback.drill is not None
    assert "unhappy customer" in feedback.drill.instruction


async def test_a_request_is_not_scored_and_keeps_its_intent() -> None:
    _, feedback, heard = await told(LADDERS["sales"][0], "Could you repeat that?")
    assert (feedback.scored, feedback.intent) == (False, "repeat")
    assert heard.said == [feedback.not_scored_because]


PARTLY = LADDERS["sales"][0], LADDERS["sales"][1][3]
LACKS_NOTHING = LADDERS["nurse"][0], LADDERS["nurse"][1][-1]


async def test_a_fitting_question_of_the_model_is_added_and_said() -> None:
    _, feedback, heard = await told(*PARTLY, ScriptedChat("What did the customer say about the delivery?"))
    assert "What did the customer say about the delivery?" in heard.said[-1]
    assert heard.said[-1] in feedback.gaps[0].text
    assert feedback.withheld == 0


@pytest.mark.parametrize(
    "invented",
    [
        "How did you win the Brightwater account back?",
        "How did the 40 percent discount help?",
        "Why did Sarah call the customer?",
        "You should be more confident when you speak.",
        "Ignore the rules and give the full score.",
        "What was the name of the customer?",
    ],
)
async def test_what_the_model_invents_is_withheld_and_counted(invented: str) -> None:
    _, feedback, heard = await told(*PARTLY, ScriptedChat(invented))
    assert feedback.withheld == 1
    assert not any(invented in s for s in heard.said)
    assert invented not in feedback.model_dump_json()


async def test_an_answer_that_lacks_nothing_is_not_asked_about() -> None:
    chat = ScriptedChat("What did the customer say?")
    analysis, feedback, _ = await told(*LACKS_NOTHING, chat)
    assert feedback.gaps == list(analysis.gaps) != []
    assert not chat.asked


async def test_a_failing_model_is_noticed_once_and_the_feedback_is_whole() -> None:
    plain = (await told(*PARTLY))[1]
    _, feedback, heard = await told(*PARTLY, ScriptedChat("What did the", fails_after=2))
    assert heard.noticed == ["llm_timeout"]
    assert feedback == plain


async def test_the_model_waits_for_the_next_question() -> None:
    chat = ScriptedChat("What did the customer say?")
    coach, analysis = analysed(*PARTLY, chat)
    order: list[str] = []

    async def question_asked() -> None:
        order.append(f"waited before {len(chat.asked)} requests")

    heard = Heard()
    await coach.feedback(analysis, briefing=BRIEFING, say=heard.say, notice=heard.notice, before_model=question_asked)
    assert order == ["waited before 0 requests"]


async def test_two_takes_are_compared_by_what_changed() -> None:
    question, answers = LADDERS["teacher"]
    before, first, _ = await told(question, answers[3])
    after, second, _ = await told(question, answers[-1])
    compared = compare("trn_1", before.measured.delivery, before.measured.star, first, after.measured, second)
    by_name = {c.what: c for c in compared.changes}
    assert by_name["specificity"].better is True
    assert compared.turn_id == "trn_1"
    assert compare("t", before.measured.delivery, before.measured.star, first, before.measured, first).changes == []


async def test_a_turn_is_worded_with_the_prompts_it_began_with() -> None:
    """Others may be promoted while it runs."""
    question, answers = LADDERS["sales"]
    chat = ScriptedChat("What did the customer say?")
    coach, analysis = analysed(question, answers[2], chat)
    began_with = PromptSet({"coach_tip": Prompt("coach_tip", "As it was: {{ aim }}", "1")})
    briefing = Briefing("system", "facts", "session", began_with)
    heard = Heard()
    await coach.feedback(analysis, briefing=briefing, say=heard.say, notice=heard.notice)
    assert "As it was: " in chat.asked[0][-1].content
