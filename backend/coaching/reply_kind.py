"""Reply kind: whether an answer is a story or something else, so that STAR is asked of stories only.

The five kinds of replies to past-behaviour questions follow Bangerter, Corvalan & Cavin 2014 (J. Bus. Psychol.,
doi 10.1007/s10869-014-9350-0); explanation, introduction and motivation are added for other questions.
"""

from __future__ import annotations

import re

from backend.coaching.answer import Answer
from backend.coaching.feedback import ReplyKind
from backend.coaching.star_cues import own_actions
from backend.coaching.text import lower_words

_TIME = re.compile(
    r"\b(?:(?:a|any|the last|another) (?:specific |recent |particular )?(?:time|occasion|situation|instance|moment|example|experience|period|story|case|challenge|conflict|failure|mistake|decision|project)\b"
    r"|tell (?:me|us) about (?:a|an|your (?:biggest|most|proudest|greatest)|something|how you (?:dealt|handled|solved))|have you ever|describe (?:a|an|how you (?:dealt|handled))|give (?:me |us )?an example|share (?:a|an)\b"
    r"|walk me through a|(?:recount|recall|narrate) |think (?:of|back)|when (?:did|have) you|most (?:difficult|challenging|complex)|real case|where have you (?:done|worked|used)|in practice, and what|biggest (?:mistake|failure|achievement|challenge)|proud(?:est)? of)",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"\b(?:(?:tell|talk) (?:me|us)?(?: a (?:bit|little))? ?(?:more )?about yourself|introduce yourself|walk (?:me|us) through your (?:resume|cv|background|career|experience)|your background|who are you|prepared you (?:best )?for\b(?! that\b)|tell (?:me|us) about your (?:background|experience|career|current role))",
    re.IGNORECASE,
)
_MOTIVATION = re.compile(
    r"\b(?:why (?:do|did|would|are|should|this|our|us|nursing|teaching|sales|you)|what (?:attracts|attracted|motivates|interests|drew|draws|excites|brings|made you)|where do you see yourself|reason for (?:leaving|applying)|looking for in)",
    re.IGNORECASE,
)
_EPISODE = re.compile(
    r"\b(?:last (?:year|month|week|summer|spring|winter|autumn|fall|semester|term|night|friday|monday|christmas|job|role|placement)|yesterday|\w+ (?:years?|months?|weeks?) ago|in (?:19|20)\d\d|one (?:day|time|night|evening|morning|patient|customer|student|client|parent|pupil|of my|of our|particular)|once\b|when i (?:was|worked|started|joined)|at my (?:last|previous|old|first|former)|in my (?:last|previous|old|first|former|freshman|senior|junior|second)|there was (?:a|an|one|this)|while (?:i was|working|teaching|covering)|during (?:my|a|the|our)|this (?:past|one)|a time (?:when|i)|we had (?:a|an|this)|i had (?:a|an|this)|an instance|the (?:situation|problem|issue) was|a (?:couple|few) (?:of )?\w+ ago|back (?:in|when))",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"\b(?:i (?:would|usually|always|often|normally|generally|typically|try to|try and|tend to|like to|make sure|prefer|will)|i'd|whenever|you (?:have to|should|need to|must|can|always)|when (?:i am|i'm|you|someone|there is|there's|faced|dealing|motivating|under|problem|assessing)|if (?:i|you|there|someone|they)|in general|my approach|every (?:day|morning|time))\b",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\b(?:i (?:think|believe|feel)|in my opinion|it(?:'s| is) (?:very |really |always |so )?(?:important|essential|crucial|key|good|best|hard|necessary)|people (?:should|need|must)|one should|the (?:best|most important) (?:way|thing)|there are (?:different|many|a lot of|a variety of) ways|you (?:should|must|have to|need to|never))\b",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\b(?:i(?:'m| am) (?:a|an|very|really|someone|known|good at|the kind|quite|pretty|always)|i consider myself|my (?:biggest |greatest |main )?strengths?|i (?:have|possess) (?:strong|good|great|excellent)|as a person|i pride myself|describe myself)\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:for example|for instance|an example|one example|such as when|like when|e\.g\.)", re.IGNORECASE
)


def asks_for_a_time(question: str) -> bool:
    """Whether a question asks for something that happened ("Tell me about a time ...")."""
    return bool(_TIME.search(question)) and not _INTRODUCTION.search(question)


def reply_kind(answer: Answer) -> ReplyKind:
    """What kind of reply an answer is, judged by the question and by how it is told."""
    text = answer.text
    if not lower_words(text):
        return "none"
    if _INTRODUCTION.search(answer.question):
        return "introduction"
    told = own_actions(text)
    episode = bool(_EPISODE.search(text))
    wants_story = asks_for_a_time(answer.question)
    if not wants_story and _MOTIVATION.search(answer.question):
        return "motivation"
    if answer.mode == "technical" and not wants_story and not (episode and len(told) >= 3):
        return "technical_explanation"
    generic = len(_GENERIC.findall(text))
    if len(told) >= 2 and (episode or len(told) > generic):
        return "story" if len(told) + episode > generic * 0.7 else "pseudo_story"
    states = len(own_actions(text, any_verb=True))
    if episode and states >= 3 and states > generic:
        return "story"
    if len(told) == 1 and episode and generic <= 1:
        return "story"
    if (_EXAMPLE.search(text) or episode) and told:
        return "example"
    return _without_events(text, generic)


def _without_events(text: str, generic: int) -> ReplyKind:
    opinion, about_self = len(_OPINION.findall(text)), len(_SELF.findall(text))
    if generic and generic >= opinion and generic >= about_self:
        return "pseudo_story"
    if about_self > opinion:
        return "self_description"
    if opinion:
        return "opinion"
    return "example" if re.search(r"\b(?:i|we)\b", text, re.IGNORECASE) else "opinion"
