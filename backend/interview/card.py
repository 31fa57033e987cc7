"""Card: one page for the day of the interview, from the candidate's own words and documents alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from pydantic import BaseModel

from backend.coaching.answer import Span
from backend.coaching.author.plan import PlannedQuestion
from backend.coaching.citing import cite_requirement
from backend.coaching.coach import Source
from backend.coaching.differences import find_differences
from backend.coaching.drills import short_question, weakest_dimension
from backend.coaching.feedback import STAR_PARTS, Dimension, Requirement
from backend.coaching.job_fit import FitStatus, FitText, find_job_fit
from backend.coaching.measured_points import PARTS_SAID, parts_found
from backend.coaching.numbers import Number, find_numbers
from backend.coaching.report import Take, judged
from backend.coaching.stems import stem
from backend.coaching.text import content_words, sentences, snippet, word_count, written_sentences
from backend.interview.coverage import LikelyQuestion, StoryMatcher, likely_questions
from backend.interview.retrieved import askable
from backend.interview.stories import WORDS_A_MINUTE, Story, facts_of, is_told
from backend.interview.suitable import unsuitable
from backend.jobs.role_packs import RolePack
from backend.rag.documents import Citation

STORIES, REQUIREMENTS, NUMBERS, WEAK_SPOTS, ASK_THEM = 3, 5, 4, 2, 3
"""What fits on one page."""
_LINE_WORDS, _QUOTE_WORDS = 32, 24
_GOOD = 3.0
"""Verdict (1 to 5) from which an answer may stand in for a story."""
_YEARS = range(1900, 2101)
_ABOUT_THE_SAME = 2
"""Words in common from which two lines with the same number speak of the same thing, where they count in different words."""
_ASK_JOB = (
    "What does doing that well look like in the first three months?",
    "Who would I work with on that, and what is hard about it today?",
    "How will you see, after half a year, that this is going well?",
)
_READ_OUT = 15
"""Words of a posting's line that stands in a question as a quotation; a longer one stands beside it."""

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
    """A weak answer: what was asked, in short, the lowest score's dimension (None where the candidate's ticks say it), and the
    first thing to change."""

    question: str
    dimension: Dimension | None
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
    over_job: Sequence[PlannedQuestion],
    matcher: StoryMatcher,
) -> Card:
    """Deterministic; blocks for the matcher's embeddings. `takes`: the scored answers of the session; `over_job`: what is
    asked over the posting's lines."""
    said = [
        *(_Said("answer", t.question, t.answer) for t in takes),
        *(_Said("story", s.title, s.text) for s in stories),
    ]
    return Card(
        session=head,
        stories=_stories(stories, takes, likely_questions(pack, over_job), matcher),
        requirements=_requirements(requirements, said, [s for s in sources if s.kind == "resume"]),
        numbers=_numbers(said, sources),
        weak_spots=_weak_spots(takes),
        ask_them=_ask_them(requirements),
        label="From your own words and documents. Practice material, not a hiring prediction.",
    )


# --- stories ---------------------------------------------------------------------------------------------------------


def _stories(
    stories: Sequence[Story], takes: Sequence[Take], questions: Sequence[LikelyQuestion], matcher: StoryMatcher
) -> list[CardStory]:
    """Three that answer different likely questions, the best first; good answers where there are fewer stories."""
    fits = matcher.suggested(questions, stories)
    left = {at: story for at, story in enumerate(stories) if is_told(story)}
    open_ = list(zip(questions, fits, strict=True))
    found: list[CardStory] = []
    while left and len(found) < STORIES:
        gained = {at: [(m.match, q.text) for q, line in open_ if (m := line[at]) is not None] for at in left}
        at = max(left, key=lambda at: sum(match for match, _ in gained[at]))
        open_ = [(q, line) for q, line in open_ if line[at] is None]
        found.append(_of_story(left.pop(at), max(gained[at], default=(0.0, None))[1]))
    used = {story.source_turn_id for story in stories}
    good = [t for t in takes if t.turn_id not in used and _may_stand(t)]
    good.sort(key=lambda t: -(judged(t) or 0))
    return [*found, *(_of_take(take) for take in good[: STORIES - len(found)])]


def _may_stand(take: Take) -> bool:
    """Whether a story told in an answer is good enough by an author's or the candidate's verdict; without one, whole."""
    if take.star is None:
        return False
    value, parts = judged(take), parts_found(take.star)
    return len(parts) == len(PARTS_SAID) if value is None else bool(parts) and value >= _GOOD


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
    requirements: Sequence[Requirement], said: Sequence[_Said], resumes: Sequence[Source]
) -> list[CardRequirement]:
    texts = [
        *(FitText(source="answer", document_id=None, title=s.title, text=s.text) for s in said),
        *(FitText(source="document", document_id=r.document_id, title=r.title, text=r.text) for r in resumes),
    ]
    kinds: list[Where] = [s.where for s in said]
    found = []
    for fit in find_job_fit(requirements, texts).requirements:
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
    return sorted(found, key=lambda r: (r.say is None, r.where == "resume"))[:REQUIREMENTS]


