"""Card: one page for the day of the interview, from the candidate's own words and documents alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from pydantic import BaseModel

from backend.coaching.answer import Span
from backend.coaching.coach import Source
from backend.coaching.drills import short_question, weakest_dimension
from backend.coaching.feedback import STAR_PARTS, Dimension, Requirement
from backend.coaching.job_fit import FitStatus, FitText, find_job_fit
from backend.coaching.numbers import find_numbers
from backend.coaching.report import Take, overall
from backend.coaching.stems import stem
from backend.coaching.text import content_words, sentences, snippet, word_count, written_sentences
from backend.interview.coverage import LikelyQuestion, StoryMatcher, cite_requirement, likely_questions
from backend.interview.requirement_choice import askable
from backend.interview.stories import WORDS_A_MINUTE, Story, facts_of
from backend.interview.suitable import unsuitable
from backend.jobs.role_packs import RolePack
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

STORIES, REQUIREMENTS, NUMBERS, WEAK_SPOTS, ASK_THEM = 3, 5, 4, 2, 3
"""What fits on one page."""
_LINE_WORDS, _QUOTE_WORDS = 32, 24
_GOOD = 3.0
"""Mean score from which an answer may stand in for a story."""
_YEARS = range(1900, 2101)
_ASK_JOB = (
    "Your posting says “{x}”. What does doing that well look like in the first three months?",
    "The posting also says “{x}”. Who would I work with on that, and what is hard about it today?",
    "It says “{x}”, too. How will you see, after half a year, that this is going well?",
)
_ASK_ROLE = "What does this look like in your team: “{x}”?"

Where = Literal["story", "answer", "resume"]


class CardStory(BaseModel):
    """A story to have ready. `first_line` is verbatim; `answers` is the likely question it fits best."""

    title: str
    first_line: str
    spoken_s: int
    answers: str | None
    story_id: str | None
    turn_id: str | None
    citations: list[Citation]


class CardRequirement(BaseModel):
    """What the job asks for, and the own words that bear it out; `say` is None where there are none yet."""

    text: str
    status: FitStatus
    say: str | None
    where: Where | None
    """Where `say` stands, with its title in `source`."""
    source: str | None
    citations: list[Citation]


class CardNumber(BaseModel):
    """A number that was said aloud and stands in the resume too, both verbatim."""

    number: str
    said: str
    resume: str
    citations: list[Citation]


class WeakSpot(BaseModel):
    """A weak answer: what was asked, in short, the lowest score's dimension, and the first thing to change."""

    question: str
    dimension: Dimension
    fix: str
    turn_id: str
    citations: list[Citation]


class AskThem(BaseModel):
    text: str
    citations: list[Citation]


class Card(BaseModel):
    session: dict[str, Any]
    stories: list[CardStory]
    requirements: list[CardRequirement]
    numbers: list[CardNumber]
    weak_spots: list[WeakSpot]
    ask_them: list[AskThem]
    label: str


@dataclass(frozen=True, slots=True)
class _Said:
    """One text of the candidate: a story or an answer."""

    where: Where
    title: str
    text: str


def build_card(
    head: dict[str, Any],
    takes: Sequence[Take],
    stories: Sequence[Story],
    sources: Sequence[Source],
    requirements: Sequence[Requirement],
    pack: RolePack,
    matcher: StoryMatcher,
    embedder: Embedder | None = None,
) -> Card:
    """Deterministic; blocks for the embeddings. `takes`: the scored answers of the session."""
    resumes = [s for s in sources if s.kind == "resume"]
    said = [
        *(_Said("answer", t.question, t.answer) for t in takes),
        *(_Said("story", s.title, s.text) for s in stories),
    ]
    return Card(
        session=head,
        stories=_stories(stories, takes, likely_questions(pack, requirements), matcher),
        requirements=_requirements(requirements, said, resumes, embedder),
        numbers=_numbers(said, resumes),
        weak_spots=_weak_spots(takes),
        ask_them=_ask_them(requirements),
        label="From your own words and documents. Practice material, not a hiring prediction.",
    )


# --- stories ---------------------------------------------------------------------------------------------------------


