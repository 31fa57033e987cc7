"""Prefill: lets a model on this machine read the next prompt while the candidate listens, thinks and speaks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from backend.coaching.analysis import Analysis, Context, Measured, Source
from backend.coaching.answer import Answer
from backend.coaching.author.briefing import read_ahead
from backend.coaching.author.model import ModelAuthor
from backend.coaching.author.ports import NextMove
from backend.coaching.delivery import measure_delivery
from backend.errors import LlmError
from backend.interview.briefing import make_brief
from backend.interview.cores import Cores
from backend.interview.modes import InterviewData
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.llm.ports import ChatModel
from backend.llm.prompts import PromptBook


class Prefill:
    """One background reading per session; an answer that arrives stops it, hearing and speaking interrupt it.

    Only for an author on this machine (`author()` gives None otherwise): elsewhere reading ahead costs money.
    """

    def __init__(
        self,
        author: Callable[[Session], ModelAuthor | None],
        chat: Callable[[], ChatModel | None],
        data: InterviewData,
        prompts: PromptBook,
        cores: Cores,
    ) -> None:
        """`chat()`: the author's model as it is watched for this work; None: nothing is read ahead."""
        self._author = author
        self._chat = chat
        self._data = data
        self._prompts = prompts
        self._cores = cores
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(
        self, session: Session, turns: Sequence[TurnRecord], sources: Sequence[Source], answer_text: str = ""
    ) -> None:
        """Read everything up to the answer of `session.question`, and as much of the answer as is settled.

        Costs one token of writing. What was read before is in the session's cache, so only the new end is evaluated.
        """
        author, chat = self._author(session), self._chat()
        if chat is None or author is None or author.private or session.question is None:
            return
        self.stop(session.session_id)
        task = asyncio.create_task(
            self._read(author, chat, session, list(turns), sources, answer_text),
            name=f"prefill {session.session_id}",
        )
        self._tasks[session.session_id] = task
        task.add_done_callback(lambda done: self._forget(session.session_id, done))

    async def _read(
        self,
        author: ModelAuthor,
        chat: ChatModel,
        session: Session,
        turns: Sequence[TurnRecord],
        sources: Sequence[Source],
        answer_text: str,
    ) -> None:
        assert session.question is not None
        answer = Answer(session.question.plain, answer_text, mode=session.plan.mode, language=session.plan.language)
        context = Context(sources=tuple(sources), requirements=tuple(session.requirements))
        analysis = Analysis(answer, context, Measured(None, None, measure_delivery(answer), None))
        brief = make_brief(session, turns, analysis, NextMove(), data=self._data, prompts=self._prompts.current())
        messages = read_ahead(brief, author.room, private=author.private)

        async def read() -> None:
            with contextlib.suppress(LlmError):
                async for _ in chat.stream(
                    messages, max_tokens=1, slot=brief.slot, first_token_timeout_s=30, timeout_s=30
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
