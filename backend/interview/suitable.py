"""What an interviewer may not ask: discriminatory or leading questions, and job requirements that lead to them; what may be
called by its name."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

_RULES = yaml.safe_load(Path(__file__).with_name("unsuitable.yaml").read_text(encoding="utf-8"))


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE)


_QUESTION = {topic: _any_of(patterns) for topic, patterns in _RULES["question"].items()}
_JOB = {topic: _any_of(patterns) for topic, patterns in _RULES["job"].items()}
_LEADING = _any_of(_RULES["leading"])


def protected_topic(question: str) -> str | None:
    """The protected topic that a question touches (`age`, `family`, `health`, ...), or None."""
    return next((topic for topic, rule in _QUESTION.items() if rule.search(question)), None)


def protected_requirement(text: str) -> str | None:
    """The protected topic that a job's requirement would lead to, or None. Wider than `protected_topic` on purpose."""
    found = next((topic for topic, rule in _JOB.items() if rule.search(text)), None)
    return found or protected_topic(text)


def leading(question: str) -> bool:
    """Whether the question suggests its own answer."""
    return bool(_LEADING.search(question))


def unsuitable(question: str) -> str | None:
    """Why a question may not be asked, in a word, or None."""
    return protected_topic(question) or ("leading" if leading(question) else None)


def clean_name(text: str | None, most_words: int = 8) -> str | None:
    """A role or company as it can be said in a question, or None where it does not look like a name."""
    if not text:
        return None
    plain = " ".join(re.sub(r"[^\w\s\-/&,.'’()+#]", " ", text).split()).strip(" ,.-/")
    if not plain or len(plain) > 60 or len(plain.split()) > most_words or re.search(r"[.?!]\s", plain):
        return None
    return plain.title() if plain.isupper() and len(plain) > 5 else plain
