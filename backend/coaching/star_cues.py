# ruff: noqa: SIM905 - word lists and patterns, one wording a line
"""Cues: wordings that show which part of a story a sentence carries, for any trade, spoken or written."""

from __future__ import annotations

import re

from backend.coaching.feedback import StarPart
from backend.coaching.stems import is_past
from backend.coaching.text import lower_words

Cue = tuple[re.Pattern[str], float]


def _cues(*pairs: tuple[str, float]) -> tuple[Cue, ...]:
    return tuple((re.compile(rf"(?<![\w']){pattern}", re.IGNORECASE), weight) for pattern, weight in pairs)


_PEOPLE = (
    r"(?:customer|client|patient|student|pupil|parent|colleague|coworker|co-worker|teammate|resident|guest|relative|"
    r"family|supplier|stakeholder|employee|buyer|prospect|child|kid|guy|lady|man|woman|user|doctor|nurse|boy|girl|class)"
)

_IN_CHARGE = (
    r"(?:manager|boss|owner|head|director|supervisor|lead|chief|matron|sister|consultant|foreman|principal|council|"
    r"board|ministry|office|school|club|company|firm|management|headmaster|captain|mentor|teacher|professor)"
)

CUES: dict[StarPart, tuple[Cue, ...]] = {
    "situation": _cues(
        (r"(?:in|at|during|for|with) my (?:\w+ ){0,3}(?:role|job|position|company|internship|school|class|placement|shift|work|time|team|year|project|ward|store|unit|previous|last|current)\b", 1.6),
        (r"(?:when|while|whilst) (?:i |we )?(?:was|were|worked|had just|had|first|started|joined)\b", 1.4),
        (r"while (?:work|teach|study|serv|cover)ing\b", 1.5),
        (r"(?:last|this past|one) (?:year|month|week|summer|spring|winter|autumn|fall|semester|term|quarter|christmas|friday|monday|night|evening|morning|day|time)\b", 1.2),
        (r"(?:in (?:19|20)\d\d|\w+ (?:years?|months?|weeks?) ago|back in|back when|a (?:couple|few) of \w+ ago)\b", 1.4),
        (r"(?:there was|there were|there's this|it was (?:a|during|on|in|my)|this was)\b", 0.9),
        (r"(?:we|i|they|she|he) had (?:a|an|this|some|one|two|three|several|been|no)\b", 0.8),
        (r"(?:our|the|my) (?:\w+ ){0,2}(?:team|company|department|class|school|hospital|store|shop|ward|plant|office|system|site|bank|project|client|customer)s? (?:was|were|had|kept|used to)\b", 1.0),
        (rf"(?:a|an|one|this|some|the) (?:\w+ ){{0,2}}{_PEOPLE}s? (?:who|was|had|came|called|kept|that|were|complained|refused|wanted|in my)\b", 1.1),
        (r"(?:the|our|a) (?:\w+ ){0,2}(?:problem|issue|trouble|conflict|shortage|outage|delay) (?:was|were|had|arose|came|with)\b", 0.9),
        (r"(?:was|were) (?:\w+ing|under|struggling|understaffed|short|behind|down|out|unhappy|upset|angry|failing|broken|late|busy)\b", 0.6),
        (r"(?:i work|i worked|i was working|i teach|i taught|i was teaching|i was an?|i used to) ", 0.7),
        (r"(?:used to|kept \w+ing|had been|called in sick|arose|discovered that|found out|noticed that|realised that|realized that)\b", 0.6),
        (r"(?:the situation|the background|the context|for context|some context|so basically)\b", 1.2),
        (r"(?:working|being|balancing|faced|as) (?:in|at|with|as|an?) ", 0.6),
    ),
    "task": _cues(
        (r"(?:my|the|our) (?:\w+ )?(?:task|job|role|responsibility|goal|aim|objective|target|challenge|mission|brief|assignment|priority)(?: at hand| here| then)? (?:was|were|is|became)\b", 2.4),
        (r"it was (?:my|our) (?:\w+ )?(?:job|task|responsibility|role|turn)\b", 2.4),
        (r"(?:i|we) (?:was|were) (?:responsible|asked|tasked|assigned|in charge|expected|supposed|given|told|required|charged|put in charge|made responsible)\b", 2.0),
        (r"(?:i|we) (?:had|have|has|needed|need|was going|were going) to\b(?! (?:say|admit))", 1.3),
        (r"(?:it was|was) (?:up to me|important (?:to|that)|essential to|crucial to|necessary to|vital)\b", 1.4),
        (r"(?:the|my) (?:manager|boss|teacher|coach|client|customer|director|supervisor|lead|head) (?:asked|wanted|told|needed|gave|put) (?:me|us)\b", 1.6),
        (r"(?:i|we) (?:wanted|hoped|aimed|set out|was trying|were trying) to\b", 1.1),
        (r"(?:i|we) (?:was|were) the (?:\w+ ){1,3}(?:in charge|responsible|on duty|on call)|(?:was|were) on me\b|(?:was|were) counting on (?:me|us)|mine to \w+", 1.8),
        (rf"{_IN_CHARGE}s? (?:\w+ )?(?:wanted|needed|expected|was hoping|were hoping)\b", 1.4),
        (r"(?:someone|somebody|one of us|everyone|everybody|everything|it all|each of (?:us|them)) (?:had|has|needed|needs) to\b", 1.1),
        (rf"my (?:\w+ )?{_IN_CHARGE} (?:had |basically |just )?(?:said|told)\b", 0.9),
        (r"(?:they|he|she) (?:wanted|needed|expected)\b|what (?:they|he|she|everybody|everyone) (?:wanted|needed|asked)|needed (?:someone|somebody|one of)\b", 0.9),
        (r"(?:we|i|they|you)(?:'d| had| have|'ve) (?:\w+ ){0,3}(?:until|till)\b", 1.6),
        (r"(?:we|i)(?:'d| had|'ve| have) (?:only |just |about |got |a )?(?:\w+[- ]){1,2}(?:weeks?|days?|months?|hours?|minutes?)\b(?! (?:of|later|ago|before|after))", 0.9),
        (r"(?:gave|given|gives) (?:me|us|him|her|them|you) (?:\w+ ){1,3}(?:weeks?|days?|months?|hours?|minutes?|till|until)\b", 1.3),
        (r"(?!(?:i|we|you|have|had|has|just|only|still|also|then|never|always) )[\w']+ (?:all |now |simply )?(?:had|needed|has|needs) to (?:be|come|go|get|run|have|know|find|make|do|happen|stay|leave|decide|work)\b", 1.1),
        (r"(?:it was|was) (?:my|our) (?:\w+ )?(?:shift|watch|call|patch|round|project|class|first)\b", 1.6),
        (r"(?:the|my|our|his|her|their)? ?(?:goal|aim|idea|plan|target|deadline|brief|instruction|order)s? (?:was|were) \w+", 1.3),
        (r"(?:in|under) (?:my|our) (?:care|hands|charge)\b|(?:i|i'm|was|am|were) (?:\w+ )?on (?:call|duty)\b", 1.2),
        (r"(?:or|otherwise|or else|if not)[, ]+(?:we|they|he|she|it|i)(?:'d| would)\b|no matter what|whatever happened|at all costs|nothing could\b", 0.9),
        (r"(?:meant|supposed|expected|due|bound) to \w+", 0.8),
        (r"(?:fell|falls|came|was|were|is|it's) (?:down |up |only )?(?:to|on) me\b|(?:was|were|is) (?:one of )?mine\b|it was for me to|my name (?:was )?on\b|(?:asked|wanted|told|needed|expected) me to\b", 1.8),
        (r"(?:i|we) (?:was|were|am) (?:meant|supposed|due|down|primary|bound) ", 1.8),
        (r"(?:i'm|i was|i am|as) (?:the|her|his|their|our|a) (?:\w+[ -]){0,3}(?:nurse|lead|leader|manager|buddy|analyst|owner|worker|chef|supervisor|coordinator|tutor|head of \w+)\b", 1.1),
        (r"i (?:owned|own|took (?:over|it on|charge)|asked for it|signed for|volunteered|(?:'d |had )?(?:promised|signed|agreed|undertaken) (?:to|for|that|the))\b|i(?:'d| had) (?:promised|signed|agreed)", 1.3),
        (r"(?:gave|given|giving) (?:me|us|it to me) (?:\w+ )?(?:till|until|to|as|a|the|two|three|six|\d+)\b|(?:i|we) had (?:\w+ ){1,2}(?:weeks?|days?|hours?|minutes?|months?) to\b|(?:had|needed|have) to be \w+", 1.3),
        (r"what (?:i|we) (?:needed|wanted|had) (?:was|to)\b|nobody (?:else )?(?:owned|told me to)\b", 1.4),
        (r"(?:the question|the problem to solve|the requirement|what (?:i|we) (?:had|needed) to do) (?:was|were)?", 1.2),
        (r"(?:deadline|due (?:date|by|in)|target of|quota)\b", 0.5),
        (r"as (?:a|the|someone) (?:\w+ ){1,4}(?:it was|my)\b", 0.8),
        (r"without (?:compromis|los|delay|hurt|hamper|break|derail)", 0.8),
    ),
    "action": _cues(
        (r"(?:so|then|and then|first|firstly|next|secondly|after that|instead|immediately|that's when)[, ]+(?:i|we)\b", 0.9),
        (r"(?:what i did|my approach|my first step|the first thing i|i decided|i chose|i made sure|i took the)\b", 1.4),
        (r"to (?:do this|tackle this|address this|solve this|achieve this|resolve this|fix this|test this|make sure|handle th\w+)\b", 1.0),
        (r"(?:i|we) (?:also|then|first|quickly|immediately|personally|quietly|calmly|slowly|just|politely|carefully) \w+", 0.8),
        (r"i (?:would|'d) (?:start|begin|first|then|talk|call|ask|check|look|explain|try|sit)\b", 0.8),
        (r"(?:by|through) \w+ing\b", 0.4),
        (r"(?:i|we) (?:ended up|kept|started|began|tried|had to|was able to|were able to|went and|decided to) (?:\w+ing|to )?(?:talk|explain|ask|help|call|tell|show|work|look|find|check|make|set|writ|giv|go|meet|speak|chang|cover|study|wake|do)", 1.2),
        (r"(?:i|we) (?:had|held) (?:a|an|the|several|weekly|daily) (?:\w+ )?(?:conversation|meeting|chat|talk|call|word|discussion)", 1.3),
        (r"(?:during|throughout|before|after) (?:the|this|our|each|that) (?:\w+ )?(?:meeting|process|call|lesson|shift|session|conversation|visit)", 0.6),
    ),
    "result": _cues(
        (r"(?:as a result|in the end|at the end of (?:it|the day|the year|the week)|ultimately|by the end|consequently|in the long run)\b", 1.8),
        (r"(?:eventually|finally|overall|thankfully|luckily|fortunately|unfortunately)\b", 1.0),
        (r"(?:the|my|our|final|end) (?:\w+ )?(?:result|outcome|impact|upshot|effect) (?:was|were|is)\b", 2.4),
        (r"(?:this|that|it|which|and) (?:\w+ )?(?:led|resulted|meant|allowed|enabled|reduced|increased|improved|saved|cut|brought|gave us|paid off|worked|helped|made (?:me|us|the|it|everything)|turned)\b", 1.3),
        (r"(?:reduced|increased|improved|cut|saved|dropped|rose|fell|grew|went (?:up|down|from)|went well|doubled|tripled|halved|exceeded|raised|boosted|decreased|shortened|came down|gone)\b", 0.9),
        (r"(?:from|by|to|down|up|about|over|of) (?:about |around |nearly |almost )?(?:[£$€]?\d[\d,.]*|[a-z]+ty|ten|half|a third|a quarter)(?:[- ]?[a-z]+)? ?(?:%|percent|per cent|minutes?|hours?|days?|weeks?|points?|to \w+|k\b|thousand|million)", 1.1),
        (r"(?:we|i|they|she|he|it) (?:\w+ )?(?:managed to|(?:was|were) able to|ended up|finished|delivered|hit|met|won|closed|passed|launched|completed|got the|got a|received|earned|made it|achieved|renewed|signed|stayed|recovered)\b", 1.1),
        (r"(?:was|were|is|are|been|got) (?:\w+ )?(?:a (?:\w+ )?success|successful|fixed|resolved|solved|released|launched|completed|accepted|approved|adopted|well[- ]received|promoted|discharged|supported|complete)\b", 1.3),
        (r"(?:appreciated|thanked|praised|impressed|delighted|grateful|apologi[sz]ed|complimented|commended|loved it|loved the|calmed down|agreed|accepted|came back|came round|signed up|turned up|showed up|no longer|worked (?:out|well|great)|paid off)\b", 1.1),
        (r"(?:was|were|is|am|felt) (?:\w+ )?(?:happy|pleased|satisfied|proud|relieved|glad|calm|calmer|okay)\b", 0.9),
        (r"(?:i (?:learned|learnt) (?:that|to|how|from|a lot|not|never|it|my|the|so|what)|i've learned|taught me|i realised|i realized|the lesson|this experience|that experience|the experience|looking back|i would now|showed me|reinforced|lesson)\b", 1.6),
        (r"(?:since then|from then on|to this day|after that day|ever since|still (?:use|using|working|in use|today)|is now|are now|now (?:we|they|the|use)|the following (?:week|month|year)|(?:weeks?|months?|days?|year) later|within (?:a|two|three|\d+) )", 1.2),
        (r"(?:nobody (?:was|were|got|had|\w+ed)|no one (?:was|got|had|\w+ed)|(?:we|i) found \w+ more|no more|zero|not one|no \w+ (?:was|were|since|after)|never (?:happened|again)|it now|now takes?) ", 1.0),
        (r"by (?:january|february|march|april|may|june|july|august|september|october|november|december|then|christmas|easter|the (?:end|morning|next|time|exam|test|mock))\b", 0.9),
        (r"(?:gained|(?:he|she|it|they|we|i|things) (?:got|was|were|became|is|are) (?:much |a lot |far |even |no )?(?:better|faster|easier|happier|calmer|quicker|safer|smoother|clearer)|(?:told|tells) me (?:that )?(?:he|she|they|it)|reads? (?:aloud|to))\b", 1.2),
        (r"(?:has|have|had)(?:n't| not)? (?:\w+ )?(?:been|had|seen|missed|found|hit|come|sent) .{0,60}\b(?:since|ever since|in (?:two|three|\w+) years|every year)\b|\bsince\.?$|ever since\b|these days\b|from that \w+ on\b", 1.2),
        (r"(?:not (?:one|a single)|nobody|no|none|nothing|lost no|without an?) (?:\w+ )?(?:fall|falls|fell|came to|harm\w*|injur\w+|complain\w*|error\w*|mistake\w*|lost|parcel\w*|delay\w*|crack\w*|miss\w*|hitch|incident\w*|point|accident\w*)\b", 1.1),
        (r"(?:(?:he|she|they|it|saturation|numbers?|sales|scores?|marks|bill|waste) (?:came|went|is|was|are|were|fell|rose|dropped) (?:up|down|back|off|gone|at|over|under)\b|(?:slept|survived|recovered|pulled through|walked out|woke up|reads?|books? with us|kept (?:the|his|her|their)|signed|turned out|it was accepted|renewed|passed|thanked)\b)", 0.9),
        (r"(?:we|they|it|i|she|he) (?:raised|sold|gained|won|made|saved|took|booked|had|lost) (?:\w+ )?(?:[£$€]?\d[\d,.]*|\w+ty|\w+teen|hundred|thousand|half|nothing|forty|twelve|eleven)\b", 0.8),
        (r"(?:nobody|no one|none of (?:us|them)|not (?:one|a single) \w+) (?:\w+ ){0,3}(?:got|was|were|had|has|came|fell|left|missed|complained|noticed)\b|(?:did not|didn't|never) have to (?:close|stop|repeat|pay|cancel|wait|redo)\b|(?:we|i|they|it) (?:was|were) (?:done|finished|ready|back|through) (?:before|by|in|within)\b|got \w+ (?:of (?:them|it) )?back\b", 1.2),
        (r"(?:feedback (?:was|from)|positive feedback|got good|good review|a standard practice|rolled out)\b", 1.1),
    ),
}  # fmt: skip

