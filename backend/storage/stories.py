"""Stories of owners, in SQL."""

from __future__ import annotations

import builtins
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from backend.errors import NotFound, StoryQuota
from backend.interview.stories import Story
from backend.storage.database import Database, is_duplicate, reading, writing
from backend.storage.tables import OwnerRow, StoryRow

_SOURCE = frozenset({"source_session_id", "source_turn_id"})
"""Kept in columns of their own, which the database empties when the interview is erased."""


class SqlStories:
    """Implements `backend.interview.ports.StoryStore`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @writing
    def add(self, tx: Transaction, story: Story, most: int) -> None:
        # One at a time per owner, so that two new stories at once cannot both be the last that fits.
        tx.execute(select(OwnerRow.owner_id).where(OwnerRow.owner_id == story.owner_id).with_for_update())
        count = select(func.count()).select_from(StoryRow).where(StoryRow.owner_id == story.owner_id)
        if (tx.scalar(count) or 0) >= most:
            raise StoryQuota(details={"most": most})
        try:
            tx.execute(insert(StoryRow).values(_values(story)))
        except IntegrityError as error:
            if is_duplicate(error):
                raise
            raise NotFound from None

    @writing
    def save(self, tx: Transaction, story: Story) -> None:
        values = {k: v for k, v in _values(story).items() if k in {"updated_at", "payload"}}
        tx.execute(update(StoryRow).where(*_is(story.owner_id, story.story_id)).values(values))

    @reading
    def get(self, tx: Transaction, owner_id: str, story_id: str) -> Story | None:
        row = tx.scalar(select(StoryRow).where(*_is(owner_id, story_id)))
        return _value(row) if row is not None else None

    @reading
    def list(self, tx: Transaction, owner_id: str) -> builtins.list[Story]:
        newest_first = (StoryRow.updated_at.desc(), StoryRow.story_id.desc())
        query = select(StoryRow).where(StoryRow.owner_id == owner_id).order_by(*newest_first)
        return [_value(row) for row in tx.scalars(query)]

    async def delete(self, owner_id: str, story_id: str) -> bool:
        found = await self._delete(owner_id, story_id)
        if found:
            await self._db.scrub()
        return found

    @writing
    def _delete(self, tx: Transaction, owner_id: str, story_id: str) -> bool:
        query = delete(StoryRow).where(*_is(owner_id, story_id)).returning(StoryRow.story_id)
        return (tx.scalar(query)) is not None


def _is(owner_id: str, story_id: str) -> tuple[Any, Any]:
    return StoryRow.owner_id == owner_id, StoryRow.story_id == story_id


def _values(story: Story) -> dict[str, Any]:
    return {
        "story_id": story.story_id,
        "owner_id": story.owner_id,
        "source_session_id": story.source_session_id,
        "source_turn_id": story.source_turn_id,
        "updated_at": story.updated_at,
        "payload": story.model_dump(mode="json", exclude=set(_SOURCE)),
    }


def _value(row: StoryRow) -> Story:
    return Story(**row.payload, source_session_id=row.source_session_id, source_turn_id=row.source_turn_id)
