"""A briefing, a reply to it, and models that say what they are told; for the author's tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Any

from backend.coaching.analysis import Analysis, Context, Measured, Source
from backend.coaching.answer import Answer
from backend.coaching.author.ports import Brief, NextMove
from backend.coaching.delivery import measure_delivery
from backend.errors import LlmError
from backend.llm.ports import JsonSchema, Message, Usage
from backend.llm.prompts import FilePrompts

PROMPTS = FilePrompts(Path(__file__).resolve().parents[3] / "interview" / "prompts")
QUESTION = "Tell me about a time you had to hold a delivery together."
SAID = (
    "At Pell Street we had nine pallets of vaccine and the cold store alarm went at six in the morning. I rang the "
    "supplier, I moved all nine into the trailer and I sat there with a thermometer until ten. We lost none of it."
)
JOB = "Warehouse lead, pharmaceutical cold chain. You own temperature records and the night handover."
RESUME = "Lena Fox\nShift lead, Pell Street Cold Store, 2019-2025\nTemperature logs audited in 2023"
REPLY: dict[str, Any] = {
    "concern": None,
    "reaction": "Until ten in a trailer with a thermometer. I believe you. What did the supplier say?",
    "next_question": {
        "text": "What would you have done if the trailer had been full?",
        "follow_up": True,
        "quotes": ["I moved all nine into the trailer"],
    },
    "strengths": [{"text": "You lost none of the nine pallets, and you say so plainly.", "quotes": ["We lost none of it"]}],
    "gaps": [
        {"text": "Say what the thermometer read; the job is about temperature records.", "quotes": ["You own temperature records"]}
    ],
    "errors": [{"quote": "We lost none of it", "correction": "Your resume names no loss either; say where it is recorded."}],
    "scores": {"structure": {"score": 4, "why": "The alarm, the steps and the end are there."}},
    "rewrite": "At Pell Street the cold store alarm went at six. I rang the supplier and moved all nine pallets into the trailer. We lost none of it. [add: what the thermometer read]",
    "drill": {"title": "Say the number", "instruction": "In twenty seconds: the temperature, the time, and what you did."},
}  # fmt: skip


def briefed(
    said: str = SAID, *, sources: Sequence[Source] | None = None, move: NextMove | None = None, **given: Any
) -> Brief:
    answer = Answer(QUESTION, said)
    texts = (Source("d1", "job_description", "The job", JOB), Source("d2", "resume", "Resume", RESUME))
    context = Context(sources=tuple(texts if sources is None else sources))
    return Brief(
        analysis=Analysis(answer, context, Measured(None, None, measure_delivery(answer), None)),
        persona="a hiring manager",
        prompts=PROMPTS.current(),
        slot="s1",
        move=move or NextMove("What draws you to this site?", may_follow_up=True),
        **given,
    )


class SaysChat:
    """A model that streams each of its texts in turn (the last one again), in small pieces. `fails` after the first half."""

    name = "says"

    def __init__(self, *texts: str | dict[str, Any], fails: LlmError | None = None, pause_s: float = 0.0) -> None:
        self.texts = [t if isinstance(t, str) else json.dumps(t, ensure_ascii=False) for t in texts]
        self.fails, self.pause_s = fails, pause_s
        self.asked: list[tuple[Sequence[Message], JsonSchema | None]] = []
        self.stopped = False

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
        schema: JsonSchema | None = None,
    ) -> AsyncGenerator[str, None]:
        text = self.texts[min(len(self.asked), len(self.texts) - 1)]
        self.asked.append((messages, schema))
        try:
            for at in range(0, len(text), 7):
                if self.fails is not None and at > len(text) // 2:
                    raise self.fails
                yield text[at : at + 7]
                await asyncio.sleep(self.pause_s)
        except (GeneratorExit, asyncio.CancelledError):
            self.stopped = True
            raise

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...
