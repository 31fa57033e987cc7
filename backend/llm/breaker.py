"""Circuit breaker: a model that has failed several times in a row is left alone for a while and costs nothing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Literal

_UNWAITED: ContextVar[bool] = ContextVar("unwaited", default=False)

State = Literal["closed", "open", "half_open"]


@contextlib.contextmanager
def nobody_waits() -> Iterator[None]:
    """What is asked of a model in here, and in tasks that begin in here, opens no breaker when it fails: a warm-up, a
    probe, a plan. A turn after them is still tried. Where it succeeds, it closes one as any other call does."""
    token = _UNWAITED.set(True)
    try:
        yield
    finally:
        _UNWAITED.reset(token)


class Breaker:
    """Open after `failures` failures in a row, for `rest_s` seconds; then one probe decides.

    Used from one event loop. A call that neither succeeded nor failed (cancelled, refused for its own content, told to
    slow down) must be given back with `neutral`, so that a probe cannot get lost.
    """

    def __init__(self, *, failures: int = 3, rest_s: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._rest_s, self._clock = failures, rest_s, clock
        self._in_a_row = 0
        self._open_until: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        if self._open_until is None:
            return "closed"
        return "open" if self._clock() < self._open_until else "half_open"

    def allow(self) -> bool:
        """May a call be made now? In the half-open state only one is let through."""
        if self.state == "closed":
            return True
        if self.state == "open" or self._probing:
            return False
        self._probing = True
        return True

    def retry_after_s(self) -> int:
        """Whole seconds until a call may be let through, at least 1."""
        return max(1, round((self._open_until or 0.0) - self._clock()))

    def success(self) -> None:
        self._in_a_row, self._open_until, self._probing = 0, None, False

    def failure(self) -> None:
        if not _UNWAITED.get():
            self._in_a_row += 1
            if self._probing or self._in_a_row >= self._limit:
                self._open_until = self._clock() + self._rest_s
        self._probing = False

    def neutral(self) -> None:
        self._probing = False
