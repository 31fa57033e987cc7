"""Which prompt cache of the local server a session uses: least recently used gives way, idle ones first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class SlotMap:
    """Sessions to slot numbers 0..n-1. Bounded: at most `slots` sessions are remembered.

    `on_result` is told "own" when a session finds its slot, "free" when it takes one nobody had, and "gave_way" when
    another session's cache was lost for it.
    """

    def __init__(self, slots: int, on_result: Callable[[str], None] = lambda result: None) -> None:
        self._slots = slots
        self._on_result = on_result
        self._slot_of: OrderedDict[str, int] = OrderedDict()
        self._running: dict[str, int] = {}

    @contextmanager
    def use(self, session: str) -> Iterator[int]:
        """The slot of this session for the length of one request.

        A new session takes a free slot, else the one of the idle session that was used least recently, else (all busy)
        of the least recently used one, whose server queues the request.
        """
        slot = self._slot_of.get(session)
        if slot is None:
            slot = self._take()
            self._slot_of[session] = slot
        else:
            self._on_result("own")
        self._slot_of.move_to_end(session)
        self._running[session] = self._running.get(session, 0) + 1
        try:
            yield slot
        finally:
            self._running[session] -= 1
            if not self._running[session]:
                del self._running[session]

    def _take(self) -> int:
        if len(self._slot_of) < self._slots:
            self._on_result("free")
            return min(set(range(self._slots)) - set(self._slot_of.values()))
        self._on_result("gave_way")
        oldest = next((s for s in self._slot_of if s not in self._running), next(iter(self._slot_of)))
        return self._slot_of.pop(oldest)
