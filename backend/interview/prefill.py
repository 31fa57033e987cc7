"""Prefill: lets the model read the next prompt while the candidate listens, thinks and speaks, as far as it is known."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from backend.coaching.coach import Source
from backend.errors import LlmError
from backend.interview.cores import Cores
from backend.interview.questions import Interviewer
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.llm.ports import ChatModel


class Prefill:
    """One background reading per session; an answer that arrives stops it, hearing and speaking interrupt it."""

    def __init__(self, chat: ChatModel | None, interviewer: Interviewer, cores: Cores) -> None:
        self._chat = chat
        self._interviewer = interviewer
        self._cores = cores
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(
        self, session: Session, turns: Sequence[TurnRecord], sources: Sequence[Source], answer_text: str = ""
    ) -> None:
        """Read everything up to the answer of `session.question`, and as much of the answer as is settled.

        Costs one token of writing. What was read before is in the session's cache, so only the new end is evaluated.
        """
        if self._chat is None or session.question is None:
            return
        self.stop(session.session_id)
        task = asyncio.create_task(
            self._read(self._chat, session, list(turns), sources, answer_text), name=f"prefill {session.session_id}"
        )
        self._tasks[session.session_id] = task
        task.add_done_callback(lambda done: self._forget(session.session_id, done))

    async def _read(
        self,
        chat: ChatModel,
        session: Session,
        turns: Sequence[TurnRecord],
        sources: Sequence[Source],
        answer_text: str,
    ) -> None:
        briefing = self._interviewer.briefing(session, turns, session.requirements, sources, answer_text)

        async def read() -> None:
            with contextlib.suppress(LlmError):
                async for _ in chat.stream(
                    briefing.ask(""), max_tokens=1, slot=briefing.slot, first_token_timeout_s=30, timeout_s=30
                ):
                    pass

        await self._cores.in_background(read)

    def stop(self, session_id: str) -> None:
        if task := self._tasks.pop(session_id, None):
            task.cancel()

    def _forget(self, session_id: str, done: asyncio.Task[None]) -> None:
        if self._tasks.get(session_id) is done:
            del self._tasks[session_id]
        if not done.cancelled():
            done.exception()  # retrieved: a failed reading only means that nothing is cached

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
