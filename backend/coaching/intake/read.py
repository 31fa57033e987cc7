"""Intake: reads everything a person says or types before anybody judges it, on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backend.coaching.feedback import Concern, ConcernKind, Intent
from backend.coaching.intake.classifier import (
    Group,
    Half,
    Numbers,
    Views,
    Weights,
    by_meaning,
    by_words,
    evidence,
    load,
)
from backend.coaching.intake.kinds import HEAVY, KINDS, SERIOUS, SOFT, TO_THE_COACH, TOLD, URGENT, Kind
from backend.coaching.intake.lines import LineKind, line
from backend.coaching.intake.passages import pieces
from backend.rag.ports import Embedder

_LONGEST_ASIDE = 30
"""Words (or twice as many signs of unspaced writing). What is longer is an answer, whatever it asks on the way."""
_BY_WORDS = 0.5
"""Log-odds from which words alone are taken for words to the coach: in a short text they say little."""
_BY_FEW_WORDS = 0.2
"""Log-odds above the level from which words alone raise a doubt in a language other than English: they know few of its
words. Of 335 everyday answers in 12 languages 25 raised one before, 13 since (next_everyday.txt)."""
Weight = Literal["urgent", "serious", "doubt", "told", "none"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was read as. `score`: log-odds of what it was taken for."""

    kind: Kind
    weight: Weight
    concern: Concern | None = None
    """What matters more than the practice, with the line that is said."""
    told: str | None = None
    """The sentence for a finished story of grief, illness or violence: no concern, and no marks."""
    intent: Intent | None = None
    """What it asks of the coach, where it is no answer."""
    score: float = 0.0


class Scores:
    """What the classifiers say of one text."""

    def __init__(self, weights: Weights, views: Sequence[Views]) -> None:
        """`views`: by words, or by meaning and by words."""
        self._half: Half = "both" if len(views) > 1 else "words"
        self._weights, self._views = weights, views

    def of(self, group: Group) -> float:
        """Log-odds that something of the group is in it."""
        *counts, constant = self._weights.mix[self._half][group]
        return float(evidence(self._views, group) @ np.array(counts)) + constant

    def reach(self, group: Group, above: float = 0.0) -> bool:
        """Whether the level of the group is reached. `above`: log-odds that have to lie beyond it."""
        return self.of(group) >= self._weights.levels[self._half][group] + above

    def likeliest(self, kinds: Iterable[Kind]) -> Kind:
        """Which of these, in the passage that shows it best."""
        order = sorted(kinds, key=KINDS.index)
        places = [KINDS.index(k) for k in order]
        best: Numbers = np.sum([np.max(view.near[:, places], axis=0) for view in self._views], axis=0)
        return order[int(best.argmax())]


class Intake:
    """Reads texts. Deterministic; a few milliseconds, and with an embedder one batch of embeddings."""

    def __init__(self, embedder: Embedder | None = None, help_line: str = "", weights: Weights | None = None) -> None:
        """`embedder`: the multilingual one, which reads by meaning too. `help_line`: the operator's own line of help, or ""."""
        self._embedder = embedder
        self.help_line = help_line
        self._weights = weights

    def warm_up(self) -> None:
        """Load everything and run it once. Blocking."""
        self.read("We are ready.")

    def read(self, text: str, language: str = "en") -> Reading:
        """What this is. Blocking: call it off the event loop."""
        if not text.strip():
            return Reading("answer", "none")
        return self._reading(self.scores(text), text, language)

    def _reading(self, scores: Scores, text: str, language: str) -> Reading:
        aside = scores.likeliest(KINDS) if _short(text) else "answer"
        above = 0.0 if self._embedder or language.startswith("en") else _BY_FEW_WORDS
        if scores.reach("urgent") or (scores.reach("doubt", above) and aside not in TO_THE_COACH):
            return self._concern(scores, language)
        if scores.reach("told"):
            return Reading(scores.likeliest(TOLD), "told", told=line("told", language), score=scores.of("told"))
        if aside in TO_THE_COACH and scores.reach("coach") and (self._embedder or scores.of("coach") >= _BY_WORDS):
            return Reading(aside, "none", intent=TO_THE_COACH[aside], score=scores.of("coach"))
        return Reading("answer", "none")

    def weighs(self, text: str) -> bool:
        """Whether something in it may matter more than the practice: then nothing is read ahead. Blocking."""
        if not text.strip():
            return False
        scores = self.scores(text)
        return scores.reach("urgent") or scores.reach("doubt")

    def read_ahead(self, text: str) -> None:
        """Take in what somebody has said so far, so that `read` finds it known. Blocks for the embeddings."""
        if self._embedder is not None and text.strip():
            self._embedder.embed(pieces(text))

    def may_name(self, text: str) -> bool:
        """Whether a typed role or company may stand in a sentence of the coach."""
        said = text.lower()
        if not said.strip():
            return True
        scores = self.scores(said)
        insult = scores.likeliest(KINDS) == "insult" and scores.reach("coach")
        return not insult and self._reading(scores, said, "en").concern is None

    def scores(self, text: str) -> Scores:
        """What the classifiers say of a text that is not empty."""
        weights, parts = self._weights or load(), pieces(text)
        views = [by_words(weights, parts)]
        if self._embedder is not None:
            views.insert(0, by_meaning(weights, parts, np.array(self._embedder.embed(parts))))
        return Scores(weights, views)

    def _concern(self, scores: Scores, language: str) -> Reading:
        """At once where it is sure, else more softly: then the interview goes on."""
        if scores.reach("urgent"):
            kind = scores.likeliest(URGENT)
            return Reading(
                kind, "urgent", self._said("urgent", "distress", language, urgent=True), score=scores.of("urgent")
            )
        kind, doubt = scores.likeliest(HEAVY), scores.of("doubt")
        if kind in URGENT | SOFT:
            return Reading(kind, "doubt", self._said("soft", "distress", language, waits=False), score=doubt)
        wire = SERIOUS[kind]
        if scores.reach("serious"):
            return Reading(kind, "serious", self._said(wire, wire, language), score=scores.of("serious"))  # type: ignore[arg-type]
        softly: LineKind = "harm" if wire == "harm" else "other"
        return Reading(kind, "doubt", self._said(softly, wire, language, waits=False), score=doubt)

    def _said(
        self, words: LineKind, wire: ConcernKind, language: str, *, urgent: bool = False, waits: bool = True
    ) -> Concern:
        return Concern(kind=wire, say=line(words, language, self.help_line), urgent=urgent, waits=waits)


def _short(text: str) -> bool:
    spaced = len(text.split())
    return spaced <= _LONGEST_ASIDE and len(text) <= 6 * _LONGEST_ASIDE
