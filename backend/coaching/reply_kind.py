"""Reply kind: whether an answer is a story or something else, so that STAR is asked of stories only.

The five kinds of replies to past-behaviour questions follow Bangerter, Corvalan & Cavin 2014 (J. Bus. Psychol.,
doi 10.1007/s10869-014-9350-0); explanation, introduction and motivation are added for other questions.
"""

from __future__ import annotations

import re

from backend.coaching.answer import Answer
from backend.coaching.feedback import ReplyKind
from backend.coaching.story_model import Sentences, embedder_for, kind_of
from backend.coaching.text import lower_words, sentences
from backend.rag.ports import Embedder

_TIME = re.compile(
    r"\b(?:(?:a|any|the last|another) (?:specific |recent |particular )?(?:time|occasion|situation|instance|moment|example|experience|period|story|case|challenge|conflict|failure|mistake|decision|project)\b"
    r"|tell (?:me|us) about (?:a|an|your (?:biggest|most|proudest|greatest)|something|how you (?:dealt|handled|solved))|have you ever|describe (?:a|an|how you (?:dealt|handled))|give (?:me |us )?an example|share (?:a|an)\b"
    r"|walk me through a|(?:recount|recall|narrate) |think (?:of|back)|when (?:did|have)|most (?:difficult|challenging|complex)|real case|where have you (?:done|worked|used)|in practice, and what|biggest (?:mistake|failure|achievement|challenge)|proud(?:est)? of)",
    re.IGNORECASE,
)
_NO = re.compile(r"\s*(?:(?:um|uh|er|well|honestly|hm+),? )*(?:no|nope|never)\b", re.IGNORECASE)
_INTRODUCTION = re.compile(
    r"\b(?:(?:tell|talk) (?:me|us)?(?: a (?:bit|little))? ?(?:more )?about yourself|introduce yourself|walk (?:me|us) through your (?:resume|cv|background|career|experience)|your background|who are you|prepared you (?:best )?for\b(?! that\b)|tell (?:me|us) about your (?:background|experience|career|current role))",
    re.IGNORECASE,
)


def asks_for_a_time(question: str) -> bool:
    """Whether a question asks for something that happened ("Tell me about a time ...")."""
    return bool(_TIME.search(question)) and not _INTRODUCTION.search(question)


def says_no(text: str) -> bool:
    """Whether a reply begins with "no" (English)."""
    return bool(_NO.match(text))


def reply_kind(answer: Answer, embedder: Embedder | None = None) -> ReplyKind:
    """What kind of reply an answer is: by the question where that asks for an introduction, else by how it is told.

    Blocks for one batch of embeddings, unless the embedder remembers these sentences.
    """
    if not lower_words(answer.text):
        return "none"
    by = embedder_for(embedder)
    return kind_of_told(answer.question, Sentences.of(sentences(answer.text), by), by)


def kind_of_told(question: str, told: Sentences, by: Embedder) -> ReplyKind:
    """The same of sentences that are numbers already. `by`: the embedder they were made with."""
    return "introduction" if _INTRODUCTION.search(question) else kind_of(question, told, by)
