"""LateReplies: an author's reply that comes after its turn has ended changes the stored turn, and is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from backend.coaching.author.ports import Authored
from backend.coaching.feedback import Feedback
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord

Revise = Callable[[Session, TurnRecord, Feedback], Awaitable[None]]


Told = Callable[[str], Awaitable[None]]
"""Takes a session's id."""


async def _nobody(*_: object) -> None:
    return None


class LateReplies:
    """Replies still being written, by turn. A short next answer does not lose them; an interruption or erasure does."""

    def __init__(self, late_s: float = 30.0) -> None:
        self._late_s = late_s
        self._tasks: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self.revise: Revise = _nobody
        """Stores the feedback in its turn and tells whoever follows the session."""
        self.on_kept: Told = _nobody
        self.on_settled: Told = _nobody
        """Told of the session whose reply is outstanding, and when it is not any more."""

    def keep(self, session: Session, record: TurnRecord, authored: Authored) -> None:
        """Wait for a reply whose turn is over."""
        task = asyncio.create_task(self._wait(session, record, authored), name=f"late reply {record.turn_id}")
        self._tasks[record.turn_id] = (session.session_id, task)

    async def _wait(self, session: Session, record: TurnRecord, authored: Authored) -> None:
        await self.on_kept(session.session_id)
        try:
            await asyncio.wait({authored.feedback}, timeout=self._late_s)
            feedback = authored.feedback.result() if authored.feedback.done() else None
            if feedback is not None:
                await self.revise(session, record, feedback)
        finally:
            authored.stop()
            self._tasks.pop(record.turn_id, None)
            await self.on_settled(session.session_id)

    async def settled(self, session_id: str) -> None:
        """Returns once nothing is outstanding for this session."""
        tasks = [task for owner, task in self._tasks.values() if owner == session_id]
        if tasks:
            await asyncio.wait(tasks)

    def stop(self, turn_id: str) -> None:
        """Nobody wants this one any more."""
        if turn_id in self._tasks:
            self._tasks[turn_id][1].cancel()

    def stop_session(self, session_id: str) -> None:
        for owner, task in list(self._tasks.values()):
            if owner == session_id:
                task.cancel()

    async def close(self) -> None:
        tasks = [task for _, task in self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
