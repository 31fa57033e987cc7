"""Ready sound: what the coach says in the same words again and again is spoken before anybody needs it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from backend.coaching.coach import SET_OPENERS, SET_REACTIONS
from backend.errors import TtsError
from backend.interview.cores import Cores
from backend.interview.main_questions import CLOSING
from backend.tts.ports import Voice
from backend.tts.sentences import Speakable, speakable


async def render_ahead(voice: Voice, rates: Iterable[float], cores: Cores) -> None:
    """Have the set phrases spoken at each of these rates, in the background; `voice` is one that remembers."""
    for rate in sorted(set(rates)):
        for text in (*SET_OPENERS, *SET_REACTIONS, *CLOSING):
            cutter = Speakable()
            for piece in (*cutter.feed(text), *cutter.flush()):

                async def speak(words: str = speakable(piece), rate: float = rate) -> None:
                    await voice.speak(words, rate=rate)

                with contextlib.suppress(TtsError):  # it is spoken when it is needed, then
                    await cores.in_background(speak)