_STATIVE = frozenset(
    """was were had felt knew thought wanted needed learned learnt realised realized got liked loved hoped
    believed worked received managed been used ended won passed achieved faced""".split()
)
_ADVERBS = frozenset(
    """also then first just quickly immediately finally always really never only even actually still""".split()
)


def own_actions(text: str, *, any_verb: bool = False) -> list[tuple[str, str]]:
    """(subject, verb) of every past action the speaker tells in the first person: ("i", "called"), ("we", "split").

    `any_verb` also takes verbs of state ("I was", "we had").
    """
    low = lower_words(text)
    found: list[tuple[str, str]] = []
    subject = ""
    since = 9
    for i, word in enumerate(low):
        if word in {"i", "we"}:
            subject, since = word, 0
            continue
        since += 1
        if word in {"he", "she", "they", "it", "who", "which", "that", "you"}:
            subject = ""
        if not subject or not is_past(word) or (word in _STATIVE and not any_verb):
            continue
        before = low[i - 1]
        near = since == 1 or (since <= 3 and (before.endswith("ly") or before in _ADVERBS))
        chained = before in {"and", "then", "or"} and since <= 14
        if near or chained:
            found.append((subject, word))
    return found


def cue_score(part: StarPart, sentence: str) -> float:
    """How strongly a sentence's wording speaks for a part: 0 for no cue, about 2 and more for a clear one."""
    plain = sentence.replace("’", "'")
    score = sum(weight for pattern, weight in CUES[part] if pattern.search(plain))
    if part == "action":
        score += min(1.8, sum(1.0 if s == "i" else 0.7 for s, _ in own_actions(plain)))
    return min(score, 3.5)
