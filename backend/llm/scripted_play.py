"""How one request to a scripted chat service is answered, and every way in which a real one has been seen to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

Refusal = tuple[int, str]
"""Status and message of a request that is not accepted."""


@dataclass(frozen=True)
class Play:
    """How one request is answered. Token numbers count from 0."""

    words: Sequence[str] = ("Good ", "answer ", "indeed.")
    """The tokens of the reply."""
    thoughts: Sequence[str] = ()
    """Sent as `reasoning_content` before them."""
    delay_s: float = 0.0
    """Before the headers."""
    first_token_s: float = 0.0
    """Between the headers and the first token."""
    pause_s: float = 0.0
    """Between two tokens."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"error":{"message":"upstream-secret-detail"}}'
    """Sent with a status other than 200."""
    html: bool = False
    """A page comes instead, with status 200."""
    stall_at: int | None = None
    reset_at: int | None = None
    """Cut the connection (RST) before this token."""
    end_at: int | None = None
    """End the body properly before this token, without a finish reason."""
    garbage_at: int | None = None
    error_at: int | None = None
    """An `{"error": ...}` chunk inside the stream."""
    huge_line_at: int | None = None
    not_chat_at: int | None = None
    """A JSON value that is no chat chunk."""
    endless: bool = False
    finish_reason: str | None = "stop"
    refusal: str = ""
    """The model declines, in the field that structured replies have for it."""
    done: bool = True
    close: bool = True
    """Close after the answer; False leaves the connection open after the last chunk."""
    usage: dict[str, Any] | None = field(default_factory=lambda: {"prompt_tokens": 7, "completion_tokens": 3})
    timings: dict[str, Any] | None = None


@dataclass
class Seen:
    """One chat request as it arrived, and what became of it."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    sent: int = 0
    """Tokens sent in all."""
    sent_after_close: int = 0
    """Tokens written after the client had closed the connection."""
    closed_by_client: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


Script = Callable[[Seen], Play]
"""How each request is answered."""

Fault = Literal["slow", "silent", "cut", "endless", "html", "invalid", "empty", "fenced", "refusal", "error"]
FAULTS: tuple[Fault, ...] = get_args(Fault)


def with_fault(play: Play, fault: Fault) -> Play:
    """The same reply, as a service gives it that goes wrong in this way."""
    half = len(play.words) // 2
    changes: dict[Fault, dict[str, Any]] = {
        "slow": {"first_token_s": play.first_token_s + 3.0, "pause_s": max(play.pause_s, 0.2)},
        "silent": {"stall_at": 0},
        "cut": {"end_at": half},
        "endless": {"endless": True},
        "html": {"html": True},
        "invalid": {"words": [*play.words[:half], ' "": ,, }']},
        "empty": {"words": ["{}"]},
        "fenced": {"words": ["Here it is:\n", "```json\n", *play.words, "\n```\n"]},
        "refusal": {"words": ["I'm ", "sorry, ", "but ", "I ", "can't ", "help ", "with ", "that."]},
        "error": {"error_at": half},
    }
    return replace(play, **changes[fault])
