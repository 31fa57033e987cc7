"""How many tokens of the language model each owner may use in a day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime

from limits.aio.storage import RedisStorage
from limits.errors import StorageError

log = logging.getLogger(__name__)

_KEPT_S = 48 * 3600


class TokenBudget:
    """Counts tokens by owner and day (UTC): in this process's memory, and in Redis for all replicas together.

    `per_day` None: nothing is counted and everything allowed. While Redis does not answer, each replica knows only what
    it counted itself.
    """

    def __init__(
        self,
        per_day: int | None,
        redis_url: str | None = None,
        *,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._per_day, self._today = per_day, today
        self._day = today()
        self._here: dict[str, int] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._redis: RedisStorage | None = None
        if per_day is not None and redis_url is not None:
            self._redis = RedisStorage(
                f"async+{redis_url}", wrap_exceptions=True, implementation="redispy", key_prefix="ih:tokens",
                socket_timeout=0.5, socket_connect_timeout=0.5,
            )  # fmt: skip

    async def allowed(self, owner_id: str) -> bool:
        """Whether this owner may have another reply today. A reply that has begun is never cut off."""
        if self._per_day is None:
            return True
        used = self._counts().get(owner_id, 0)
        if self._redis is not None:
            try:
                used = max(used, await self._redis.get(self._key(owner_id)))
            except StorageError as error:
                log.warning("tokens are counted by this replica alone", extra={"error": type(error).__name__})
        return used < self._per_day

    def spent(self, owner_id: str, tokens: int) -> None:
        """Count what a request took, prompt and reply together."""
        if self._per_day is None or tokens <= 0:
            return
        counts = self._counts()
        counts[owner_id] = counts.get(owner_id, 0) + tokens
        if self._redis is not None:
            task = asyncio.create_task(self._tell(self._redis, self._key(owner_id), tokens), name="count tokens")
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _tell(self, redis: RedisStorage, key: str, tokens: int) -> None:
        try:
            await redis.incr(key, _KEPT_S, tokens)
        except StorageError as error:
            log.warning("tokens are counted by this replica alone", extra={"error": type(error).__name__})

    def _counts(self) -> dict[str, int]:
        """Today's. Yesterday's go."""
        if (today := self._today()) != self._day:
            self._day, self._here = today, {}
        return self._here

    def _key(self, owner_id: str) -> str:
        return f"{self._day}:{owner_id}"

    async def close(self) -> None:
        """Count what is left, then disconnect."""
        if self._telling:
            await asyncio.wait(self._telling)
        if self._redis is not None:
            await self._redis.bridge.get_connection().aclose()
