from dataclasses import replace

import pytest

from backend.asr.ports import Word
from backend.coaching.answer import Answer
from backend.coaching.delivery import HESITATIONS_WITHHELD, find_fillers, find_pauses, measure_delivery


def spoken(
    text: str, *, wpm: float = 150, p: float = 0.9, start_s: float = 0.5, pause_after: dict[int, float] | None = None
) -> Answer:
    step, at, heard = 60 / wpm, start_s, []
    for i, word in enumerate(text.split()):
        heard.append(Word(word, at, at + step * 0.9, p))
        at += step + (pause_after or {}).get(i, 0.0)
    return Answer("Q", text, words=tuple(heard), duration_s=at + 0.5, speech_s=len(heard) * step)


SOME = "I called the supplier and asked for the missing parts and then I planned the week with my team so that nobody had to wait"


@pytest.mark.parametrize(
    ("text", "fillers"),
    [
        ("um I was, uh, late", ["um", "uh"]),
        ("I like my team", []),
        ("tools like Jira help", []),
        ("it was, like, really late", ["like"]),
        ("and like the customer was angry", ["like"]),
        ("you know the answer", []),
        ("as you know it was late", []),
        ("the customer, you know, left", ["you know"]),
        ("I mean the system was, you know, down", ["i mean", "you know"]),
        ("what I mean is that", []),
        ("what kind of work", []),
        ("a sort of plan", []),
        ("we kind of lost", ["kind of"]),
        ("it actually worked", []),
        ("Actually, it worked", ["actually"]),
    ],
)
def test_fillers_count_in_filler_use_only(text: str, fillers: list[str]) -> None:
    found = find_fillers(text)
    assert [f.word for f in found] == fillers
    assert all(text[f.char_start :].lower().startswith(f.word) for f in found)


def test_pace_counts_on_speaking_time() -> None:
    slow = spoken(SOME, wpm=120, pause_after={5: 6.0})
    assert measure_delivery(slow).words_per_minute == pytest.approx(120, abs=1)


def test_long_pauses_between_words_count_and_thinking_before_the_first_word_does_not() -> None:
    assert find_pauses(spoken(SOME, start_s=4.9).words).count == 0
    assert find_pauses(spoken(SOME, start_s=8.0).words).count == 1
    pauses = find_pauses(spoken(SOME, pause_after={3: 2.0, 9: 3.5}).words)
    assert (pauses.count, round(pauses.longest_s, 1)) == (1, pytest.approx(3.5, abs=0.2))


def test_speech_that_was_not_understood_is_no_pause_and_no_time_to_measure_a_pace_on() -> None:
    answer = spoken(SOME, pause_after={9: 12.0})
    after = answer.words[9].end_s
    missing = ((after + 1.0, after + 9.0),)
    assert find_pauses(answer.words).longest_s > 11
    found = find_pauses(answer.words, missing)
    assert (found.count, found.longest_s) == (1, pytest.approx(3.0, abs=0.2)), "the silence after it is one"
    whole = replace(answer, speech_s=(answer.speech_s or 0.0) + 8.0, not_understood=missing)
    assert measure_delivery(whole).talk_time_s == measure_delivery(answer).talk_time_s
    assert measure_delivery(whole).words_per_minute == measure_delivery(answer).words_per_minute


def test_typed_answers_name_what_cannot_be_measured() -> None:
    delivery = measure_delivery(Answer("Q", SOME))
    assert (delivery.words_per_minute, delivery.pauses, delivery.talk_time_s) == (None, None, None)
    assert {w.figure for w in delivery.withheld} >= {"words_per_minute", "pauses", "talk_time_s"}
    assert all(w.why.endswith(".") for w in delivery.withheld)
    assert delivery.filler_count == 0


def test_short_or_unsure_recordings_give_no_pace() -> None:
    short = measure_delivery(spoken("only a few words here"))
    unsure = measure_delivery(spoken(SOME, p=0.3))
    assert short.words_per_minute is None
    assert unsure.words_per_minute is None and unsure.filler_count is None
    assert {w.figure for w in unsure.withheld} >= {"words_per_minute", "filler_count"}


def test_fillers_of_other_languages_are_not_guessed() -> None:
    assert measure_delivery(Answer("Q", "also ich denke das war gut", language="de")).filler_count is None


def test_silence_in_the_first_five_seconds_is_thinking_after_a_first_word_too() -> None:
    heard = (Word("so", 0.5, 0.7, 0.9), Word("last", 5.2, 5.5, 0.9), Word("year", 5.6, 5.9, 0.9))
    assert find_pauses(heard).count == 0
    later = (Word("so", 0.5, 0.7, 0.9), Word("last", 8.2, 8.5, 0.9))
    assert (find_pauses(later).count, find_pauses(later).longest_s) == (1, 3.2)


@pytest.mark.parametrize("hesitations", [None, (), (1.234, 4.5)])
def test_no_number_of_hesitations_is_told_and_the_reason_is(hesitations: tuple[float, ...] | None) -> None:
    delivery = measure_delivery(replace(spoken(SOME), hesitations=hesitations))
    assert delivery.hesitations is None
    assert [w.why for w in delivery.withheld if w.figure == "hesitations"] == [HESITATIONS_WITHHELD]


def test_every_figure_says_how_it_was_measured_and_i_and_we_are_only_counted() -> None:
    delivery = measure_delivery(spoken(SOME))
    assert {"words_per_minute", "pauses", "filler_count", "talk_time_s"} <= delivery.how.keys()
    told = measure_delivery(Answer("Q", "I asked and I'd hoped that we could, we might and we will. " + SOME))
    assert (told.said_i, told.said_we) == (4, 3)
    assert "words_per_minute" not in told.how


def test_what_the_detector_took_for_speech_changes_no_figure() -> None:
    """A detector that hears half of it, or a noise beside it, as speech: talk time and pace are those of the words."""
    said = spoken(SOME * 2, wpm=140)
    figures = {
        (d.talk_time_s, d.words_per_minute)
        for d in (measure_delivery(replace(said, speech_s=s)) for s in (3.0, 9.0, 60.0, None))
    }
    ((talk_s, pace),) = figures
    assert talk_s is not None and pace == pytest.approx(140, abs=4)
    assert pace == pytest.approx(60 * len(said.words) / talk_s, rel=0.01)


def test_the_pace_of_the_whole_is_within_that_of_its_parts() -> None:
    said = spoken(SOME * 4, wpm=95, pause_after=dict.fromkeys(range(7, 90, 8), 1.8))
    d = measure_delivery(said)
    assert d.words_per_minute is not None and d.pace_outside is not None and d.pace_outside.way == "slow"
    assert min(w.words_per_minute for w in d.pace) <= d.words_per_minute <= max(w.words_per_minute for w in d.pace)


def test_noise_alone_is_no_talking() -> None:
    d = measure_delivery(Answer("Q", "", words=(), duration_s=40.0, speech_s=33.0))
    assert d.talk_time_s is None and d.words_per_minute is None
    assert "talk_time_s" in {w.figure for w in d.withheld}
