# ruff: noqa: SIM905 - word lists and patterns, one wording a line
"""Intents: replies that are requests to the interviewer and not answers."""

from __future__ import annotations

import re

from backend.coaching.feedback import Intent
from backend.coaching.text import lower_words

_LONGEST_REQUEST = 18
"""Words. A longer reply is an answer, whatever it contains."""

_PADDING = frozenset(
    """um uh er erm hmm mm ah oh okay ok alright right well so sorry please hi hey yes yeah yep no nope
    just actually maybe kindly thanks excuse me i'm i am afraid""".split()
)
_SOUNDS = frozenset("""um uh uhm umm er erm hmm hm mm mhm ah oh eh uh-huh mm-hmm you""".split())
_PHANTOMS = (
    r"(thank you|thanks)( (very|so) much)?( for (watching|listening|your attention))?",
    r"(please )?(like and )?subscribe.*",
    r"(bye)( bye)*",
    r"subtitles by .*",
)
"""What recognisers hear in silence; only taken as silence in a spoken reply."""

_CAN = r"(?:can|could|would|will|may|might|shall|do|did)"
_ASK = rf"(?:{_CAN} (?:you|we|i) (?:mind )?(?:please )?(?:just )?|i (?:would|want|need|'d) (?:like )?(?:you )?(?:to )?|i'd (?:like|prefer|rather) (?:to |you to )?|i need you to |please |let's |let us |let me )?"
_THIS = r"(?: (?:the|that|this|it|your|a|my|one|last|next|current|question|one|again|here|part|once|more|time|for|me|now|to|us|from|start|beginning|i|think|would|on|please|thing|bit|on|with|interview|session|practice|whole))*"

_SAY = r"(?:speak|talk|go|say (?:it|that|this)|repeat (?:it|that|this|the question)|read (?:it|that|the question)|ask (?:it|that))"
_BIT = r"(?: (?:a (?:little|bit|little bit)|just a (?:little|bit)|bit|much|some))?"

