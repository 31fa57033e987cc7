# ruff: noqa: SIM905 - word lists
"""Coverage: which likely questions the candidate's stories answer, and where there is no story yet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from backend.coaching.author.plan import PlannedQuestion
from backend.coaching.stems import stem
from backend.coaching.text import content_words, written_sentences
from backend.interview.main_questions import cite_bank
from backend.interview.stories import Story
from backend.jobs.role_packs import Category, RolePack, built_in_packs
from backend.rag.cosines import cosines
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

Fit = Literal["strong", "workable"]

MOST_QUESTIONS = 3
"""Questions that one story is suggested for: whoever tells it a fourth time has been heard by everybody."""
STRONG, WORKABLE = 0.45, 0.3
"""Nearness from which a story answers a question, and from which it can be bent to it."""
_ABOVE = 0.04
"""How much nearer a question is than the others are on average. All questions of a trade are near to all its stories, so
nearness alone says little: of the 30 pairs in `backend/evaluation/data/story_questions/seen.jsonl` no wrong one was above."""
_TAGGED, _CHANCE = 0.42, 0.15
"""A story that its owner has tagged with what the question is about can be bent to it by their own word; nearer than texts
are by chance, it fits well."""
_FEWEST_SHARED, _BY_WORDS = 2, 0.38
"""Words in common, and their share of those asked for, from which a story fits where nothing reads meaning."""
_NAMED = 3
"""Shared words that are named as the reason of a match."""
_PIECE_SENTENCES = 3
_MOST_PIECES = 8
_LISTED: tuple[Category, ...] = ("behavioral", "cultural_fit", "intro")
"""Questions to get ready for by thinking of what one has lived; technical ones ask for an explanation."""
_OF_AN_OCCASION: Category = "behavioral"
"""What asks for an occasion, and so for a story. A reason, a wish or a habit is told otherwise."""
_ASKING = frozenset(
    stem(w)
    for w in """tell describe share example time when last work worked job role give best most question situation
    experience did done made make took take had have was were what how which why team people person someone somebody
    thing own""".split()
)
"""Words of asking, which say nothing about what is asked for."""


class LikelyQuestion(BaseModel):
    """A question to expect, and where it comes from."""

    text: str
    kind: Literal["bank", "requirement"]
    competency: str | None
    citation: Citation
    of_an_occasion: bool = Field(default=True, exclude=True)
    """Whether it asks for a story."""
    like: tuple[str, ...] = Field(default=(), exclude=True)
    """Texts that a fitting story is near to: what is asked, and a model answer where the bank has one."""


class StoryMatch(BaseModel):
    story_id: str
    title: str
    match: float
    """0..1."""
    fit: Fit
    because: str


class Covered(LikelyQuestion):
    story: StoryMatch | None


class Gap(BaseModel):
    """Something that will be asked about and that no story shows."""

    kind: Literal["competency", "requirement"]
    name: str
    text: str
    question: str
    """One likely question about it, to find a story with."""
    citation: Citation


class Coverage(BaseModel):
    role_pack: str
    title: str
    stories: int
    covered: int
    questions: list[Covered]
    gaps: list[Gap]


class StoryMatcher:
    """How well stories answer questions: nearness in meaning where there is an embedder, else shared words; and tags.

    Blocking. `embedder` should be one that remembers: every question meets every story.
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder

    def suggested(self, questions: Sequence[LikelyQuestion], stories: Sequence[Story]) -> list[list[StoryMatch | None]]:
        """For each question, how each story fits it; None where a coach would not suggest it.

        A story is suggested for the `MOST_QUESTIONS` that it fits best, so `questions` are all that may be asked.
        """
        if not questions or not stories:
            return [[None] * len(stories) for _ in questions]
        near = self._nearness(questions, stories)
        table = [[self._fit(q, s, near, row, at) for at, s in enumerate(stories)] for row, q in enumerate(questions)]
        for at in range(len(stories)):
            fitting = sorted((-m.match, row) for row, line in enumerate(table) if (m := line[at]) is not None)
            for _, row in fitting[MOST_QUESTIONS:]:
                table[row][at] = None
        return table

    def _nearness(self, questions: Sequence[LikelyQuestion], stories: Sequence[Story]) -> NDArray[np.float64] | None:
        """Mean cosine of what each question is like with the nearest piece of each story."""
        if self._embedder is None:
            return None
        pieces = [_pieces(story) for story in stories]
        like = [text for question in questions for text in question.like]
        every = cosines(like, [piece for one in pieces for piece in one], self._embedder)
        bounds = np.cumsum([0, *map(len, pieces)])
        by_story = np.stack([every[:, a:b].max(axis=1) for a, b in pairwise(bounds)], axis=1)
        rows = np.cumsum([0, *(len(q.like) for q in questions)])
        return np.stack([by_story[a:b].mean(axis=0) for a, b in pairwise(rows)])

    def _fit(
        self, question: LikelyQuestion, story: Story, near: NDArray[np.float64] | None, row: int, at: int
    ) -> StoryMatch | None:
        shared, share = _shared(question, story)
        tagged = question.competency is not None and _slug(question.competency) in set(map(_slug, story.competencies))
        if near is None:
            match, fits, strong = share, share >= _BY_WORDS, share >= STRONG
        else:
            match = max(0.0, float(near[row, at]))
            above = match - float(np.delete(near[:, at], row).mean()) if len(near) > 1 else 0.0
            fits, strong = match >= WORKABLE and above >= _ABOVE, match >= STRONG
        fits = fits and question.of_an_occasion
        if not fits and not tagged:
            return None
        close = fits and near is not None
        if tagged:
            match = _TAGGED + (1 - _TAGGED) * max(match - _CHANCE, 0.0)
            strong = match >= STRONG
        return StoryMatch(
            story_id=story.story_id,
            title=story.title,
            match=round(min(1.0, match), 2),
            fit="strong" if strong else "workable",
            because=_because(question.competency if tagged else None, shared, close=close),
        )


