"""Report: what a whole interview showed (contract section 10), from plain values."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any, Literal

from pydantic import BaseModel

from backend.coaching.claims import Checked, Claim, Ledger
from backend.coaching.delivery import FILLERS_FINE
from backend.coaching.drills import distinct, drill_for_ticks
from backend.coaching.feedback import (
    STAR_PARTS,
    Correction,
    Delivery,
    Dimension,
    Drill,
    Feedback,
    Point,
    Requirement,
    Rewrite,
    SelfCheck,
    Star,
)  # fmt: skip
from backend.coaching.job_fit import FitText, JobFit, find_job_fit
from backend.coaching.measured_points import spoken_time
from backend.coaching.rubric import anchor, is_measured, measured_anchor
from backend.coaching.wording import count, joined, number
from backend.rag.documents import Citation

NAMES: dict[Dimension, str] = {
    "structure": "structure", "relevance": "relevance", "specificity": "concrete detail", "impact": "results",
    "clarity": "clarity", "conciseness": "length", "delivery": "delivery", "technical_accuracy": "technical accuracy",
    "problem_solving": "problem solving", "culture_add": "working with others", "language": "language",
}  # fmt: skip
DISCLAIMER = "Practice feedback, not a hiring prediction."


class Take(BaseModel):
    """One scored answer: the latest take of its question. `at` is ISO 8601."""

    turn_id: str
    question_id: str
    question: str
    competency: str | None = None
    answer: str
    spoken: bool = False
    delivery: Delivery
    star: Star | None = None
    feedback: Feedback
    at: str = ""
    self_rating: int | None = None
    """1-5, given by the candidate before the feedback."""
    self_check: SelfCheck | None = None

    @property
    def ticked(self) -> float | None:
        """Share of the points that the candidate ticked; None where nothing was ticked off."""
        return len(self.self_check.ticked) / self.self_check.of if self.self_check and self.self_check.of else None


class MeanScore(BaseModel):
    """Mean over the answers that were scored, one decimal. `trend`: last third minus first third."""

    score: float
    why: str
    trend: float | None = None


class CompetencyReport(BaseModel):
    competency: str
    score: float
    answers: int


class DeliveryReport(BaseModel):
    words_per_minute: float | None
    fillers_per_minute: float | None
    filler_count: int | None
    long_pauses: int | None
    talk_time_s: float | None
    word_count: int
    word_variety: float | None = None
    """Mean over the answers, 0..1."""
    answers_measured: int
    note: str


class StarCoverage(BaseModel):
    stories: int
    situation: float
    task: float
    action: float
    result: float
    """Part of the stories that tell it, 0..1."""


class BestAnswer(BaseModel):
    """By an author's scores; without them by what the candidate ticked, else by how they rated themselves."""

    turn_id: str
    question: str
    answer: str
    score: float | None
    """None where no author judged."""
    why: str


class RewrittenAnswer(BaseModel):
    turn_id: str
    question: str
    rewrite: Rewrite


class ReportPoint(Point):
    """A point of one answer, with the turn its citations belong to."""

    turn_id: str
    evidence: list[Citation]


class ReportCorrection(Correction):
    """A slip, with the turn it was made in."""

    turn_id: str


class RatedAnswer(BaseModel):
    """One answer as its candidate rated it (1-5), the mean measured, and the first minus the second."""

    turn_id: str
    question: str
    self_rating: int
    measured: float
    difference: float


class SelfRatingReport(BaseModel):
    """Means over the answers that were rated."""

    answers: list[RatedAnswer]
    self_rating: float
    measured: float
    difference: float


class TickedAnswer(BaseModel):
    turn_id: str
    question: str
    ticked: int
    of: int


class SelfCheckReport(BaseModel):
    """Points ticked and points there were, over the answers that the candidate checked."""

    ticked: int
    of: int
    answers: list[TickedAnswer]