_PATTERNS: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    ("slower", (
        rf"{_ASK}{_SAY}(?: to me| again)?{_BIT}(?: more)? slow(?:er|ly)(?:{_THIS})",
        rf"{_ASK}slow (?:it )?down{_BIT}(?:{_THIS})",
        r"(?:a (?:little|bit|little bit) |much )?(?:slower|more slowly)(?: please)?",
        r"(?:you are|you're|that is|that's|that was|it is|it's) (?:speaking |talking |going )?(?:a (?:bit|little) |much |way |far )?too (?:fast|quick|quickly)(?: for me)?",
        rf"{_ASK}not (?:speak |talk |go )?so (?:fast|quickly)(?:{_THIS})",
    )),
    ("faster", (
        rf"{_ASK}{_SAY}(?: to me| again)?{_BIT} (?:faster|quicker|more quickly)(?:{_THIS})",
        rf"{_ASK}speed (?:it )?up{_BIT}(?:{_THIS})",
        r"(?:a (?:little|bit|little bit) |much )?(?:faster|quicker|more quickly)(?: please)?",
        r"(?:you are|you're|that is|that's|that was|it is|it's) (?:speaking |talking |going )?(?:a (?:bit|little) |much |way |far )?too slow(?:ly)?(?: for me)?",
        rf"{_ASK}not (?:speak |talk |go )?so slowly(?:{_THIS})",
    )),
    ("repeat", (
        rf"{_ASK}(?:repeat|repeating|re-read|reread)(?:{_THIS})",
        rf"{_ASK}(?:say|read|ask|tell|hear|go over|run)(?: me)?(?: that| it| this| the question| the last part)*(?: by me)? (?:again|once more|one more time)(?:{_THIS})",
        r"(?:what|which) (?:was|is|were)(?: the| your| that)(?: last| current)?(?: question)?(?: again)?",
        r"what did you (?:say|ask)(?: again| me| just now)*",
        r"(?:come|once|one more time|again)(?: again| more)?",
        r"pardon(?: me)?|sorry|excuse me|i beg your pardon|what|huh|say what|one more time|sorry what(?: was that)?|what was that",
        r"i (?:didn't|did not|couldn't|could not|can't|don't think i|missed)(?: quite| fully| really)?(?: catch| hear| get| caught| heard)?(?: you| that| the question| what you said| it| your question| the last part)*",
        r"(?:you|the (?:audio|sound)) (?:cut out|broke up|was cut off)(?: there| for a (?:second|moment))?",
        rf"i (?:didn't|did not) (?:hear|catch) (?:that|you|it|the question) {_ASK}(?:repeat|say)(?:{_THIS})",
    )),
    ("clarify", (
        r"what do you mean(?: by .{1,60}| exactly| with that)?",
        r"what (?:does|is) (?:that|this|it)(?: word| term)? (?:mean|supposed to mean|asking)",
        rf"{_ASK}(?:rephrase|reword)(?:{_THIS})",
        rf"{_ASK}(?:put|say|ask) (?:it|that|this|the question) (?:in other words|in simpler words|differently|another way|more simply|simply)(?: please)?",
        rf"{_ASK}(?:clarify|explain|elaborate|specify|be more specific|give me (?:more|some) (?:context|detail|details|information)|give me an example)(?:{_THIS})(?: (?:what you mean|a bit more|about it|of what you mean|on that|what you are looking for|what you're looking for).*)?",
        r"i (?:don't|do not|didn't|did not)(?: quite| really| fully)? (?:understand|get|follow)(?: the| your| this| that)?(?: question| what you (?:mean|are asking|want))?",
        r"i'm not (?:sure|clear)(?: what| i understand| about)? (?:you mean|you're asking|you are asking|the question|the question means|what you mean|what you're looking for)(?: .{0,30})?",
        r"(?:do you mean|are you asking|do you want|are you looking for|should i|you mean) .{2,90}",
        r"in what (?:sense|context|way)|what kind of .{3,40} do you mean|can you be more specific(?: please)?",
    )),
    ("skip", (
        rf"{_ASK}(?:skip|pass|pass on|move on|go on|move forward)(?: to)?(?:{_THIS})",
        rf"(?:{_ASK})?(?:go to |move to |have |take )?(?:the )?next(?: question| one)?",
        r"i (?:would|'d|will|want to)? ?(?:rather|prefer)(?: not| to not| not to)? (?:answer|to answer|say|skip|talk about)(?: .{0,30})?",
        r"i'd rather not(?: answer| say)?(?: that| this| it)?(?: question| one)?|(?:i'd|i would) prefer not to(?: answer| say)?(?: that| this)?",
        r"i'll (?:pass|skip)(?: on)?(?: (?:that|this|it|one|please))*|(?:another|different|new|next) question|ask me (?:something else|another(?: question| one)?|a different (?:one|question))",
    )),
    ("wait", (
        rf"(?:{_ASK})?(?:wait|hold on|hang on|one (?:moment|second|sec|minute)|a (?:moment|second|minute)|give me (?:a|one|some|another|just a)(?: few| couple of)? ?(?:moments?|seconds?|sec|minutes?|time)?|bear with me)(?: to think| to think about (?:it|that|this)| please| to collect my thoughts)*",
        r"(?:let me|i need to|i have to|i want to|i'll)(?: just)? (?:think|have a think)(?: about (?:it|that|this)(?: one)?)?(?: for a (?:moment|second|minute|bit|sec))?",
        r"(?:i need|can i have|could i have|may i have|can i take|may i take|i'd like)(?: a| some| one)?(?: few)? (?:moments?|seconds?|minutes?|time|more time)(?: to think)?(?: about (?:it|that|this))?",
        r"that's a (?:good|great|tough|hard|difficult|tricky|interesting) (?:question|one)(?: let me think(?: about (?:it|that))?(?: for a (?:moment|second|minute))?)?",
    )),
    ("dont_know", (
        r"i (?:really |honestly |just )?(?:don't|do not|dunno|wouldn't|would not) (?:know|really know|have a clue|have any idea|have an idea|have an answer)(?: (?:the answer|what to say|how to answer|this one|that one|that|it|this|to that|to this|for that))*",
        r"(?:i (?:have|'ve) )?(?:got )?no (?:idea|clue|answer|example)(?: (?:for|about|to|on|of) (?:that|this|it))?|dunno|not sure|no clue",
        r"i'm (?:really )?not (?:really |quite )?sure(?: (?:how to answer|what to say|about (?:that|this|it)|how to respond))*(?: (?:that|this|it))?",
        r"not sure(?: (?:how to answer|what to say|about (?:that|this|it)))*(?: that| this)?",
        r"i (?:can't|cannot|can not|couldn't)(?: really)? (?:think of|remember|recall|come up with|answer)(?: (?:anything|an example|one|any|a time|a situation|any example|a good example|something|that|this|it|right now|at the moment|from|of|the question|now|like that))*",
        r"i ?(?:don't|do not|haven't|have not|never|'ve never|have never)(?: really| ever)? (?:have|had|got|experienced|done|been in)(?: (?:an|any|a|that|this|anything|such|one|example|experience|experiences|situation|story|like|of|for|with|in|to|share|good|kind|thing|it|before|right|now))*",
        r"nothing comes to mind(?: right now| at the moment)?|my mind (?:is|went|has gone)(?: completely)? blank|i (?:got|have) nothing|i'm (?:stuck|blank|drawing a blank)|i give up",
    )),
    ("finish", (
        rf"{_ASK}(?:stop|finish|end|quit|exit|leave|wrap up|call it a day|be done|terminate|conclude)(?:{_THIS})",
        r"(?:i'm|i am|we're|we are) (?:done|finished|through)(?: (?:with|for|now|today|here|the|this|interview|session|practice|practising|practicing))*",
        r"(?:that's|that is|that will be|that'll be) (?:all|it|enough)(?: for (?:today|now)| thank you| thanks)+",
        r"(?:no more|enough) questions?(?: please| for today)?|enough for today|(?:good)?bye(?: bye)?",
    )),
)  # fmt: skip
_COMPILED = tuple((intent, tuple(re.compile(p) for p in patterns)) for intent, patterns in _PATTERNS)


