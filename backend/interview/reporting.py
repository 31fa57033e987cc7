"""Reporting: an author writes the report of a finished interview, in the background; until then the rules' is shown."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from backend.coaching.analysis import Source
from backend.coaching.author.choice import Authors
from backend.coaching.author.summary import ReportBrief, WrittenReport, write_report
from backend.coaching.report import Take
from backend.errors import AppError
from backend.interview.late_replies import LateReplies
from backend.interview.modes import InterviewData
from backend.interview.ports import TurnStore, WrittenStore
from backend.interview.session import Session
from backend.interview.takes import takes_of
from backend.llm.prompts import PromptBook

log = logging.getLogger(__name__)

SourcesOf = Callable[[Session], Awaitable[tuple[Source, ...]]]
_REMEMBERED = 512
"""Reports of which it is known that they could not be written."""


class Reporter:
    """Writes each report once: after the last answer and the replies that are still on their way."""

    def __init__(
        self,
        authors: Authors,
        written: WrittenStore,
        turns: TurnStore,
        late: LateReplies,
        *,
        data: InterviewData,
        prompts: PromptBook,
    ) -> None:
        self._authors, self._written, self._turns, self._late = authors, written, turns, late
        self._data, self._prompts = data, prompts
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed: OrderedDict[str, None] = OrderedDict()

    async def report(
        self, session: Session, takes: Sequence[Take], sources_of: SourcesOf
    ) -> tuple[WrittenReport | None, bool]:
        """What has been written of these answers, and whether something is being written.

        A report that a restart or an erasure lost is written again, where the author has seen these answers before.
        """
        based = based_on(takes)
        if (found := await self._written.report(session.session_id, based)) is not None or based in self._failed:
            return found, False
        if any(t.feedback.author == "model" for t in takes):
            self.start(session, sources_of)
        return None, session.session_id in self._tasks

    def start(self, session: Session, sources_of: SourcesOf) -> None:
        """Write the report of an interview that is over; returns at once."""
        name = session.session_id
        if session.state != "finished" or name in self._tasks or self._authors.of(session.plan.author) is None:
            return
        task = asyncio.create_task(self._write(session, sources_of), name=f"report {name}")
        self._tasks[name] = task
        task.add_done_callback(lambda done: self._tasks.pop(name, None))

    async def _write(self, session: Session, sources_of: SourcesOf) -> None:
        """Never raises: without it the rules' report stays."""
        try:
            await self._late.settled(session.session_id)
            takes = takes_of(await self._turns.list(session.session_id))
            based = based_on(takes)
            if not takes or based in self._failed or await self._written.report(session.session_id, based) is not None:
                return
            author, _ = await self._authors.choose(session.plan.author, session.owner_id)
            if author is None:
                return
            language = self._data.languages.get(session.plan.language)
            brief = ReportBrief(
                takes=takes,
                sources=await sources_of(session),
                prompts=self._prompts.current(),
                slot=f"report:{session.session_id}",
                language=language.name if language is not None else "English",
                language_code=session.plan.language,
                on_usage=self._authors.counting(session.owner_id, lambda usage: None),
            )
            found = await write_report(author, brief)
            if found is None:
                self._failed[based] = None
                if len(self._failed) > _REMEMBERED:
                    self._failed.popitem(last=False)
            else:
                await self._written.keep_report(session.session_id, based, found)
        except AppError as error:
            log.warning("a report could not be written", extra={"code": error.code})
        except Exception:
            log.exception("a report could not be written")

    async def erase(self, session_id: str) -> None:
        """Stop writing, and erase what was written: something that it rests on is being erased."""
        if (task := self._tasks.get(session_id)) is not None:
            task.cancel()
            await asyncio.wait({task})
        await self._written.erase_report(session_id)

    def stop(self, session_id: str) -> None:
        if (task := self._tasks.get(session_id)) is not None:
            task.cancel()

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def based_on(takes: Sequence[Take]) -> str:
    """Names the answers and what was said of them: a report of others is not this one's."""
    seen = [
        [t.turn_id, t.answer, {d: s.score for d, s in t.feedback.scores.items()}, t.feedback.summary] for t in takes
    ]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()
