"""Set phrases are spoken ahead, and are then free."""

from __future__ import annotations

from backend.coaching.coach import SET_REACTIONS
from backend.interview.cores import Cores
from backend.interview.ready_sound import render_ahead
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
