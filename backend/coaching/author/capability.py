"""Capability: whether a language model can coach, found out by one canned answer whose reply has to pass the proof."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from typing import Literal

from backend.coaching.analysis import Analysis, Context, Measured, Source
from backend.coaching.answer import Answer
from backend.coaching.author.model import ModelAuthor
from backend.coaching.author.ports import Brief, NextMove
from backend.coaching.delivery import measure_delivery
from backend.errors import AppError
from backend.llm.breaker import nobody_waits
from backend.llm.prompts import PromptBook

log = logging.getLogger(__name__)

State = Literal["unknown", "checking", "capable", "not_capable", "unreachable"]
_AGAIN_S = (15.0, 60.0, 300.0, 900.0)
"""Pauses between tries with a model that failed; the last one repeats."""

_QUESTION = "Tell me about a time you put something right that was not your job."
_ANSWER = (
    "At the library the returns shelf was always three days behind, and it wasn't my desk. I came in an hour early for "
    "one week, I sorted the shelf by floor instead of by author, and I showed the two students how to do it. After that "
    "it was empty every evening. My manager asked me to write it down for the other branch."
)
_JOB = "Library assistant. You keep returns moving, help readers at the desk and train student helpers."


def canned(prompts: PromptBook) -> Brief:
    """The briefing of the probe: an answer that any coach can say something true about."""
    answer = Answer(question=_QUESTION, text=_ANSWER)
    measured = Measured(None, None, measure_delivery(answer), None)
    context = Context(sources=(Source("probe", "job_description", "Library assistant", _JOB),))
    return Brief(
        analysis=Analysis(answer, context, measured),
        persona="an experienced hiring manager, calm, curious and exact",
        prompts=prompts.current(),
        slot="probe",
        move=NextMove("What would you do in your first week here?", may_follow_up=True),
        role="Library assistant",
    )


async def probe(author: ModelAuthor, prompts: PromptBook) -> State:
    """Ask once. A capable model's reply parses, its reaction and its question stand, and so does a point where it has any.

    Errors: none; a model that cannot be reached is `unreachable`, one that answers something else `not_capable`.
    """
    authored = author.write(canned(prompts))
    feedback, proposal = await authored.feedback, await authored.question
    if authored.failure is not None:
        log.warning("the language model could not be tried", extra={"code": authored.failure.code})
        return "not_capable" if authored.failure.code == "llm_reply_unusable" else "unreachable"
    if feedback is None or proposal is None or not feedback.summary:
        return "not_capable"
    stands = feedback.strengths or feedback.gaps or not feedback.withheld
    return "capable" if stands else "not_capable"


class Capability:
    """The state of one model, host and key: tried in the background, again after a failure, and kept once it stands."""

    def __init__(
        self,
        author: ModelAuthor,
        prompts: PromptBook,
        *,
        on_state: Callable[[State], None] = lambda state: None,
        again_s: Sequence[float] = _AGAIN_S,
    ) -> None:
        """`again_s`: pauses between tries in seconds; the last one repeats."""
        self.state: State = "unknown"
        self.author = author
        self._prompts = prompts
        self._on_state = on_state
        self._again_s = again_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to try, unless that has begun already."""
        if self._task is None and self.state != "capable":
            self._task = asyncio.create_task(self._try(), name="try the language model")

    async def _try(self) -> None:
        for pause_s in chain(self._again_s, repeat(self._again_s[-1])):
            if self.state == "unknown":
                self._set("checking")
            try:
                with nobody_waits():
                    found = await probe(self.author, self._prompts)
            except AppError as error:
                log.warning("the language model could not be tried", extra={"code": error.code})
                found = "unreachable"
            self._set(found)
            if found == "capable":
                return
            await asyncio.sleep(pause_s)

    def _set(self, state: State) -> None:
        self.state = state
        self._on_state(state)
        log.info("the language model as a coach", extra={"state": state})

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