class Report(BaseModel):
    """The coaching summary of a session."""

    session: dict[str, Any]
    summary: str
    scores: dict[Dimension, MeanScore]
    competencies: list[CompetencyReport]
    delivery: DeliveryReport
    star_coverage: StarCoverage
    strengths: list[ReportPoint]
    gaps: list[ReportPoint]
    best_answer: BestAnswer | None
    rewritten_answers: list[RewrittenAnswer]
    drills: list[Drill]
    job_fit: JobFit
    timeline: list[dict[str, Any]]
    claims: list[Claim] = []
    claims_checked_against: list[Checked] = []
    self_rating: SelfRatingReport | None = None
    self_check: SelfCheckReport | None = None
    objections: list[dict[str, Any]] = []
    """What the candidate says is wrong, by turn and point."""
    corrections: list[ReportCorrection] = []
    """Language practice: each slip once, in the order of the interview."""
    author: Literal["model", "rules"] = "rules"
    """Who wrote the summary, the points and the next steps."""
    next_steps: list[Drill] = []
    """What to do before the next interview, where an author has written the report."""
    coming: bool = False
    """Whether an author is writing one; until it is there this is the rules'."""


def with_disclaimer(text: str) -> str:
    """A summary that says what it is not."""
    return f"{text} {DISCLAIMER}"


def overall(feedback: Feedback) -> float | None:
    """Mean of an author's scores with equal weights, delivery left out; None where no author judged: a mean of what can be
    counted (length, fillers) says nothing of the answer."""
    counted = [s.score for d, s in feedback.scores.items() if d != "delivery"] if feedback.author == "model" else []
    return round(fmean(counted), 1) if counted else None


def build_report(
    session: dict[str, Any],
    takes: Sequence[Take],
    requirements: Sequence[Requirement] = (),
    resumes: Sequence[FitText] = (),
    timeline: Sequence[dict[str, Any]] = (),
    ledger: Ledger | None = None,
) -> Report:
    """Put the report together; `takes` in the order asked, the latest of each question. Works with none at all.

    Deterministic; milliseconds.
    """
    scores = _scores(takes)
    answers = [FitText(source="answer", document_id=None, title=t.question, text=t.answer) for t in takes]
    return Report(
        session=session,
        summary=_summary(takes, scores),
        scores=scores,
        competencies=_competencies(takes),
        delivery=_delivery(takes),
        star_coverage=_star(takes),
        strengths=_points(takes, "strengths"),
        gaps=_points(takes, "gaps"),
        best_answer=_best(takes),
        rewritten_answers=[
            RewrittenAnswer(turn_id=t.turn_id, question=t.question, rewrite=t.feedback.rewrite)
            for t in takes
            if t.feedback.rewrite.text
        ],
        drills=distinct([drill for t in _weakest_first(takes) if (drill := _drill_of(t)) is not None]),
        job_fit=find_job_fit(requirements, [*answers, *resumes], _ticked_requirements(takes)),
        timeline=list(timeline),
        claims=ledger.claims if ledger is not None else [],
        claims_checked_against=ledger.checked_against if ledger is not None else [],
        self_rating=self_rating_of(takes),
        self_check=self_check_of(takes),
        corrections=_corrections(takes),
    )


def _corrections(takes: Sequence[Take]) -> list[ReportCorrection]:
    found: dict[tuple[str, str], ReportCorrection] = {}
    for take in takes:
        for item in take.feedback.corrections.items if take.feedback.corrections else ():
            corrected = ReportCorrection(turn_id=take.turn_id, **item.model_dump())
            found.setdefault((item.rule, item.quote.casefold()), corrected)
    return list(found.values())


def _drill_of(take: Take) -> Drill | None:
    """By what the candidate did not tick, else as the feedback has it."""
    reference, check = take.feedback.reference, take.self_check
    if reference is not None and check is not None and len(check.ticked) < check.of:
        return drill_for_ticks(take.question, reference, check.ticked)
    return take.feedback.drill


def _ticked_requirements(takes: Sequence[Take]) -> set[str]:
    """Texts of the job's requirements that the candidate says to have shown."""
    return {
        point.requirement
        for take in takes
        if take.feedback.reference is not None and take.self_check is not None
        for point in take.feedback.reference.points
        if point.requirement is not None and point.id in take.self_check.ticked
    }


def self_check_of(takes: Sequence[Take]) -> SelfCheckReport | None:
    """What the candidate ticked; None where nothing was."""
    rows = [
        TickedAnswer(turn_id=t.turn_id, question=t.question, ticked=len(t.self_check.ticked), of=t.self_check.of)
        for t in takes
        if t.self_check is not None
    ]
    if not rows:
        return None
    return SelfCheckReport(ticked=sum(r.ticked for r in rows), of=sum(r.of for r in rows), answers=rows)


