"""An author behind the scripted chat service, whose reply to each task a test says."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.coaching.analysis import Source
from backend.coaching.author.model import ModelAuthor
from backend.coaching.grounding import SecondLook
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.prompts import FilePrompts
from backend.llm.scripted_play import Play, Script, Seen
from backend.llm.scripted_replies import Asked, verdicts
from backend.llm.scripted_service import ScriptedService

PROMPTS = FilePrompts(Path(__file__).parents[3] / "interview" / "prompts")
JOB = Source(
    "d1",
    "job_description",
    "Night porter",
    "Night porter at the Harbour Lights hotel.\n- You'll be the only one on the desk from eleven to seven\n"
    "- You calm guests who arrive angry and tired\n- You keep the log so that the morning can read it\n"
    "- You need a first aid certificate\nWe offer 28 days of holiday. Apply by 3 May.",
)
RESUME = Source(
    "d2",
    "resume",
    "CV",
    "Ada Byron, ada@example.org, +44 20 7946 0958\nNight receptionist, 40-room hotel, 2021 to 2025\n"
    "- Rewrote the fire drill sheet\n- Trained two new colleagues",
)


def played(reply: Any) -> Play:
    """A reply as it is streamed: an object, a text as it stands, or a play of its own."""
    if isinstance(reply, Play):
        return reply
    text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
    return Play(words=[text[i : i + 7] for i in range(0, len(text), 7)])


def tasks(replies: Mapping[str, Any]) -> Script:
    """Answers each task with its reply, or with what it makes of the request; a second look supports everything unless `unsupported` names a part of it."""

    def play(seen: Seen) -> Play:
        asked = Asked.of(seen)
        if asked.task == "point_check":
            wrong = replies.get("unsupported", ())
            return played(verdicts(asked.prompt, lambda text: not any(part in text for part in wrong)))
        reply = replies.get(asked.task, {})
        return played(reply(asked) if callable(reply) else reply)

    return play


@dataclass
class Writing:
    """The author, and what a test wants to know of its requests."""

    author: ModelAuthor
    service: ScriptedService
    dropped: list[str] = field(default_factory=list)

    def prompts(self, task: str) -> list[str]:
        """What was sent for a task, system and user text together."""
        return [a.prompt for seen in self.service.seen if (a := Asked.of(seen)).task == task]


@contextlib.asynccontextmanager
async def writing(replies: Mapping[str, Any], *, private: bool = True) -> AsyncIterator[Writing]:
    async with ScriptedService(script=tasks(replies)).running() as service:
        chat = OpenAiChat(service.url, None, "scripted", retries=0)
        dropped: list[str] = []
        look = SecondLook(chat, PROMPTS, 5.0)
        author = ModelAuthor(chat, look, look, private=private, on_dropped=dropped.append)
        try:
            yield Writing(author, service, dropped)
        finally:
            await chat.close()
