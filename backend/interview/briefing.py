"""The shared prompt of a turn: stable part first, the answer last, everything from outside quoted as data."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from backend.coaching.coach import Source
from backend.coaching.feedback import Requirement
from backend.interview.modes import Modes
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.llm.prompts import Briefing, PromptBook

REQUIREMENTS, REQUIREMENT_CHARACTERS = 5, 140
RESUME_LINES, RESUME_CHARACTERS = 6, 110
EARLIER_TURNS, ANSWER_CHARACTERS = 6, 1600

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
_DEED = re.compile(
    r"\b(?:built|led|managed|developed|designed|created|reduced|increased|improved|implemented|trained|taught|sold|"
    r"provided|coordinated|maintained|responsible|supervised|analy[sz]ed|achieved|launched|organi[sz]ed)\w*\b",
    re.IGNORECASE,
)


class Briefer:
    """Writes briefings. Within a session the text up to the answer only grows, so that the model's cache holds."""

    def __init__(self, prompts: PromptBook, modes: Modes) -> None:
        self._prompts = prompts
        self._modes = modes

    def briefing(
        self,
        session: Session,
        turns: Sequence[TurnRecord],
        requirements: Sequence[Requirement],
        sources: Sequence[Source],
        answer_text: str,
        question: str,
    ) -> Briefing:
        mode = self._modes.get(session.plan.mode)
        system = self._prompts.get("interviewer_system").render(persona=mode.persona)
        facts = [self._job(session, requirements), self._resume(sources), *self._history(turns)]
        facts.append(f"Question: {_quoted(question, 400)}\nAnswer: {_quoted(answer_text, ANSWER_CHARACTERS)}")
        return Briefing(system, "\n".join(f for f in facts if f), session.session_id)

    @staticmethod
    def _job(session: Session, requirements: Sequence[Requirement]) -> str:
        plan = session.plan
        head = [
            f"Role: {_quoted(plan.role, 80)}" if plan.role else "",
            f"Company: {_quoted(plan.company, 80)}" if plan.company else "",
        ]
        wants = [_quoted(r.text, REQUIREMENT_CHARACTERS) for r in requirements[:REQUIREMENTS]]
        return "\n".join([*filter(None, head), *(["The job asks for:", *(f"- {w}" for w in wants)] if wants else [])])

    @staticmethod
    def _resume(sources: Sequence[Source]) -> str:
        """The lines of the resume that tell deeds."""
        lines = [
            line.strip(" -•*\t")
            for source in sources
            if source.kind == "resume"
            for line in source.text.split("\n")
            if len(line.strip()) >= 20 and _DEED.search(line)
        ]
        if not lines:
            return ""
        return "\n".join(
            ["From the resume:", *(f"- {_quoted(line, RESUME_CHARACTERS)}" for line in lines[:RESUME_LINES])]
        )

    @staticmethod
    def _history(turns: Sequence[TurnRecord]) -> list[str]:
        """One line for each earlier answer, oldest first."""
        told = []
        for turn in turns:
            if turn.feedback is None or not turn.feedback.scored or turn.transcript is None:
                continue
            missing = ", ".join(turn.star.missing) if turn.star and turn.star.missing else "nothing"
            told.append(
                f"Earlier: {_quoted(turn.question.text, 90)} -> {_quoted(turn.transcript.text, 160)} (missing: {missing})"
            )
        return told[:EARLIER_TURNS]


def _quoted(text: str, limit: int) -> str:
    """Text from outside as one JSON string: no line breaks, no control characters, no way out of the quotes."""
    plain = _CONTROL.sub(" ", text)
    plain = " ".join(plain.split())
    if len(plain) > limit:
        plain = plain[:limit].rsplit(" ", 1)[0] + " ..."
    return json.dumps(plain, ensure_ascii=False)
