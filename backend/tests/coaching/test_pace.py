import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.asr.ports import Word
from backend.coaching.analysis import Analysis, Context
from backend.coaching.answer import Answer
from backend.coaching.coach import Coach
from backend.coaching.delivery import measure_delivery, talk_time_s
from backend.coaching.feedback import PaceWindow
from backend.coaching.pace import pace_windows, sustained

QUESTION = "Tell me about a time you improved a routine."
STORY = (
    "Last spring the handover on our ward took forty minutes and I had to get it under twenty. I wrote a card with five points "
    "and asked each nurse to stay with it. Then I moved the handover to the bedside and stood beside the first ten of them. "
    "It now takes eighteen minutes, and patients tell us that they know the plan for the day. In the second month I "
    "checked two of the cards every week and talked about them with the night shift, and we took one point out again "
    "because nobody had used it. Three other wards asked for the card in June and I showed it to their nurses. "
    "One of them added a line for relatives who call at night, which we took over, and the other two use it as it was."
)


def said(*stretches: tuple[int, float], start_s: float = 0.0) -> list[Word]:
    """Words without rests: (words, words a minute) one after the other."""
    heard, at = [], start_s
    for count, wpm in stretches:
        for _ in range(count):
            heard.append(Word("w", at, at + 60 / wpm, 0.9))
            at += 60 / wpm
    return heard


def analysed(*wpm: float) -> Analysis:
    """The story, each equal part of it at a pace of its own."""
    tokens = STORY.split()
    share = len(tokens) // len(wpm)
    heard = said(*[(share, pace) for pace in wpm[:-1]], (len(tokens) - share * (len(wpm) - 1), wpm[-1]))
    words = tuple(replace(word, text=token) for word, token in zip(heard, tokens, strict=True))
    answer = Answer(QUESTION, STORY, words=words, duration_s=words[-1].end_s, speech_s=words[-1].end_s)
    coach = Coach()
    return coach.analyse(answer, coach.measure(answer), Context())


def pace_points(found: Analysis) -> list[str]:
    return [g.text for g in found.gaps if "a minute, which is" in g.text]


def test_windows_hold_fifteen_seconds_of_speaking_and_begin_every_five() -> None:
    windows = pace_windows(said((100, 120)))  # 50 s, two words a second
    assert [w.from_s for w in windows] == pytest.approx([0, 5, 10, 15, 20, 25, 30, 35])
    assert all(w.to_s - w.from_s == pytest.approx(15) for w in windows)
    assert {w.words_per_minute for w in windows} == {120}


def test_rests_are_no_speaking_time() -> None:
    slow, quick = said((30, 100)), said((90, 200), start_s=30)
    windows = pace_windows([*slow, *quick])
    assert windows[0].words_per_minute == 100 and windows[-1].words_per_minute == pytest.approx(200, abs=1)
    assert [w.from_s for w in windows if 18.1 < w.from_s < 30] == []
    assert pace_windows(slow[:10]) == [] and pace_windows([]) == []


@pytest.mark.parametrize(
    ("paces", "way"),
    [
        ([210, 215, 220, 215], "fast"),
        ([100, 95, 90, 100], "slow"),
        ([150, 150, 150, 215, 215, 215], "fast"),
        ([112, 150, 188, 150], None),
        ([150, 230, 150, 230, 150, 230], None),  # never sustained
        ([150, 150, 150, 150, 150, 150, 150, 220, 220, 220], None),  # less than a third
        ([230, 230, 230], None),  # too short
        ([], None),
    ],
)
def test_only_a_sustained_part_outside_a_wide_band_is_commented_on(paces: list[float], way: str | None) -> None:
    windows = [PaceWindow(from_s=n * 5, to_s=n * 5 + 15, words_per_minute=p) for n, p in enumerate(paces)]
    found = sustained(windows)
    assert (found.way if found else None) == way


def test_the_stretch_is_where_it_was() -> None:
    found = sustained(pace_windows(said((100, 150), (120, 220))))
    assert found is not None and found.way == "fast"
    assert 30 < found.from_s < 45 and found.to_s == pytest.approx(72, abs=2.6)
    assert 195 < found.words_per_minute <= 221 and 0.3 < found.share < 0.7


