"""Where interviews are kept: the stores that the interview layer asks for."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Protocol

from backend.coaching.author.plan import InterviewPlan
from backend.coaching.author.summary import WrittenReport
from backend.coaching.feedback import SelfCheck
from backend.interview.session import Session
from backend.interview.stories import Story
from backend.interview.turn_record import Objection, Outcome, SelfRating, TurnRecord


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
    """Turns by session. A turn ends once: whoever stores its end first, on whichever replica, decides."""

    async def add(self, turn: TurnRecord) -> None:
        """Keep a new turn; a running one of the same session is marked cancelled in the same step."""
        ...

    async def save(self, turn: TurnRecord) -> None:
        """Store the present values. A running record never replaces an ended one."""
        ...

    async def supersede(self, session_id: str, at: str) -> None:
        """Mark the session's running turns as cancelled at `at`; who runs one learns it from `finish`."""
        ...

    async def finish(self, turn: TurnRecord, session: Session | None) -> Outcome:
        """Store the end of a running turn and what it made of its session, in one step.

        Returns the outcome that stands: the turn's own, or, where it was ended elsewhere before, that one, and then
        nothing was stored.
        """
        ...

    async def get(self, owner_id: str, session_id: str, turn_id: str) -> TurnRecord | None: ...

    async def list(self, session_id: str) -> builtins.list[TurnRecord]:
        """All turns of a session, oldest first."""
        ...

    async def rate(self, owner_id: str, session_id: str, turn_id: str, rating: SelfRating) -> bool:
        """Keep how the candidate rates an answer. False where there is no such turn."""
        ...

    async def check(self, owner_id: str, session_id: str, turn_id: str, check: SelfCheck) -> bool:
        """Keep which points the candidate ticked, in place of earlier ticks. False where there is no such turn."""

    async def object(self, owner_id: str, session_id: str, turn_id: str, objection: Objection) -> bool:
        """Keep what the candidate says is wrong. False where there is no such turn."""
        ...

    async def erase_answers(
        self, emptied: Sequence[TurnRecord], changed: Sequence[TurnRecord], session: Session
    ) -> None:
        """Store turns whose answers were erased, others that had quoted them, and the session; what was kept beside the
        answers or made from them goes, from every file."""
        ...

    async def by_idempotency_key(self, session_id: str, key: str, since: str) -> TurnRecord | None:
        """The turn this key began at or after `since` (ISO 8601)."""
        ...

    async def running(self) -> builtins.list[TurnRecord]:
        """Turns of any owner that a crash left unfinished."""
        ...


class StoryStore(Protocol):
    """Stories by owner."""

    async def add(self, story: Story, most: int) -> None:
        """Keep a new story. Errors: `StoryQuota` where the owner has `most` already, `NotFound` where the owner or the
        answer it was made from was erased meanwhile."""
        ...

    async def save(self, story: Story) -> None:
        """Store the present values; one that was deleted meanwhile stays deleted."""
        ...

    async def get(self, owner_id: str, story_id: str) -> Story | None: ...

    async def list(self, owner_id: str) -> builtins.list[Story]:
        """All of them, the one changed last first."""
        ...

    async def delete(self, owner_id: str, story_id: str) -> bool:
        """Erase a story from every file. False where there was none."""
        ...


class WrittenStore(Protocol):
    """What an author has written beside its replies. It goes with what it was written from."""

    async def plan(self, key: str) -> InterviewPlan | None: ...

    async def keep_plan(
        self, key: str, plan: InterviewPlan, *, owner_id: str, job_id: str | None, resume_id: str | None
    ) -> None:
        """Errors: `NotFound` where the owner or a document was erased meanwhile."""
        ...

    async def report(self, session_id: str, based_on: str) -> WrittenReport | None:
        """The report of a session; None where it was written from something else, or not at all."""
        ...

    async def keep_report(self, session_id: str, based_on: str, report: WrittenReport) -> bool:
        """False where the session was deleted meanwhile."""
        ...

    async def erase_report(self, session_id: str) -> None: ...
