"""Follow-up ranker: of all follow-ups that were written, those that this answer calls for, the best first.

A linear score of how a follow-up stands to an answer: whether its condition holds or not, whether it was written for this
question, whether the answer tells already what it asks, and what kind of reply the answer is. The weights come from pairs of
good and bad follow-ups to written answers (backend/evaluation/data/follow_ups, made for this project) by `make train`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from backend.coaching.feedback import ReplyKind
from backend.coaching.reply_kind import asks_for_a_time, says_no
from backend.interview.question_search import QuestionSearch
from backend.jobs.question_lines import DESCRIBED, GROUPS, GeneralFollowUp, Group
from backend.jobs.role_packs import BankQuestion, WrittenFollowUp

Numbers = NDArray[np.float64]
WEIGHTS = Path(__file__).with_name("follow_up_weights.json")
KINDS: tuple[ReplyKind | None, ...] = (*get_args(ReplyKind), None)
_NO_STORY = frozenset({"pseudo_story", "opinion", "self_description", "none"})
_A_REPLY, _SHORT_REPLY = 6, 40
"""Words from which something was said that can be gone on with, and below which a "no" is the whole of it."""
_SHAPES = ("no_result", "no_action", "no_situation", "we", "short", "long", "figure")
SAID, TOLD, OF_GROUP = 0.5, 0.55, 0.4
"""Cosines (MiniLM) with the nearest sentence of an answer: from the first on a condition is taken to be said; from the second on the
answer has told what the follow-up asks; from the last on it is of a group that is not measured."""
WORTH = 2.0
"""Score from which a follow-up is worth asking, where meaning is known; else from 0. All four were chosen on 464 follow-ups to 240 answers that readers had marked
(docs/readings.md)."""
_PLAIN = 11
"""Features that are neither of a group nor of a group beside the answer's shape."""
SIZE = _PLAIN + len(GROUPS) * (1 + len(KINDS) + len(_SHAPES))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A follow-up that may be asked. `group` is None for one of the question's own."""

    written: WrittenFollowUp
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as the ranker sees it. `shape`: whether each of `_SHAPES` holds, 0 or 1; `sentences`: one vector each."""

    question: str
    sentences: Numbers | None
    kind: ReplyKind | None
    shape: tuple[float, ...]
    words: int = 0
    denies: bool = False
    """Whether it begins with "no"."""

    @property
    def measured(self) -> dict[Group, bool]:
        """Groups that are measured, and whether the answer is of them. Parts can only be missing where a story was asked for."""
        shape = {name: bool(value) for name, value in zip(_SHAPES, self.shape, strict=True)}
        wanted = asks_for_a_time(self.question)
        story = wanted and self.kind == "story"
        return {
            "no_result": story and shape["no_result"],
            "no_action": story and shape["no_action"],
            "no_situation": story and shape["no_situation"],
            "we_only": shape["we"],
            "very_short": shape["short"] and self.words >= _A_REPLY,
            "never_done": wanted and self.denies and self.words < _SHORT_REPLY,
            "no_story": wanted and self.kind in _NO_STORY,
        }

    @classmethod
    def of(
        cls, question: str, text: str, sentences: Numbers | None, kind: ReplyKind | None, missing: Sequence[str]
    ) -> Reply:
        """`missing`: parts of STAR that were not found; `kind`: None where it is not known."""
        words = text.casefold().split()
        ours, mine = (
            sum(w in ("we", "our", "us") for w in words),
            sum(w in ("i", "my", "me", "i'd", "i've") for w in words),
        )
        shape = (
            "result" in missing, "action" in missing, "situation" in missing, ours >= 3 and ours > 2 * mine,
            len(words) < 25, len(words) > 120, any(c.isdigit() for c in text),
        )  # fmt: skip
        return cls(question, sentences, kind, tuple(float(s) for s in shape), len(words), says_no(text))


def candidates(question: BankQuestion | None, general: Sequence[GeneralFollowUp]) -> list[Candidate]:
    """The question's own follow-ups and the general ones."""
    own = [Candidate(f) for f in question.follow_ups] if question is not None else []
    return [*own, *(Candidate(g.written, g.group) for g in general)]


