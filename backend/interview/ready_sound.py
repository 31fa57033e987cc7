"""Ready sound: what the coach says in the same words again and again is spoken before anybody needs it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Literal

from backend.coaching.coach import SET_OPENERS, SET_REACTIONS
from backend.errors import TtsError
from backend.interview.cores import Cores
from backend.jobs.question_lines import QuestionLines
from backend.tts.ports import Manner, Voice
from backend.tts.sentences import Speakable, speakable

SHORTEST_OPENER = 15
"""Characters: how a reaction begins is cut off before the quote, because it has been spoken ahead."""


def reaction_pieces(text: str) -> list[str]:
    """A reaction as it is spoken, piece by piece."""
    return _pieces(text, Speakable(first=SHORTEST_OPENER))


def ready_pieces() -> dict[str, Literal["feedback", "question"]]:
    """All that is spoken ahead, and as what it is said."""
    reactions = [piece for text in (*SET_OPENERS, *SET_REACTIONS) for piece in reaction_pieces(text)]
    questions = [piece for text in QuestionLines().about["Closing"] for piece in _pieces(text, Speakable())]
    return {**dict.fromkeys(questions, "question"), **dict.fromkeys(reactions, "feedback")}


def _pieces(text: str, cutter: Speakable) -> list[str]:
    return [*cutter.feed(text), *cutter.flush()]


async def render_ahead(
    voice: Voice, rates: Iterable[float], cores: Cores, manner: Callable[[Literal["feedback", "question"]], Manner]
) -> None:
    """Have the set phrases spoken at each of these rates, in the background; `voice` is one that remembers, `manner` how it
    says what."""
    for rate in sorted(set(rates)):
        for piece, role in sorted(ready_pieces().items()):
            how = manner(role)

            async def speak(words: str = speakable(piece), rate: float = rate, how: Manner = how) -> None:
                await voice.speak(words, rate=rate, manner=how)

            with contextlib.suppress(TtsError):  # it is spoken when it is needed, then
                await cores.in_background(speak)
