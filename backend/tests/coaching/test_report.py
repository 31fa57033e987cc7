from datetime import date

from backend.coaching.feedback import Feedback, Reference, ReferencePoint, Requirement, Score, SelfCheck
from backend.coaching.progress import PracticedSession, build_progress, streaks
from backend.coaching.report import Take, build_report
from backend.evaluation.ladder_answers import LADDERS
from backend.evaluation.ladders import COUNTED
from backend.tests.coaching.test_coach import told

CALM = Requirement(
    requirement_id="Q1",
    text="Calm on nights",
    source="document",
    document_id="d",
    title="Job",
    char_start=0,
    char_end=14,
)
FIELDS = {
    "session", "summary", "scores", "competencies", "delivery", "star_coverage", "strengths", "gaps", "best_answer",
    "rewritten_answers", "drills", "job_fit", "timeline",
}  # fmt: skip
ADDED = {
    "claims",
    "claims_checked_against",
    "self_rating",
    "self_check",
    "corrections",
    "objections",
    "author",
    "next_steps",
    "coming",
}


REFERENCE = Reference(
    points=[
        ReferencePoint(id=f"p{i}", text=f"Point {i}.", requirement="Calm on nights" if i == 2 else None)
        for i in (1, 2, 3)
    ]
)


def checked(take: Take, *ticked: str) -> Take:
    """The take with these points ticked of three."""
    check = SelfCheck(ticked=list(ticked), of=3, checked_at="")
    return take.model_copy(
        update={"self_check": check, "feedback": take.feedback.model_copy(update={"reference": REFERENCE})}
    )


def by_author(take: Take, score: int) -> Take:
    scores = {"relevance": Score(score=score, why="", anchor=""), "impact": Score(score=score, why="", anchor="")}
    return take.model_copy(update={"feedback": take.feedback.model_copy(update={"author": "model", "scores": scores})})


def takes(level: int = -1) -> list[Take]:
    found = []
    for trade, (question, answers) in LADDERS.items():
        analysis, feedback = told(question, answers[level])
        found.append(
            Take(
                turn_id=f"trn_{trade}",
                question_id=f"qst_{trade}",
                question=question,
                competency=trade,
                answer=answers[level],
                delivery=analysis.measured.delivery,
                star=analysis.measured.star,
                feedback=feedback,
            )
        )
    return found


def test_a_report_has_the_fields_of_the_contract_and_what_we_added() -> None:
    report = build_report({"session_id": "ses_1"}, takes())
    assert set(report.model_dump()) == FIELDS | ADDED
    assert report.star_coverage.stories == 4 and report.star_coverage.result == 1.0
    assert all(1 <= s.score <= 5 and s.why for s in report.scores.values())
    assert "not a hiring prediction" in report.summary
    for point in report.strengths:
        assert {c.citation_id for c in point.evidence} == set(point.citations)


def test_where_nobody_judged_nothing_is_judged() -> None:
    report = build_report({"session_id": "ses_1"}, takes())
    assert report.best_answer is None and report.competencies == [] and report.self_rating is None
    assert set(report.scores) <= COUNTED
    rated = [t.model_copy(update={"self_rating": 4}) for t in takes()]
    assert build_report({}, rated).self_rating is None, "a mean of lengths and fillers is nothing to compare with"


def test_what_the_candidate_ticked_is_the_verdict() -> None:
    first, second, *rest = takes()
    report = build_report({}, [checked(first, "p1"), checked(second, "p1", "p2"), *rest], [CALM])
    assert report.self_check is not None and (report.self_check.ticked, report.self_check.of) == (3, 6)
    assert [(a.turn_id, a.ticked) for a in report.self_check.answers] == [(first.turn_id, 1), (second.turn_id, 2)]
    assert report.best_answer is not None and report.best_answer.turn_id == second.turn_id
    assert report.best_answer.score is None and "2 of 3" in report.best_answer.why
    assert "3 of 6 points" in report.summary
    assert "Point 2" in report.drills[0].instruction, "the weakest by ticks comes first: its first point left out"
    assert [r.status for r in report.job_fit.requirements] == ["ticked"]


def test_an_authors_scores_are_the_verdict_where_there_are_any() -> None:
    first, second, *_ = takes()
    report = build_report({}, [by_author(first, 2), by_author(second, 4).model_copy(update={"self_rating": 5})])
    assert report.best_answer is not None and (report.best_answer.turn_id, report.best_answer.score) == (
        second.turn_id, 4.0,
    )  # fmt: skip
    assert {c.competency: c.score for c in report.competencies} == {first.competency: 2.0, second.competency: 4.0}
    assert report.self_rating is not None and report.self_rating.difference == 1.0


def test_what_nobody_spoke_has_no_count_of_fillers() -> None:
    written = takes()
    assert all(t.delivery.talk_time_s is None and t.delivery.filler_count is not None for t in written)
    assert build_report({"session_id": "ses_1"}, written).delivery.filler_count is None
    heard = written[0].delivery.model_copy(update={"talk_time_s": 30.0, "filler_count": 2})
    aloud = [written[0].model_copy(update={"delivery": heard})]
    assert build_report({"session_id": "ses_1"}, [*aloud, *written[1:]]).delivery.filler_count == 2


def test_a_report_of_nothing_is_a_report() -> None:
    report = build_report({"session_id": "ses_1"}, [])
    assert set(report.model_dump()) == FIELDS | ADDED
    assert report.scores == {} and report.best_answer is None


def test_progress_shows_the_way_up_and_the_next_drill() -> None:
    weak = PracticedSession(
        session_id="a", at="2026-05-01T10:00:00Z", mode="behavioral", takes=takes(3), days=[date(2026, 5, 1)]
    )
    good = [by_author(t, 4) for t in takes()]
    strong = PracticedSession(
        session_id="b", at="2026-05-02T10:00:00Z", mode="behavioral", takes=good, days=[date(2026, 5, 2)]
    )
    progress = build_progress([strong, weak], date(2026, 5, 3))
    first, second = progress["sessions"]
    assert (first["session_id"], second["session_id"]) == ("a", "b")
    assert first["overall"] is None and second["overall"] == 4.0 and progress["self_checks"] == []
    assert progress["streaks"] == {"current": 2, "longest": 2}
    assert progress["next_drill"]["title"] == "Before and after"
    assert progress["next_drill"]["why"] == "Lowest of your scores: results, 4.0 of 5 in your last interview."
    assert build_progress([], date(2026, 5, 3))["sessions"] == []


def test_progress_follows_the_ticks() -> None:
    early, late = [checked(t, "p1") for t in takes()], [checked(t, "p1", "p2") for t in takes()]
    sessions = [
        PracticedSession(session_id=name, at=f"2026-05-0{day}T10:00:00Z", mode="behavioral", takes=own)
        for day, (name, own) in enumerate((("a", early), ("b", late)), 1)
    ]
    progress = build_progress(sessions, date(2026, 5, 3))
    assert [(c["session_id"], c["ticked"], c["of"], c["answers"]) for c in progress["self_checks"]] == [
        ("a", 4, 12, 4),
        ("b", 8, 12, 4),
    ]
    assert "Point 3" in progress["next_drill"]["instruction"]


def test_streaks_end_after_a_day_without() -> None:
    days = [date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 2), date(2026, 5, 5)]
    assert streaks(days, date(2026, 5, 9)).model_dump() == {"current": 0, "longest": 2}
    assert streaks(days, date(2026, 5, 6)).current == 1


def test_unscored_feedback_has_no_mean() -> None:
    from backend.coaching.report import overall

    assert overall(Feedback(scored=False, summary="-")) is None
