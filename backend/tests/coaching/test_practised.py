"""Feedback in the language that is practised: true, in that language, meaning first."""

from __future__ import annotations

import json

import pytest

from backend.asr.ports import Word
from backend.coaching.analysis import Analysis, Context
from backend.coaching.answer import Answer
from backend.coaching.coach import Coach
from backend.coaching.feedback import Feedback
from backend.coaching.report import Take, build_report
from backend.coaching.report_pdf import report_pdf
from backend.coaching.text import lower_words, word_count
from backend.coaching.typefaces import typefaces
from backend.coaching.variety import moving_average_ttr
from backend.config import Settings
from backend.interview.question import Question
from backend.interview.reports import transcript_of
from backend.interview.session import Session, SessionPlan
from backend.interview.turn_record import HeardAnswer, TurnRecord

ANSWERS = {
    "ar": "ذهبت اليوم إلى العمل وعملت كثيرا لأن عندنا مشروعا مهما. ثم أكلت مع أصدقائي في المطعم وتكلمنا عن العطلة القادمة.",
    "de": "Heute war ich im Büro und habe viel gearbeitet, weil wir ein neues Projekt haben. Danach bin ich nach Hause gegangen.",
    "en": "Today I went to the office and worked a lot because we have a new project. After that I went home and cooked.",
    "es": "Hoy fui a la oficina y trabajé mucho porque tenemos un proyecto nuevo. Después volví a casa y preparé la cena.",
    "fr": "Aujourd'hui je suis allé au bureau et j'ai beaucoup travaillé parce que nous avons un nouveau projet. Puis je suis rentré.",
    "hi": "आज मैं सुबह जल्दी उठा और दफ़्तर गया। मेरी नौकरी अच्छी है, क्योंकि मेरे साथी बहुत अच्छे हैं। शाम को मैंने खाना बनाया।",
    "it": "Oggi sono andato in ufficio e ho lavorato molto perché abbiamo un progetto nuovo. Poi sono tornato a casa e ho cucinato.",
    "ja": "今日は朝早く起きて、会社に行きました。会議が三つあったので、とても忙しかったです。同僚と一緒に昼ご飯を食べて楽しかったです。",
    "ko": "오늘은 아침 일찍 일어나서 회사에 갔어요. 새 프로젝트 때문에 일이 아주 많았어요. 그래서 동료와 같이 늦게까지 일했어요. 집에 와서 저녁을 만들어 먹었어요.",
    "nl": "Vandaag was ik op kantoor en heb ik veel gewerkt omdat we een nieuw project hebben. Daarna ben ik naar huis gegaan.",
    "pt": "Hoje fui ao escritório e trabalhei muito porque temos um projeto novo. Depois voltei para casa e preparei o jantar.",
    "ru": "Сегодня я был в офисе и много работал, потому что у нас новый проект. Потом я пошёл домой и приготовил ужин.",
    "zh": "今天我早上七点起床，然后去公司上班。因为我们有一个新项目，所以我很忙。晚上我回家做饭，给我妈妈打电话。",
}  # fmt: skip


def given(text: str, language: str, mode: str = "language") -> tuple[Analysis, Feedback]:
    coach = Coach()
    answer = Answer("Q", text, mode=mode, language=language)
    analysis = coach.analyse(answer, coach.measure(answer), Context())
    return analysis, coach.compose(analysis)


@pytest.mark.parametrize("code", sorted(ANSWERS))
def test_a_correct_answer_is_understood_and_not_corrected(code: str) -> None:
    analysis, feedback = given(ANSWERS[code], code)
    assert feedback.scored and feedback.corrections is not None
    assert feedback.scores == {}, "no rule can judge how well a language is spoken"
    assert feedback.corrections.items == [] and feedback.corrections.looked_for >= 15
    assert feedback.strengths, "the reason that is given is named"
    assert analysis.reaction == ""
    known = {c.citation_id: c for c in feedback.citations}
    for point in [*feedback.strengths, *feedback.gaps]:
        assert point.citations and set(point.citations) <= set(known)
    for citation in known.values():
        assert ANSWERS[code][citation.char_start : citation.char_end] == citation.quote
    assert feedback.in_short()[0] == feedback.summary


@pytest.mark.parametrize("code", sorted(set(ANSWERS) - {"en"}))
def test_outside_english_nothing_is_said_that_only_english_rules_know(code: str) -> None:
    _, feedback = given(ANSWERS[code], code, mode="behavioral")
    assert feedback.scores == {} and feedback.corrections is None
    said = " ".join([feedback.summary, *(p.text for p in feedback.gaps)])
    assert not {"the", "story", "terms", "example"} & set(lower_words(said))