def _where(proof: Citation | None, kinds: Sequence[Where]) -> Where | None:
    """Where a quote stands: the number in its id counts the texts, the candidate's own first."""
    if proof is None:
        return None
    return "resume" if proof.source == "document" else kinds[int(proof.citation_id[1:]) - 1]


def _ask_them(requirements: Sequence[Requirement]) -> list[AskThem]:
    """Questions that the posting itself raises; its line is quoted whole and nothing is assumed about it."""
    found: list[AskThem] = []
    for place, requirement in askable(requirements):
        line = requirement.text.rstrip(".;,")
        short = word_count(line) <= _READ_OUT and not {"“", "”", "\n"} & set(line)
        lead = f"Your posting says “{line}”. " if short else "About this line of your posting: "
        ask = _ASK_JOB[len(found)]
        text = lead + (ask if short else ask[0].lower() + ask[1:])
        if unsuitable(text) is None:
            found.append(AskThem(text=text, citations=[cite_requirement(place, requirement)]))
        if len(found) == ASK_THEM:
            break
    return found


# --- numbers and weak spots ------------------------------------------------------------------------------------------


def _numbers(said: Sequence[_Said], sources: Sequence[Source]) -> list[CardNumber]:
    """Numbers of the answers that a line of the resume holds about the same thing. What the resume has otherwise by
    `find_differences`, which the claims of the report go by, is none of them."""
    written = list(chain.from_iterable(_counted(r.text, _lines(r.text), r) for r in sources if r.kind == "resume"))
    found: dict[tuple[object, bool], CardNumber] = {}
    for one in said:
        otherwise = [d.said for d in find_differences(one.text, sources)]
        for number, quote, about, start, _ in _counted(one.text, sentences(one.text), None):
            if any(d.start <= number.start < d.end for d in otherwise):
                continue
            for other, line, theirs, at, resume in written:
                key = (number.value, number.percent)
                if key in found or key != (other.value, other.percent) or resume is None:
                    continue
                unit = _unit(one.text, number)
                if not (unit and unit == _unit(resume.text, other)) and len(about & theirs) < _ABOUT_THE_SAME:
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


def _unit(text: str, number: Number) -> str:
    """The stem of what is counted, the word behind the number; "" of a percentage, which does not say what it is of."""
    behind = re.match(r"[\s-]*([^\W\d_]+)", text[number.end :])
    return "" if number.percent or behind is None else stem(behind[1].lower())


def _counted(
    text: str, pieces: Sequence[Span], source: Source | None
) -> list[tuple[Number, str, set[str], int, Source | None]]:
    """(number, its sentence cut to a quote, stems around it, start of the quote, source) of every number that counts."""
    every = find_numbers(text)
    found = []
    for piece in pieces:
        inside = [n for n in every if piece.start <= n.start < piece.end]
        between = zip([piece.start, *(n.end for n in inside)], [*(n.start for n in inside), piece.end], strict=True)
        about = {stem(w) for start, end in between for w in content_words(text[start:end])}
        quote = _cut(piece.text, _QUOTE_WORDS)
        for number in inside:
            counts = not (number.trivial or number.ordinal or _is_year(number.value))
            if counts and number.end <= piece.start + len(quote):
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
    """The first fix of the weakest answers, each about something else: a point that was not ticked, else a gap."""
    found: dict[str, WeakSpot] = {}
    for take in sorted(takes, key=lambda t: judged(t) or _GOOD):
        spot = _not_ticked(take) or _gap(take)
        if spot is not None:
            found.setdefault(spot.dimension or spot.fix, spot)
    return list(found.values())[:WEAK_SPOTS]


def _not_ticked(take: Take) -> WeakSpot | None:
    reference, check = take.feedback.reference, take.self_check
    if reference is None or check is None:
        return None
    left = next((p.text for p in reference.points if p.id not in check.ticked), None)
    if left is None:
        return None
    question = short_question(take.question)
    return WeakSpot(question=question, dimension=None, fix=left, turn_id=take.turn_id, citations=[])


def _gap(take: Take) -> WeakSpot | None:
    scores: dict[Dimension, float] = {d: float(s.score) for d, s in take.feedback.scores.items() if d != "delivery"}
    weakest = weakest_dimension(scores)
    if weakest is None or not take.feedback.gaps or scores[weakest] >= 4:
        return None
    gap = take.feedback.gaps[0]
    evidence = [c for c in take.feedback.citations if c.citation_id in gap.citations]
    question = short_question(take.question)
    return WeakSpot(question=question, dimension=weakest, fix=gap.text, turn_id=take.turn_id, citations=evidence)


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
