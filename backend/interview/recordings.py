"""Live recordings: sound that arrives while it is spoken, in memory only, for as long as the recording lives."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from backend.errors import AtCapacity, AudioTooLarge, NotFound, RecordingGap, RecordingIncomplete


@dataclass(slots=True)
class Recording:
    """Pieces in order. `mime` says how the joined pieces are encoded."""

    recording_id: str
    owner_id: str
    session_id: str
    mime: str
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    touched_at: float = field(default_factory=time.monotonic)

    def joined(self, count: int | None) -> bytes:
        """All sound so far. Raises `RecordingIncomplete` unless exactly `count` pieces have arrived."""
        if count is not None and count != len(self.chunks):
            raise RecordingIncomplete(details={"received": len(self.chunks), "expected": count})
        return b"".join(self.chunks)


class Recordings:
    """The recordings that are being made now."""

    def __init__(self, *, max_bytes: int, limit: int = 64, idle_s: float = 600.0) -> None:
        self._max_bytes = max_bytes
        self._limit = limit
        self._idle_s = idle_s
        self._open: dict[str, Recording] = {}

    def begin(self, owner_id: str, session_id: str, mime: str) -> Recording:
        """Start a recording; a session has one at a time, the newest wins."""
        self._drop_idle()
        for other in [r for r in self._open.values() if r.session_id == session_id]:
            del self._open[other.recording_id]
        if len(self._open) >= self._limit:
            raise AtCapacity(retry_after_s=10)
        recording = Recording(f"rec_{secrets.token_urlsafe(12)}", owner_id, session_id, mime)
        self._open[recording.recording_id] = recording
        return recording

    def get(self, owner_id: str, session_id: str, recording_id: str) -> Recording:
        found = self._open.get(recording_id)
        if found is None or found.owner_id != owner_id or found.session_id != session_id:
            raise NotFound
        return found

    def put(self, recording: Recording, number: int, data: bytes) -> int:
        """Add piece `number` (from 0); the same number again is a no-op. Returns how many pieces have arrived."""
        expected = len(recording.chunks)
        if number > expected:
            raise RecordingGap(details={"expected": expected})
        if number == expected:
            if recording.size + len(data) > self._max_bytes:
                raise AudioTooLarge
            recording.chunks.append(data)
            recording.size += len(data)
        recording.touched_at = time.monotonic()
        return len(recording.chunks)

    def drop(self, recording_id: str) -> None:
        self._open.pop(recording_id, None)

    def drop_session(self, session_id: str) -> None:
        for recording in [r for r in self._open.values() if r.session_id == session_id]:
            del self._open[recording.recording_id]

    def _drop_idle(self) -> None:
        now = time.monotonic()
        for recording in [r for r in self._open.values() if now - r.touched_at > self._idle_s]:
            del self._open[recording.recording_id]
