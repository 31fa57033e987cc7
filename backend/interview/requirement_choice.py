"""Which requirement of the job to ask about: the most important one that has not been shown or asked about yet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backend.coaching.feedback import Requirement
from backend.interview.asked import closest
from backend.interview.phrases import Focus, focus, sentences
from backend.interview.question import Question
from backend.interview.suitable import protected_requirement
from backend.interview.wording import content
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

SHOWN = 0.45
"""Cosine of a requirement and a sentence of an answer from which the requirement counts as spoken to."""
_SHOWN_WORDS = 0.6
_MUST = re.compile(r"\b(must|required|essential|necessary|need to|minimum)\b", re.IGNORECASE)
_NICE = re.compile(r"\b(desir(ed|able)|prefer(red|ably)|nice to have|a plus|bonus|ideally|advantage)\b", re.IGNORECASE)


_SAYS_NOTHING = frozenset(
    [
        "activity",
        "activities",
        "duty",
        "duties",
        "task",
        "tasks",
        "work",
        "job",
        "role",
        "position",
        "experience",
        "background",
        "personality",
        "skill",
        "skills",
        "ability",
        "abilities",
        "knowledge",
        "requirement",
        "requirements",
        "qualification",
        "qualifications",
        "responsibility",
        "responsibilities",
        "professional",
        "related",
        "relevant",
        "appropriate",
        "other",
        "various",
        "following",
        "perform",
        "performing",
        "applicant",
        "candidate",
        "employee",
        "class",
        "level",
        "year",
        "years",
        "minimum",
        "necessary",
        "required",
    ]
)
_REFERS_BACK = re.compile(
    r"^(?:their|its|his|her|our|your|these|those|such|this|that|the following|and|or)\b", re.IGNORECASE
)


_NOT_A_NAME = re.compile(
    r"^(?:an?|the|under|in|on|at|for|with|of|to|may|will|emphasis|registration)\b|\b(?:following|will|has|as well|is|are|performs?|utilizes?)\b",
    re.IGNORECASE,
)


def _tells_enough(phrase: str) -> bool:
    """Whether a phrase, read alone, names something a person can have done: "activities" and "their experience" do not."""
    return not _REFERS_BACK.match(phrase) and len(content(phrase) - _SAYS_NOTHING) >= 2


def _is_plain(wanted: Focus) -> bool:
    """A bare name of a thing must at least read like one: no sentence, no fragment of one."""
    return wanted.kind != "thing" or not _NOT_A_NAME.search(wanted.phrase)


def askable(requirements: Sequence[Requirement]) -> list[tuple[int, Requirement, Focus]]:
    """Requirements that can be asked about, most important first, each with its place in the list.

    Left out: licences and degrees (nothing to tell), and whatever would lead to a question about a protected topic.
    """
    found = []
    for place, requirement in enumerate(requirements):
        if protected_requirement(requirement.text) is not None or (wanted := focus(requirement.text)) is None:
            continue
        if not _tells_enough(wanted.phrase) or not _is_plain(wanted):
            continue
        found.append((place, requirement, wanted))
    return sorted(found, key=lambda one: (one[2].kind == "thing", _rank(one[1].text), one[0]))


def _rank(text: str) -> int:
    if _NICE.search(text):
        return 2
    return 0 if _MUST.search(text) else 1


def next_requirement(
    requirements: Sequence[Requirement], asked: Sequence[Question], answers: Sequence[str], embedder: Embedder | None
) -> tuple[int, Requirement, Focus] | None:
    """The one to ask about next, or None where all have been shown or asked. Blocking for the embeddings."""
    cited = {(c.document_id, c.char_start) for q in asked for c in q.citations}
    said = [piece for answer in answers for piece in _pieces(answer)]
    for place, requirement, wanted in askable(requirements):
        if (_document(requirement), requirement.char_start) in cited:
            continue
        if not _shown(wanted, said, embedder):
            return place, requirement, wanted
    return None


def _shown(wanted: Focus, said: list[str], embedder: Embedder | None) -> bool:
    words = content(wanted.phrase)
    if words and any(len(words & content(piece)) / len(words) >= _SHOWN_WORDS for piece in said):
        return True
    return embedder is not None and closest(wanted.phrase, said, embedder) >= SHOWN


def _pieces(answer: str) -> list[str]:
    """Sentences; speech without stops in pieces of about 25 words."""
    pieces = []
    for sentence in sentences(answer):
        words = sentence.text.split()
        pieces += [" ".join(words[i : i + 25]) for i in range(0, len(words), 25)]
    return pieces


def cite(place: int, requirement: Requirement) -> Citation:
    """The requirement as the citation of a question: J for a job text, P for a role pack."""
    letter = "J" if requirement.source == "document" else "P"
    known = re.fullmatch(r"[A-Z]\d+", requirement.requirement_id)
    return Citation(
        citation_id=requirement.requirement_id if known else f"{letter}{place + 1}",
        source=requirement.source,
        document_id=_document(requirement),
        title=requirement.title,
        quote=requirement.text,
        char_start=requirement.char_start,
        char_end=requirement.char_end,
    )


def _document(requirement: Requirement) -> str | None:
    return requirement.document_id
