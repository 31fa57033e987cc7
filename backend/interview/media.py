"""MediaShelf: spoken clips in memory for as long as a client may fetch them."""

from __future__ import annotations

from collections import OrderedDict


class MediaShelf:
    """WAV files by id, the least recently used give way. A clip that is gone is spoken again from its text."""

    def __init__(self, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._clips: OrderedDict[str, bytes] = OrderedDict()

    def put(self, media_id: str, wav: bytes) -> None:
        self._size -= len(self._clips.pop(media_id, b""))
        self._clips[media_id] = wav
        self._size += len(wav)
        while self._size > self._max_bytes and len(self._clips) > 1:
            _, oldest = self._clips.popitem(last=False)
            self._size -= len(oldest)

    def get(self, media_id: str) -> bytes | None:
        if media_id in self._clips:
            self._clips.move_to_end(media_id)
        return self._clips.get(media_id)

    def drop(self, prefix: str) -> None:
        """Forget every clip whose id starts with `prefix`."""
        for media_id in [m for m in self._clips if m.startswith(prefix)]:
            self._size -= len(self._clips.pop(media_id))