def _stories(
    stories: Sequence[Story], takes: Sequence[Take], questions: Sequence[LikelyQuestion], matcher: StoryMatcher
) -> list[CardStory]:
    """Three that answer different likely questions, the best first; good answers where there are fewer stories."""
    matcher.read(questions, stories)
    left = {story.story_id: story for story in stories}
    open_ = [(q, [matcher.match(q, s) for s in stories]) for q in questions]
    place = {story.story_id: at for at, story in enumerate(stories)}
    found: list[CardStory] = []
    while left and len(found) < STORIES:
        gained = {name: [(q, m[place[name]]) for q, m in open_] for name in left}
        name = max(left, key=lambda n: (_told(left[n]) > 0, sum(sorted((v for _, v in gained[n]), reverse=True)[:3])))
        story = left.pop(name)
        best = max(gained[name], key=lambda pair: pair[1], default=None)
        fits = matcher.best(best[0], [story]) if best is not None else None
        open_ = [(q, m) for q, m in open_ if matcher.best(q, [story]) is None]
        found.append(_of_story(story, best[0].text if best is not None and fits is not None else None))
    used = {story.source_turn_id for story in stories}
    good = [t for t in takes if t.turn_id not in used and t.star is not None and (overall(t.feedback) or 0) >= _GOOD]
    good.sort(key=lambda t: -(overall(t.feedback) or 0))
    return [*found, *(_of_take(take) for take in good[: STORIES - len(found)])]


def _told(story: Story) -> int:
    return len(facts_of(story).star_parts or ())


def _of_story(story: Story, answers: str | None) -> CardStory:
    facts = facts_of(story)
    line = _cut(facts.first_line, _LINE_WORDS)
    at = max(0, story.text.find(line))
    return CardStory(
        title=story.title,
        first_line=line,
        spoken_s=facts.spoken_s,
        answers=answers,
        story_id=story.story_id,
        turn_id=story.source_turn_id,
        citations=[_own("A1", story.title, line, at)] if line else [],
    )


def _of_take(take: Take) -> CardStory:
    first = next(iter(sentences(take.answer)), Span("", 0, 0))
    line = _cut(first.text, _LINE_WORDS)
    return CardStory(
        title=_title_of(take),
        first_line=line,
        spoken_s=round(word_count(take.answer) * 60 / WORDS_A_MINUTE),
        answers=take.question,
        story_id=None,
        turn_id=take.turn_id,
        citations=[_own("A1", take.question, line, first.start)],
    )


def _title_of(take: Take) -> str:
    parts = [p for p in STAR_PARTS if take.star is not None and p not in take.star.missing]
    return take.competency.replace("_", " ").capitalize() if take.competency else f"Your answer ({', '.join(parts)})"


# --- the job ---------------------------------------------------------------------------------------------------------


def _requirements(
    requirements: Sequence[Requirement], said: Sequence[_Said], resumes: Sequence[Source], embedder: Embedder | None
) -> list[CardRequirement]:
    texts = [
        *(FitText(source="answer", document_id=None, title=s.title, text=s.text) for s in said),
        *(FitText(source="document", document_id=r.document_id, title=r.title, text=r.text) for r in resumes),
    ]
    kinds: list[Where] = [s.where for s in said]
    found = []
    for fit in find_job_fit(requirements, texts, embedder).requirements:
        proof = fit.citations[1] if len(fit.citations) > 1 else None
        found.append(
            CardRequirement(
                text=_cut(fit.text, _LINE_WORDS),
                status=fit.status,
                say=proof.quote if proof is not None else None,
                where=_where(proof, kinds),
                source=proof.title if proof is not None else None,
                citations=fit.citations[:2],
            )
        )
    order: list[FitStatus] = ["evidenced", "mentioned", "missing"]
    return sorted(found, key=lambda r: order.index(r.status))[:REQUIREMENTS]


def _where(proof: Citation | None, kinds: Sequence[Where]) -> Where | None:
    """Where a quote stands: the number in its id counts the texts, the candidate's own first."""
    if proof is None:
        return None
    return "resume" if proof.source == "document" else kinds[int(proof.citation_id[1:]) - 1]


