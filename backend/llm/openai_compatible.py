"""Any OpenAI-compatible chat service as a `ChatModel`: deadlines, real cancellation, and nothing taken on trust."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx
import openai
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import ChoiceDelta

from backend.errors import LlmError, LlmIncomplete, LlmKeyRejected, LlmRequestRefused, LlmTimeout, LlmUnavailable
from backend.llm.bounded_http import AnswerTooLarge, bounded_client
from backend.llm.breaker import Breaker, nobody_waits
from backend.llm.dialect import Dialect, Search
from backend.llm.ports import JsonSchema, Message, Usage
from backend.llm.slots import SlotMap
from backend.llm.thinking import ThinkingFilter

log = logging.getLogger(__name__)
# The SDK writes whole requests, prompts included, at DEBUG; httpx every address at INFO.
for _noisy in ("openai", "httpx", "httpcore"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)

_MAX_LINE = 256 * 1024
_MAX_ANSWER = 8 * 1024 * 1024
_CHARACTERS_PER_TOKEN = 16
"""No tokenizer writes more on average; a service that ignores `max_tokens` is cut there."""
_USAGE_WAIT_S = 1.0
"""How long the usage figures may take after the text is complete."""
_REFUSALS = (400, 404, 422)
"""How services answer a request that they understand only in part."""
_ANONYMOUS = {"OpenAI-Organization": openai.omit, "OpenAI-Project": openai.omit}
"""The SDK would add these from environment variables meant for somebody else."""


class OpenAiChat:
    """A chat model behind `base_url` (ending in `/v1`).

    `slots`: number of prompt caches of our own llama.cpp server; 0 for any other service, which then gets nothing that
    is not in OpenAI's API. `retries`: repeats after a failed connection or a 502/503/504, before the first token only.
    `stall_timeout_s`: longest silence between two tokens. Calls go through `breaker`. `on_slot`: see `SlotMap`.
    `dialect`: what is known of the service; share one among all that ask the same model of the same service.
    What a reasoning model thinks is dropped: until it says something it has not begun to answer.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        model: str,
        *,
        name: str | None = None,
        slots: int = 0,
        first_token_timeout_s: float = 12.0,
        timeout_s: float = 30.0,
        stall_timeout_s: float = 10.0,
        connect_timeout_s: float = 3.0,
        retries: int = 1,
        breaker: Breaker | None = None,
        dialect: Dialect | None = None,
        on_slot: Callable[[str], None] = lambda result: None,
    ) -> None:
        self._model, self._name = model, name or model
        self._first_token_timeout_s, self._timeout_s = first_token_timeout_s, timeout_s
        self._stall_timeout_s, self._retries = stall_timeout_s, retries
        self._slots = SlotMap(slots, on_slot) if slots else None
        self.breaker = breaker or Breaker()
        self._dialect = dialect or Dialect()
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or "none",  # the SDK insists on one, also where the service wants none
            max_retries=0,  # its own retries obey Retry-After and so outlast every deadline
            http_client=bounded_client(connect_timeout_s=connect_timeout_s, max_line=_MAX_LINE, max_answer=_MAX_ANSWER),
        )
        self._completions = self._client.chat.completions
        """Asked for here, because the SDK loads them at first use: a second in which no event would be sent."""

    @property
    def name(self) -> str:
        return self._name

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
        """See `ChatModel.stream`. Also raises `LlmKeyRejected`, `LlmRequestRefused`, and `LlmError` for garbage."""
        if not self.breaker.allow():
            raise LlmUnavailable(retry_after_s=self.breaker.retry_after_s())
        loop = asyncio.get_running_loop()
        reply = _Reply(
            deadline=loop.time() + (timeout_s or self._timeout_s),
            first_token_by=loop.time() + (first_token_timeout_s or self._first_token_timeout_s),
            stall_timeout_s=self._stall_timeout_s,
            max_characters=max_tokens * _CHARACTERS_PER_TOKEN,
            thinking=ThinkingFilter(object_expected=schema is not None),
        )
        search = self._dialect.search(schema, max_tokens, temperature)
        request: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "extra_headers": _ANONYMOUS,
        }
        if stop:
            request["stop"] = list(stop)
        settled = False
        with ExitStack() as held:
            if self._slots is not None:
                # Progress reports make the server write, and so notice a closed connection, while it reads the prompt;
                # without them a busy server finishes reading a prompt that nobody waits for (seen: 20 s).
                request["extra_body"] = {"cache_prompt": True, "return_progress": True}
                if slot is not None:
                    request["extra_body"]["id_slot"] = held.enter_context(self._slots.use(slot))
            try:
                async with aclosing(self._attempts(request, search, reply)) as texts:
                    async for text in texts:
                        yield text
                self.breaker.success()
                settled = True
            except LlmError as error:
                settled = self._settle(error, reply)
                raise
            finally:
                if not settled:  # cancelled, or neither the model's fault nor its merit
                    self.breaker.neutral()
                if on_usage is not None and reply.accepted:
                    on_usage(reply.counted(messages))

    def _settle(self, error: LlmError, reply: _Reply) -> bool:
        """Tell the breaker, and the log, about a failed call. True: it counted."""
        counts = not (error.retry_after_s or reply.slow_only or isinstance(error, LlmKeyRejected | LlmRequestRefused))
        if counts:
            self.breaker.failure()
        log.warning(
            "llm call failed",
            extra={"code": error.code, "status": reply.status, "model": self._name, "breaker": self.breaker.state},
        )
        return counts

    async def _attempts(self, request: dict[str, Any], search: Search, reply: _Reply) -> AsyncGenerator[str, None]:
        left = self._retries
        while True:
            try:
                async with aclosing(self._one_attempt({**request, **search.fields}, search, reply)) as texts:
                    async for text in texts:
                        yield text
                return
            except LlmUnavailable as error:
                if left <= 0 or reply.characters or error.retry_after_s:
                    raise
                left -= 1
                await asyncio.sleep(0.1)
            except LlmRequestRefused:
                if reply.refusal is None or not search.next(reply.refusal):
                    raise

    async def _one_attempt(self, request: dict[str, Any], search: Search, reply: _Reply) -> AsyncGenerator[str, None]:
        try:
            async with reply.next_deadline():
                chunks = await self._completions.create(**request)
            reply.accepted = True
            async with chunks:  # leaving it, by whatever way, closes the connection: the model stops
                while True:
                    async with reply.next_deadline():
                        chunk = await anext(chunks, None)
                    if chunk is None:
                        break
                    text = reply.read(chunk)
                    if reply.arrived:
                        search.worked()
                    if text:
                        yield text
                    if reply.arrived > reply.max_characters:
                        if not reply.characters:
                            raise LlmIncomplete  # all of it was thought
                        return
        except TimeoutError:
            if not reply.finished:
                raise LlmTimeout from None
        except openai.APIStatusError as error:
            raise _from_status(error, reply) from None
        except (openai.APIConnectionError, httpx.TransportError):
            if not reply.finished:
                raise (LlmIncomplete if reply.characters else LlmUnavailable) from None
        except (openai.OpenAIError, AnswerTooLarge, ValueError, TypeError, AttributeError, LookupError):
            if not reply.finished:  # an error inside the stream, or something that is no chat completion at all
                raise LlmError from None
        if not reply.finished:
            raise LlmIncomplete

    async def warm_up(self) -> None:
        """One tiny request. Errors: those of `stream`."""
        said = [Message("user", "Say OK.")]
        with nobody_waits():
            async for _ in self.stream(said, max_tokens=1, timeout_s=120, first_token_timeout_s=120):
                pass

    async def close(self) -> None:
        await self._client.close()