def detect_intent(text: str, *, spoken: bool = False) -> Intent | None:
    """The request a reply makes, when the whole reply is one; None for an answer, however short.

    `spoken`: phrases that recognisers invent in silence then count as silence.
    """
    found = [w for w in lower_words(text) if w]
    if not found or all(w in _SOUNDS for w in found):
        return "silence"
    if len(found) > _LONGEST_REQUEST:
        return None
    plain = " ".join(found)
    if spoken and any(re.fullmatch(p, plain) for p in _PHANTOMS):
        return "silence"
    for candidate in _variants(found):
        for intent, patterns in _COMPILED:
            if any(p.fullmatch(candidate) for p in patterns):
                return intent
    return _two_requests(text)


def _variants(found: list[str]) -> list[str]:
    """The reply as it is, and without the padding before and after the request."""
    start, end = 0, len(found)
    variants = [" ".join(found)]
    while start < end - 1 and found[start] in _PADDING:
        start += 1
        variants.append(" ".join(found[start:end]))
    while end > start + 1 and (found[end - 1] in _PADDING or found[end - 2 : end] == ["thank", "you"]):
        end -= 2 if found[end - 2 : end] == ["thank", "you"] and end - start > 2 else 1
        variants.append(" ".join(found[start:end]))
    return variants


def _two_requests(text: str) -> Intent | None:
    """Of "I don't know. Can we skip this one?" the last request counts, when every part is a request."""
    parts = [p for p in re.split(r"[.!?;,]+|\band\b|\bbut\b|\bso\b", text) if lower_words(p)]
    if not 2 <= len(parts) <= 4:
        return None
    last: Intent | None = None
    for part in parts:
        found = lower_words(part)
        if all(w in _PADDING for w in found):
            continue
        hit = next(
            (i for c in _variants(found) for i, ps in _COMPILED if any(p.fullmatch(c) for p in ps)),
            None,
        )
        if hit is None:
            return None
        last = hit
    return last
