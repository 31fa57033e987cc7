"""Where interviews are kept: the stores that the interview layer asks for."""

from __future__ import annotations

import builtins
from typing import Protocol

from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord


class SessionStore(Protocol):
    """Sessions by owner. Errors of the database become `StorageUnavailable`."""

    async def add(self, session: Session) -> None: ...

    async def get(self, owner_id: str, session_id: str) -> Session | None: ...

    async def behind_link(self, session_id: str) -> Session | None:
        """A session named by a signed link, whose signature stands for the owner's token."""
        ...

    async def save(self, session: Session) -> None: ...

    async def list(self, owner_id: str, limit: int, cursor: str | None) -> tuple[list[Session], str | None]:
        """Newest first, and the cursor of the next page (None on the last). An unknown cursor starts again."""
        ...

    async def delete(self, owner_id: str, session_id: str) -> bool:
        """Delete a session and its turns."""
        ...


class TurnStore(Protocol):
    """Turns by session."""

    async def add(self, turn: TurnRecord) -> None: ...

    async def save(self, turn: TurnRecord) -> None: ...

    async def get(self, owner_id: str, session_id: str, turn_id: str) -> TurnRecord | None: ...

    async def list(self, session_id: str) -> builtins.list[TurnRecord]:
        """All turns of a session, oldest first."""
        ...

    async def by_idempotency_key(self, session_id: str, key: str, since: str) -> TurnRecord | None:
        """The turn this key began at or after `since` (ISO 8601)."""
        ...

    async def running(self) -> builtins.list[TurnRecord]:
        """Turns of any owner that a crash left unfinished."""
        ...
