import pytest

from backend.coaching.answer import Answer
from backend.coaching.coach import Coach, Context
from backend.coaching.feedback import Tone
from backend.coaching.intake import Intake, authored_line, line
from backend.coaching.intake.classifier import WEIGHTS, load
from backend.coaching.intake.features import SLOTS, features, tokens
from backend.coaching.intake.kinds import KINDS
from backend.coaching.intake.lines import LINES, languages
from backend.config import Settings
from backend.evaluation.intake_texts import fingerprint, ordinary, read
from backend.interview.modes import InterviewData
from backend.models.manifest import where
from backend.rag.multilingual_e5 import MultilingualE5

INTAKE = Intake()


def test_every_language_has_every_line() -> None:
    assert set(languages()) == set(InterviewData().languages)
    for language in languages():
        for kind in LINES:
            text = line(kind, language)
            assert text and "{" not in text
            assert (kind in ("urgent", "soft")) == ("Ring us." in line(kind, language, "Ring us."))


@pytest.mark.parametrize("tone", ["plain", "gentle", "blunt"])
def test_the_line_is_the_same_in_every_tone(tone: Tone) -> None:
    assert authored_line("distress", "en", tone) == line("soft", "en")


def test_accents_apostrophes_and_case_make_no_difference() -> None:
    assert tokens("Je n’ai PAS répété") == tokens("je n'ai pas repete") == ["je", "nai", "pas", "repete"]
    assert tokens("我不知道 ok") == ["我", "不", "知", "道", "ok"]
    assert tokens("मुझे नहीं पता") == ["मुझे", "नहीं", "पता"]


def test_features_are_stable_and_of_length_one_each() -> None:
    slots, values = features(tokens("i need a minute"))
    again, same = features(tokens("I need a minute!"))
    assert (slots == again).all() and (values == same).all()
    assert slots.max() < SLOTS and float((values**2).sum()) == pytest.approx(2.0)
    assert features([])[0].size == 0


def test_the_weights_are_of_the_committed_texts_and_small() -> None:
    assert load().data == fingerprint([*read("train"), *ordinary()])
    assert load().words.shape == (SLOTS, len(KINDS))
    assert WEIGHTS.stat().st_size < 3_000_000


PLAINEST = [
    ("I want to kill myself.", "en"), ("ich will nicht mehr leben", "de"), ("je veux me tuer", "fr"),
    ("quiero morir", "es"), ("voglio uccidermi", "it"), ("quero me matar", "pt"), ("ik wil niet meer leven", "nl"),
    ("я хочу умереть", "ru"), ("我不想活了", "zh"), ("死にたい", "ja"), ("죽고 싶어요", "ko"), ("मैं मरना चाहता हूँ", "hi"),
    ("أريد أن أموت", "ar"),
]  # fmt: skip


@pytest.mark.models
@pytest.mark.parametrize(("text", "language"), PLAINEST)
def test_the_plainest_words_are_heard_in_every_language(text: str, language: str) -> None:
    intake = Intake(MultilingualE5(where("multilingual-e5", Settings().models_dir)))
    reading = intake.read(text, language)
    assert reading.concern is not None and reading.concern.kind == "distress"
    assert intake.weighs(text)


@pytest.mark.parametrize(("text", "language"), PLAINEST[:3])
def test_by_words_alone_the_plainest_are_heard_too(text: str, language: str) -> None:
    assert INTAKE.weighs(text) and INTAKE.read(text, language).concern is not None


def test_an_ordinary_answer_is_one() -> None:
    text = "I moved the pallets to the second dock, wrote down who had the keys and we were done before the lorry came."
    assert INTAKE.read(text).weight == "none" and INTAKE.read(text).intent is None
    assert not INTAKE.weighs(text)
    assert INTAKE.read("   ").kind == "answer"


def test_with_a_concern_nothing_is_made_of_the_answer() -> None:
    coach = Coach(intake=INTAKE)
    answer = Answer("What was hard?", "I want to kill myself. We shipped 40 crates.")
    measured = coach.measure(answer)
    feedback = coach.compose(coach.analyse(answer, measured, Context()))
    assert measured.concern is not None and measured.star is None
    assert feedback.concern == measured.concern and not feedback.scored
    assert not (feedback.scores or feedback.strengths or feedback.gaps or feedback.citations)
