"""What an author has written beside its replies, in SQL: plans by documents, reports by session."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from backend.coaching.author.plan import InterviewPlan
from backend.coaching.author.summary import WrittenReport
from backend.errors import NotFound
from backend.storage.database import Database, reading, writing
from backend.storage.tables import PlanRow, ReportRow, SessionRow


class SqlWritten:
    """Implements `backend.interview.ports.WrittenStore`. A plan goes with either of its documents, a report with its
    session (CASCADE)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @reading
    def plan(self, tx: Transaction, key: str) -> InterviewPlan | None:
        payload = tx.scalar(select(PlanRow.payload).where(PlanRow.key == key))
        return InterviewPlan.model_validate(payload) if payload is not None else None

    @writing
    def keep_plan(
        self,
        tx: Transaction,
        key: str,
        plan: InterviewPlan,
        *,
        owner_id: str,
        job_id: str | None,
        resume_id: str | None,
    ) -> None:
        """Keep a plan in place of an earlier one. Raises `NotFound` where the owner or a document was erased meanwhile."""
        tx.execute(delete(PlanRow).where(PlanRow.key == key))
        values = {"key": key, "owner_id": owner_id, "job_id": job_id, "resume_id": resume_id}
        try:
            tx.execute(insert(PlanRow).values(**values, payload=plan.model_dump(mode="json")))
        except IntegrityError:
            raise NotFound from None

    @reading
    def report(self, tx: Transaction, session_id: str, based_on: str) -> WrittenReport | None:
        """The report of a session; None where it was written from something else, or not at all."""
        same = (ReportRow.session_id == session_id, ReportRow.based_on == based_on)
        payload = tx.scalar(select(ReportRow.payload).where(*same))
        return WrittenReport.model_validate(payload) if payload is not None else None

    @writing
    def keep_report(self, tx: Transaction, session_id: str, based_on: str, report: WrittenReport) -> bool:
        """Keep a report in place of an earlier one. False where the session was deleted meanwhile."""
        if (
            tx.scalar(select(SessionRow.session_id).where(SessionRow.session_id == session_id).with_for_update())
            is None
        ):
            return False
        tx.execute(delete(ReportRow).where(ReportRow.session_id == session_id))
        payload = report.model_dump(mode="json")
        tx.execute(insert(ReportRow).values(session_id=session_id, based_on=based_on, payload=payload))
        return True

    async def erase_report(self, session_id: str) -> None:
        """Erase the report of a session from every file of the database."""
        if await self._erase_report(session_id):
            await self._db.scrub()

    @writing
    def _erase_report(self, tx: Transaction, session_id: str) -> bool:
        query = delete(ReportRow).where(ReportRow.session_id == session_id).returning(ReportRow.session_id)
        return tx.scalar(query) is not None
