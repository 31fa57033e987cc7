"""Every rule of every language: it finds its own slips, and nothing in correct sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.asr.ports import Word
from backend.coaching.answer import Answer
from backend.coaching.corrections.find import MOST, find_corrections
from backend.coaching.corrections.rules import Compiled, languages, rules_of
from backend.interview.modes import InterviewData

_ROOT = Path(__file__).resolve().parents[3]
_REAL = _ROOT / "../shared/data"
_TRANSLATED = _ROOT / "frontend/node_modules/typescript/lib"
"""Two thousand sentences in each of nine languages, translated by professionals."""
_FOLDERS = {"pt": "pt-br", "zh": "zh-cn", **{code: code for code in ("de", "es", "fr", "it", "ja", "ko", "ru")}}
_LANGUAGES = sorted(InterviewData().languages)


def _looked(code: str):  # type: ignore[no-untyped-def]
    looked = rules_of(code)
    assert looked is not None
    return looked


def _rules() -> list[tuple[str, Compiled]]:
    return [(code, rule) for code in languages() for rule in _looked(code).rules]


def _ids(item: object) -> str | None:
    return item.rule.rule if isinstance(item, Compiled) else str(item)


def _found(code: str, text: str) -> list[str]:
    return [
        f"{c.rule.rule}: {text[start:end]} -> {better}"
        for c in _looked(code).rules
        for start, end, better in c.finds(text)
    ]


def _corrected(rule: Compiled, text: str) -> str:
    for start, end, better in reversed(rule.finds(text)):
        text = text[:start] + better + text[end:]
    return text


def test_every_language_of_the_catalogue_has_rules() -> None:
    assert languages() == _LANGUAGES


@pytest.mark.parametrize(("code", "rule"), _rules(), ids=_ids)
def test_a_rule_turns_its_wrong_sentences_into_the_right_ones(code: str, rule: Compiled) -> None:
    assert {wrong: _corrected(rule, wrong) for wrong in rule.rule.wrong} == rule.rule.wrong


@pytest.mark.parametrize(("code", "rule"), _rules(), ids=_ids)
def test_no_rule_finds_anything_in_the_correct_sentences_of_its_language(code: str, rule: Compiled) -> None:
    for text in (*rule.rule.right, *rule.rule.wrong.values()):
        assert _found(code, text) == []


@pytest.mark.parametrize("code", _LANGUAGES)
def test_nothing_is_found_in_what_the_product_itself_says(code: str) -> None:
    looked, spoken = _looked(code).language, InterviewData().languages[code]
    said = [
        *looked.phrases.model_dump().values(),
        *(rule.here for rule in looked.rules),
        *spoken.conversation,
        *spoken.tell_more,
        spoken.easier,
    ]
    for text in said:
        assert _found(code, text) == []


@pytest.mark.parametrize("code", _LANGUAGES)
def test_names_of_rules_are_told_apart_and_reasons_are_in_both_languages(code: str) -> None:
    rules = [c.rule for c in _looked(code).rules]
    assert len({r.rule for r in rules}) == len(rules)
    assert code == "en" or all(r.here for r in rules)


def test_a_correction_quotes_the_words_of_the_answer() -> None:
    text = "Well. I am agree with you, and it depends of the weather."
    found = find_corrections(Answer("Q", text, mode="language"))
    assert found is not None
    assert [(c.quote, c.better) for c in found.items] == [("I am agree", "I agree"), ("depends of", "depends on")]
    assert all(text[c.char_start : c.char_end] == c.quote for c in found.items)
    assert found.items[0].rule == "en/am_agree"


def test_at_most_three_are_shown_and_the_same_slip_once() -> None:
    text = "I am agree. I am agree. It depends of you. He don't know. I need informations. We discussed about it."
    found = find_corrections(Answer("Q", text, mode="language"))
    assert found is not None
    assert [c.quote for c in found.items] == ["I am agree", "depends of", "He don't"]
    assert len(found.items) == MOST


def test_a_word_that_was_hardly_understood_is_not_corrected() -> None:
    said = "He don't know"
    heard = tuple(Word(w, i, i + 1, p) for i, (w, p) in enumerate(zip(said.split(), (0.9, 0.3, 0.9), strict=True)))
    clear = tuple(Word(w.text, w.start_s, w.end_s, 0.9) for w in heard)
    assert (found := find_corrections(Answer("Q", said, words=heard, duration_s=2.0))) and not found.items
    assert (found := find_corrections(Answer("Q", said, words=clear, duration_s=2.0))) and found.items


def test_what_stands_in_quotation_marks_is_not_corrected() -> None:
    assert _found("en", "People say “I am agree” too often.") == []


def test_a_language_without_rules_gets_no_corrections() -> None:
    assert find_corrections(Answer("Q", "tlhIngan Hol", language="tlh")) is None
    assert find_corrections(Answer("Q", "x", language="../en")) is None


@pytest.mark.parametrize("code", sorted(_FOLDERS))
def test_nothing_is_found_in_professional_translations(code: str) -> None:
    file = _TRANSLATED / _FOLDERS[code] / "diagnosticMessages.generated.json"
    if not file.is_file():
        pytest.skip("the translated sentences come with the web client's tools: npm ci")
    said = json.loads(file.read_text(encoding="utf-8-sig")).values()
    found = [one for text in said for one in _found(code, text)]
    assert [one for one in found if not any(slip in one for slip in _SLIPS_OF_TRANSLATORS)] == []


_SLIPS_OF_TRANSLATORS = ("ein asynchrone Funktion",)
"""Real slips that stand in those translations."""


def test_nothing_is_found_in_real_english() -> None:
    files = [*_REAL.glob("documents/*.txt"), *_REAL.glob("interview/*.csv"), *_REAL.glob("interview/*.md")]
    if not files:
        pytest.skip("the shared data are not here")
    assert [found for file in files for found in _found("en", file.read_text(encoding="utf-8", errors="replace"))] == []