def self_rating_of(takes: Sequence[Take]) -> SelfRatingReport | None:
    """How the candidate rated the answers, beside the means measured; None where none was rated."""
    rows = [
        RatedAnswer(turn_id=t.turn_id, question=t.question, self_rating=t.self_rating, measured=value,
                    difference=round(t.self_rating - value, 1))
        for t in takes
        if t.self_rating is not None and (value := overall(t.feedback)) is not None
    ]  # fmt: skip
    if not rows:
        return None
    own, measured = fmean(r.self_rating for r in rows), fmean(r.measured for r in rows)
    return SelfRatingReport(
        answers=rows, self_rating=round(own, 1), measured=round(measured, 1), difference=round(own - measured, 1)
    )


def _scores(scored: Sequence[Take]) -> dict[Dimension, MeanScore]:
    """Of the answers an author judged, where there are any: what was judged and what was counted are not one scale."""
    by_author = [t for t in scored if t.feedback.author == "model"]
    says = anchor if by_author else measured_anchor
    found: dict[Dimension, list[int]] = {}
    for turn in by_author or scored:
        for dimension, score in turn.feedback.scores.items():
            if by_author or is_measured(dimension):
                found.setdefault(dimension, []).append(score.score)
    result: dict[Dimension, MeanScore] = {}
    for dimension, values in found.items():
        mean = round(fmean(values), 1)
        level = max(1, min(5, round(mean)))
        why = f"Mean of {count(len(values), 'answer')} ({', '.join(str(v) for v in values)}). {says(dimension, level)}"
        result[dimension] = MeanScore(score=mean, why=why, trend=trend(values))
    return result


