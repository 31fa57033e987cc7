"""What an author is told about one answer of an interview: the analysis, the next move, and what was said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backend.coaching.author.ports import Brief, NextMove
from backend.coaching.coach import Analysis
from backend.interview.memory import heard, told
from backend.interview.modes import InterviewData
from backend.interview.question import Question
from backend.interview.session import CONVERSATIONS, Session, SessionPlan
from backend.interview.suitable import clean_name
from backend.interview.turn_record import TurnRecord
from backend.llm.ports import Usage
from backend.llm.prompts import PromptSet

_QUESTION, _ANSWER = 90, 260
"""Characters of an earlier question and of the answer to it."""


def make_brief(
    session: Session,
    earlier: Sequence[TurnRecord],
    analysis: Analysis,
    move: NextMove,
    *,
    data: InterviewData,
    prompts: PromptSet,
    on_usage: Callable[[Usage], None] | None = None,
    help_line: str = "",
) -> Brief:
    """The briefing of one turn. `earlier`: the session's turns before it, in order. `help_line`: the operator's own."""
    plan = session.plan
    return Brief(
        analysis=analysis,
        persona=data.modes[plan.mode].persona,
        speaks_as=member_of(data, plan, session.question),
        prompts=prompts,
        slot=session.session_id,
        owner=session.owner_id,
        move=move,
        role=clean_name(plan.role) or "",
        company=clean_name(plan.company) or "",
        language=data.languages[plan.language].name if plan.language in data.languages else "English",
        tone=plan.tone,
        earlier=tuple(_whole(turn) for turn in heard(earlier))
        if plan.mode in CONVERSATIONS
        else tuple(_line(n, turn) for n, turn in enumerate(told(earlier), 1)),
        on_usage=on_usage,
        help_line=help_line,
    )


def persona_of(data: InterviewData, plan: SessionPlan, question: Question | None) -> str:
    """Who speaks: the panel member whose question it is, else the interviewer of the mode."""
    return member_of(data, plan, question) or data.modes[plan.mode].persona


def member_of(data: InterviewData, plan: SessionPlan, question: Question | None) -> str:
    """The panel member whose question it is, in the words of their persona; "" without a panel."""
    member = data.panel.get(question.asked_by or "") if question is not None and plan.panel else None
    return member.persona if member is not None else ""


def _whole(turn: TurnRecord) -> str:
    """One turn of a talk as it went: what was asked, said and answered."""
    said = turn.transcript.text if turn.transcript is not None else ""
    lines = [f"You asked: {turn.question.text}", f"They said: {said}", f"You said: {turn.feedback_text}"]
    return " / ".join(" ".join(line.split()) for line in lines if not line.endswith(": "))


def _line(number: int, turn: TurnRecord) -> str:
    """What was asked and how it was answered; a line depends on its own turn alone, so that a prompt only grows."""
    said = turn.transcript.text if turn.transcript is not None else ""
    return f"{number}. {_cut(turn.question.text, _QUESTION)} — {_cut(said, _ANSWER)}"


def _cut(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most * 2 // 3].rstrip()} … {plain[-(most // 3) :].lstrip()}"
