"""STAR: which sentences of a story carry Situation, Task, Action and Result, how strongly, and what is missing.

Every sentence gets a label from wording cues, its place, its shape and its neighbours; the most likely sequence wins
(Viterbi), with going forward free and going back dear, since stories mostly run in order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from backend.coaching.answer import Answer, Span
from backend.coaching.feedback import STAR_PARTS, Evidence, Star, StarPart, StarShare
from backend.coaching.reply_kind import asks_for_a_time, reply_kind
from backend.coaching.star_cues import cue_score, own_actions
from backend.coaching.star_shape import shape_scores
from backend.coaching.stems import is_past
from backend.coaching.text import lower_words, sentences, snippet, words

_PLACE: dict[StarPart, tuple[float, float]] = {
    "situation": (1.1, -1.2), "task": (0.3, -0.7), "action": (-0.2, 0.1), "result": (-1.4, 1.3),
}  # fmt: skip
"""Bonus at the start and at the end of the answer; in between it runs straight from one to the other."""
_BACK = 1.1
_SKIP = 0.35
_ENOUGH = 0.8
"""Cue strength from which a part counts as present. A place in the answer alone proves nothing."""
_SCENE = 1.6
"""Cue strength from which an opening that tells a task ("When I joined, the coach told me ...") sets the scene as well."""
_OUTCOME = 1.0
"""What it adds to a result that the answer ends, after the speaker's own steps, with what happened to others or things."""
_FITS = frozenset({"story", "pseudo_story", "example"})


def find_star(answer: Answer) -> Star | None:
    """Label an answer; None for replies that STAR does not fit (opinions, explanations, introductions ...)."""
    kind = reply_kind(answer)
    if kind not in _FITS or not (kind == "story" or asks_for_a_time(answer.question)):
        return None
    pieces = sentences(answer.text)
    shapes = shape_scores(pieces)
    labels = label_sentences(pieces, shapes)
    # A place at the end proves no result: a story may end with an opinion, or with one more step.
    trusted = {part: [s.get(part, 0.0) if part != "result" else 0.0 for s in shapes] for part in STAR_PARTS}
    shares = {part: _share(part, pieces, labels, trusted[part]) for part in STAR_PARTS}
    missing = [part for part in STAR_PARTS if not shares[part].present]
    return Star(**shares, missing=missing, reply_kind=kind)


def label_sentences(pieces: list[Span], shapes: Sequence[Mapping[StarPart, float]] | None = None) -> list[StarPart]:
    """The most likely part of each sentence, in order (Viterbi 1967 over cues, place, neighbours and shape).

    `shapes`: `shape_scores` of these sentences, where they are known.
    """
    if not pieces:
        return []
    outcomes = _outcomes(pieces)
    scores = [_local(piece.text, i, len(pieces)) for i, piece in enumerate(pieces)]
    for i in outcomes:
        scores[i]["result"] += _OUTCOME
    for local, more in zip(scores, shape_scores(pieces) if shapes is None else shapes, strict=True):
        for part, much in more.items():
            local[part] += much
    best = [scores[0][part] + (0.4 if part == "situation" else 0.0) for part in STAR_PARTS]
    came: list[list[int]] = []
    for local in scores[1:]:
        step = [[best[a] - _move_cost(a, b) for a in range(4)] for b in range(4)]
        came.append([max(range(4), key=lambda a, row=row: row[a]) for row in step])  # type: ignore[misc]
        best = [max(step[b]) + local[STAR_PARTS[b]] for b in range(4)]
    at = max(range(4), key=lambda b: best[b])
    path = [at]
    for back in reversed(came):
        at = back[at]
        path.append(at)
    return [STAR_PARTS[b] for b in reversed(path)]


def _outcomes(pieces: list[Span]) -> set[int]:
    """Sentences at the end that tell, in the past and not as a step of the speaker, how it was after the steps.

    A nurse's "he slept until morning" and a driver's "no parcel was lost" have no wording of results in common; their
    place behind the steps and their subject are what they share.
    """
    steps = [i for i, piece in enumerate(pieces) if own_actions(piece.text)]
    if not steps:
        return set()
    tail = range(max(steps[0] + 1, len(pieces) - 2), len(pieces))
    return {i for i in tail if i > steps[-1] and any(is_past(w) for w in lower_words(pieces[i].text))}


