"""The story bank: the candidate's own stories, and which likely questions they answer."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from backend.api.deps import Owner, Parts
from backend.api.envelope import ok
from backend.api.schemas import Body, Key, ShortText
from backend.errors import Invalid, NotFound
from backend.interview.coverage import cover
from backend.interview.session import SessionPlan
from backend.interview.stories import (
    LONGEST_TAG,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_STORIES,
    MOST_TAGS,
    Story,
    story_wire,
    without_quotes,
)
from backend.wiring import Services

router = APIRouter(prefix="/stories", tags=["stories"])

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TITLE)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TAG)]


def _once(tags: list[str]) -> list[str]:
    return list({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]


Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS), AfterValidator(_once)]


class StoryIn(Body):
    """Body of `POST /stories`. A story made from an answer names its interview and its turn, another one neither."""

    title: Title
    text: Text
    competencies: Tags = Field(default=[])
    source_session_id: Key | None = None
    source_turn_id: Key | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> StoryIn:
        if (self.source_session_id is None) != (self.source_turn_id is None):
            raise ValueError("source_session_id and source_turn_id go together")
        return self


class StoryChange(Body):
    """Body of `PATCH /stories/{id}`: what is left out stays."""

    title: Title | None = None
    text: Text | None = None
    competencies: Tags | None = None


@router.get("")
async def list_stories(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """All stories of the caller, the one changed last first."""
    stories = await parts.stores.stories.list(owner)
    wire = await asyncio.to_thread(lambda: [story_wire(story) for story in stories])
    return ok(request, {"stories": wire, "most": MOST_STORIES})


@router.post("", status_code=201)
async def keep_story(request: Request, body: StoryIn, owner: Owner, parts: Parts) -> JSONResponse:
    """Keep a story, written by hand or made from an answer."""
    if body.source_session_id is not None and body.source_turn_id is not None:
        source = await parts.room.turn(owner, body.source_session_id, body.source_turn_id)
        if source.in_confidence:
            raise Invalid(
                details={"fields": [{"field": "source_turn_id", "problem": "for you alone; it makes no story"}]}
            )
    concern = await _check(parts, body.title, body.text)
    now = _now()
    values = body.model_dump() | {"text": without_quotes(body.text)}
    story = Story(story_id=f"sto_{secrets.token_urlsafe(12)}", owner_id=owner, created_at=now, updated_at=now, **values)
    await parts.stores.stories.add(story, MOST_STORIES)
    return ok(request, await _wire(story) | {"concern": concern}, 201)


@router.get("/coverage")
async def coverage(
    request: Request,
    owner: Owner,
    parts: Parts,
    session_id: Annotated[Key | None, Query()] = None,
    role_pack: Annotated[ShortText | None, Query()] = None,
    document_ids: Annotated[list[Key] | None, Query(max_length=20)] = None,
) -> JSONResponse:
    """Likely questions of an interview, or of a role and documents, each with the story that fits best; and the gaps."""
    plan = SessionPlan(role_pack=role_pack or None, document_ids=document_ids or [])
    if session_id is not None:
        session = await parts.room.get(owner, session_id)
        pack, over_job = parts.room.pack_of(session), session.retrieved
    else:
        ground = await parts.room.ground(owner, plan)
        pack, over_job = ground.pack, ground.retrieved
    stories = await parts.stores.stories.list(owner)
    found = await asyncio.to_thread(cover, pack, over_job, stories, parts.matcher)
    return ok(request, found.model_dump(mode="json"))


@router.get("/{story_id}")
async def get_story(request: Request, story_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """One story."""
    return ok(request, await _wire(await _found(parts, owner, story_id)))


@router.patch("/{story_id}")
async def change_story(request: Request, story_id: str, body: StoryChange, owner: Owner, parts: Parts) -> JSONResponse:
    """Change its title, text or tags."""
    story = await _found(parts, owner, story_id)
    changes: dict[str, Any] = {k: v for k, v in body.model_dump().items() if v is not None}
    concern = await _check(parts, body.title or "", body.text or "")
    if "text" in changes:
        changes["text"] = without_quotes(changes["text"])
    story = story.model_copy(update={**changes, "updated_at": _now()})
    await parts.stores.stories.save(story)
    return ok(request, await _wire(story) | {"concern": concern})


@router.delete("/{story_id}", status_code=204)
async def delete_story(story_id: str, owner: Owner, parts: Parts) -> Response:
    """Erase a story."""
    if not await parts.stores.stories.delete(owner, story_id):
        raise NotFound
    return Response(status_code=204)


async def _found(parts: Services, owner: str, story_id: str) -> Story:
    story = await parts.stores.stories.get(owner, story_id)
    if story is None:
        raise NotFound
    return story


async def _check(parts: Services, title: str, text: str) -> dict[str, Any] | None:
    """What the coach says where it is in doubt. Raises `Invalid`, with what it says, for a text that matters more than
    the practice: such a text is no story."""
    concern = (await asyncio.to_thread(parts.coach.intake.read, f"{title}. {text}")).concern
    if concern is not None and concern.waits:
        raise Invalid(concern.say)
    return concern.model_dump(mode="json") if concern is not None else None


async def _wire(story: Story) -> dict[str, Any]:
    return await asyncio.to_thread(story_wire, story)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
