"""Live recordings: sound that arrives while it is spoken, in memory only, for as long as the recording lives."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from backend.asr.live_decode import PieceDecoder, piece_decoder
from backend.asr.ports import Listening, Partial, PauseScore, Samples
from backend.errors import (
    AtCapacity,
    AudioTooLarge,
    AudioTooLong,
    AudioTypeUnsupported,
    AudioUnreadable,
    NotFound,
    RecordingGap,
    RecordingIncomplete,
)
from backend.interview.prepared import Prepared


@dataclass(slots=True, eq=False)
class Recording:
    """Pieces in order. `mime` says how the joined pieces are encoded.

    Heard while it arrives (`listening`) where that is possible; else, and for containers that may turn out to be
    unreadable in pieces, `chunks` keeps the bytes for one pass at the end.
    """

    recording_id: str
    owner_id: str
    session_id: str
    mime: str
    received: int = 0
    size: int = 0
    chunks: list[bytes] = field(default_factory=list)
    listening: Listening | None = None
    prepared: Prepared | None = None
    _decoder: PieceDecoder | None = None
    _ended: bool = False
    _too_long: AudioTooLong | None = None
    timer: asyncio.TimerHandle | None = None

    def listen(self, listening: Listening) -> None:
        """Hear the pieces as they come. Raises `AudioTypeUnsupported` for impossible raw samples."""
        try:
            self._decoder = piece_decoder(self.mime, self._hear)
        except AudioTypeUnsupported:
            listening.stop()
            raise
        self.listening = listening

    @property
    def partial(self) -> Partial:
        return self.listening.partial if self.listening is not None else Partial()

    @property
    def pause(self) -> PauseScore | None:
        return self.listening.pause if self.listening is not None else None

    def take(self, data: bytes) -> None:
        """The next piece. Raises `AudioTooLong`."""
        if self._decoder is not None:
            try:
                self._decoder.feed(data)
            except (AudioTypeUnsupported, AtCapacity):
                self._give_up_hearing()
        if self._too_long is not None:
            raise self._too_long
        if self._decoder is None or not self._raw:
            self.chunks.append(data)
        self.received += 1
        self.size += len(data)

    async def complete(self, count: int | None) -> Listening | bytes:
        """All sound: what is listening to it, which hears the rest from now on, or the joined bytes to be decoded.

        Raises `RecordingIncomplete` unless exactly `count` pieces have arrived.
        """
        if count is not None and count != self.received:
            raise RecordingIncomplete(details={"received": self.received, "expected": count})
        if self._decoder is not None and not self._ended:
            try:
                await self._decoder.end()
                self._ended = True
            except AudioUnreadable:
                self._give_up_hearing()
        if self._too_long is not None:
            raise self._too_long
        if self.listening is not None and self.listening.duration_s >= 0.05:
            self.listening.end()
            return self.listening
        return b"".join(self.chunks)

    @property
    def ended(self) -> bool:
        return self._ended

    def stop(self, *, keep_listening: bool = False) -> None:
        """Forget the sound. `keep_listening`: a turn has taken over what is listening."""
        if self.timer is not None:
            self.timer.cancel()
        if self._decoder is not None:
            self._decoder.stop()
        if self.prepared is not None:
            self.prepared.stop()
        if self.listening is not None and not keep_listening:
            self.listening.stop()
        self.chunks = []

    @property
    def _raw(self) -> bool:
        return self.mime.strip().lower().startswith("audio/l16")

    def _hear(self, samples: Samples) -> None:
        if self.listening is None or self._too_long is not None:
            return
        try:
            self.listening.add(samples)
        except AudioTooLong as error:
            self._too_long = error

    def _give_up_hearing(self) -> None:
        """This recording cannot be heard in pieces; all of its bytes are in `chunks`."""
        if self._decoder is not None:
            self._decoder.stop()
        if self.listening is not None:
            self.listening.stop()
        self._decoder = self.listening = None


class Recordings:
    """The recordings that are being made now. One nobody sends to for `idle_s` is thrown away."""

    def __init__(self, *, max_bytes: int, limit: int = 64, idle_s: float = 180.0) -> None:
        self._max_bytes = max_bytes
        self._limit = limit
        self._idle_s = idle_s
        self._open: dict[str, Recording] = {}

    def begin(self, owner_id: str, session_id: str, mime: str) -> Recording:
        """Start a recording; a session has one at a time, the newest wins."""
        self.drop_session(session_id)
        if len(self._open) >= self._limit:
            raise AtCapacity(retry_after_s=10)
        recording = Recording(f"rec_{secrets.token_urlsafe(12)}", owner_id, session_id, mime)
        self._open[recording.recording_id] = recording
        self._touch(recording)
        return recording

    def get(self, owner_id: str, session_id: str, recording_id: str) -> Recording:
        found = self._open.get(recording_id)
        if found is None or found.owner_id != owner_id or found.session_id != session_id:
            raise NotFound
        return found

    def of_session(self, session_id: str) -> Recording | None:
        """The recording that is being made in a session."""
        return next((r for r in self._open.values() if r.session_id == session_id), None)

    def put(self, recording: Recording, number: int, data: bytes) -> int:
        """Add piece `number` (from 0); the same number again is a no-op. Returns how many pieces have arrived."""
        expected = recording.received
        if number > expected or (number == expected and recording.ended):
            raise RecordingGap(details={"expected": expected})
        if number == expected:
            if recording.size + len(data) > self._max_bytes:
                raise AudioTooLarge
            recording.take(data)
        self._touch(recording)
        return recording.received

    def hand_over(self, recording_id: str) -> None:
        """A turn has taken this recording."""
        if recording := self._open.pop(recording_id, None):
            recording.stop(keep_listening=True)

    def drop(self, recording_id: str) -> None:
        if recording := self._open.pop(recording_id, None):
            recording.stop()

    def drop_session(self, session_id: str) -> None:
        for recording in [r for r in self._open.values() if r.session_id == session_id]:
            self.drop(recording.recording_id)

    def close(self) -> None:
        for recording_id in list(self._open):
            self.drop(recording_id)

    def _touch(self, recording: Recording) -> None:
        if recording.timer is not None:
            recording.timer.cancel()
        loop = asyncio.get_running_loop()
        recording.timer = loop.call_later(self._idle_s, self.drop, recording.recording_id)
