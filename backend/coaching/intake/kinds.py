"""What a person's words can be: an answer, words to the coach, or something that matters more than the practice."""

from __future__ import annotations

from typing import Literal, get_args

from backend.coaching.feedback import ConcernKind, Intent

Kind = Literal[
    "answer", "work_hard", "idiom", "insult_quoted",
    "grief", "violence_told", "illness",
    "self_harm", "danger", "distress", "grief_now",
    "harm_others", "violence_done", "abuse_suffered", "coercion", "threat", "confession", "falsified", "confidential",
    "talk", "repeat", "clarify", "skip", "wait", "hint", "start_over", "hear_me", "slower", "faster", "finish",
    "dont_know", "refusal", "joke", "insult",
]  # fmt: skip
"""`work_hard`: told by people whose work is with death, violence and illness. `grief`, `violence_told`, `illness`: a
finished story of the speaker's own. `talk`: to the coach about the practice itself."""
KINDS: tuple[Kind, ...] = get_args(Kind)

URGENT: frozenset[Kind] = frozenset({"self_harm", "danger"})
SOFT: frozenset[Kind] = frozenset({"distress", "grief_now"})
SERIOUS: dict[Kind, ConcernKind] = {
    "harm_others": "harm", "violence_done": "harm", "abuse_suffered": "harm", "coercion": "harm", "threat": "harm",
    "confession": "illegal", "falsified": "illegal", "confidential": "confidential",
}  # fmt: skip
HEAVY: frozenset[Kind] = URGENT | SOFT | frozenset(SERIOUS)
"""All that matters more than the practice."""
TOLD: frozenset[Kind] = frozenset({"grief", "violence_told", "illness"})
TO_THE_COACH: dict[Kind, Intent] = {
    "talk": "talk", "repeat": "repeat", "clarify": "clarify", "skip": "skip", "wait": "wait", "hint": "hint",
    "start_over": "start_over", "hear_me": "hear_me", "slower": "slower", "faster": "faster", "finish": "finish",
    "dont_know": "dont_know", "refusal": "refusal", "joke": "joke", "insult": "insult",
}  # fmt: skip
