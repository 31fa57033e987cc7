"""The tables: indexed columns for what is looked up, one JSON payload for the value itself."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import JSON, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of all tables. Times are ISO 8601 in UTC with milliseconds, so that they sort as text."""


def table_of(row: type[Base]) -> Table:
    """The table itself. Statements about it cost about a third less than those about the mapped class."""
    return cast("Table", row.__table__)


class OwnerRow(Base):
    __tablename__ = "owners"

    owner_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    generation: Mapped[int] = mapped_column(default=0)
    """Access tokens carry this number; counting it up ends all of them at once."""
    created_at: Mapped[str] = mapped_column(String(32))


class AccountRow(Base):
    __tablename__ = "accounts"

    email: Mapped[str] = mapped_column(String(320), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owners.owner_id", ondelete="CASCADE"), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[str] = mapped_column(String(32))


class RefreshTokenRow(Base):
    __tablename__ = "refresh_tokens"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owners.owner_id", ondelete="CASCADE"), index=True)
    family: Mapped[str] = mapped_column(String(64), index=True)
    expires_at: Mapped[str] = mapped_column(String(32))
    used: Mapped[bool] = mapped_column(default=False)


class DocumentRow(Base):
    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("owner_id", "sha256", "kind"),)

    document_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owners.owner_id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(JSON)
    """As JSON, because PostgreSQL's text holds no NUL and readers promise nothing about odd characters."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class SessionRow(Base):
    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_newest", "owner_id", "created_at", "session_id"),)

    session_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owners.owner_id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[str] = mapped_column(String(32), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class TurnRow(Base):
    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("session_id", "idempotency_key"),
        Index("ix_turns_order", "session_id", "position"),
    )

    turn_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.session_id", ondelete="CASCADE"))
    owner_id: Mapped[str] = mapped_column(String(64), index=True)
    position: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(16), index=True)
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class StoryRow(Base):
    __tablename__ = "stories"
    __table_args__ = (Index("ix_stories_newest", "owner_id", "updated_at", "story_id"),)

    story_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owners.owner_id", ondelete="CASCADE"))
    source_session_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.session_id", ondelete="SET NULL"))
    source_turn_id: Mapped[str | None] = mapped_column(ForeignKey("turns.turn_id", ondelete="SET NULL"))
    """A story outlives the interview it was made from, and then no longer names it."""
    updated_at: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class SelfRatingRow(Base):
    __tablename__ = "self_ratings"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.turn_id", ondelete="CASCADE"), primary_key=True)
    """A row of its own, because a turn that still runs stores its record again when it ends."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class SelfCheckRow(Base):
    __tablename__ = "self_checks"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.turn_id", ondelete="CASCADE"), primary_key=True)
    """A row of its own for the same reason."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class ObjectionRow(Base):
    __tablename__ = "objections"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.turn_id", ondelete="CASCADE"), primary_key=True)
    """A row of its own for the reason above."""
    point: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class ShareRow(Base):
    __tablename__ = "shares"

    share_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.session_id", ondelete="CASCADE"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[str] = mapped_column(String(32))
    revoked_at: Mapped[str | None] = mapped_column(String(32))


class CommentRow(Base):
    __tablename__ = "review_comments"

    comment_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.session_id", ondelete="CASCADE"), index=True)
    share_id: Mapped[str] = mapped_column(ForeignKey("shares.share_id", ondelete="CASCADE"), index=True)
    created_at: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class PlanRow(Base):
    __tablename__ = "interview_plans"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Names owner, documents, language, prompts and model."""
    owner_id: Mapped[str] = mapped_column(ForeignKey("owners.owner_id", ondelete="CASCADE"), index=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("documents.document_id", ondelete="CASCADE"), index=True)
    resume_id: Mapped[str | None] = mapped_column(ForeignKey("documents.document_id", ondelete="CASCADE"), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReportRow(Base):
    __tablename__ = "session_reports"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.session_id", ondelete="CASCADE"), primary_key=True)
    based_on: Mapped[str] = mapped_column(String(64))
    """Names the answers and the feedback it was written from."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
