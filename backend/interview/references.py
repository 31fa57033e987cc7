"""References: what the question bank holds on a question, shown beside the answer for the candidate to judge by."""

from __future__ import annotations

from collections.abc import Sequence

from backend.coaching.citing import cite_requirement
from backend.coaching.coach import Source
from backend.coaching.feedback import Reference, ReferencePoint, Requirement, UsualMistake
from backend.coaching.reply_kind import asks_for_a_time
from backend.interview.practices import drill_subject, nearest_line
from backend.interview.question import Question
from backend.interview.retrieved import cite_resume
from backend.interview.session import CONVERSATIONS, Session
from backend.jobs.question_lines import QuestionLines
from backend.jobs.role_packs import RolePacks
from backend.rag.documents import Citation


def reference_for(
    session: Session, question: Question, packs: RolePacks, lines: QuestionLines, sources: Sequence[Source]
) -> Reference | None:
    """What the bank holds on a main question (points, usual mistakes, a model answer), with the lines of the posting and the
    resume that bear on it; None for follow-ups, the closing, conversations, and beyond English, in which the bank is written."""
    plan, asked = session.plan, _first_asked(session, question)
    if plan.language != "en" or plan.mode in CONVERSATIONS or asked.kind == "closing":
        return None
    subject = drill_subject(asked)
    if asked.kind == "follow_up" and subject == asked.text:
        return None
    known = packs.question(subject)
    texts = known.points if known is not None else lines.about[_usual(subject, asked)]
    points = [ReferencePoint(id="", text=text) for text in texts]
    wanted = _wanted(session, asked)
    if wanted is not None and all(p.requirement != wanted[1].text for p in points):
        line = wanted[1].text
        points.append(ReferencePoint(id="", text=f"Speaks to this line of the job: “{line}”", requirement=line))
    numbered = [p.model_copy(update={"id": f"p{i}"}) for i, p in enumerate(points, 1)]
    return Reference(
        points=numbered,
        mistakes=[
            UsualMistake(id=f"m{i}", text=m.says, correction=m.correction)
            for i, m in enumerate(known.mistakes if known is not None else (), 1)
        ],
        model_answer=(known.model_answer or None) if known is not None else None,
        citations=_citations(subject, asked, wanted, sources),
    )


def _first_asked(session: Session, question: Question) -> Question:
    """The question as it was first asked, before it was put more simply."""
    return next((q for q in session.asked if q.question_id == question.question_id), question)


def _usual(subject: str, question: Question) -> str:
    """The section of points that fit every question of this kind."""
    if asks_for_a_time(subject):
        return "Signs: one particular time"
    letters = {c.citation_id[:1] for c in question.citations}
    if "R" in letters:
        return "Signs: a line of their own"
    if "J" in letters and "P" not in letters:
        return "Signs: a line of the posting"
    opening = question.kind == "opening" or question.competency == "motivation"
    return "Signs: introducing yourself" if opening else "Signs: giving a view"


def _wanted(session: Session, question: Question) -> tuple[int, Requirement] | None:
    """The requirement that the question was made from, with its number."""
    places = {(c.document_id, c.char_start) for c in question.citations}
    for number, requirement in enumerate(session.requirements):
        if (requirement.document_id, requirement.char_start) in places:
            return number, requirement
    return None


def _citations(
    subject: str, question: Question, wanted: tuple[int, Requirement] | None, sources: Sequence[Source]
) -> list[Citation]:
    found = [cite_requirement(*wanted)] if wanted is not None else []
    about = f"{subject} {wanted[1].text if wanted is not None else ''}"
    if (nearest := nearest_line(about, [s for s in sources if s.kind == "resume"])) is not None:
        source, line = nearest
        found.append(cite_resume(source, line.text, line.start, line.end))
    return found