def _shared(question: LikelyQuestion, story: Story) -> tuple[list[str], float]:
    """Words of what is asked that the story has too, and their share; nothing where they are too few to mean anything."""
    wanted = {stem(w): w for w in content_words(question.like[0]) if stem(w) not in _ASKING}
    told = {stem(w) for w in content_words(f"{story.title} {story.text}")}
    shared = [word for key, word in wanted.items() if key in told]
    return (shared, len(shared) / len(wanted)) if len(shared) >= _FEWEST_SHARED else ([], 0.0)


def _because(tag: str | None, shared: Sequence[str], *, close: bool) -> str:
    reasons = [f"tagged “{tag.replace('_', ' ')}”"] if tag else []
    if shared:
        reasons.append(f"shares {', '.join(f'“{w}”' for w in shared[:_NAMED])}")
    if close:
        reasons.append("close in meaning")
    return "; ".join(reasons)


def _pieces(story: Story) -> list[str]:
    """Title, all of it, and the text three sentences at a time: a vector of a long text says little about any part of it."""
    lines = [s.text for s in written_sentences(story.text)]
    parts = [" ".join(lines[i : i + _PIECE_SENTENCES]) for i in range(0, len(lines), _PIECE_SENTENCES)]
    return [story.title, f"{story.title}. {story.text}", *parts[:_MOST_PIECES]]


def likely_questions(pack: RolePack, over_job: Sequence[PlannedQuestion]) -> list[LikelyQuestion]:
    """What is asked over the lines of the posting first, then what is asked of everybody in the role."""
    found = [_over_line(q) for q in over_job if q.citations and q.citations[0].citation_id.startswith("J")]
    for category in _LISTED:
        for question in pack.questions_for(category):
            found.append(
                LikelyQuestion(
                    text=question.text,
                    kind="bank",
                    competency=question.competency,
                    citation=cite_bank(pack, question),
                    of_an_occasion=category == _OF_AN_OCCASION,
                    like=(question.text, *filter(None, [question.model_answer])),
                )
            )
    return found


def _over_line(question: PlannedQuestion) -> LikelyQuestion:
    """A question of the bank is about what it asks; one that only points at its line is about the line."""
    line = question.citations[0]
    known = built_in_packs().question(question.text)
    return LikelyQuestion(
        text=question.text,
        kind="requirement",
        competency=None,
        citation=line,
        of_an_occasion=question.kind == _OF_AN_OCCASION,
        like=(line.quote,) if known is None else (known.text, *filter(None, [known.model_answer])),
    )


def cover(
    pack: RolePack, over_job: Sequence[PlannedQuestion], stories: Sequence[Story], matcher: StoryMatcher
) -> Coverage:
    """Each likely question with the story that fits best, and the gaps. `over_job`: what is asked over the posting's lines.

    Blocking for the embeddings.
    """
    likely = likely_questions(pack, over_job)
    fits = matcher.suggested(likely, stories)
    questions = [Covered(**dict(q), story=_best(line)) for q, line in zip(likely, fits, strict=True)]
    return Coverage(
        role_pack=pack.name,
        title=pack.title,
        stories=len(stories),
        covered=sum(q.story is not None for q in questions),
        questions=questions,
        gaps=[*_requirement_gaps(questions), *_competency_gaps(pack, questions, stories)],
    )


def _best(fitting: Sequence[StoryMatch | None]) -> StoryMatch | None:
    return max(filter(None, fitting), key=lambda m: m.match, default=None)


def _requirement_gaps(questions: Sequence[Covered]) -> list[Gap]:
    return [
        Gap(kind="requirement", name=q.citation.quote, text=q.citation.quote, question=q.text, citation=q.citation)
        for q in questions
        if q.kind == "requirement" and q.story is None
    ]


def _competency_gaps(pack: RolePack, questions: Sequence[Covered], stories: Sequence[Story]) -> list[Gap]:
    tags = {_slug(tag) for story in stories for tag in story.competencies}
    gaps = []
    for competency in pack.competencies:
        about = [q for q in questions if q.competency == competency.name]
        if not about or competency.name in tags or any(q.story is not None for q in about):
            continue
        first = about[0]
        gaps.append(
            Gap(
                kind="competency",
                name=competency.title,
                text=competency.text,
                question=first.text,
                citation=first.citation,
            )
        )
    return gaps


def _slug(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")
