"""Set phrases are spoken ahead, and are then free."""

from __future__ import annotations

import pytest

from backend.coaching.coach import SET_OPENERS, SET_REACTIONS
from backend.interview.cores import Cores
from backend.interview.ready_sound import reaction_pieces, ready_pieces, render_ahead
from backend.interview.voicing import manner_of
from backend.jobs.question_lines import QuestionLines
from backend.tts.cache import CachedVoice
from backend.tts.sentences import Speakable, speakable
from backend.tts.tone import ToneVoice


@pytest.fixture
async def voice() -> tuple[CachedVoice, list[str]]:
    looked_up: list[str] = []
    remembers = CachedVoice(ToneVoice(), on_result=looked_up.append)
    await render_ahead(remembers, [1.0, 1.1, 1.0], Cores(), manner_of)
    assert len(looked_up) == 2 * len(ready_pieces()) > 2 * len(SET_REACTIONS)
    looked_up.clear()
    return remembers, looked_up


async def test_every_set_phrase_is_in_the_memory_of_the_voice(voice: tuple[CachedVoice, list[str]]) -> None:
    remembers, looked_up = voice
    cutter = Speakable()
    questions = [piece for text in QuestionLines().about["Closing"] for piece in (*cutter.feed(text), *cutter.flush())]
    for piece in questions:
        await remembers.speak(speakable(piece), rate=1.1, manner=manner_of("question"))
    for piece in (piece for text in SET_REACTIONS for piece in reaction_pieces(text)):
        await remembers.speak(speakable(piece), rate=1.1, manner=manner_of("feedback"))
    assert set(looked_up) == {"hit"}


async def test_a_reaction_begins_with_sound_that_is_ready(voice: tuple[CachedVoice, list[str]]) -> None:
    remembers, looked_up = voice
    for opener in SET_OPENERS:
        first, *_ = reaction_pieces(f"{opener} That was a good length. Have a look at the points.")
        await remembers.speak(speakable(first), rate=1.0, manner=manner_of("feedback"))
    assert set(looked_up) == {"hit"}
