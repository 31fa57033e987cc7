# ruff: noqa: SIM905 - word lists
"""Citing: gives every quote its id and makes sure that it stands verbatim in its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from backend.coaching.analysis import Context
from backend.coaching.answer import Answer, Span
from backend.coaching.feedback import Requirement
from backend.coaching.stems import stem
from backend.coaching.text import content_words, snippet, written_sentences
from backend.rag.documents import Citation, Passage

_LETTER = {"job_description": "J", "resume": "R", "company": "C", "notes": "N", "role_pack": "P"}
_LONGEST_QUOTE = 34
"""Words."""


class Citer:
    """Collects the citations of one analysis; the same place always gets the same id."""

    def __init__(self, answer: Answer, context: Context, known: Iterable[Citation] = ()) -> None:
        """`known`: citations of the same documents that were handed out before, which keep their ids."""
        self._answer = answer
        self._context = context
        self._found = {(c.document_id or "", c.char_start, c.char_end): c for c in known}
        self._next: dict[str, int] = {}
        for citation in self._found.values():
            letter, number = citation.citation_id[0], int(citation.citation_id[1:])
            self._next[letter] = max(number, self._next.get(letter, 0))

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._found.values())

    def answer(self, span: Span, limit: int = _LONGEST_QUOTE) -> str:
        """Cite a place of the answer, at most `limit` words of it; returns its id."""
        text = self._answer.text
        short = snippet(text, Span(text[span.start : span.end], span.start, span.end), limit)
        return self._add("A", "answer", None, "Your answer", short)

    def at(self, kind: str, document_id: str | None, title: str, span: Span) -> Citation | None:
        """Cite a place of a document, or of the answer (`kind` "answer"); None for what is never cited."""
        letter = "A" if kind == "answer" else _LETTER.get(kind)
        if letter is None:
            return None
        source = {"A": "answer", "P": "role_pack"}.get(letter, "document")
        key = document_id if letter != "A" else None
        self._add(letter, source, key, title if letter != "A" else "Your answer", span)
        return self._found[(key or "", span.start, span.end)]

    def requirement(self, requirement: Requirement) -> str:
        """Cite a requirement where it stands."""
        letter = "P" if requirement.source == "role_pack" else "J"
        span = Span(requirement.text, requirement.char_start, requirement.char_end)
        return self._add(letter, requirement.source, requirement.document_id, requirement.title, span)

    def passage(self, passage: Passage, about: str) -> str | None:
        """Cite the sentence of a passage that shares most with `about`; None when none shares anything."""
        wanted = {stem(w) for w in content_words(about)}
        best: tuple[float, Span] | None = None
        for piece in _lines(passage.text):
            said = {stem(w) for w in content_words(piece.text)}
            rated = len(wanted & said) / (4 + len(said)) ** 0.5
            if rated > 0 and (best is None or rated > best[0]):
                best = (rated, piece)
        if best is None:
            return None
        short = snippet(passage.text, best[1], _LONGEST_QUOTE)
        span = Span(short.text, passage.char_start + short.start, passage.char_start + short.end)
        source = "role_pack" if passage.kind == "role_pack" else "document"
        return self._add(_LETTER[passage.kind], source, passage.document_id, passage.title, span)

    def _add(self, letter: str, source: str, document_id: str | None, title: str, span: Span) -> str:
        key = (document_id or "", span.start, span.end)
        if key not in self._found:
            self._next[letter] = self._next.get(letter, 0) + 1
            self._found[key] = Citation.model_validate(
                {
                    "citation_id": f"{letter}{self._next[letter]}",
                    "source": source,
                    "document_id": document_id,
                    "title": title,
                    "quote": span.text,
                    "char_start": span.start,
                    "char_end": span.end,
                }
            )
        return self._found[key].citation_id


def cite_requirement(place: int, requirement: Requirement) -> Citation:
    """A requirement by its place in the job's list, counted from 0, as the report names it: J2, or P2 for a role pack."""
    letter = "P" if requirement.source == "role_pack" else "J"
    return Citation(
        citation_id=f"{letter}{place + 1}",
        source=requirement.source,
        document_id=requirement.document_id,
        title=requirement.title,
        quote=requirement.text,
        char_start=requirement.char_start,
        char_end=requirement.char_end,
    )


def _lines(text: str) -> list[Span]:
    found: list[Span] = []
    for line in re.finditer(r"[^\r\n]+", text):
        bullet = re.match(r"\s*(?:[-*•·▪◦–#]+|\(?\d{1,2}[.)])\s+", line.group())
        start = line.start() + (bullet.end() if bullet else 0)
        found.extend(Span(s.text, start + s.start, start + s.end) for s in written_sentences(text[start : line.end()]))
    return [s for s in found if len(content_words(s.text)) >= 2]


def closest_requirement(requirements: Sequence[Requirement], *about: str) -> Requirement | None:
    """The requirement that shares most words with the question, the competency or the answer; None without any."""
    best: tuple[float, Requirement] | None = None
    said = [
        (weight, {stem(w) for w in content_words(text)}) for weight, text in zip((2.0, 2.0, 1.0), about, strict=False)
    ]
    for requirement in requirements:
        wanted = {stem(w) for w in content_words(requirement.text)} - _COMMON
        rated = 0.0
        for weight, stems in said:
            rated += weight * len(wanted & stems) / (3 + len(wanted)) ** 0.5
        if rated >= 0.9 and (best is None or rated > best[0]):
            best = (rated, requirement)
    return best[1] if best else None


_COMMON = {
    stem(w)
    for w in """experience ability knowledge skills work working team time good strong years role job including use
    using""".split()
}