def trend(values: Sequence[float]) -> float | None:
    """Mean of the last third minus mean of the first third; None for fewer than three values."""
    if len(values) < 3:
        return None
    third = max(1, len(values) // 3)
    return round(fmean(values[-third:]) - fmean(values[:third]), 1)


def _summary(scored: Sequence[Take], scores: dict[Dimension, MeanScore]) -> str:
    """A short paragraph: how much was said and how, what the candidate ticked, and what to look at next."""
    if not scored:
        return with_disclaimer("There was no answer to score yet.")
    said = [_said(scored)]
    if (checked := self_check_of(scored)) is not None:
        said.append(f"By your own ticks you made {checked.ticked} of {checked.of} points of a strong answer.")
    stories = [t for t in scored if t.star is not None and t.star.reply_kind == "story"]
    heard = sum("result" not in t.star.missing for t in stories if t.star)
    if stories:
        said.append(
            f"I heard how it ended in {'your story' if len(stories) == 1 else f'{number(heard)} of {number(len(stories))} stories'}."
            if heard
            else "I did not catch how your stories ended, so that is a place to listen."
        )
    if (way := _direction(scores)) is not None:
        said.append(way)
    return with_disclaimer(" ".join(said))


def _said(scored: Sequence[Take]) -> str:
    words = round(fmean(t.delivery.word_count for t in scored))
    spoken = [t.delivery.talk_time_s for t in scored if t.delivery.talk_time_s]
    long = spoken_time(fmean(spoken)) if len(spoken) == len(scored) else f"{words} words"
    answers = count(len(scored), "answer")
    return f"You gave {answers}{', each' if len(scored) > 1 else ','} {'' if long.startswith('a') else 'about '}{long} long."


def _direction(scores: dict[Dimension, MeanScore]) -> str | None:
    """Where it went up or down over the interview, in words; None where it stayed."""
    moved = {d: s.trend for d, s in scores.items() if s.trend is not None and abs(s.trend) >= 1}
    if not moved:
        return None
    most = max(moved, key=lambda d: abs(moved[d] or 0.0))
    return f"Your {NAMES[most]} got {'better' if (moved[most] or 0.0) > 0 else 'weaker'} towards the end."


def _competencies(scored: Sequence[Take]) -> list[CompetencyReport]:
    found: dict[str, list[float]] = {}
    for turn in scored:
        value = overall(turn.feedback)
        if turn.competency and value is not None:
            found.setdefault(turn.competency, []).append(value)
    return [CompetencyReport(competency=c, score=round(fmean(v), 1), answers=len(v)) for c, v in found.items()]


def _delivery(turns: Sequence[Take]) -> DeliveryReport:
    measured = [t.delivery for t in turns]
    spoken = [d for d in measured if d.talk_time_s]
    talk = sum(d.talk_time_s or 0.0 for d in spoken)
    paced = [d for d in spoken if d.words_per_minute is not None and d.talk_time_s]
    pace_time = sum(d.talk_time_s or 0.0 for d in paced)
    pace = sum((d.words_per_minute or 0.0) * (d.talk_time_s or 0.0) for d in paced) / pace_time if pace_time else None
    per_minute = None
    heard = [d for d in spoken if d.filler_count is not None]
    heard_time = sum(d.talk_time_s or 0.0 for d in heard)
    if heard_time >= 20:
        per_minute = round(sum(d.filler_count or 0 for d in heard) / (heard_time / 60), 1)
    note = "Nothing was spoken, so pace, pauses and fillers are not measured."
    if spoken:
        note = f"Measured on {count(len(spoken), 'spoken answer')}. Recognition leaves out many fillers, so their number is a lower bound; up to {FILLERS_FINE:.0f} a minute do no harm."
    return DeliveryReport(
        words_per_minute=None if pace is None else round(pace, 1),
        fillers_per_minute=per_minute,
        filler_count=sum(d.filler_count or 0 for d in heard) if heard else None,
        long_pauses=sum(d.pauses.count for d in spoken if d.pauses) if any(d.pauses for d in spoken) else None,
        talk_time_s=round(talk, 1) if spoken else None,
        word_count=sum(d.word_count for d in measured),
        word_variety=_mean([d.word_variety for d in measured if d.word_variety is not None]),
        answers_measured=len(spoken),
        note=note,
    )


def _mean(values: Sequence[float]) -> float | None:
    return round(fmean(values), 2) if values else None


def _star(scored: Sequence[Take]) -> StarCoverage:
    stars = [t.star for t in scored if t.star is not None]
    told = {p: (sum(p not in s.missing for s in stars) / len(stars) if stars else 0.0) for p in STAR_PARTS}
    return StarCoverage(stories=len(stars), **{p: round(v, 2) for p, v in told.items()})


def _points(scored: Sequence[Take], which: str) -> list[ReportPoint]:
    """At most one point of each answer, five in all; strengths from the best answers, gaps from the weakest."""
    ordered = _weakest_first(scored) if which == "gaps" else list(reversed(_weakest_first(scored)))
    found: list[ReportPoint] = []
    for turn in ordered:
        points = turn.feedback.gaps if which == "gaps" else turn.feedback.strengths
        for point in points[:1]:
            evidence = [c for c in turn.feedback.citations if c.citation_id in point.citations]
            found.append(
                ReportPoint(text=point.text, citations=point.citations, turn_id=turn.turn_id, evidence=evidence)
            )
    return found[:5]


def _weakest_first(scored: Sequence[Take]) -> list[Take]:
    """By an author's scores, else by what was ticked; answers that nobody judged stay in their order, in the middle."""
    return sorted(scored, key=_verdict)


def judged(take: Take) -> float | None:
    """1..5: an author's mean, else the candidate's own verdict by ticks, else by their rating; None where there is none."""
    if (mean := overall(take.feedback)) is not None:
        return mean
    return 1 + 4 * take.ticked if take.ticked is not None else take.self_rating


def _verdict(take: Take) -> float:
    value = judged(take)
    return 3.0 if value is None else value


def _best(scored: Sequence[Take]) -> BestAnswer | None:
    """None where neither an author nor the candidate has judged."""
    by_author = [t for t in scored if overall(t.feedback) is not None]
    checked = [t for t in scored if t.ticked is not None] or [t for t in scored if t.self_rating is not None]
    rated = by_author or checked
    if not rated or (not by_author and max(map(_verdict, rated)) <= 1):
        return None
    turn = max(rated, key=_verdict)
    score = overall(turn.feedback)
    if score is not None:
        top = [NAMES[d] for d, s in turn.feedback.scores.items() if s.score >= 4 and d != "delivery"][:3]
        why = f"The highest mean score ({score})" + (f", with {joined(top)} at four or more." if top else ".")
    elif turn.self_check is not None:
        why = f"You ticked {len(turn.self_check.ticked)} of {turn.self_check.of} points, the largest share."
    else:
        why = f"You rated it {turn.self_rating} of 5, as high as any."
    return BestAnswer(turn_id=turn.turn_id, question=turn.question, answer=turn.answer, score=score, why=why)