def test_fluency_is_told_in_figures() -> None:
    said = ANSWERS["de"] + " " + ANSWERS["de"]
    heard = tuple(Word(w, 1 + 0.5 * i, 1.4 + 0.5 * i, 0.9) for i, w in enumerate(said.split()))
    coach = Coach()
    answer = Answer("Q", said, words=heard, duration_s=22.0, speech_s=20.0, mode="language", language="de")
    measured = coach.measure(answer)
    feedback = coach.compose(coach.analyse(answer, measured, Context()))
    assert measured.delivery.word_variety == pytest.approx(0.82, abs=0.1)
    variety = round(100 * (measured.delivery.word_variety or 0))
    pace = round(60 * len(heard) / (0.5 * (len(heard) - 1) + 0.4))
    assert feedback.summary.endswith(
        f"Wörter: {len(heard)} · pro Minute: {pace} · lange Pausen: 0 · verschiedene Wörter: {variety} %."
    )


@pytest.mark.parametrize("code", ["ja", "zh"])
def test_where_words_are_not_set_apart_signs_are_counted_and_no_pace_in_words_is_told(code: str) -> None:
    _, feedback = given(ANSWERS[code], code)
    assert str(sum(c.isalnum() for c in ANSWERS[code])) in feedback.summary
    answer = Answer("Q", ANSWERS[code], mode="language", language=code, duration_s=20.0, speech_s=20.0)
    withheld = {w.figure for w in Coach().measure(answer).delivery.withheld}
    assert {"words_per_minute", "word_variety"} <= withheld


def test_variety_does_not_fall_with_length() -> None:
    run = [f"word{i % 30}" for i in range(40)]
    assert moving_average_ttr(run) == 1.0 and moving_average_ttr(run[:30] * 3) == 1.0
    assert moving_average_ttr(["so"] * 50) == pytest.approx(1 / 25)
    assert moving_average_ttr(run[:24]) is None


def test_a_slip_is_shown_with_its_words_and_said_kindly() -> None:
    text = "Gestern war viel los. Ich habe nach Hause gegangen und ich habe mit meine Kollegen telefoniert, danach gelesen."
    analysis, feedback = given(text, "de")
    assert feedback.corrections is not None
    first, second = feedback.corrections.items
    assert (first.quote, first.better) == ("Ich habe nach Hause gegangen", "Ich bin nach Hause gegangen")
    assert text[first.char_start : first.char_end] == first.quote
    cited = {c.citation_id: c.quote for c in feedback.citations}
    assert cited[first.citation] == first.quote and cited[second.citation] == second.quote
    assert first.better in feedback.gaps[0].text and first.why_here in feedback.gaps[0].text
    assert "Das ist angekommen" in analysis.reaction and first.better in analysis.reaction
    assert feedback.drill is not None and first.better in feedback.drill.instruction


def test_an_answer_too_short_to_score_is_still_corrected() -> None:
    _, feedback = given("I am agree with you.", "en")
    assert not feedback.scored and feedback.corrections is not None
    (found,) = feedback.corrections.items
    assert [c.quote for c in feedback.citations if c.citation_id == found.citation] == ["I am agree"]


def test_a_request_is_not_corrected() -> None:
    _, feedback = given("Could you repeat the question, please?", "en")
    assert feedback.intent == "repeat" and feedback.corrections is None


def test_words_with_signs_are_counted_whole() -> None:
    assert lower_words("मेरी नौकरी अच्छी है") == ["मेरी", "नौकरी", "अच्छी", "है"]
    assert word_count("مُهِمّ جدا") == 2


def test_report_and_transcript_hold_what_was_corrected() -> None:
    text = (
        "I am agree that it depends of the people, and I think so since three years because we work together every day."
    )
    analysis, feedback = given(text, "en")
    delivery = analysis.measured.delivery
    take = Take(turn_id="t1", question_id="q1", question="Q", answer=text, delivery=delivery, feedback=feedback)
    report = build_report({"session_id": "s", "mode": "language"}, [take, take])
    assert [c.quote for c in report.corrections] == ["I am agree", "depends of", "since three years"]
    assert report_pdf(report, [], typefaces(Settings(_env_file=None).models_dir))[:4] == b"%PDF"
    question = Question(question_id="q1", number=1, total=1, text="Q", kind="main", stage="conversation")
    now = "2026-01-01T00:00:00.000+00:00"
    record = TurnRecord(
        turn_id="t1", session_id="s", owner_id="o", position=0, question=question, feedback=feedback,
        feedback_text=" ".join(feedback.in_short()), created_at=now,
        transcript=HeardAnswer(text=text, language="en", duration_s=None, words=[]),
    )  # fmt: skip
    session = Session(
        session_id="s", owner_id="o", plan=SessionPlan(mode="language"), stage="conversation", question=None,
        created_at=now, updated_at=now, expires_at=now,
    )  # fmt: skip
    for form in ("txt", "md"):
        assert "“I am agree”: one says “I agree”." in transcript_of(session, [record], form)[0]
    stored = json.loads(transcript_of(session, [record], "json")[0])
    assert stored["turns"][0]["corrections"][0]["better"] == "I agree"
