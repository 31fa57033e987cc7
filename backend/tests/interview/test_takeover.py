"""A turn whose replica died is ended by another one, which knows its events."""

from __future__ import annotations

from functools import partial

from backend.interview.active_turns import TurnStream
from backend.interview.elsewhere import Takeover
from backend.interview.events import FeedbackDelta, TranscriptFinal, TurnStarted
from backend.interview.exchange import MemoryExchange
from backend.storage.stores import Stores
from backend.tests.storage.samples import a_session, a_turn, heard


async def test_what_was_said_is_kept_where_the_replica_died_before_it_had_stored_it() -> None:
    stores, exchange = await Stores.open("sqlite+aiosqlite://"), MemoryExchange()
    session = a_session(await stores.owners.create())
    await stores.sessions.add(session)
    turn = a_turn(session)
    assert (turn.outcome, turn.transcript) == ("running", None)
    await stores.turns.add(turn)
    stream = TurnStream(turn.turn_id, arrived_at=0.0)
    stream.publish = partial(exchange.publish, turn.turn_id)
    stream.emit(TurnStarted(question_id="q", state="transcribing"))
    stream.emit(TranscriptFinal(heard=heard("I measured it first.")))
    stream.emit(FeedbackDelta(text="Good.", offset=0))
    await Takeover(exchange, stores.turns, longest_s=60).end(turn)
    kept = await stores.turns.get(turn.owner_id, turn.session_id, turn.turn_id)
    assert kept is not None
    assert kept.transcript == heard("I measured it first.")
    assert (kept.outcome, kept.feedback_text) == ("failed", "Good.")
    names = [wire["event"] for wire in kept.events]
    assert names == ["turn.started", "transcript.final", "feedback.delta", "turn.failed", "turn.ended"]
    await stores.close()