def _local(text: str, index: int, total: int) -> dict[StarPart, float]:
    place = index / (total - 1) if total > 1 else 0.5
    return {part: cue_score(part, text) + start + (end - start) * place for part, (start, end) in _PLACE.items()}


def _move_cost(a: int, b: int) -> float:
    if b < a:
        return _BACK * (a - b) * 0.8 + 0.3
    return _SKIP * max(0, b - a - 1)


def _share(part: StarPart, pieces: list[Span], labels: list[StarPart], shapes: Sequence[float]) -> StarShare:
    mine = [i for i, label in enumerate(labels) if label == part]
    ends = _outcomes(pieces) if part == "result" else set()
    rated = sorted(
        ((_strength(part, pieces[i].text, i) + _OUTCOME * (i in ends) + max(0.0, shapes[i]), -i) for i in mine),
        reverse=True,
    )
    shown = [(pieces[-i], score) for score, i in rated if score >= _ENOUGH] or _inside_another(part, pieces, labels)
    total = sum(len(words(p.text)) for p in pieces)
    counted = sum(len(words(pieces[i].text)) for i in mine) if shown else 0
    evidence = [_evidence(piece) for piece, _ in sorted(shown[:3], key=lambda s: s[0].start)]
    strength = 1 - math.exp(-0.45 * sum(score for _, score in shown)) if shown else 0.0
    return StarShare(
        present=bool(shown),
        strength=round(strength, 2),
        share=round(counted / total, 3) if total else 0.0,
        evidence=evidence,
    )


def _strength(part: StarPart, text: str, index: int) -> float:
    """Cue strength; an opening told in the past sets a scene even without a set phrase."""
    score = cue_score(part, text)
    if part == "situation":
        score += 0.4 * (index == 0) + 0.4 * any(is_past(w) for w in lower_words(text))
    return score


def _inside_another(part: StarPart, pieces: list[Span], labels: list[StarPart]) -> list[tuple[Span, float]]:
    """A part told within a sentence of another ("I retrained the team, which cut errors by half") still counts."""
    if part == "situation":
        told = _strength(part, pieces[0].text, 0)
        return [(pieces[0], told * 0.6)] if labels[0] == "task" and told >= _SCENE else []
    need = 1.0 if part == "action" else 1.9
    rated = [(piece, cue_score(part, piece.text)) for i, piece in enumerate(pieces) if labels[i] != part]
    found = [(piece, score * 0.6) for piece, score in rated if score >= need][:1]
    return found or (_last_clause(pieces, labels) if part == "result" else [])


_JOINT = re.compile(
    r"(?:,|;)? (?:and|so|but|which|until|till) (?=(?:we|it|they|he|she|nobody|everybody|everyone|that|this|the|all|his|her|"
    r"their|was|were|meant|made)\b)",
    re.IGNORECASE,
)


def _last_clause(pieces: list[Span], labels: list[StarPart]) -> list[tuple[Span, float]]:
    """The result at the end of the last step: "I rang them all and we were done before the doctor came"."""
    steps = [piece for piece, label in zip(pieces, labels, strict=True) if label == "action"]
    if not steps or steps[-1] not in pieces[-2:]:
        return []
    step = steps[-1]
    for joint in _JOINT.finditer(step.text):
        clause = Span(step.text[joint.end() :], step.start + joint.end(), step.end)
        if not own_actions(clause.text) and (score := cue_score("result", clause.text)) >= _ENOUGH:
            return [(clause, score * 0.6)]
    return []


def _evidence(piece: Span) -> Evidence:
    short = snippet(piece.text, Span(piece.text, 0, len(piece.text)), limit=32)
    return Evidence(quote=short.text, char_start=piece.start, char_end=piece.start + len(short.text))
