"""Points: what was strong and what is missing, each resting on a quote of the answer or of a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.coaching.answer import Span
from backend.coaching.feedback import STAR_PARTS, Dimension, Evidence, Point, Score, StarPart
from backend.coaching.job_fit import match_strength
from backend.coaching.rubric import Facts
from backend.coaching.star_cues import own_actions
from backend.coaching.text import sentences, snippet, word_count
from backend.rag.documents import Citation, Passage

_LETTERS = {"job_description": "J", "resume": "R", "company": "C", "notes": "N", "role_pack": "P"}
_VAGUE = re.compile(r"\b(?:stuff|things|somehow|whatever|a lot|and so on|something like that|some people)\b", re.IGNORECASE)

_MISSING: dict[StarPart, str] = {
    "situation": "The answer starts in the middle: one sentence on where and when this was would let a stranger follow.",
    "task": "What was expected of you is not said; one sentence on your part in it makes the rest count.",
    "action": "What you did yourself cannot be heard yet: name your own steps, each beginning with I.",
    "result": "There is no result yet: end with what changed, and by how much.",
}
_GAP_ORDER: tuple[StarPart, ...] = ("result", "action", "task", "situation")


@dataclass(slots=True)
class Citations:
    """Collects quotes and numbers them: A1, A2 for the answer, J1, R1 ... for documents."""

    answer: str
    title: str = "Your answer"
    found: list[Citation] = field(default_factory=list)

    def of_answer(self, evidence: Evidence) -> str:
        return self._add("A", "answer", None, self.title, evidence.quote, evidence.char_start, evidence.char_end)

    def of_span(self, span: Span) -> str:
        short = snippet(span.text, Span(span.text, 0, len(span.text)), limit=24)
        return self._add("A", "answer", None, self.title, short.text, span.start, span.start + len(short.text))

    def of_passage(self, passage: Passage, query: str) -> str:
        """The sentence of the passage that is nearest to `query`, verbatim."""
        best = max(sentences(passage.text), key=lambda s: match_strength(query, s.text), default=None)
        span = best or Span(passage.text, 0, len(passage.text))
        source = "role_pack" if passage.kind == "role_pack" else "document"
        start = passage.char_start + span.start
        return self._add(_LETTERS[passage.kind], source, passage.document_id, passage.title, span.text, start,
                         start + len(span.text))  # fmt: skip

    def of_requirement(self, text: str, source: str, document_id: str | None, title: str, start: int, end: int) -> str:
        letter = "P" if source == "role_pack" else "J"
        return self._add(letter, source, document_id, title, text, start, end)

    def _add(
        self, letter: str, source: str, document_id: str | None, title: str, quote: str, start: int, end: int
    ) -> str:
        for citation in self.found:
            if (citation.document_id, citation.char_start, citation.char_end) == (document_id, start, end):
                return citation.citation_id
        number = 1 + sum(c.citation_id.startswith(letter) for c in self.found)
        citation = Citation(
            citation_id=f"{letter}{number}",
            source=source,  # type: ignore[arg-type]  # one of three literals above
            document_id=document_id,
            title=title,
            quote=quote,
            char_start=start,
            char_end=end,
        )
        self.found.append(citation)
        return citation.citation_id


def find_strengths(facts: Facts, scores: Mapping[Dimension, Score], cites: Citations) -> list[Point]:
    """At most three, the most telling first."""
    points: list[Point] = []
    star, text = facts.star, facts.answer.text
    if star is not None and star.result.present and star.result.evidence:
        evidence = star.result.evidence[0]
        measured = "that can be checked" if scores.get("impact") and scores["impact"].score >= 4 else "at the end"
        points.append(Point(text=f"It names a result {measured}: “{_cut(evidence.quote)}”.", citations=[cites.of_answer(evidence)]))
    own = [s for s in sentences(text) if any(who == "i" for who, _ in own_actions(s.text))]
    if own:
        best = max(own, key=lambda s: (len(own_actions(s.text)), -s.start))
        verbs = [verb for who, verb in own_actions(best.text) if who == "i"]
        what = f"I {verbs[0]}" if verbs else _cut(best.text)
        points.append(
            Point(text=f"Your own part can be heard: the answer says “{what}” and what followed.", citations=[cites.of_span(best)])
        )
    covered = [p for p in facts.key_points if p.found is not None]
    if covered:
        start, end = covered[0].found or (0, 0)
        points.append(
            Point(
                text=f"{len(covered)} of {len(facts.key_points)} key points are there, among them: {_lower(covered[0].text)}",
                citations=[cites.of_span(Span(text[start:end], start, end))],
            )
        )
    if star is not None and star.situation.present and star.situation.share <= 0.35 and star.situation.evidence:
        points.append(
            Point(text="The scene is set quickly, so a stranger can follow.", citations=[cites.of_answer(star.situation.evidence[0])])
        )
    if not points and facts.specifics:
        first = next((s for s in sentences(text) if any(x in s.text.lower() for x in facts.specifics)), None)
        if first is not None:
            points.append(Point(text=f"It has concrete details: “{_cut(first.text)}”.", citations=[cites.of_span(first)]))
    if not points:
        first = max(sentences(text), key=lambda s: word_count(s.text))
        points.append(Point(text=f"It makes a point of its own: “{_cut(first.text)}”.", citations=[cites.of_span(first)]))
    return points[:3]


def find_gaps(facts: Facts, scores: Mapping[Dimension, Score], cites: Citations) -> list[Point]:
    """At most three, the most important first; each cites the place in the answer it is about."""
    points: list[Point] = []
    text, pieces = facts.answer.text, sentences(facts.answer.text)
    last = cites.of_span(pieces[-1])
    star = facts.star
    if star is not None:
        for part in _GAP_ORDER:
            if part in star.missing:
                place = cites.of_span(pieces[0]) if part in {"situation", "task"} else last
                points.append(Point(text=_MISSING[part], citations=[place]))
        if star.result.present and scores.get("impact") and scores["impact"].score <= 3:
            evidence = star.result.evidence[0]
            points.append(
                Point(
                    text=f"The result “{_cut(evidence.quote)}” has no measure: add how much, how many or how long.",
                    citations=[cites.of_answer(evidence)],
                )
            )
        if star.situation.share > 0.5:
            points.append(
                Point(
                    text=f"{round(star.situation.share * 100)} percent of the answer sets the scene; give that room to what you did.",
                    citations=[cites.of_answer(star.situation.evidence[0])] if star.situation.evidence else [last],
                )
            )
    missed = [p for p in facts.key_points if p.found is None]
    if missed:
        points.append(Point(text=f"A full answer would also cover this: {_lower(missed[0].text)}", citations=[last]))
    pronouns = [who for who, _ in facts.actions]
    if pronouns and pronouns.count("we") > 2 * pronouns.count("i"):
        told = next((s for s in pieces if any(who == "we" for who, _ in own_actions(s.text))), pieces[0])
        points.append(Point(text="Most steps say “we”: say which of them were yours.", citations=[cites.of_span(told)]))
    if scores.get("specificity") and scores["specificity"].score <= 2:
        vague = next((s for s in pieces if _VAGUE.search(s.text)), pieces[0])
        points.append(
            Point(text=f"“{_cut(vague.text)}” stays general: name the thing, the person or the number.", citations=[cites.of_span(vague)])
        )
    if scores.get("problem_solving") and scores["problem_solving"].score <= 3:
        points.append(Point(text="The choice has no price yet: name one alternative and why it was not taken.", citations=[last]))
    if scores.get("conciseness") and scores["conciseness"].score <= 3:
        points.append(Point(text=_length_gap(facts), citations=[last]))
    if star is None and facts.answer.mode != "technical" and scores.get("structure") and scores["structure"].score <= 3:
        points.append(
            Point(text="One real example - when it was, what you did, what came of it - would carry this point.", citations=[last])
        )
    unique = list({p.text: p for p in points}.values())
    return unique[:3] if unique else [_polish(facts, scores, last)]


def _polish(facts: Facts, scores: Mapping[Dimension, Score], place: str) -> Point:
    """A full answer still has a next step."""
    if scores.get("impact") and scores["impact"].score < 5 and facts.star is not None:
        return Point(text="Say what it was like before and after, so that the change can be seen.", citations=[place])
    return Point(text="Say in a last half sentence what you took from it and would do again.", citations=[place])


def _length_gap(facts: Facts) -> str:
    count = facts.delivery.word_count
    if count < 60:
        return f"It ends after {count} words: there is room for one more step of what you did."
    return f"It runs to {count} words: cut what the listener does not need for the point."


def star_words(missing: list[StarPart]) -> str:
    names = [p for p in STAR_PARTS if p in missing]
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


def _cut(quote: str, limit: int = 80) -> str:
    plain = quote.strip().rstrip(".,;:!?")
    return plain if len(plain) <= limit else plain[:limit].rsplit(" ", 1)[0].rstrip(",;:")


def _lower(text: str) -> str:
    plain = text.strip().rstrip(".")
    keep = len(plain) > 1 and plain[1].isupper()
    return f"{plain if keep else plain[:1].lower() + plain[1:]}."