def test_the_comment_names_the_time_and_quotes_the_sentence_said_then() -> None:
    found = analysed(150, 150, 230, 230, 230)
    outside = found.measured.delivery.pace_outside
    assert outside is not None and outside.way == "fast"
    (text,) = pace_points(found)
    assert f"0:{int(outside.from_s)}" in text and f"0:{int(outside.to_s)}" in text
    gap = next(g for g in found.gaps if g.text == text)
    cited = next(c for c in found.citations if c.citation_id == gap.citations[0])
    spoken_before = STORY[: cited.char_start].split()
    assert 5 < found.answer.words[len(spoken_before)].start_s <= outside.from_s + 2
    assert "0:" in found.scores["delivery"].why and found.scores["delivery"].score < 5


def test_an_uneven_but_easy_pace_draws_no_comment_though_one_part_is_quick() -> None:
    found = analysed(150, 200, 150, 150, 150)
    assert found.measured.delivery.pace and found.measured.delivery.pace_outside is None
    assert pace_points(found) == [] and found.scores["delivery"].score == 5


def test_a_slow_half_is_found_where_the_mean_of_the_whole_is_inside_the_band() -> None:
    found = analysed(100, 100, 180, 180)
    whole = found.measured.delivery.words_per_minute
    assert whole is not None and 110 < whole < 190
    assert found.measured.delivery.pace_outside is not None and "slow" in pace_points(found)[0]


def test_a_short_sample_draws_no_comment_however_quick_it_is() -> None:
    text = " ".join(STORY.split()[:60])
    heard = tuple(replace(w, text=t) for w, t in zip(said((60, 240)), text.split(), strict=True))
    delivery = measure_delivery(Answer(QUESTION, text, words=heard, duration_s=16, speech_s=15))
    assert delivery.words_per_minute == 240 and delivery.pace_outside is None


def test_a_rest_between_phrases_is_part_of_the_pace_and_a_pause_is_not() -> None:
    phrase = said((10, 200))  # 3 s
    with_rests = [replace(w, start_s=w.start_s + n * 3.8, end_s=w.end_s + n * 3.8) for n in range(12) for w in phrase]
    with_pauses = [replace(w, start_s=w.start_s + n * 5, end_s=w.end_s + n * 5) for n in range(12) for w in phrase]
    assert all(150 < w.words_per_minute < 175 for w in pace_windows(with_rests))
    assert all(w.words_per_minute == pytest.approx(200, abs=1) for w in pace_windows(with_pauses))


RECORDINGS = [
    json.loads(line) for line in Path(__file__).with_name("word_times.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Word times of the shared recordings as the ears here heard them (faster-whisper base), and the words of their transcripts,
counted by people. The sound stays in ../shared/data/speech."""


def heard_in(recording: dict[str, Any]) -> Answer:
    words = tuple(Word("word", start, end, 0.9) for start, end in recording["heard"])
    text = " ".join("word" for _ in words)
    return Answer("Q", text, words=words, duration_s=recording["duration_s"], speech_s=recording["speech_s"])


def test_the_pace_of_recordings_is_that_of_words_counted_by_hand() -> None:
    """Laughter, breaths, single sounds and a noisy list of words are among the few that are off."""
    near = []
    for recording in RECORDINGS:
        talk_s = talk_time_s(heard_in(recording))
        assert talk_s is not None and talk_s <= recording["duration_s"]
        by_hand, heard = (60 * n / talk_s for n in (recording["words_by_hand"], len(recording["heard"])))
        near.append(abs(heard - by_hand) <= 0.13 * by_hand)
    assert len(near) >= 36 and sum(near) >= 30


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda r: r["file"])
def test_what_the_detector_heard_of_a_recording_moves_no_figure(recording: dict[str, Any]) -> None:
    answer = heard_in(recording)
    one, other = measure_delivery(answer), measure_delivery(replace(answer, speech_s=recording["speech_s"] / 2))
    assert (one.talk_time_s, one.words_per_minute) == (other.talk_time_s, other.words_per_minute)
    if one.pace and one.words_per_minute is not None:
        rates = [w.words_per_minute for w in one.pace]
        assert 0.8 * min(rates) <= one.words_per_minute <= 1.25 * max(rates)
