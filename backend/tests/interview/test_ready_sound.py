"""Set phrases are spoken ahead, and are then free."""

from __future__ import annotations

from backend.coaching.coach import SET_OPENERS, SET_REACTIONS
from backend.interview.cores import Cores
from backend.interview.ready_sound import render_ahead
from backend.interview.turn import SHORTEST_OPENER
from backend.tts.cache import CachedVoice
from backend.tts.sentences import Speakable, speakable
from backend.tts.tone import ToneVoice


async def test_every_set_phrase_is_in_the_memory_of_the_voice() -> None:
    looked_up: list[str] = []
    voice = CachedVoice(ToneVoice(), on_result=looked_up.append)
    await render_ahead(voice, [1.0, 1.1, 1.0], Cores())
    assert len(looked_up) >= 2 * len(SET_REACTIONS)
    looked_up.clear()
    for text in SET_REACTIONS:
        cutter = Speakable()
        for piece in (*cutter.feed(text), *cutter.flush()):
            await voice.speak(speakable(piece), rate=1.1)
    assert set(looked_up) == {"hit"}


async def test_a_reaction_begins_with_sound_that_is_ready() -> None:
    looked_up: list[str] = []
    voice = CachedVoice(ToneVoice(), on_result=looked_up.append)
    await render_ahead(voice, [1.0], Cores())
    looked_up.clear()
    for opener in SET_OPENERS:
        cutter = Speakable(first=SHORTEST_OPENER)
        first, *_ = cutter.feed(f"{opener} “the calls went from nine a month to one”; say what you did.")
        await voice.speak(speakable(first), rate=1.0)
    assert set(looked_up) == {"hit"}
