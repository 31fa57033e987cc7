"""ModelAuthor: a language model writes the reply, and what is not proved is not said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from backend.coaching.author.ask import AGAIN
from backend.coaching.author.briefing import LOCAL, REMOTE, Room, prompt, scored_dimensions
from backend.coaching.author.ports import Authored, Brief, Proposal
from backend.coaching.author.proved import ProvedReply
from backend.coaching.author.reply import CHAT, Asked, CoachReply, ReplyReader, form_of, reply_schema
from backend.coaching.author.whole_text import WholeText
from backend.coaching.feedback import Feedback
from backend.coaching.grounding import Look, SecondLook
from backend.coaching.text import written_sentences
from backend.errors import AppError, LlmError, LlmReplyUnusable, LlmTimeout
from backend.llm.ports import ChatModel, Message

log = logging.getLogger(__name__)

_MOST_AFTER = 32
"""Pieces that a model may write after the object has been closed."""


@dataclass(frozen=True, slots=True)
class ModelAuthor:
    """Writes with `chat`. `look`: the second look at what turns on meaning; None: what code proves has to do.

    `private`: the model runs on another host, so contact lines stay here. `short`: it is slow, and is asked for less.
    `on_dropped` is told the kind of everything that was not said.
    """

    chat: ChatModel
    look: SecondLook | None = None
    patient: SecondLook | None = None
    """The same with more time, for what nobody waits for."""
    private: bool = True
    short: bool = False
    whole_s: float = 30.0
    """How long a reply may take in all."""
    on_dropped: Callable[[str], None] = field(default=lambda kind: None)

    @property
    def room(self) -> Room:
        return LOCAL if self.short else REMOTE

    def write(self, brief: Brief) -> Authored:
        authored = Authored()
        writing = _Writing(self, brief, authored)
        authored.task = asyncio.create_task(writing.run(), name=f"author {brief.slot}")
        return authored


class _Writing:
    """One reply, from the first token to the feedback."""

    def __init__(self, author: ModelAuthor, brief: Brief, authored: Authored) -> None:
        self._author = author
        self._brief = brief
        self._out = authored
        self._form = form_of(brief.analysis.answer.mode, short=author.short)
        self._reader = ReplyReader(self._form)
        self._sentences_seen = 0
        self._words_said = 0
        self._reaction: list[str] = []
        self._reaction_over = self._reaction_looked_at = False
        self._asked = False
        self._question_look: asyncio.Task[None] | None = None
        self._points_look: asyncio.Task[None] | None = None

    async def run(self) -> None:
        feedback: Feedback | None = None
        try:
            await self._try_to_write()
            feedback = await self._whole()
        finally:  # stopped as well: nobody is left waiting
            self._out.settle(feedback)
            for task in (self._question_look, self._points_look):
                if task is not None:
                    task.cancel()

    async def _try_to_write(self) -> None:
        try:
            self._proved = await asyncio.to_thread(
                ProvedReply, self._brief, self._author.on_dropped, private=self._author.private
            )
            async with asyncio.timeout(self._author.whole_s):
                await self._write()
        except LlmError as error:
            self._out.failure = error
        except TimeoutError:
            self._out.failure = LlmTimeout()
        except Exception:
            log.exception("the author failed")
            self._out.failure = AppError()

    async def _write(self) -> None:
        brief, author = self._brief, self._author
        messages = prompt(brief, author.room, private=author.private)
        await self._stream(messages)
        if not self._usable():  # one repair, for a model that wrote something else than the object
            told = Message("assistant", self._reader.text[:2_000] or "{}")
            self._reader = ReplyReader(self._form)
            await self._stream([*messages, told, Message("user", AGAIN)])
        if not self._usable():
            self._out.failure = LlmReplyUnusable()

    async def _stream(self, messages: list[Message]) -> None:
        brief, author = self._brief, self._author
        stream = author.chat.stream(
            messages,
            max_tokens=author.room.reply,
            temperature=0.0,
            slot=brief.slot,
            timeout_s=author.whole_s,
            first_token_timeout_s=author.whole_s,
            schema=reply_schema(scored_dimensions(brief.analysis.answer.mode), self._form),
            on_usage=brief.on_usage,
        )
        async with aclosing(stream) as pieces:
            after = 0
            async for piece in pieces:
                if self._reader.ended:  # only the count of tokens is still to come
                    after += 1
                    if after > _MOST_AFTER:
                        break
                    continue
                self._reader.feed(piece)
                if self._advance():
                    break
        self._reader.close()
        self._advance()

    def _usable(self) -> bool:
        reply = self._reader.reply
        return bool(reply.concern or reply.reaction or reply.strengths or reply.gaps or reply.errors)

    # --- while it streams --------------------------------------------------------------------------------------------

    def _advance(self) -> bool:
        """Hand over what has become whole. True: there is a concern, and nothing more is wanted."""
        reader = self._reader
        if reader.reply.concern is not None and not self._reaction:
            self._out.concern = self._proved.concern(reader.reply.concern)
            self._out.said_all()
            return True
        self._react()
        if "next_question" in reader.done and not self._asked and reader.reply.next_question is not None:
            self._asked = True
            self._ask(reader.reply.next_question)
        if self._form.looked_at <= reader.done:
            self._look_at_points(reader.reply)
        return False

    def _react(self) -> None:
        """Say each sentence of the reaction as soon as it stands, where code proves it."""
        if self._reaction_over:
            return
        over = "reaction" in self._reader.done
        found = [s.text for s in written_sentences(self._reader.reaction_so_far)]
        whole = found if over else found[:-1]
        for sentence in whole[self._sentences_seen :]:
            self._words_said += len(sentence.split())
            if self._words_said > self._form.most_reaction_words and self._reaction:
                break
            if self._proved.may_say(sentence):
                self._reaction.append(sentence)
                self._out.say(sentence)
        self._sentences_seen = max(self._sentences_seen, len(whole))
        if over and whole:
            self._reaction_over = True
            self._out.said_all()

    def _ask(self, asked: Asked) -> None:
        """The question: proved by code now, looked at once more while the reaction plays, which is looked at with it."""
        proposal = self._proved.ask(asked)
        if proposal is None or self._author.look is None:
            self._answer_question(proposal)
        else:
            looking = self._look_at(proposal, self._author.look, self._looks_at_reaction(2))
            self._question_look = asyncio.create_task(looking, name="second look")

    async def _look_at(self, proposal: Proposal, look: SecondLook, reaction: Sequence[Look]) -> None:
        verdicts = await self._second_look(look, [self._proved.look_of(proposal), *reaction])
        supported = verdicts.get(1, True)
        if not supported:
            self._proved.drop("question_unsupported")
        self._answer_question(proposal if supported else None)
        if reaction:
            self._mend_reaction(verdicts, 2)

    def _looks_at_reaction(self, first: int) -> list[Look]:
        """What is asked about the reaction, once, where it is over; in a talk it is the reply itself, of any subject."""
        if not self._reaction_over or self._reaction_looked_at or self._form is CHAT:
            return []
        self._reaction_looked_at = True
        return WholeText(" ".join(self._reaction), first).looks(self._proved.all_sources())

    def _mend_reaction(self, verdicts: Mapping[int, bool], first: int) -> None:
        """What was said and is not supported is not shown and not said again."""
        said = WholeText(" ".join(self._reaction), first)
        left = said.left(verdicts, of_one_piece=False)
        gone = [sentence for sentence in said.sentences if sentence not in left]
        for _ in gone:
            self._proved.drop("reaction_unsupported")
        self._out.retracted += gone
        self._reaction = left

    def _answer_question(self, proposal: Proposal | None) -> None:
        if not self._out.question.done():
            self._out.question.set_result(proposal)

    def _look_at_points(self, reply: CoachReply) -> None:
        """Points and rewrite: proved by code once they are whole, and looked at while the rest is still being written."""
        if self._points_look is None:
            self._proved.points(reply)
            self._points_look = asyncio.create_task(self._settle_points(), name="second look")

    async def _settle_points(self) -> None:
        look, items = self._author.look, self._proved.looks()
        first = max((item.n for item in items), default=0) + 1
        reaction = self._looks_at_reaction(first)
        if look is not None and (items or reaction):
            verdicts = await self._second_look(look, [*items, *reaction])
            self._proved.keep(verdicts)
            if reaction:
                self._mend_reaction(verdicts, first)
        self._out.show(self._proved.first_points())

    async def _second_look(self, look: SecondLook, items: Sequence[Look]) -> Mapping[int, bool]:
        """What it says; nothing where it fails, and then what code has proved stays."""
        try:
            return await look.look(items, slot=self._brief.slot, on_usage=self._brief.on_usage)
        except AppError as error:
            log.info("no second look", extra={"code": error.code})
            return {}

    # --- the end -----------------------------------------------------------------------------------------------------

    async def _whole(self) -> Feedback | None:
        """The feedback, made of what was proved; None where no usable reply came."""
        if self._out.concern is not None:
            return self._proved.with_concern(self._out.concern)
        self._out.said_all()
        if not self._usable():
            return None
        if not self._asked:
            self._answer_question(None)
        self._look_at_points(self._reader.reply)
        await asyncio.wait([task for task in (self._points_look, self._question_look) if task is not None])
        return self._proved.feedback(self._reader.reply, " ".join(self._reaction))
