"""WholeText: a text of several sentences in a second look - a reaction, a rewrite - and what the look leaves of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.coaching.grounding import Look
from backend.coaching.text import written_sentences

_SLOTS = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class WholeText:
    """The text is looked at as a whole, number `first`, and then each of its sentences, from `first + 1` on.

    The whole comes first: where the time ends before the last verdict, it decides.
    """

    text: str
    first: int

    @property
    def sentences(self) -> list[str]:
        return [s.text for s in written_sentences(self.text)]

    def looks(self, sources: Sequence[str]) -> list[Look]:
        """What is asked about it. A sentence that only says what to add states nothing, and one alone is the whole."""
        there = [(self.first, self.text)] if self.text else []
        sentences = self.sentences
        if len(sentences) > 1:
            there += [(n, s) for n, s in enumerate(sentences, self.first + 1) if _states(s)]
        return [Look(n, text, tuple(sources)) for n, text in there]

    def left(self, verdicts: Mapping[int, bool], *, of_one_piece: bool) -> list[str]:
        """The sentences that stay. `of_one_piece`: a sentence in the middle cannot go without the rest making no sense,
        so nothing stays then.

        Where the whole is not supported either, a text is only left without its one wrong sentence: with several, with
        none, or with verdicts that did not come, nothing of it can be trusted.
        """
        sentences = self.sentences
        asked = [n for n, s in enumerate(sentences) if _states(s)]
        wrong = [n for n in asked if verdicts.get(self.first + 1 + n) is False]
        all_told = all(self.first + 1 + n in verdicts for n in asked)
        if verdicts.get(self.first) is False and not (len(wrong) == 1 and all_told):
            return []
        left = [n for n in range(len(sentences)) if n not in wrong]
        if not any(n in asked for n in left):
            return []
        told = [n for n in left if n in asked]
        if of_one_piece and any(told[0] < n < told[-1] for n in wrong):
            return []
        return [sentences[n] for n in left]


def _states(sentence: str) -> bool:
    return re.search(r"\w", _SLOTS.sub(" ", sentence)) is not None
