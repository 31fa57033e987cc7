"""Language models side by side: the same answers to each, what may be said of what they write, tokens and seconds."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from statistics import median

from backend.coaching.analysis import Source
from backend.coaching.coach import Coach
from backend.errors import AppError
from backend.evaluation.candidate import Played, play
from backend.evaluation.figures import Report, mean, measured
from backend.evaluation.questions import ANSWERS, checks
from backend.interview.questions import Interviewer
from backend.interview.session import SessionPlan
from backend.jobs.role_packs import RolePacks
from backend.llm.ports import ChatModel, Message, Usage

AREA = "Language model"
PLANS = (SessionPlan(mode="behavioral", question_count=10), SessionPlan(mode="technical", question_count=8))


PATIENCE_S = 60.0
"""What a turn would cut off is waited for, so that slow models are measured and not only counted as failures."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. Tokens are None where the service does not count; `first_s` is None where nothing came."""

    first_s: float | None
    seconds: float
    prompt_tokens: int | None
    completion_tokens: int | None
    failed: bool
    late: bool
    """Whether it took longer than a turn would have waited."""


class Metered:
    """A `ChatModel` that keeps what each call took."""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self.calls: list[Call] = []

    @property
    def name(self) -> str:
        return self._chat.name

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        slot: str | None = None,
        first_token_timeout_s: float | None = None,
        timeout_s: float | None = None,
        on_usage: Callable[[Usage], None] | None = None,
    ) -> AsyncGenerator[str, None]:
        """See `ChatModel.stream`; the deadlines asked for are kept in the books only."""
        begun, first, usage, failed = time.perf_counter(), None, Usage(), False

        def told(found: Usage) -> None:
            nonlocal usage
            usage = found
            if on_usage is not None:
                on_usage(found)

        try:
            async with aclosing(
                self._chat.stream(
                    messages, max_tokens=max_tokens, temperature=temperature, stop=stop, slot=slot,
                    first_token_timeout_s=PATIENCE_S, timeout_s=PATIENCE_S, on_usage=told,
                )
            ) as pieces:  # fmt: skip
                async for piece in pieces:
                    if first is None:
                        first = time.perf_counter() - begun
                    yield piece
        except AppError:
            failed = True
            raise
        finally:
            took = time.perf_counter() - begun
            late = timeout_s is not None and took > timeout_s
            self.calls.append(Call(first, took, usage.prompt_tokens, usage.completion_tokens, failed, late))

    async def warm_up(self) -> None:
        await self._chat.warm_up()

    async def close(self) -> None:
        await self._chat.close()


Made = Callable[[ChatModel], tuple[Coach, Interviewer]]
"""A coach and an interviewer that speak through this model."""


async def compare_models(
    report: Report,
    chats: Sequence[ChatModel],
    made: Made,
    packs: RolePacks,
    sources: Sequence[Source],
    plans: Sequence[SessionPlan] = PLANS,
) -> None:
    """The same short interviews with each model, and the same candidate. A model that cannot be reached is noted."""
    for chat in chats:
        metered = Metered(chat)
        try:
            await metered.warm_up()
        except AppError as error:
            report.notes.append(f"language model {metered.name}: could not be started: {error.code}")
            continue
        coach, interviewer = made(metered)
        played = [await play(coach, interviewer, plan, sources, ANSWERS) for plan in plans]
        _figures(report, metered, played, packs)


def _figures(report: Report, metered: Metered, played: Sequence[Played], packs: RolePacks) -> None:
    calls, name = metered.calls, metered.name
    if not calls:
        report.notes.append(f"language model {name}: it was never asked")
        return
    right: list[float] = []
    for each in played:
        of_questions = [found for found in checks(each, packs).values() if len(found) == len(each.asked)]
        right += [float(all(found)) for found in zip(*of_questions, strict=True)]
    tips = [e.feedback for p in played for e in p.exchanges if e.feedback.scored and e.feedback.gaps]
    said = [float("A listener might still ask" in f.gaps[0].text) for f in tips]
    rows: dict[str, tuple[Sequence[float], Callable[[Sequence[float]], float], str]] = {
        "questions that pass every check": (right, mean, "questions"),
        "answers that got its follow-up thought": (said, mean, "answers"),
        "sentences held back per answer": ([float(f.withheld) for f in tips], mean, "answers"),
        "calls that failed": ([float(c.failed) for c in calls], mean, "calls"),
        "calls past the deadline of a turn": ([float(c.late) for c in calls], mean, "calls"),
        "seconds to the first token, median": ([c.first_s for c in calls if c.first_s is not None], median, "calls"),
        "seconds a call, median": ([c.seconds for c in calls], median, "calls"),
        "prompt tokens a call": ([float(c.prompt_tokens) for c in calls if c.prompt_tokens is not None], mean, "calls"),
        "completion tokens a call": (
            [float(c.completion_tokens) for c in calls if c.completion_tokens is not None], mean, "calls"),
    }  # fmt: skip
    for figure, (values, statistic, of) in rows.items():
        if values:
            report.figures.append(measured(AREA, figure, values, statistic, data=name, of=of))
        else:
            report.notes.append(f"language model {name}: {figure}: it does not say")
