"""The clock that interviews go by, in one place, so that a test can set it instead of waiting."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """A moment as it is stored and sent: ISO 8601 with milliseconds."""
    return moment.isoformat(timespec="milliseconds")