def _ask_them(requirements: Sequence[Requirement]) -> list[AskThem]:
    """Questions that the posting itself raises; it is quoted and nothing is assumed about it."""
    found: list[AskThem] = []
    for place, requirement, _ in askable(requirements):
        frame = _ASK_JOB[len(found)] if requirement.source == "document" else _ASK_ROLE
        text = frame.format(x=_cut(requirement.text, 16).replace("“", "'").replace("”", "'"))
        if unsuitable(text) is None:
            found.append(AskThem(text=text, citations=[cite_requirement(place, requirement)]))
        if len(found) == ASK_THEM:
            break
    return found


# --- numbers and weak spots ------------------------------------------------------------------------------------------


def _numbers(said: Sequence[_Said], resumes: Sequence[Source]) -> list[CardNumber]:
    """Numbers of the answers that a line of the resume holds about the same thing."""
    written = list(chain.from_iterable(_counted(r.text, _lines(r.text), r) for r in resumes))
    found: dict[tuple[object, bool], CardNumber] = {}
    for one in said:
        for number, quote, about, start, _ in _counted(one.text, sentences(one.text), None):
            for other, line, theirs, at, resume in written:
                key = (number.value, number.percent)
                if key in found or key != (other.value, other.percent) or not about & theirs or resume is None:
                    continue
                found[key] = CardNumber(
                    number=one.text[number.start : number.end],
                    said=quote,
                    resume=line,
                    citations=[
                        _own(f"A{len(found) + 1}", one.title, quote, start),
                        Citation(
                            citation_id=f"R{len(found) + 1}",
                            source="document",
                            document_id=resume.document_id,
                            title=resume.title,
                            quote=line,
                            char_start=at,
                            char_end=at + len(line),
                        ),
                    ],
                )
    return list(found.values())[:NUMBERS]


def _counted(
    text: str, pieces: Sequence[Span], source: Source | None
) -> list[tuple[Any, str, set[str], int, Source | None]]:
    """(number, its sentence cut to a quote, stems around it, start of the quote, source) of every number that counts."""
    numbers = [n for n in find_numbers(text) if not n.trivial and not n.ordinal and not _is_year(n.value)]
    found = []
    for piece in pieces:
        about = {stem(w) for w in content_words(piece.text) if not any(c.isdigit() for c in w)}
        quote = _cut(piece.text, _QUOTE_WORDS)
        for number in numbers:
            if piece.start <= number.start and number.end <= piece.start + len(quote):
                found.append((number, quote, about, piece.start, source))
    return found


def _lines(text: str) -> list[Span]:
    """Lines and sentences of a resume, without the marks of a list."""
    found = []
    for line in written_sentences(text):
        plain = line.text.lstrip("-–*•▪· \t")
        found.append(Span(plain, line.end - len(plain), line.end))
    return found


def _is_year(value: float | str) -> bool:
    return isinstance(value, float) and value.is_integer() and int(value) in _YEARS


def _weak_spots(takes: Sequence[Take]) -> list[WeakSpot]:
    """The first fix of the weakest answers, each about something else."""
    found: dict[Dimension, WeakSpot] = {}
    for take in sorted(takes, key=lambda t: overall(t.feedback) or 0.0):
        scores: dict[Dimension, float] = {d: float(s.score) for d, s in take.feedback.scores.items() if d != "delivery"}
        weakest = weakest_dimension(scores)
        if weakest is None or weakest in found or not take.feedback.gaps or scores[weakest] >= 4:
            continue
        gap = take.feedback.gaps[0]
        evidence = [c for c in take.feedback.citations if c.citation_id in gap.citations]
        found[weakest] = WeakSpot(
            question=short_question(take.question),
            dimension=weakest,
            fix=gap.text,
            turn_id=take.turn_id,
            citations=evidence,
        )
    return list(found.values())[:WEAK_SPOTS]


def _own(citation_id: str, title: str, quote: str, start: int) -> Citation:
    return Citation(
        citation_id=citation_id,
        source="answer",
        title=title,
        quote=quote,
        char_start=start,
        char_end=start + len(quote),
    )


def _cut(text: str, most: int) -> str:
    if word_count(text) <= most:
        return text.strip()
    return snippet(text, Span(text, 0, len(text)), most).text
