"""The job's requirements: verbatim lines and sentences of the job description, with their exact places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from backend.coaching.feedback import Requirement
from backend.coaching.text import word_count

MOST = 12

_HEADING_IN = re.compile(
    r"\b(?:requirement|qualification|essential|desirable|skills?|experience|what you|you will|you'll|responsibilit|duties|"
    r"about you|who you are|person specification|must have|nice to have|knowledge|abilities|key|competenc|criteria|looking for)",
    re.IGNORECASE,
)
_HEADING_OUT = re.compile(
    r"\b(?:benefits?|salary|pay|we offer|what we offer|perks|how to apply|application|selection process|equal|diversity|"
    r"about us|about the (?:company|department)|notice|note|filing|where to apply|deadline|interview|disab|working pattern|"
    r"contract|location|examination|annual)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•·▪●◦‣]|\d{1,2}[.)]|\([a-z0-9]\)|[a-z]\))\s+")
_WANTS = re.compile(
    r"\b(?:experience|knowledge|ability|able to|skills?|understanding|proficien\w+|familiar\w*|degree|licen[cs]\w*|"
    r"certificat\w+|responsible|you will|must|required|expertise|track record|develop\w*|design\w*|build\w*|manag\w+|"
    r"maintain\w*|lead\w*|support\w*|work(?:s|ing)? with|communicat\w+|analy[sz]\w+|prepar\w+|provid\w+|administer\w*|"
    r"coordinat\w+|perform\w*|educat\w+|teach\w*|assist\w*)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:salary|per (?:year|annum|hour)|\$\s?\d|£\s?\d|benefit|pension|holiday|annual leave|equal opportunit|regardless of|"
    r"race|religion|gender|sexual|pregnan|marital|disab|veteran|citizen|drug test|background check|criminal|age\b|"
    r"apply|application|applicant|deadline|website|http|www\.|e-?mail|click|interview|exam(?:ination)?|eligible list|"
    r"closing date|vacanc|civil service|filing|reasonable accommodation|years of age)\b",
    re.IGNORECASE,
)


class SourceText(Protocol):
    """A document as it is read here."""

    @property
    def document_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


def find_requirements(sources: Sequence[SourceText]) -> list[Requirement]:
    """At most `MOST`, the most concrete first; from the job description, else from the role pack's competencies."""
    jobs = [s for s in sources if s.kind == "job_description"]
    found = [r for job in jobs for r in _of_job(job)]
    if not found:
        found = [r for pack in sources if pack.kind == "role_pack" for r in _of_pack(pack)]
    numbered = found[:MOST]
    return [r.model_copy(update={"requirement_id": f"Q{n}"}) for n, r in enumerate(numbered, 1)]


def _of_job(job: SourceText) -> list[Requirement]:
    rated: list[tuple[float, int, Requirement]] = []
    inside, seen = 0, set()
    for start, line in _units(job.text):
        if _is_heading(line):
            inside = 1 if _HEADING_IN.search(line) else -1 if _HEADING_OUT.search(line) else 0
            continue
        bullet = _BULLET.match(line)
        offset = bullet.end() if bullet else len(line) - len(line.lstrip())
        text = line[offset:].strip().strip("*_").strip()
        begin = job.text.find(text, start)
        key = text.lower()[:60]
        if key in seen or begin < 0 or not 4 <= word_count(text) <= 45 or _NEVER.search(text):
            continue
        score = 1.5 * (inside > 0) - 2.0 * (inside < 0) + 1.0 * bool(bullet) + 1.0 * bool(_WANTS.search(text))
        score += 0.5 * bool(re.search(r"[A-Z][a-z]+[A-Z]|[A-Z]{2,}|\d|\w/\w", text)) - 0.3 * (word_count(text) > 30)
        if score < 1.9:
            continue
        seen.add(key)
        rated.append((score, begin, _requirement(job, "document", text, begin)))
    best = sorted(rated, key=lambda r: (-r[0], r[1]))
    return [r for _, _, r in best]


def _units(text: str) -> list[tuple[int, str]]:
    """Lines, and the sentences of long lines, with their places."""
    units, at = [], 0
    for line in text.split("\n"):
        if word_count(line) > 45:
            begin = 0
            for end in [m.end() for m in re.finditer(r"[.;](?=\s)", line)] + [len(line)]:
                units.append((at + begin, line[begin:end]))
                begin = end
        elif line.strip():
            units.append((at, line))
        at += len(line) + 1
    return units


def _is_heading(line: str) -> bool:
    plain = line.strip()
    if plain.startswith("#"):
        return True
    short = word_count(plain) <= 7
    return short and not _BULLET.match(line) and (plain.endswith(":") or plain.isupper() or (
        plain[:1].isupper() and not plain.endswith((".", ";", ",")) and bool(_HEADING_IN.search(plain) or _HEADING_OUT.search(plain))
    ))  # fmt: skip


def _of_pack(pack: SourceText) -> list[Requirement]:
    """Competencies of a role pack: the bullets under its Competencies heading."""
    match = re.search(r"^## Competencies\s*$(.*?)(?=^## |\Z)", pack.text, re.MULTILINE | re.DOTALL)
    if match is None:
        return []
    found = []
    for bullet in re.finditer(r"^- \*\*(.+?)\*\*:?\s*(.+)$", match.group(1), re.MULTILINE):
        begin = match.start(1) + bullet.start(2)
        found.append(_requirement(pack, "role_pack", bullet.group(2).strip(), begin))
    return found


def _requirement(source: SourceText, kind: str, text: str, begin: int) -> Requirement:
    return Requirement(
        requirement_id="Q",
        text=text,
        source=kind,  # type: ignore[arg-type]  # document or role_pack, by the two callers
        document_id=source.document_id,
        title=source.title,
        char_start=begin,
        char_end=begin + len(text),
    )
