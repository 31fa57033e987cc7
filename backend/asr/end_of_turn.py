"""Has the candidate finished? A pause is judged when it begins and again while it lasts, beside the hearing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from backend.asr.ports import SAMPLE_RATE, Samples

log = logging.getLogger(__name__)

Judge = Callable[[Samples], float]
"""How likely it is (0..1) that the speech at the end of these samples is finished. Blocks for tens of milliseconds."""

_LOOKS_BACK = 8 * SAMPLE_RATE
_FROM_S, _UNTIL_S = 0.2, 4.0
"""A shorter silence is part of speaking; after a longer one the client's own longest pause has decided."""
_OFTEN_S, _SELDOM_S, _SELDOM_FROM_S = 0.15, 0.45, 1.5
"""Pauses between two judgements: what a second and a half of silence has not told, the next one seldom does."""


class PauseWatch:
    """The pauses of one recording. It lives on the event loop; only the judge runs in the pool, one call at a time."""

    def __init__(self, judge: Judge, pool: ThreadPoolExecutor) -> None:
        self._judge = judge
        self._pool = pool
        self._sound: Samples = np.zeros(0, dtype=np.float32)
        self._pause = 0
        self._judged_s = 0.0
        self._task: asyncio.Task[None] | None = None
        self.score: tuple[float, float] | None = None
        """(how finished it sounds, seconds of the recording at which that was judged) of the pause that lasts now."""

    def hear(self, samples: Samples, *, silent_s: float, at_s: float) -> None:
        """The next sound of the recording, now `at_s` long; the last `silent_s` of it are silence after speech."""
        self._sound = np.concatenate([self._sound, samples])[-_LOOKS_BACK:]
        if silent_s < _FROM_S:
            self._pause += 1
            self._judged_s, self.score = 0.0, None
            return
        step = _SELDOM_S if silent_s > _SELDOM_FROM_S else _OFTEN_S
        busy = self._task is not None and not self._task.done()
        if busy or silent_s > _UNTIL_S or silent_s - self._judged_s < step:
            return
        self._judged_s = silent_s
        self._task = asyncio.create_task(self._look(self._pause, self._sound, at_s), name="end of turn")

    def stop(self) -> None:
        """Judge nothing more."""
        if self._task is not None:
            self._task.cancel()
        self._sound, self.score = np.zeros(0, dtype=np.float32), None

    async def _look(self, pause: int, sound: Samples, at_s: float) -> None:
        try:
            complete = await asyncio.get_running_loop().run_in_executor(self._pool, self._judge, sound)
        except Exception:  # the client's own rule goes on without it
            log.exception("the end of a turn could not be judged")
            return
        if pause == self._pause:
            self.score = (round(complete, 3), round(at_s, 3))
