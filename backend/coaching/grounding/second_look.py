"""Second look: one short call that asks a language model whether points are supported where meaning decides."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from backend.errors import LlmError
from backend.llm.ports import ChatModel, JsonSchema, Message, Usage
from backend.llm.prompts import PromptBook

CHECK = "point_check"
"""Name of the prompt and of the schema."""
_VERDICT = {"type": "object", "properties": {"n": {"type": "integer"}, "supported": {"type": "boolean"}},
            "required": ["n", "supported"], "additionalProperties": False}  # fmt: skip
SCHEMA = JsonSchema(CHECK, {"type": "object", "properties": {"verdicts": {"type": "array", "items": _VERDICT}},
                            "required": ["verdicts"], "additionalProperties": False})  # fmt: skip
_TOKENS, _TOKENS_A_POINT = 40, 24
_WORDS = {"true": True, "yes": True, "supported": True, "false": False, "no": False, "unsupported": False}


@dataclass(frozen=True, slots=True)
class Look:
    """One point to look at: its number, what it says, and the texts it has to rest on."""

    n: int
    text: str
    sources: tuple[str, ...]


class SecondLook:
    """Asks `chat` about points that code has proved. It can only take away: nothing that code rejects comes here."""

    def __init__(self, chat: ChatModel, prompts: PromptBook, timeout_s: float) -> None:
        self._chat, self._prompts, self._timeout_s = chat, prompts, timeout_s

    async def look(
        self, items: Sequence[Look], *, slot: str, on_usage: Callable[[Usage], None] | None = None
    ) -> dict[int, bool]:
        """Number of a point -> whether it is supported. Points without a verdict in time are absent. Never raises for a
        failing model."""
        if not items:
            return {}
        text = ""
        with contextlib.suppress(LlmError, TimeoutError):
            async with asyncio.timeout(self._timeout_s):
                stream = self._chat.stream(
                    [Message("system", self._prompts.get(CHECK).text), Message("user", _asked(items))],
                    max_tokens=_TOKENS + _TOKENS_A_POINT * len(items),
                    slot=f"{slot}:{CHECK}",
                    first_token_timeout_s=self._timeout_s,
                    timeout_s=self._timeout_s,
                    on_usage=on_usage,
                    schema=SCHEMA,
                )
                async with aclosing(stream) as pieces:
                    async for piece in pieces:
                        text += piece
        return {n: v for n, v in verdicts_in(text).items() if any(item.n == n for item in items)}


def _asked(items: Sequence[Look]) -> str:
    """The points as one JSON object; a source that several points share is sent once, under its name."""
    names = {text: f"S{n}" for n, text in enumerate(dict.fromkeys(s for item in items for s in item.sources), start=1)}
    points = [{"n": i.n, "text": i.text, "sources": [names[s] for s in i.sources]} for i in items]
    texts = {name: text for text, name in names.items()}
    return json.dumps({"points": points, "texts": texts}, ensure_ascii=False)


def verdicts_in(text: str) -> dict[int, bool]:
    """The verdicts of a reply as far as it came: fenced, cut off or with other keys; what is no verdict is left out."""
    found: Any = {}
    for piece in (text[text.find("{") :], text[text.find("{") : text.rfind("}") + 1]):
        with contextlib.suppress(ValueError):
            found = from_json(piece, allow_partial=True)
            break
    verdicts = found.get("verdicts") if isinstance(found, dict) else None
    read: dict[int, bool] = {}
    for one in verdicts if isinstance(verdicts, list) else []:
        if not isinstance(one, dict):
            continue
        n, supported = one.get("n"), one.get("supported")
        said = _WORDS.get(supported.strip().lower()) if isinstance(supported, str) else supported
        if isinstance(n, int | str) and str(n).isdecimal() and isinstance(said, bool):
            read[int(n)] = said
    return read