@dataclass(slots=True)
class _Reply:
    """What is known about one reply while it arrives. Times are those of the event loop's clock."""

    deadline: float
    first_token_by: float
    stall_timeout_s: float
    max_characters: int
    thinking: ThinkingFilter
    characters: int = 0
    """Of the text that was given on."""
    arrived: int = 0
    """Characters in all, thoughts included."""
    accepted: bool = False
    """Whether the service began to answer, so that the request cost something."""
    finished: bool = False
    usage: Usage = field(default_factory=Usage)
    status: int | None = None
    refusal: str | None = None
    """What the service said when it refused the request as such. Read for the names of parameters, never passed on."""

    @property
    def slow_only(self) -> bool:
        """Ran out of its total time while tokens were still coming: slow, or given little time, but alive."""
        return self.arrived > 0 and asyncio.get_running_loop().time() >= self.deadline

    def counted(self, messages: Sequence[Message]) -> Usage:
        """What the request cost, as the service reports it. What it does not report - the figures come last, so never for
        a reply that was cut off by a deadline or by whoever read it - is estimated: a token for every four characters of
        the prompt, and of what had arrived, thoughts included."""
        sent = sum(len(m.content) for m in messages)
        told = self.usage
        return Usage(
            _tokens(sent) if told.prompt_tokens is None else told.prompt_tokens,
            told.prompt_tokens_cached,
            _tokens(self.arrived) if told.completion_tokens is None else told.completion_tokens,
        )

    def next_deadline(self) -> asyncio.Timeout:
        """Entered around each wait, never around a `yield`: a timeout must not hit the consumer's own awaits."""
        now = asyncio.get_running_loop().time()
        if self.finished:
            limit = now + _USAGE_WAIT_S
        elif self.characters:
            limit = now + self.stall_timeout_s
        else:  # thoughts are no answer, however steadily they come
            limit = self.first_token_by
        return asyncio.timeout_at(min(limit, self.deadline))

    def read(self, chunk: ChatCompletionChunk) -> str:
        """Take one chunk in; returns its text. A reply held back, by the service's filter or the model, is an error."""
        self.usage = _usage(chunk) or self.usage
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        delta = choice.delta
        if choice.finish_reason == "content_filter" or (delta and delta.refusal):
            raise LlmRequestRefused
        said = (delta.content or "") if delta else ""
        if not isinstance(said, str):
            raise TypeError
        self.finished = self.finished or choice.finish_reason is not None
        self.arrived += len(said) + _length_of_thought(delta)
        text = self.thinking.feed(said) + (self.thinking.end() if self.finished else "")
        self.characters += len(text)
        return text


