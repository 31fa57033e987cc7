"""Days: on which day something happened where the person is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from backend.interview.session import Session

UNKNOWN = "UTC"
"""The zone of who names none, or one that this machine does not know."""


def known_zone(name: str | None) -> str:
    """A name of the IANA time zone database as it was given, where this machine knows it, else "UTC"."""
    return name if name and _zone(name) is not None else UNKNOWN


def day_of(session: Session, at: str) -> date:
    """The day of a moment (ISO 8601 in UTC) where the interview was held."""
    return datetime.fromisoformat(at).astimezone(_zone(session.plan.time_zone) or UTC).date()


def today(sessions: Sequence[Session]) -> date:
    """The day it is where the newest of these interviews was held. `sessions`: newest first."""
    return datetime.now(_zone(sessions[0].plan.time_zone) if sessions else UTC).date()


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such name; none that could be one; a folder of them
        return None
