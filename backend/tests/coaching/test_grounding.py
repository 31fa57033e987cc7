from typing import Any

import pytest

from backend.coaching.evidence import Evidence
from backend.coaching.numbers import find_numbers
from backend.evaluation.honesty import REPAIRED_ON, answers, bed, counts, evidence

BED: list[dict[str, Any]] = bed()


@pytest.mark.parametrize(
    ("case", "sentence"),
    [(c, s) for c in BED for s in c["may_not"]],
    ids=lambda v: v if isinstance(v, str) else v["id"],
)
def test_no_false_sentence_passes(case: dict[str, Any], sentence: str) -> None:
    assert not evidence(case).check(sentence).ok


def test_few_true_sentences_are_held_back(capsys: pytest.CaptureFixture[str]) -> None:
    held = [(c["id"], s) for c in BED for s in c["may_be_said"] if not evidence(c).check(s).ok]
    total = sum(len(c["may_be_said"]) for c in BED)
    with capsys.disabled():
        print(
            f"\ngrounding: {len(held)} of {total} true sentences held back, 0 of {sum(len(c['may_not']) for c in BED)} false passed"
        )
    assert total >= 200 and len(BED) >= 30
    assert len(held) / total <= 0.05


def test_sets_that_were_unseen_once_stay_repaired() -> None:
    found = counts(answers(*REPAIRED_ON))
    assert found["false_passed"] <= 1 and found["false"] >= 500
    assert found["true_held"] / found["true"] <= 0.2


ANSWER = (
    "I was sous chef, Bruno the head chef was off sick. The oven died at ten past three. A customer switched from a rival to us. "
    "I asked Aino to read and I took notes. The close took eleven days, and my colleague Tiago changed the feed. It is at six days now. "
    "No complaint came in. I sat there ten minutes a day. They renewed in June. We built a portal."
)


@pytest.mark.parametrize(
    ("sentence", "ok"),
    [
        ("You were sous chef.", True), ("You were the head chef.", False), ("You were off sick.", False),
        ("The oven died at 3:10.", True), ("The oven died at ten to three.", False),
        ("A customer switched to a rival.", False), ("You read.", False), ("You asked Aino to read.", True),
        ("The close went from eleven days to six.", True), ("The close went from six days to eleven.", False),
        ("The close rose from eleven days to six.", False), ("Tiago changed the feed.", True), ("The feed was changed.", True),
        ("You changed the feed.", False), ("A complaint came in.", False), ("You sat there for ten minutes a week.", False),
        ("They renewed because of the portal.", False), ("Your colleague changed the feed.", True),
        ("The result is the strongest part of your answer.", True), ("It is easy to follow.", True),
    ],
)  # fmt: skip
def test_what_is_made_of_the_answers_own_words(sentence: str, ok: bool) -> None:
    assert Evidence.from_texts(ANSWER).check(sentence).ok is ok


def test_measured_figures_may_be_said() -> None:
    seen = Evidence.from_texts("I called the supplier.", figures=[143.0])
    assert seen.check("The answer took 143 words.").ok
    assert not seen.check("The answer took 150 words.").ok


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("forty", [40]), ("1,200 and 1200", [1200, 1200]), ("40 %", [40]), ("two hundred thousand", [200000]), ("$1.2m", [1200000]),
        ("from twenty two to nine", [22, 9]), ("doubled", ["x2"]), ("half of them", ["/2"]), ("a third of them", ["/3"]),
        ("last quarter", []), ("a hundred and five", [105]),
    ],
)  # fmt: skip
def test_numbers_are_read_in_every_form(text: str, values: list[object]) -> None:
    assert [n.value for n in find_numbers(text)] == values
