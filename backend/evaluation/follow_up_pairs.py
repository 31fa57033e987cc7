"""Answers with their good and bad follow-ups: the weights of the ranker are made from some, and measured on others."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.coaching.answer import Answer
from backend.coaching.reply_kind import reply_kind
from backend.coaching.star import find_star
from backend.coaching.text import sentences
from backend.interview.follow_up_ranker import WEIGHTS, Candidate, Near, Reply, candidates, features
from backend.interview.question_search import QuestionSearch
from backend.jobs.question_lines import QuestionLines
from backend.jobs.role_packs import RolePacks, WrittenFollowUp

DATA = Path(__file__).parent / "data" / "follow_ups"
TRAINED_ON, UNSEEN = ("train_a", "train_b"), "unseen"
STRENGTH = 1.0
"""Inverse of the L2 penalty, by five-fold cross-validation over answers (0.03 to 3 were tried)."""
_OTHERS, _OTHERS_COUNT = 30, 0.1
"""Follow-ups that nobody has judged, taken at random beside the bad ones of an answer, and what each of them counts."""
_REACHED = 0.1
"""Share of the good follow-ups that may fall below what is worth asking."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer, the follow-ups that a good interviewer would ask, and those that would be wrong."""

    question: str
    answer: str
    good: tuple[str, ...]
    bad: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """What the ranker does on judged answers. `pairs`: share of pairs of a good and a bad one in the right order; `good`,
    `bad`: share of answers whose best-ranked follow-up of those judged is a good one, and whose best of all is a bad one."""

    answers: int
    pairs: float
    good: float
    bad: float


def read_judged(name: str) -> list[Judged]:
    """A file of `DATA`: blocks of `@ ...`, `Q:`, `A:`, `+ ...` and `- ...` lines."""
    blocks = re.split(r"\n\s*\n", (DATA / f"{name}.txt").read_text(encoding="utf-8").strip())
    return [_judged(block.splitlines()) for block in blocks]


def judged() -> list[Judged]:
    """What is trained on."""
    return [one for name in TRAINED_ON for one in read_judged(name)]


def _judged(lines: Sequence[str]) -> Judged:
    def after(mark: str) -> list[str]:
        return [line[len(mark) :].strip() for line in lines if line.startswith(mark)]

    return Judged(after("Q: ")[0], after("A: ")[0], tuple(after("+ ")), tuple(after("- ")))


@dataclass(frozen=True, slots=True)
class _Read:
    """Features of every follow-up that could be asked after an answer, and the places of the good and the bad ones."""

    rows: Numbers
    good: list[int]
    bad: list[int]


def read(of: Sequence[Judged], packs: RolePacks, lines: QuestionLines, search: QuestionSearch) -> Iterator[_Read]:
    """Blocking. A judged follow-up that the bank holds no more is taken for one of the question's own, for any answer: only such
    have been written anew since."""
    for one in of:
        offered = candidates(packs.question(one.question), lines.follow_ups)
        held = {c.written.text for c in offered}
        offered += [Candidate(WrittenFollowUp("any", "", t)) for t in (*one.good, *one.bad) if t not in held]
        at = {c.written.text: i for i, c in enumerate(offered)}
        reply = reply_of(one, search)
        rows = features(offered, reply, search, Near.of(offered, reply, search))
        yield _Read(rows, [at[t] for t in one.good], [at[t] for t in one.bad])


def reply_of(one: Judged, search: QuestionSearch) -> Reply:
    """The answer as the product reads it."""
    answer = Answer(one.question, one.answer)
    star = find_star(answer, search.embedder)
    kind = star.reply_kind if star is not None else reply_kind(answer, search.embedder)
    vectors = search.vectors([s.text for s in sentences(one.answer)])
    return Reply.of(one.question, one.answer, vectors, kind, star.missing if star is not None else [])


def train(packs: RolePacks, lines: QuestionLines, search: QuestionSearch) -> dict[str, Any]:
    """Weights with the embedder of `search`, and without one. The same every time."""
    made = {
        name: fit(list(read(judged(), packs, lines, by)))
        for name, by in (("meaning", search), ("shape", QuestionSearch()))
        if name == "shape" or search.reads_meaning
    }
    return {"about": "Made by `make train`; do not edit.", "data": fingerprint(), **made}


def fit(told: Sequence[_Read], strength: float = STRENGTH) -> dict[str, Any]:
    """Logistic regression on the differences of good and bad follow-ups to the same answer (RankNet with a linear score)."""
    from sklearn.linear_model import LogisticRegression

    chance = np.random.default_rng(7)
    rows, counts = [], []
    for one in told:
        unjudged = np.setdiff1d(np.arange(len(one.rows)), [*one.good, *one.bad])
        others = chance.choice(unjudged, min(_OTHERS, len(unjudged)), replace=False)
        for good in one.good:
            rows += [one.rows[good] - one.rows[other] for other in (*one.bad, *others)]
            counts += [1.0] * len(one.bad) + [_OTHERS_COUNT] * len(others)
    both = np.vstack([rows, np.negative(rows)])
    labels = np.repeat([1, 0], len(rows))
    fitted = LogisticRegression(C=strength, fit_intercept=False, max_iter=500)
    weights = fitted.fit(both, labels, sample_weight=counts * 2).coef_[0]
    reached = np.quantile([one.rows[good] @ weights for one in told for good in one.good], _REACHED)
    return {"weights": [round(float(w), 4) for w in weights], "constant": round(float(-reached), 4)}


def quality(told: Sequence[_Read], weights: Numbers) -> Quality:
    pairs, first_good, first_bad = [], [], []
    for one in told:
        scores = one.rows @ weights
        pairs += [scores[g] > scores[b] for g in one.good for b in one.bad]
        judged = [*one.good, *one.bad]
        first_good.append(judged[int(np.argmax(scores[judged]))] in one.good)
        first_bad.append(int(np.argmax(scores)) in one.bad)
    return Quality(len(told), float(np.mean(pairs)), float(np.mean(first_good)), float(np.mean(first_bad)))


def fingerprint() -> str:
    """Short hash of what is trained on."""
    texts = b"".join((DATA / f"{name}.txt").read_bytes() for name in TRAINED_ON)
    return hashlib.sha256(texts).hexdigest()[:12]


def write(made: dict[str, Any], path: Path = WEIGHTS) -> None:
    path.write_text(json.dumps(made, separators=(",", ":")) + "\n", "utf-8")