@dataclass(frozen=True, slots=True)
class Near:
    """How near, by meaning, a reply is to what the candidates presume and to what they ask."""

    conditions: Numbers
    """One a candidate; 0 where it has no condition."""
    told: Numbers
    """How near the reply comes to telling what each of them asks."""
    groups: dict[Group, float]

    @classmethod
    def of(cls, offered: Sequence[Candidate], reply: Reply, search: QuestionSearch) -> Near:
        """Blocks for what is not known to the index."""
        known = [c.written.condition for c in offered if c.written.condition]
        cosine = dict(zip(known, search.holds(known, reply.sentences), strict=True))
        groups = search.holds([DESCRIBED[g] for g in GROUPS], reply.sentences)
        return cls(
            np.array([cosine.get(c.written.condition, 0.0) for c in offered]),
            np.array(search.holds([c.written.text for c in offered], reply.sentences)),
            dict(zip(GROUPS, map(float, groups), strict=True)),
        )


def features(offered: Sequence[Candidate], reply: Reply, search: QuestionSearch, near: Near) -> Numbers:
    """(candidates, SIZE). Blocks for what of their texts is not known to the index."""
    texts = [c.written.text for c in offered]
    vectors = search.vectors([reply.question, *texts])
    about = vectors[1:] @ vectors[0] if vectors is not None else np.zeros(len(texts))
    found = np.zeros((len(offered), SIZE))
    for row, one in enumerate(offered):
        said, unsaid = one.written.when == "said", one.written.when == "unsaid"
        holds, own = near.conditions[row], one.group is None
        found[row, :_PLAIN] = (
            own, said, unsaid, said * holds, unsaid * holds, own * said * holds, own * unsaid * holds, near.told[row], about[row],
            near.groups[one.group] if one.group is not None else 0.0, own * near.told[row],
        )  # fmt: skip
        if one.group is not None:
            start = _PLAIN + GROUPS.index(one.group) * (1 + len(KINDS) + len(_SHAPES))
            found[row, start] = 1.0
            found[row, start + 1 + KINDS.index(reply.kind)] = 1.0
            found[row, start + 1 + len(KINDS) : start + 1 + len(KINDS) + len(_SHAPES)] = reply.shape
    return found


def worth_asking(offered: Sequence[Candidate], reply: Reply, search: QuestionSearch) -> list[Candidate]:
    """The candidates of which what they presume holds and whose score is high enough, the best first. Blocking.

    What an answer leaves out is not known by likeness: of the follow-ups that wait for it, readers found 42 in 100 fitting, so
    they are left to an author.
    """
    offered = [c for c in offered if c.written.when != "unsaid"]
    if not offered:
        return []
    near = Near.of(offered, reply, search)
    weights, constant = load(search.reads_meaning)
    scores = features(offered, reply, search, near) @ weights + constant
    measured = reply.measured
    lowest = -math.inf if measured["never_done"] else WORTH if search.reads_meaning else 0.0
    best = [int(at) for at in np.argsort(-scores, kind="stable") if scores[at] >= lowest]
    return [offered[at] for at in best if _holds(offered[at], at, measured, near)]


def _holds(one: Candidate, at: int, measured: Mapping[Group, bool], near: Near) -> bool:
    """Whether what a follow-up presumes is so, and is not told yet. Of a general one the group has to hold too: measured where it
    can be; else by meaning, which is trusted only beside a condition. Who says no is asked for what comes nearest."""
    when = one.written.when
    if near.told[at] >= TOLD or (when == "said" and near.conditions[at] < SAID):
        return False
    if one.group is None or measured["never_done"]:
        return (one.group == "never_done") == measured["never_done"]
    return measured.get(one.group, when == "said" and near.groups[one.group] >= OF_GROUP)


@cache
def load(meaning: bool) -> tuple[Numbers, float]:
    """The committed weights and the constant: with an embedder of meaning, or without one."""
    made = json.loads(WEIGHTS.read_text(encoding="utf-8"))["meaning" if meaning else "shape"]
    weights = np.array(made["weights"])
    if len(weights) != SIZE:
        raise ValueError("The weights of the follow-ups are of other features; run `make train`.")
    return weights, float(made["constant"])
