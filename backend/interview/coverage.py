# ruff: noqa: SIM905 - word lists
"""Coverage: which likely questions the candidate's stories answer, and where there is no story yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from backend.coaching.feedback import Requirement
from backend.coaching.stems import stem
from backend.coaching.text import content_words, written_sentences
from backend.interview.asked import closest
from backend.interview.main_questions import cite_bank
from backend.interview.phrases import requirement_questions
from backend.interview.requirement_choice import askable, cite
from backend.interview.stories import Story
from backend.jobs.role_packs import Category, RolePack
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

Fit = Literal["strong", "workable"]

STRONG, WORKABLE = 0.5, 0.38
"""Match from which a story answers a question, and from which it can be bent to it."""
_TAGGED, _CHANCE = 0.42, 0.15
"""A story that its owner has tagged with what the question is about can be bent to it by their own word; with words in
common, or nearer in meaning than texts are by chance, it fits well."""
_NEAR = 0.5 / 0.56
"""Cosine of MiniLM to match: 0.56 is where `backend.coaching.job_fit` takes a requirement for met. Questions and stories
seldom share words: of pairs that do not belong together 1 in 100 reaches 0.43, which is `WORKABLE` (56 stories of
`backend/evaluation/data`, each held against the questions of the others)."""
_FEWEST_SHARED = 2
_NAMED = 3
"""Shared words that are named as the reason of a match."""
_PIECE_SENTENCES = 3
_MOST_PIECES = 8
_TOLD: tuple[Category, ...] = ("behavioral", "cultural_fit", "intro")
"""Questions that a story can answer; technical ones ask for an explanation."""
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


@dataclass(frozen=True, slots=True)
class _Rated:
    story: Story
    match: float
    because: str


class StoryMatcher:
    """How well stories answer questions: nearness in meaning where there is an embedder, shared words, and tags.

    Blocking. `embedder` should be one that remembers: every question meets every story.
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder

    def read(self, questions: Sequence[LikelyQuestion], stories: Sequence[Story]) -> None:
        """Embed everything at once, which is much faster than one by one."""
        if self._embedder is not None and questions and stories:
            pieces = [piece for story in stories for piece in _pieces(story)]
            self._embedder.embed([*(q.citation.quote for q in questions), *pieces])

    def best(self, question: LikelyQuestion, stories: Sequence[Story]) -> StoryMatch | None:
        """The story that answers a question best, if one does at all."""
        rated = [self._rate(question, story) for story in stories]
        best = max(rated, key=lambda r: r.match, default=None)
        if best is None or best.match < WORKABLE:
            return None
        return StoryMatch(
            story_id=best.story.story_id,
            title=best.story.title,
            match=round(best.match, 2),
            fit="strong" if best.match >= STRONG else "workable",
            because=best.because,
        )

    def match(self, question: LikelyQuestion, story: Story) -> float:
        """0..1."""
        return self._rate(question, story).match

    def _rate(self, question: LikelyQuestion, story: Story) -> _Rated:
        about, tag = question.citation.quote, question.competency
        wanted = {stem(w): w for w in content_words(about) if stem(w) not in _ASKING}
        told = {stem(w) for w in content_words(f"{story.title} {story.text}")}
        shared = [word for key, word in wanted.items() if key in told]
        by_words = len(shared) / len(wanted) if len(shared) >= _FEWEST_SHARED else 0.0
        tagged = tag is not None and _slug(tag) in {_slug(t) for t in story.competencies}
        near = self._near(about, story)
        match = max(by_words, near * _NEAR)
        if tagged:
            match = _TAGGED + (1 - _TAGGED) * max(by_words, near * _NEAR - _CHANCE, 0.0)
        return _Rated(story, min(1.0, match), _because(tag if tagged else None, shared if by_words else [], near))

    def _near(self, question: str, story: Story) -> float:
        return max(0.0, closest(question, _pieces(story), self._embedder)) if self._embedder is not None else 0.0


def _because(tag: str | None, shared: Sequence[str], near: float) -> str:
    reasons = [f"tagged “{tag.replace('_', ' ')}”"] if tag else []
    if shared:
        reasons.append(f"shares {', '.join(f'“{w}”' for w in shared[:_NAMED])}")
    if near * _NEAR >= WORKABLE:
        reasons.append("close in meaning")
    return "; ".join(reasons)


def _pieces(story: Story) -> list[str]:
    """Title, and the text three sentences at a time: a vector of a long text says little about any part of it."""
    lines = [s.text for s in written_sentences(story.text)]
    parts = [" ".join(lines[i : i + _PIECE_SENTENCES]) for i in range(0, len(lines), _PIECE_SENTENCES)]
    return [story.title, *parts[:_MOST_PIECES]]


def cite_requirement(place: int, requirement: Requirement) -> Citation:
    """A requirement by its place in the job's list, as the report names it: J2, or P2 for a role pack."""
    letter = "J" if requirement.source == "document" else "P"
    return cite(place, requirement).model_copy(update={"citation_id": f"{letter}{place + 1}"})


def likely_questions(pack: RolePack, requirements: Sequence[Requirement]) -> list[LikelyQuestion]:
    """What this job asks for first, then what is asked of everybody in the role."""
    found = [
        LikelyQuestion(
            text=requirement_questions(wanted)[0],
            kind="requirement",
            competency=None,
            citation=cite_requirement(place, requirement),
        )
        for place, requirement, wanted in askable(requirements)
        if requirement.source == "document"
    ]
    for category in _TOLD:
        for question in pack.questions_for(category):
            found.append(
                LikelyQuestion(
                    text=question.text,
                    kind="bank",
                    competency=question.competency,
                    citation=cite_bank(pack, question),
                )
            )
    return found


def cover(
    pack: RolePack, requirements: Sequence[Requirement], stories: Sequence[Story], matcher: StoryMatcher
) -> Coverage:
    """Each likely question with the story that fits best, and the gaps. Blocking for the embeddings."""
    likely = likely_questions(pack, requirements)
    matcher.read(likely, stories)
    questions = [Covered(**q.model_dump(), story=matcher.best(q, stories)) for q in likely]
    return Coverage(
        role_pack=pack.name,
        title=pack.title,
        stories=len(stories),
        covered=sum(q.story is not None for q in questions),
        questions=questions,
        gaps=[*_requirement_gaps(questions), *_competency_gaps(pack, questions, stories)],
    )


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
