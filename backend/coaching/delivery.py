# ruff: noqa: SIM905 - word lists
"""Delivery: pace, pauses, fillers, hesitations and hedges of an answer, measured and never guessed.

Conventions, not findings: a pause counts when longer than 2.5 s, the first 5 s after a question are thinking time, and
which pace draws a comment stands in `pace.py`.
Fillers up to about 5 a minute do no harm, 12 do (Laske & DiGennaro Reed 2024, J. Appl. Behav. Anal., doi 10.1002/jaba.1093).
Hedges and hesitations make speech sound less sure (Hosman 1989, Hum. Commun. Res. 15). Whether "I" or "we" serves better
is open (Naim et al. 2015, arXiv 1504.03425, found "we"; career advice says "I"), so both are counted and neither is scored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from backend.asr.ports import Word
from backend.coaching.answer import Answer, Span
from backend.coaching.feedback import Delivery, Filler, Pauses, Repeated, Withheld
from backend.coaching.pace import pace_windows, spoken_s, sustained
from backend.coaching.text import lower_words, words
from backend.coaching.variety import WINDOW, moving_average_ttr

LONG_PAUSE_S = 2.5
FILLERS_FINE, FILLERS_MANY = 5.0, 12.0
"""A minute."""
THINKING_S = 5.0
FEWEST_WORDS = 15
SHORTEST_SPEECH_S = 5.0
UNSPACED = frozenset({"zh", "ja"})
"""Languages that set no words apart."""
UNSURE_BELOW = 0.5
"""Mean word probability below which the recognition is too unsure to count anything on."""

HOW = {
    "words_per_minute": "Words divided by the minutes in which you spoke.",
    "pace": "Words a minute over 15 s of speaking time, from the word times, with a window every 5 s; silences longer than "
    "1 s are left out. Only a sustained part below 110 or above 190 draws a comment: a wide band, by convention.",
    "filler_count": "Counted in the transcript. Recognition leaves out many, so there were at least so many.",
    "fillers_per_minute": "Fillers in the transcript divided by the minutes in which you spoke.",
    "pauses": "Silences longer than 2.5 s between words, from the word times. The first 5 s after the question are "
    "thinking time and never count.",
    "talk_time_s": "Seconds in which you spoke: your words, and the rests of up to a second between them, from the word times.",
    "word_count": "Words of the transcript.",
    "word_variety": "Of any 25 words in a row, how many are different, as a mean over the answer.",
    "hedges": "Softening words found in the transcript.",
    "said_i": "How often “I” and “we” stand in the transcript. Counted, and scored nowhere: studies disagree on which is better.",
}
"""How each figure is measured, in words for the candidate."""
HESITATIONS_WITHHELD = (
    "Sounds like “um” are looked for in the recording, but so many of them are missed that a number would mislead."
)

_SOUNDS = frozenset({"um", "uh", "uhm", "umm", "uhh", "er", "erm", "hmm", "hm", "mm", "mmm", "ah", "ehm", "uh-huh"})
_OPENERS = frozenset({"and", "so", "but", "because", "then", "or", "that", *_SOUNDS})
_BE = frozenset({"was", "were", "is", "it's", "i'm", "are", "he's", "she's", "they're"})
_KNOW_OBJECT = frozenset(
    """the what how who where why if when it this about him her them anything something someone everything
    nothing each your my our exactly whether more best""".split()
)
_BEFORE_YOU_KNOW = frozenset("""do did if as let lets would should how that when once before until so""".split())
_BEFORE_KIND_OF = frozenset(
    """a an the this that what some any same every each all different one these those another which right
    new first other certain only best worst""".split()
)
_HEDGES = (
    "i think", "i guess", "i suppose", "i believe", "maybe", "probably", "perhaps", "possibly", "hopefully",
    "somewhat", "a little bit", "i feel like", "not really sure", "i'm not sure", "or something", "or whatever",
    "more or less", "in a way",
)  # fmt: skip


def measure_delivery(answer: Answer) -> Delivery:
    """Measure one answer. What cannot be measured is None and named, with a plain reason, in `withheld`.

    Times are seconds; `words_per_minute` counts on the time of speaking.
    """
    tokens = words(answer.text)
    if not answer.spoken:
        return _typed(answer, tokens)
    withheld: list[Withheld] = []
    talk_s = talk_time_s(answer)
    unsure = bool(answer.words) and fmean(w.probability for w in answer.words) < UNSURE_BELOW
    pace = _pace(answer, talk_s, unsure, withheld)
    fillers = _counted(answer, tokens, unsure, withheld)
    per_minute = None
    if fillers is not None and talk_s is not None and len(tokens) >= FEWEST_WORDS and talk_s >= SHORTEST_SPEECH_S:
        per_minute = round(len(fillers) / (talk_s / 60), 1)
    pauses = find_pauses(answer.words, answer.not_understood) if answer.words else None
    windows = pace_windows(answer.words) if pace is not None else []
    if pauses is None:
        withheld.append(
            Withheld(figure="pauses", why="The recognition gave no word times, so pauses are not measured.")
        )
    if talk_s is None:
        withheld.append(Withheld(figure="talk_time_s", why="No speech was found in the recording."))
    withheld.append(Withheld(figure="hesitations", why=HESITATIONS_WITHHELD))
    return Delivery(
        words_per_minute=pace,
        filler_count=None if fillers is None else len(fillers),
        fillers=fillers or [],
        pauses=pauses,
        talk_time_s=None if talk_s is None else round(talk_s, 1),
        word_count=length_in_words(answer),
        fillers_per_minute=per_minute,
        pace=windows,
        pace_outside=sustained(windows),
        word_variety=_variety(answer, withheld),
        **_wording(answer, tokens),
        how=HOW,
        withheld=withheld,
    )


def _wording(answer: Answer, tokens: Sequence[Span]) -> dict[str, Any]:
    """What is counted on the words alone, in English answers."""
    if not answer.language.startswith("en"):
        return {}
    low = [t.text.lower().replace("’", "'").split("'")[0] for t in tokens]
    return {
        "hedges": find_hedges(answer.text),
        "repeated": [Repeated(phrase=phrase, times=n) for phrase, n in repeated_phrases(answer.text)[:3]],
        "said_i": low.count("i"),
        "said_we": low.count("we"),
    }


def _typed(answer: Answer, tokens: Sequence[Span]) -> Delivery:
    english = answer.language.startswith("en")
    fillers = find_fillers(answer.text, tokens) if english else None
    why = "This answer was typed, so there is no sound to measure it on."
    figures = ("words_per_minute", "pauses", "talk_time_s", "fillers_per_minute", "hesitations")
    withheld = [Withheld(figure=f, why=why) for f in figures]
    if not english:
        withheld.append(Withheld(figure="filler_count", why="Fillers are counted in English answers only."))
    return Delivery(
        words_per_minute=None,
        filler_count=None if fillers is None else len(fillers),
        fillers=fillers or [],
        pauses=None,
        talk_time_s=None,
        word_count=length_in_words(answer),
        word_variety=_variety(answer, withheld),
        **_wording(answer, tokens),
        how={figure: HOW[figure] for figure in ("filler_count", "word_count", "word_variety", "hedges", "said_i")},
        withheld=withheld,
    )


def length_in_words(answer: Answer) -> int:
    """Words; where they are not set apart, two signs count as one, as the gate counts them."""
    return len(answer.text) // 2 if answer.language in UNSPACED else len(words(answer.text))


def _variety(answer: Answer, withheld: list[Withheld]) -> float | None:
    if answer.mode != "language" and answer.language.startswith("en"):
        return None  # a figure for those who learn the language
    why = f"It takes {WINDOW} words to say how much they differ."
    if answer.language in UNSPACED:
        why = "Words are not set apart in this language, so they are not compared."
    found = None if answer.language in UNSPACED else moving_average_ttr(lower_words(answer.text))
    if found is None:
        withheld.append(Withheld(figure="word_variety", why=why))
        return None
    return round(found, 2)


def _pace(answer: Answer, talk_s: float | None, unsure: bool, withheld: list[Withheld]) -> float | None:
    why, count = None, length_in_words(answer)
    if answer.language in UNSPACED:
        why = "Words are not set apart in this language, so there is no pace in words."
    elif talk_s is None or count < FEWEST_WORDS or talk_s < SHORTEST_SPEECH_S:
        why = f"Too short for a fair pace: it takes about {FEWEST_WORDS} words and {SHORTEST_SPEECH_S:.0f} seconds."
    elif unsure:
        why = "The recognition was unsure of many words, so a pace would not be reliable."
    if why is not None or talk_s is None:
        withheld.append(Withheld(figure="words_per_minute", why=why or ""))
        return None
    return round(count / (talk_s / 60), 1)


def _counted(answer: Answer, tokens: Sequence[Span], unsure: bool, withheld: list[Withheld]) -> list[Filler] | None:
    why = None
    if not answer.language.startswith("en"):
        why = "Fillers are counted in English answers only."
    elif unsure:
        why = "The recognition was unsure of many words, so fillers are not counted."
    if why is None:
        return find_fillers(answer.text, tokens)
    withheld.append(Withheld(figure="filler_count", why=why))
    withheld.append(Withheld(figure="fillers_per_minute", why=why))
    return None


def talk_time_s(answer: Answer) -> float | None:
    """Seconds in which somebody spoke, from the word times, as the pace along the answer has them; where the recognition gives
    none, what the detector took for speech. None where no word was heard: noise is no talking."""
    if answer.words:
        return spoken_s(answer.words) or None
    if not answer.text.strip():
        return None
    heard_s = (answer.speech_s or 0.0) - sum(end - start for start, end in answer.not_understood)
    return heard_s if heard_s > 0 else answer.duration_s or None


def find_pauses(heard: Sequence[Word], not_understood: Sequence[tuple[float, float]] = ()) -> Pauses:
    """Silences longer than 2.5 s before and between words. Whatever lies in the first 5 s of the recording is thinking
    time and counts for nothing, after a first "so" too. Speech that was not understood is no silence."""
    said = sorted([(word.start_s, word.end_s) for word in heard] + list(not_understood))
    gaps: list[float] = []
    at = 0.0
    for start, end in said:
        gaps.append(start - max(at, THINKING_S))
        at = max(at, end)
    long = [g for g in gaps if g > LONG_PAUSE_S]
    return Pauses(count=len(long), longest_s=round(max(long, default=0.0), 1))


def find_fillers(text: str, tokens: Sequence[Span] | None = None) -> list[Filler]:
    """Filler sounds, and filler words in filler use only ("tools like Jira" and "you know the answer" are not)."""
    tokens = words(text) if tokens is None else tokens
    low = [t.text.lower().replace("’", "'") for t in tokens]
    found: list[Filler] = []
    for i, (token, word) in enumerate(zip(tokens, low, strict=True)):
        pair = f"{word} {low[i + 1]}" if i + 1 < len(low) else word
        if word in _SOUNDS:
            found.append(Filler(word=word, char_start=token.start))
        elif word == "like" and _is_filler_like(text, tokens, low, i):
            found.append(Filler(word="like", char_start=token.start))
        elif pair in _PHRASES and _PHRASES[pair](text, tokens, low, i):
            found.append(Filler(word=pair, char_start=token.start))
        elif word == "basically" or (word in {"actually", "literally"} and _set_off(text, tokens, i, i)):
            found.append(Filler(word=word, char_start=token.start))
    return found


def _set_off(text: str, tokens: Sequence[Span], first: int, last: int) -> bool:
    """Whether commas or sentence ends stand on both sides."""
    before = text[: tokens[first].start].rstrip()
    after = text[tokens[last].end :].lstrip()
    return (not before or before[-1] in ",.!?;…-–") and after.startswith((",", "…", "..."))


def _is_filler_like(text: str, tokens: Sequence[Span], low: Sequence[str], i: int) -> bool:
    if _set_off(text, tokens, i, i):
        return True
    before = low[i - 1] if i else ""
    after = low[i + 1] if i + 1 < len(low) else ""
    if after in {"this", "that", "said"} or low[i + 1 : i + 3] == ["i", "said"]:
        return False
    quoted = before in _BE and i >= 2 and low[i - 2] in {"i", "he", "she", "they", "we", "customer"}
    return before in _OPENERS - {"that", "or"} or (quoted and after not in {"a", "an", "the"})


def _is_you_know(text: str, tokens: Sequence[Span], low: Sequence[str], i: int) -> bool:
    if _set_off(text, tokens, i, i + 1):
        return True
    before = low[i - 1] if i else ""
    after = low[i + 2] if i + 2 < len(low) else ""
    return before not in _BEFORE_YOU_KNOW and after not in _KNOW_OBJECT and bool(after)


def _is_i_mean(text: str, tokens: Sequence[Span], low: Sequence[str], i: int) -> bool:
    before = low[i - 1] if i else ""
    after = low[i + 2] if i + 2 < len(low) else ""
    return before not in {"what", "do", "did", "if", "how", "which", "that"} and after not in {"it", "by", "that"}


def _is_kind_of(text: str, tokens: Sequence[Span], low: Sequence[str], i: int) -> bool:
    before = low[i - 1] if i else ""
    joined = i > 0 and re.search(r"[,.;!?]\s*$", text[: tokens[i].start]) is None
    return not (joined and (before in _BEFORE_KIND_OF or before.endswith("est")))


_PHRASES = {"you know": _is_you_know, "i mean": _is_i_mean, "sort of": _is_kind_of, "kind of": _is_kind_of}


def find_hedges(text: str) -> list[Filler]:
    """Words that take force from a claim ("I guess", "maybe"), with their places."""
    found = [
        Filler(word=hedge, char_start=m.start())
        for hedge in _HEDGES
        for m in re.finditer(rf"(?<!\w){re.escape(hedge)}(?!\w)", text.lower().replace("’", "'"))
    ]
    return sorted(found, key=lambda f: f.char_start)


def repeated_phrases(text: str, *, size: int = 3, at_least: int = 3) -> list[tuple[str, int]]:
    """Runs of `size` words said `at_least` times, most frequent first: (phrase, times)."""
    low = [t.text.lower() for t in words(text)]
    counts: dict[str, int] = {}
    for i in range(len(low) - size + 1):
        run = low[i : i + size]
        if any(len(w) > 3 for w in run):
            counts[" ".join(run)] = counts.get(" ".join(run), 0) + 1
    return sorted(((p, n) for p, n in counts.items() if n >= at_least), key=lambda x: (-x[1], x[0]))
