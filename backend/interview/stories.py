"""Stories: the candidate's own polished answers, kept for the questions to come."""

from __future__ import annotations

import re

from pydantic import BaseModel

from backend.coaching.answer import Answer
from backend.coaching.feedback import STAR_PARTS, StarPart
from backend.coaching.star import find_star
from backend.coaching.text import FUNCTION_WORDS, lower_words, word_count, written_sentences

MOST_STORIES = 100
"""How many one owner can keep."""
LONGEST_TITLE, LONGEST_TEXT, LONGEST_TAG, MOST_TAGS = 120, 6_000, 60, 8
"""Characters, and tags of one story."""
WORDS_A_MINUTE = 150
"""Usual pace of English conversation (National Center for Voice and Speech), for the time a story takes to tell."""

_ASKED = "Tell me about a time when this happened."
"""What every story answers: with it, the analysis looks for the parts of a story."""
_ENGLISH = 0.15
"""Share of English function words from which a text is taken for English; the parts are found in English only."""
_SLOT = re.compile(r"\[add:([^\]]*)\]", re.IGNORECASE)
_QUOTED = re.compile(r"\s*[-–—]?\s*(?:the job asks for\s*)?“[^”]*”?")


class Story(BaseModel):
    """One story. `text` may still hold open places, `[add: what changed]`, as a rewrite leaves them."""

    story_id: str
    owner_id: str
    title: str
    text: str
    competencies: list[str] = []
    source_session_id: str | None = None
    source_turn_id: str | None = None
    """The answer it was made from, while that exists."""
    created_at: str
    updated_at: str
    """ISO 8601, UTC."""


class StoryFacts(BaseModel):
    """What can be measured about a story."""

    words: int
    spoken_s: int
    """Seconds at `WORDS_A_MINUTE`."""
    star_parts: list[StarPart] | None
    """The parts that were found; None where it is not told as one particular time, or not in English."""
    missing: list[StarPart]
    open_places: int
    first_line: str
    """Its first complete sentence, verbatim."""


def facts_of(story: Story) -> StoryFacts:
    """Count and measure. Deterministic; a few milliseconds."""
    told = _SLOT.sub(" ", story.text)
    words = word_count(told)
    star = find_star(Answer(question=_ASKED, text=told)) if _is_english(told) else None
    missing = list(star.missing) if star is not None else []
    return StoryFacts(
        words=words,
        spoken_s=round(words * 60 / WORDS_A_MINUTE),
        star_parts=[p for p in STAR_PARTS if p not in missing] if star is not None else None,
        missing=missing,
        open_places=len(_SLOT.findall(story.text)),
        first_line=next((s.text for s in written_sentences(told)), ""),
    )


def is_told(story: Story) -> bool:
    """Whether it tells something that happened, by the trained reading of its parts; a text in another language is taken
    at its owner's word."""
    told = _SLOT.sub(" ", story.text)
    return not _is_english(told) or bool(facts_of(story).star_parts)


def story_wire(story: Story) -> dict[str, object]:
    """The story on the wire, with what is measured about it."""
    return story.model_dump(mode="json", exclude={"owner_id"}) | facts_of(story).model_dump(mode="json")


def without_quotes(text: str) -> str:
    """A story's text whose open places quote nothing: a rewrite's hint may quote the job description, which its owner
    can erase at any time, and a story stays."""
    return _SLOT.sub(lambda slot: f"[add:{_QUOTED.sub('', slot.group(1))}]", text)


def _is_english(text: str) -> bool:
    words = lower_words(text)
    return bool(words) and sum(w in FUNCTION_WORDS for w in words) / len(words) >= _ENGLISH