def _tokens(characters: int) -> int:
    return (characters + 3) // 4


def _length_of_thought(delta: ChoiceDelta | None) -> int:
    """Characters of reasoning, which services send beside the text under one of two names."""
    extra = (delta.model_extra if delta else None) or {}
    return sum(len(extra[name]) for name in ("reasoning_content", "reasoning") if isinstance(extra.get(name), str))


def _usage(chunk: ChatCompletionChunk) -> Usage | None:
    """Usage from the standard figures, or from llama.cpp's `timings` (prompt_n evaluated, cache_n reused)."""
    timings = (chunk.model_extra or {}).get("timings")
    if isinstance(timings, dict) and "prompt_n" in timings:
        cached = int(timings.get("cache_n") or 0)
        return Usage(int(timings["prompt_n"]) + cached, cached, int(timings.get("predicted_n") or 0))
    if chunk.usage is None:
        return None
    details = chunk.usage.prompt_tokens_details
    return Usage(chunk.usage.prompt_tokens, details.cached_tokens if details else None, chunk.usage.completion_tokens)


def _from_status(error: openai.APIStatusError, reply: _Reply) -> LlmError:
    """Our error for an HTTP status; never the service's own words."""
    reply.status = error.status_code
    if error.status_code in (401, 403):
        return LlmKeyRejected()
    if error.status_code == 429:
        return LlmUnavailable(retry_after_s=_retry_after_s(error.response))
    if error.status_code >= 500:
        return LlmUnavailable()
    if error.status_code >= 400:
        reply.refusal = error.message if error.status_code in _REFUSALS else None
        return LlmRequestRefused()
    return LlmError()  # a redirect: not followed, the key stays here


def _retry_after_s(response: httpx.Response) -> int:
    value = response.headers.get("Retry-After", "")
    return max(1, min(120, int(value))) if value.isdigit() else 5
