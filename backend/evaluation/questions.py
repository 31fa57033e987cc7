"""Questions: yes/no checks on the interviewer over whole played interviews, without a judge."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from backend.coaching.analysis import Source
from backend.coaching.coach import Coach
from backend.evaluation.candidate import MANNERS, Played, play, script
from backend.evaluation.figures import Report, mean, measured
from backend.evaluation.ladder_answers import LADDERS
from backend.interview.asked import normalised
from backend.interview.question import Question
from backend.interview.questions import Interviewer
from backend.interview.session import Mode, SessionPlan
from backend.interview.suitable import leading, protected_topic
from backend.jobs.role_packs import RolePacks

AREA = "Questions"
_PRAISE = re.compile(
    r"\b(great|excellent|impressive|fantastic|wonderful|amazing|brilliant|awesome|good (?:job|answer|point)|well done|"
    r"perfect|love(?:d)? (?:that|it)|interesting answer)\b",
    re.IGNORECASE,
)
_FLATTERY = re.compile(
    r"\b(you are (?:so|very|clearly|obviously|a (?:great|strong|natural))|confident|talented|gifted|impressive)\b",
    re.IGNORECASE,
)
ANSWERS = tuple(rungs[n] for n in (4, 3, 2) for _, rungs in sorted(LADDERS.values(), key=lambda pair: pair[0]))
"""What a normal candidate says: full, partial and vague stories of four trades."""


def _again(played: Played) -> list[Question]:
    """Questions that are put a second time though nobody asked for it."""
    seen: set[str] = set()
    wrong = []
    for question in played.asked:
        text = normalised(question.text)
        if question.kind != "clarify" and text in seen and question.question_id not in _held(played):
            wrong.append(question)
        seen.add(text)
    return wrong


def _held(played: Played) -> set[str]:
    """Questions that stay open because the candidate was silent, asked for time or wanted to hear them again."""
    return {
        e.question.question_id
        for e in played.exchanges
        if e.feedback.intent in {"silence", "wait", "repeat", "slower", "faster"}
    }


def _parrots(question: Question, answer: str) -> bool:
    said = " ".join(re.findall(r"\w+", answer.casefold()))
    words = re.findall(r"\w+", question.text.casefold())
    return any(" ".join(words[i : i + 12]) in said for i in range(len(words) - 11))


def _figures(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*", text))


def checks(played: Played, packs: RolePacks) -> dict[str, list[bool]]:
    """Check -> one verdict per question; True is good."""
    points = [p for pack in packs.all() for q in pack.questions for p in q.points]
    long_points = [normalised(p) for p in points if len(p.split()) >= 5]
    again = {id(q) for q in _again(played)}
    said = " ".join(e.answer for e in played.exchanges) + " ".join(played.requirements)
    before = {e.question.question_id: e.answer for e in played.exchanges}
    found: dict[str, list[bool]] = {}

    def verdict(name: str, good: Callable[[Question], bool], of: Sequence[Question] = played.asked) -> None:
        found[name] = [good(q) for q in of]

    verdict("is not a repeat", lambda q: id(q) not in again)
    verdict(
        "is one question", lambda q: q.kind == "clarify" or (q.text.count("?") == 1 and q.text.rstrip().endswith("?"))
    )
    verdict("can be said in one breath (35 words)", lambda q: q.kind == "clarify" or len(q.text.split()) <= 35)
    verdict("praises nothing", lambda q: not _PRAISE.search(q.text))
    verdict("touches no protected topic", lambda q: protected_topic(q.text) is None)
    verdict("does not lead", lambda q: not leading(q.text))
    verdict("does not read the answer back", lambda q: not any(_parrots(q, a) for a in before.values()))
    verdict("gives no key point of the answer away",
            lambda q: not any(p in normalised(q.text) for p in long_points))  # fmt: skip
    known = _figures(said) | _figures(" ".join(q.text for pack in packs.all() for q in pack.questions))
    verdict("claims no figure that was not said", lambda q: _figures(q.text) <= known)
    found["the reaction flatters nobody"] = [not _FLATTERY.search(e.reaction) for e in played.exchanges]
    found["the interview comes to an end"] = [
        len({q.question_id for q in played.asked if q.kind != "clarify"}) <= played.plan.question_count
    ]
    return found


async def evaluate_questions(
    report: Report, coach: Coach, interviewer: Interviewer, packs: RolePacks, sources: Sequence[Source]
) -> None:
    """Interviews of every mode and manner, and of every role pack with a normal candidate."""
    gathered: dict[str, list[float]] = {}
    modes: tuple[Mode, ...] = ("behavioral", "technical", "cultural_fit", "intro_call")
    plans = [(SessionPlan(mode=mode, question_count=8), manner, sources) for mode in modes for manner in MANNERS]
    plans += [(SessionPlan(role_pack=name, question_count=8), "normal", ()) for name in packs.names()]
    for plan, manner, known in plans:
        played = await play(coach, interviewer, plan, known, script(manner, ANSWERS))
        for name, verdicts in checks(played, packs).items():
            gathered.setdefault(name, []).extend(map(float, verdicts))
            if not all(verdicts):
                at = verdicts.index(False)
                text = played.asked[at].text if at < len(played.asked) else ""
                report.notes.append(f"questions ({plan.mode}, {plan.role_pack}, {manner}): not '{name}': {text}")
    name = f"{len(plans)} interviews with a simulated candidate"
    for check, values in gathered.items():
        report.figures.append(measured(AREA, check, values, mean, data=name, of="questions", wanted="= 1"))
