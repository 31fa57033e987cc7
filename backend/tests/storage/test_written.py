"""What an author has written goes with what it was written from."""

from __future__ import annotations

from typing import Any

import pytest

from backend.coaching.author.plan import InterviewPlan, PlannedQuestion
from backend.coaching.author.summary import WrittenReport
from backend.errors import NotFound
from backend.storage.stores import Stores
from backend.tests.storage.samples import STRANGE, a_document, a_session

PLAN = InterviewPlan(questions=[PlannedQuestion(text=f"Why {STRANGE}?", kind="intro")])
REPORT = WrittenReport(summary=f"You said {STRANGE}.")


async def kept(stores: Stores, owner: str) -> dict[str, Any]:
    """Two documents and a plan over both, under the key "k"."""
    job, resume = a_document(owner, 1, kind="job_description"), a_document(owner, 2)
    await stores.documents.add(job)
    await stores.documents.add(resume)
    names = {"owner_id": owner, "job_id": job.document_id, "resume_id": resume.document_id}
    await stores.written.keep_plan("k", PLAN, **names)
    return names


async def test_a_plan_comes_back_and_a_newer_one_takes_its_place(stores: Stores) -> None:
    names = await kept(stores, await stores.owners.create())
    assert await stores.written.plan("k") == PLAN
    assert await stores.written.plan("other") is None
    await stores.written.keep_plan("k", InterviewPlan(), **names)
    assert await stores.written.plan("k") == InterviewPlan()


@pytest.mark.parametrize("which", ["job_id", "resume_id"])
async def test_a_plan_goes_with_either_document_and_does_not_come_back(stores: Stores, which: str) -> None:
    owner = await stores.owners.create()
    names = await kept(stores, owner)
    await stores.documents.delete(owner, names[which])
    assert await stores.written.plan("k") is None
    with pytest.raises(NotFound):
        await stores.written.keep_plan("k", PLAN, **names)
    assert await stores.written.plan("k") is None


async def test_a_plan_goes_with_its_owner(stores: Stores) -> None:
    owner = await stores.owners.create()
    await kept(stores, owner)
    await stores.owners.erase(owner)
    assert await stores.written.plan("k") is None


async def test_a_report_is_found_for_the_answers_it_was_written_from(stores: Stores) -> None:
    session = a_session(await stores.owners.create())
    await stores.sessions.add(session)
    assert await stores.written.keep_report(session.session_id, "these", REPORT)
    assert await stores.written.report(session.session_id, "these") == REPORT
    assert await stores.written.report(session.session_id, "others") is None
    newer = WrittenReport(summary="Another.")
    assert await stores.written.keep_report(session.session_id, "others", newer)
    assert await stores.written.report(session.session_id, "these") is None
    assert await stores.written.report(session.session_id, "others") == newer
    await stores.written.erase_report(session.session_id)
    assert await stores.written.report(session.session_id, "others") is None


async def test_a_report_goes_with_its_session_and_does_not_come_back(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    await stores.written.keep_report(session.session_id, "these", REPORT)
    await stores.sessions.delete(owner, session.session_id)
    assert not await stores.written.keep_report(session.session_id, "these", REPORT)
    assert await stores.written.report(session.session_id, "these") is None
