"""Planning: what an author writes about a posting and a resume before the questions are asked, in the background."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from backend.coaching.analysis import Source
from backend.coaching.author.choice import Authors
from backend.coaching.author.model import ModelAuthor
from backend.coaching.author.plan import PLAN, InterviewPlan, PlanBrief, write_plan
from backend.errors import AppError, NotFound
from backend.interview.modes import InterviewData
from backend.interview.ports import SessionStore, TurnStore, WrittenStore
from backend.interview.session import CONVERSATIONS, Session, SessionPlan
from backend.llm.breaker import nobody_waits
from backend.llm.prompts import PromptBook
from backend.rag.documents import Document, may_be_read_at_ingest

log = logging.getLogger(__name__)

Tell = Callable[[str, int], Awaitable[None]]
"""Tells whoever follows a session how many questions are planned."""
_AGAIN_S = 0.3
_TRIES = 600
"""How often it is looked whether the running turn has ended, before a plan is given up."""


@dataclass(frozen=True, slots=True)
class _Writing:
    documents: frozenset[str]
    task: asyncio.Task[InterviewPlan | None]


async def _nobody(session_id: str, questions: int) -> None:
    return None


class Planner:
    """Plans by owner, documents, language, prompts and model. Each is written once, then found again."""

    def __init__(
        self,
        authors: Authors,
        written: WrittenStore,
        sessions: SessionStore,
        turns: TurnStore,
        *,
        data: InterviewData,
        prompts: PromptBook,
        competencies: Sequence[str],
        lock: Callable[[str], AbstractAsyncContextManager[Any]],
        opening_s: float = 3.0,
    ) -> None:
        """`lock`: what holds the turns of a session back while its record is changed. `opening_s`: how long an interview
        that opens waits for its plan, in seconds."""
        self.tell: Tell = _nobody
        self._authors, self._written = authors, written
        self._sessions, self._turns = sessions, turns
        self._data, self._prompts, self._competencies = data, prompts, tuple(competencies)
        self._lock, self._opening_s = lock, opening_s
        self._writing: dict[str, _Writing] = {}
        self._joining: dict[str, asyncio.Task[None]] = {}
        self._ahead: set[asyncio.Task[InterviewPlan | None]] = set()

    # --- for an interview that begins ----------------------------------------------------------------------------------

    async def known(self, owner_id: str, plan: SessionPlan, sources: Sequence[Source]) -> InterviewPlan | None:
        """What has been written for these documents before; a plan over the posting alone where there is no better."""
        author = self._authors.of(plan.author)
        job, resume = documents_of(sources)
        if author is None or plan.mode in CONVERSATIONS or (job is None and resume is None):
            return None
        found = await self._written.plan(self._key(author, owner_id, plan.language, job, resume))
        if found is None and job is not None and resume is not None:
            found = await self._written.plan(self._key(author, owner_id, plan.language, job, None))
        return found

    async def for_opening(self, owner_id: str, plan: SessionPlan, sources: Sequence[Source]) -> InterviewPlan | None:
        """The plan to open an interview with: as it is known, else as it is written now, if it comes in time by an author
        that has shown that it can; None: the bank asks first, and the plan joins later."""
        found = await self.known(owner_id, plan, sources)
        author = self._authors.of(plan.author)
        job, resume = documents_of(sources)
        nothing_to_plan = plan.mode in CONVERSATIONS or (job is None and resume is None)
        if found is not None or author is None or author.short or nothing_to_plan:
            return found
        if self._authors.in_use().checked != "capable":
            return None
        try:
            async with asyncio.timeout(self._opening_s):
                return await self._find(owner_id, plan, job, resume, slot=f"plan:{owner_id}")
        except TimeoutError:
            return None

    def start(self, session: Session, sources: Sequence[Source]) -> None:
        """Write the plan of an interview that has just begun, unless it is known; returns at once."""
        author = self._authors.of(session.plan.author)
        job, resume = documents_of(sources)
        if author is None or session.plan.mode in CONVERSATIONS or (job is None and resume is None):
            return
        task = asyncio.create_task(self._plan(session, job, resume), name=f"plan {session.session_id}")
        self._joining[session.session_id] = task
        task.add_done_callback(lambda done: self._joining.pop(session.session_id, None))

    def taken_in(self, document: Document) -> None:
        """Plan over a posting as soon as it has been read, where the model may see it before an interview names it."""
        author, use = self._authors.of("auto"), self._authors.in_use()
        if author is None or author.short or document.status != "ready" or document.kind != "job_description":
            return  # a slow model is better kept for the interviews that run
        if may_be_read_at_ingest(document, use.host, local=use.local):
            job = Source(document.document_id, document.kind, document.title, document.text)
            work = self._find(document.owner_id, SessionPlan(), job, None, slot=f"plan:{document.document_id}")
            task = asyncio.create_task(work, name=f"plan {document.document_id}")
            self._ahead.add(task)
            task.add_done_callback(self._ahead.discard)

    async def _plan(self, session: Session, job: Source | None, resume: Source | None) -> None:
        try:
            slot = f"plan:{session.session_id}"
            plan = await self._find(session.owner_id, session.plan, job, resume, slot=slot)
            if plan is not None and await self._join(session, plan):
                await self.tell(session.session_id, len(plan.questions))
        except AppError as error:
            log.warning("a plan could not be put into its interview", extra={"code": error.code})
        except Exception:
            log.exception("a plan could not be put into its interview")

    async def _join(self, session: Session, plan: InterviewPlan) -> bool:
        """Put the plan into the session's record, between turns: a turn that ends stores the session it began with."""
        for _ in range(_TRIES):
            async with self._lock(session.session_id):
                fresh = await self._sessions.get(session.owner_id, session.session_id)
                if fresh is None or fresh.state in ("finished", "expired"):
                    return False
                if all(t.outcome != "running" for t in await self._turns.list(session.session_id)):
                    joined(fresh, plan)
                    await self._sessions.save(fresh)
                    return True
            await asyncio.sleep(_AGAIN_S)
        return False

    # --- writing -------------------------------------------------------------------------------------------------------

    async def _find(
        self, owner_id: str, plan: SessionPlan, job: Source | None, resume: Source | None, *, slot: str
    ) -> InterviewPlan | None:
        """The plan as it is kept, as it is being written for another interview, or as it is written now."""
        author = self._authors.of(plan.author)
        if author is None:
            return None
        key = self._key(author, owner_id, plan.language, job, resume)
        if (found := await self._written.plan(key)) is not None:
            return found
        if key not in self._writing:
            work = self._write(key, owner_id, plan, job, resume, slot)
            documents = frozenset(s.document_id for s in (job, resume) if s is not None)
            writing = _Writing(documents, asyncio.create_task(work, name=f"write plan {key[:8]}"))
            self._writing[key] = writing
            writing.task.add_done_callback(lambda done: self._writing.pop(key, None))
        return await asyncio.shield(self._writing[key].task)

    async def _write(
        self, key: str, owner_id: str, plan: SessionPlan, job: Source | None, resume: Source | None, slot: str
    ) -> InterviewPlan | None:
        """Never raises: without a plan the rules ask."""
        try:
            with nobody_waits():
                return await self._written_now(key, owner_id, plan, job, resume, slot)
        except NotFound:
            return None  # a document was erased meanwhile
        except AppError as error:
            log.warning("an interview could not be planned", extra={"code": error.code})
        except Exception:
            log.exception("an interview could not be planned")
        return None

    async def _written_now(
        self, key: str, owner_id: str, plan: SessionPlan, job: Source | None, resume: Source | None, slot: str
    ) -> InterviewPlan | None:
        author, _ = await self._authors.choose(plan.author, owner_id)
        if author is None:
            return None
        language = self._data.languages.get(plan.language)
        brief = PlanBrief(
            job=job,
            resume=resume,
            competencies=self._competencies,
            prompts=self._prompts.current(),
            slot=slot,
            language=language.name if language is not None else "English",
            language_code=plan.language,
            on_usage=self._authors.counting(owner_id, lambda usage: None),
        )
        found = await write_plan(author, brief)
        if found is not None:
            await self._written.keep_plan(
                key,
                found,
                owner_id=owner_id,
                job_id=job.document_id if job is not None else None,
                resume_id=resume.document_id if resume is not None else None,
            )
        return found

    def _key(self, author: ModelAuthor, owner_id: str, language: str, job: Source | None, resume: Source | None) -> str:
        versions = self._prompts.current().versions
        texts = [
            hashlib.sha256(s.text.encode("utf-8", "surrogatepass")).hexdigest() if s else "" for s in (job, resume)
        ]
        ids = [s.document_id if s else "" for s in (job, resume)]
        parts = [PLAN, owner_id, language, author.chat.name, versions["plan_system"], versions["plan_facts"]]
        return hashlib.sha256("\0".join([*parts, str(author.short), *ids, *texts]).encode()).hexdigest()

    # --- the end -------------------------------------------------------------------------------------------------------

    def forget_document(self, document_id: str) -> None:
        """Stop whatever is being written about a document that is being erased."""
        for writing in list(self._writing.values()):
            if document_id in writing.documents:
                writing.task.cancel()

    def stop(self, session_id: str) -> None:
        """Nobody wants the plan of this session any more."""
        if (task := self._joining.get(session_id)) is not None:
            task.cancel()

    async def close(self) -> None:
        tasks = [*self._joining.values(), *self._ahead, *(w.task for w in self._writing.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def joined(session: Session, plan: InterviewPlan) -> Session:
    """The session with a plan in it. Conditions of eligibility are no matter for questions or for the report."""
    session.planned = list(plan.questions)
    told = [r for r in plan.requirements if not r.eligibility]
    session.requirements = told or session.requirements
    return session


def documents_of(sources: Sequence[Source]) -> tuple[Source | None, Source | None]:
    """The posting and the resume that a plan is made over: the first of each kind."""
    job = next((s for s in sources if s.kind == "job_description"), None)
    return job, next((s for s in sources if s.kind == "resume"), None)
