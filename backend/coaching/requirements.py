"""Requirements: what a job asks for, verbatim from the job description, else from the role pack."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.coaching.analysis import Source
from backend.coaching.answer import Span
from backend.coaching.feedback import Requirement
from backend.coaching.text import content_words, trimmed, word_count, written_sentences

MOST = 12
_LONGEST = 60
"""Words. A longer sentence is cut at a clause, still verbatim."""

_WANTED = re.compile(
    r"\b(requirements?|minimum qualifications?|qualifications?|essential|desirable|desired|preferred|you will|you'?ll|what you|who you|"
    r"responsibilit|duties|skills|about you|experience|criteria|must[- ]haves?|nice to have|your role|the role|we(?:'re| are) looking for|"
    r"what we(?:'re| are) looking|knowledge|competenc|key tasks|person specification|role profile|technologies|your profile|it helps|you bring|you(?:'ll| will)? need|you have|nice if|bonus|ideally|we(?:'d| would) love|extra points|process notes|selection process)",
    re.IGNORECASE,
)
_UNWANTED = re.compile(
    r"\b(salary|benefits?|perks|we offer|what we offer|equal|diversity statement|how to apply|where to apply|about (?:us|the company|the team)|our company|apply|deadline|notice|contact|location|"
    r"note to|selective certification|qualifications review|eligible list|compensation|why join|our values|the process|closing date|passing score)",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"\b(salary|salaries|per annum|hourly rate|pay (?:grade|range)|benefits?|pension|holiday(?:s| allowance| entitlement)|annual leave|bonus|insurance|equal opportunit|discriminat\w*|"
    r"accommodation|disabilit\w*|religio\w*|national origin|sexual orientation|gender|marital|pregnan\w*|veteran|race\b|ethnic\w*|\bage\b|years old|nationality|"
    r"right to work|visa|criminal|background check|driver'?s licen[sc]e|moving violation|drug test|covid|vaccin\w* (?:status|required)|health (?:check|status|condition)|"
    r"appl(?:y|ication|ications|icants?)\b|candidates?\b|eligible|examination|test\b.{0,40}\bscore|submitted|filing|click|http|www\.|@|e-?mail|deadline|closing date|cover letter|resume|cv\b|"
    r"accredit\w* (?:agenc|institution)|interview board|interviews? will|passing score|written test|job analysis|may be substituted|is equivalent to|qualifying experience|selected to|appointed|may be (?:evaluated|located|examined)|other necessary|does related work|positions? (?:are|is) located|as described in|24 hours per day|shift of your choice|civil service|city of los angeles does|we will assess you|we'll assess|paid an allowance|grade:|download)",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(young|energetic young|native speaker|single|married|children|christian|muslim|jewish|male|female|physically fit|attractive)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(experience|knowledge|understanding|ability|able to|skills?|proficien\w+|degree|qualif\w+|certif\w+|licen[sc]e[ds]?\b|familiar\w*|expertise|awareness|"
    r"responsible for|you will|you'll|you have|you are|must|required?|years? of|graduation|possession|works?|manage[sd]?|lead|develop\w*|design\w*|"
    r"build\w*|support\w*|deliver\w*|collaborat\w+|teach\w*|care|assist\w*|prepar\w+|analy[sz]\w+|coordinat\w+|provid\w+|maintain\w*|ensur\w+|enthusiasm|competenc\w+|emphasis)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•·▪◦–]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
_CLAUSE = re.compile(r"[;:]\s|,\s(?=(?:and|or|including|such as|ideally)\b)|\.\s")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    heading: bool


def find_requirements(sources: Sequence[Source]) -> list[Requirement]:
    """At most 12 requirements, most concrete first; `text == source.text[char_start:char_end]`.

    Job descriptions count first; only where they give nothing, the competencies of a role pack.
    """
    found: list[Requirement] = []
    for kind in ("job_description", "role_pack"):
        for source in sources:
            if (source.kind == kind and not found) or (found and source.kind == kind == "job_description"):
                found.extend(_of(source, len(found)))
        if found:
            break
    return [r.model_copy(update={"requirement_id": f"Q{i}"}) for i, r in enumerate(found[:MOST], start=1)]


def _of(source: Source, already: int) -> list[Requirement]:
    rated: list[tuple[float, int, Span]] = []
    seen: set[str] = set()
    for order, (span, section) in enumerate(_candidates(source)):
        key = " ".join(content_words(span.text))
        if not key or key in seen:
            continue
        seen.add(key)
        rated.append((_concrete(span.text) + section, -order, span))
    rated.sort(key=lambda x: (-x[0], -x[1]))
    role_pack = source.kind == "role_pack"
    return [
        Requirement(
            requirement_id=f"Q{already + i}",
            text=span.text,
            source="role_pack" if role_pack else "document",
            document_id=source.document_id,
            title=source.title,
            char_start=span.start,
            char_end=span.end,
        )
        for i, (_, _, span) in enumerate(rated[: MOST - already], start=1)
    ]


def _candidates(source: Source) -> list[tuple[Span, float]]:
    wanted: float | None = None
    found: list[tuple[Span, float]] = []
    loose: list[tuple[Span, float]] = []
    for line in _lines(source.text):
        if line.heading:
            if _WANTED.search(line.text) and not _UNWANTED.search(line.text):
                wanted = _weight(line.text)
            elif _UNWANTED.search(line.text) or _is_top_heading(line.text):
                wanted = None
            continue
        for span in _spans(source.text, line):
            if not _is_requirement(span.text):
                continue
            if wanted is not None:
                found.append((span, wanted))
            elif _ASKS.search(span.text) and source.kind != "role_pack":
                loose.append((span, -1.0))
    return found if len(found) >= 3 else [*found, *loose]


def _weight(heading: str) -> float:
    low = heading.lower()
    if any(
        w in low
        for w in ("essential", "requirement", "qualification", "must", "looking for", "skills", "competenc", "criteria")
    ):
        return 2.0
    return (
        0.4
        if any(w in low for w in ("desirable", "nice", "helps", "bonus", "ideal", "notes", "selection", "preferred"))
        else 1.0
    )


def _is_top_heading(text: str) -> bool:
    return text.lstrip().startswith("#") or text.isupper()


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    matches = [m for m in re.finditer(r"[^\r\n]+", text) if m.group().strip()]
    for match, following in itertools.zip_longest(matches, matches[1:]):
        raw = match.group()
        plain = raw.strip()
        if not plain or plain.startswith(("<", "|", "---")):
            continue
        heading = plain.startswith("#") or (
            not _BULLET.match(raw)
            and word_count(plain) <= 9
            and (
                plain.isupper()
                or (following is not None and plain[-1] not in ".;,!" and _opens_list(following.group()))
                or plain.endswith(":")
                or (plain.startswith("**") and plain.endswith(("**", ":")))
                or (bool(_WANTED.match(plain) or _UNWANTED.match(plain)) and not plain.endswith("."))
            )
        )
        lines.append(_Line(match.start(), match.end(), plain, heading))
    return lines


def _opens_list(line: str) -> bool:
    return re.match(r"\s*[-*•·▪◦–]\s+", line) is not None


def _spans(text: str, line: _Line) -> list[Span]:
    bullet = _BULLET.match(text[line.start : line.end])
    start = line.start + (bullet.end() if bullet else 0)
    body = text[start : line.end]
    if bullet and word_count(body) <= _LONGEST:
        pieces = [Span(body, start, line.end)]
    else:
        pieces = [Span(s.text, start + s.start, start + s.end) for s in written_sentences(body)]
    parts = [part for piece in pieces for part in _listed(text, piece)]
    return [cut for part in parts if (cut := _cut(text, part)) is not None]


def _listed(text: str, piece: Span) -> list[Span]:
    """A very long sentence that lists its items with semicolons is a list of requirements."""
    if word_count(piece.text) <= 40 or piece.text.count(";") < 2:
        return [piece]
    marks = [piece.start, *(piece.start + m.end() for m in re.finditer(r";\s+|:\s+", piece.text)), piece.end]
    found = [trimmed(text, a, b) for a, b in itertools.pairwise(marks)]
    return [span for span in found if span is not None]


def _cut(text: str, piece: Span) -> Span | None:
    """Without markdown marks and closing punctuation; a very long sentence ends at a clause. Still verbatim."""
    start, end = piece.start, piece.end
    while start < end and text[start] in "*_ \t":
        start += 1
    label = re.match(r"[^*_\n]{2,60}[*_]{2}[.:]?\s+(?=(?:\S+\s+){3})", text[start:end])
    start += label.end() if label else 0
    joint = re.match(r"(?:and|or)\s+", text[start:end])
    start += joint.end() if joint else 0
    if word_count(text[start:end]) > _LONGEST:
        ends = [start + m.start() for m in _CLAUSE.finditer(text[start:end])]
        fitting = [e for e in ends if 8 <= word_count(text[start:e]) <= _LONGEST]
        end = max(fitting, default=end)
    span = trimmed(text, start, end)
    if span is None or word_count(span.text) > _LONGEST + 20:
        return None
    clean = span.text.rstrip(" .;,:*_")
    clean = re.sub(r"[;,]?\s+(?:and|or|include|includes|including)$", "", clean)
    return Span(clean, span.start, span.start + len(clean)) if clean else None


def _is_requirement(text: str) -> bool:
    enough = word_count(text) >= 3 or (word_count(text) == 2 and re.match(r"[A-Z]{2,}\b", text) is not None)
    return enough and "[insert" not in text and not _BOILERPLATE.search(text) and not _PERSONAL.search(text)


def _concrete(text: str) -> float:
    """Names, tools, years and certificates make a requirement concrete; very short or very long ones are less so."""
    names = len(re.findall(r"(?<!^)(?<![.:] )\b(?:[A-Z][\w+#]*|\d+)\b", text))
    n = word_count(text)
    asks = 0.8 if _ASKS.search(text) else 0.0
    return min(2.0, names * 0.4) + asks - (0.8 if n < 5 else 0.0) - (0.4 if n > 45 else 0.0)
