"""Share links and the comments left through them, in SQL."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from backend.errors import NotFound, SharingLimit
from backend.interview.sharing import MOST_COMMENTS, MOST_LINKS, Comment, Share
from backend.storage.database import Database, reading, writing
from backend.storage.tables import CommentRow, SessionRow, ShareRow


class SqlReviews:
    """Links by session, and sessions by link. Everything goes with its session (CASCADE)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @writing
    def share(self, tx: Transaction, session_id: str, days: int) -> tuple[Share, str]:
        """A new link and its token, of which only the hash is kept. Raises `NotFound`, `SharingLimit`."""
        now = datetime.now(UTC)
        if tx.scalar(_locked(session_id)) is None:
            raise NotFound
        live = (ShareRow.session_id == session_id, ShareRow.revoked_at.is_(None), ShareRow.expires_at > _iso(now))
        if (tx.scalar(select(func.count()).select_from(ShareRow).where(*live)) or 0) >= MOST_LINKS:
            raise SharingLimit("There are enough links to this interview. Please end one first.")
        token = secrets.token_urlsafe(32)
        share = Share(
            share_id=f"shr_{secrets.token_urlsafe(12)}",
            session_id=session_id,
            created_at=_iso(now),
            expires_at=_iso(now + timedelta(days=days)),
        )
        tx.execute(insert(ShareRow).values(**share.model_dump(), token_sha256=_sha256(token)))
        return share, token

    @reading
    def shares(self, tx: Transaction, session_id: str) -> list[Share]:
        """All links of a session, newest first, ended ones too."""
        query = select(ShareRow).where(ShareRow.session_id == session_id)
        return [_share(row) for row in tx.scalars(query.order_by(ShareRow.created_at.desc(), ShareRow.share_id))]

    @writing
    def revoke(self, tx: Transaction, session_id: str, share_id: str) -> bool:
        """End a link; its comments stay with the owner. False where the session has no such link."""
        mine = (ShareRow.session_id == session_id, ShareRow.share_id == share_id)
        ended = func.coalesce(ShareRow.revoked_at, _iso(datetime.now(UTC)))
        statement = update(ShareRow).where(*mine).values(revoked_at=ended).returning(ShareRow.share_id)
        return (tx.scalar(statement)) is not None

    @reading
    def behind(self, tx: Transaction, token: str) -> Share | None:
        """The live link with this token; None alike for one that was ended, has expired, or never was."""
        row = tx.scalar(select(ShareRow).where(ShareRow.token_sha256 == _sha256(token)))
        if row is None or row.revoked_at is not None or row.expires_at <= _iso(datetime.now(UTC)):
            return None
        return _share(row)

    @writing
    def comment(self, tx: Transaction, comment: Comment) -> None:
        """Keep a comment. Raises `NotFound` where the link was ended meanwhile, `SharingLimit` where it is full."""
        link = select(ShareRow).where(ShareRow.share_id == comment.share_id).with_for_update()
        row = tx.scalar(link)
        if row is None or row.revoked_at is not None:
            raise NotFound
        count = select(func.count()).select_from(CommentRow).where(CommentRow.share_id == comment.share_id)
        if (tx.scalar(count) or 0) >= MOST_COMMENTS:
            raise SharingLimit("There is no room for more comments here.")
        columns = {k: getattr(comment, k) for k in ("comment_id", "session_id", "share_id", "created_at")}
        try:
            tx.execute(insert(CommentRow).values(**columns, payload=comment.model_dump(mode="json")))
        except IntegrityError:
            raise NotFound from None

    @reading
    def comments(self, tx: Transaction, session_id: str, share_id: str | None = None) -> list[Comment]:
        """The comments of a session, oldest first; only those of one link where it is named."""
        query = select(CommentRow.payload).where(CommentRow.session_id == session_id)
        if share_id is not None:
            query = query.where(CommentRow.share_id == share_id)
        rows = tx.scalars(query.order_by(CommentRow.created_at, CommentRow.comment_id))
        return [Comment.model_validate(payload) for payload in rows]

    async def delete_comment(self, session_id: str, comment_id: str) -> bool:
        """Erase a comment from every file of the database. False where there was none."""
        found = await self._delete_comment(session_id, comment_id)
        if found:
            await self._db.scrub()
        return found

    @writing
    def _delete_comment(self, tx: Transaction, session_id: str, comment_id: str) -> bool:
        mine = (CommentRow.session_id == session_id, CommentRow.comment_id == comment_id)
        return (tx.scalar(delete(CommentRow).where(*mine).returning(CommentRow.comment_id))) is not None


def _locked(session_id: str) -> Select[str]:
    return select(SessionRow.session_id).where(SessionRow.session_id == session_id).with_for_update()


def _share(row: ShareRow) -> Share:
    return Share(
        share_id=row.share_id, session_id=row.session_id, created_at=row.created_at, expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )  # fmt: skip


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
