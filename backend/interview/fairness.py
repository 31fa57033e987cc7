"""What an interviewer must not ask: age, family, health, religion, origin; and what leads or flatters."""

from __future__ import annotations

import re

_PRIVATE = re.compile(
    r"\b(?:how old|your age|years old|born|birthday|retire\w*|married|marital|husband|wife|spouse|boyfriend|girlfriend|"
    r"children|kids|pregnan\w*|family plan\w*|childcare|religio\w*|church|mosque|synagogue|pray\w*|nationality|"
    r"citizenship|native language|mother tongue|where (?:are you|you are) (?:really |originally )?from|accent|ethnic\w*|race|skin|"
    r"disab\w*|your (?:\w+ )?health|illness|medication|sick days|sexual\w*|gender|gay|lesbian|political|vote[ds]?|union|"
    r"arrest\w*|convict\w*|criminal|debts?|salary history|your weight|your height)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\b(?:don't you think|wouldn't you (?:say|agree)|isn't it|right\?|surely you|you must have|as you know|obviously)",
    re.IGNORECASE,
)
_FLATTERY = re.compile(
    r"\b(?:great|good|excellent|wonderful|impressive|fantastic|nice|amazing|interesting|perfect) "
    r"(?:answer|job|example|story|point|work|question)|thank you for sharing|that's (?:great|impressive|amazing)",
    re.IGNORECASE,
)


def is_fair(question: str) -> bool:
    """Whether a question may be asked: nothing private, nothing leading, no flattery."""
    return not (_PRIVATE.search(question) or _LEADING.search(question) or _FLATTERY.search(question))
