from datetime import date

from backend.coaching.feedback import Feedback
from backend.coaching.progress import PracticedSession, build_progress, streaks
from backend.coaching.report import Take, build_report
from backend.evaluation.ladder_answers import LADDERS
from backend.tests.coaching.test_coach import told

FIELDS = {
    "session", "summary", "scores", "competencies", "delivery", "star_coverage", "strengths", "gaps", "best_answer",
    "rewritten_answers", "drills", "job_fit", "timeline",
}  # fmt: skip
ADDED = {"claims", "claims_checked_against", "self_rating", "corrections"}


async def takes(level: int = -1) -> list[Take]:
    found = []
    for trade, (question, answers) in LADDERS.items():
        analysis, feedback, _ = await told(question, answers[level])
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


async def test_a_report_has_the_fields_of_the_contract_and_what_we_added() -> None:
    report = build_report({"session_id": "ses_1"}, await takes())
    assert set(report.model_dump()) == FIELDS | ADDED
    assert report.best_answer is not None and report.best_answer.score >= 4
    assert report.star_coverage.stories == 4 and report.star_coverage.result == 1.0
    assert len(report.rewritten_answers) == 4
    assert all(1 <= s.score <= 5 and s.why for s in report.scores.values())
    assert "not a hiring prediction" in report.summary
    for point in report.strengths:
        assert {c.citation_id for c in point.evidence} == set(point.citations)


async def test_what_nobody_spoke_has_no_count_of_fillers() -> None:
    written = await takes()
    assert all(t.delivery.talk_time_s is None and t.delivery.filler_count is not None for t in written)
    assert build_report({"session_id": "ses_1"}, written).delivery.filler_count is None
    heard = written[0].delivery.model_copy(update={"talk_time_s": 30.0, "filler_count": 2})
    aloud = [written[0].model_copy(update={"delivery": heard})]
    assert build_report({"session_id": "ses_1"}, [*aloud, *written[1:]]).delivery.filler_count == 2


def test_a_report_of_nothing_is_a_report() -> None:
    report = build_report({"session_id": "ses_1"}, [])
    assert set(report.model_dump()) == FIELDS | ADDED
    assert report.scores == {} and report.best_answer is None


async def test_progress_shows_the_way_up_and_the_next_drill() -> None:
    weak = PracticedSession(session_id="a", at="2026-05-01T10:00:00Z", mode="behavioral", takes=await takes(3))
    strong = PracticedSession(session_id="b", at="2026-05-02T10:00:00Z", mode="behavioral", takes=await takes())
    progress = build_progress([strong, weak], date(2026, 5, 3))
    first, second = progress["sessions"]
    assert (first["session_id"], second["session_id"]) == ("a", "b")
    assert first["overall"] < second["overall"]
    assert progress["streaks"] == {"current": 2, "longest": 2}
    assert progress["next_drill"]["instruction"]
    assert build_progress([], date(2026, 5, 3))["sessions"] == []


def test_streaks_end_after_a_day_without() -> None:
    days = [date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 2), date(2026, 5, 5)]
    assert streaks(days, date(2026, 5, 9)).model_dump() == {"current": 0, "longest": 2}
    assert streaks(days, date(2026, 5, 6)).current == 1


def test_unscored_feedback_has_no_mean() -> None:
    from backend.coaching.report import overall

    assert overall(Feedback(scored=False, summary="-")) is None
