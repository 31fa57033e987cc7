"""Small pieces of English for questions: the candidate's clause turned to "you", a requirement made speakable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.coaching.answer import Span
from backend.interview.word_lists import WORDS

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_FILLERS = re.compile(
    r"\b(um+|uh+|erm?|hmm+|you know|i mean|kind of|sort of|basically|actually|like,)[,]?\s+", re.IGNORECASE
)
_SWAP = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "we": "you", "we're": "you're", "we've": "you've", "we'd": "you'd",
    "us": "you", "our": "your", "ours": "yours", "ourselves": "yourselves", "am": "are",
}  # fmt: skip
_IRREGULAR = WORDS["irregular_past"]
_NO_DEED = WORDS["no_deed"]
_ADVERB = re.compile(r"^(also|then|just|first|finally|later|only|even|always|usually|\w+ly)\s+", re.IGNORECASE)
_CLAUSE_END = re.compile(
    r"[,.;:!?()\n]|\s(?:-|–|—)\s|\b(?:and|so|but|because|which|who|while|until|although|where|or|as|if|since|since)\b",
    re.IGNORECASE,
)
_MAY_END_BEFORE = WORDS["phrase_starts"]
_DANGLING = WORDS["dangling"]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the candidate says they did. `said` is the verbatim span, `you_did` reads "you moved the reads"."""

    said: Span
    you_did: str
    alone: bool
    """Told with "I", not "we"."""


def sentences(text: str) -> list[Span]:
    """Sentences of a text with their places; speech without stops is one long sentence."""
    found = []
    for match in _SENTENCE.finditer(text):
        stripped = match.group().strip()
        if stripped:
            start = match.start() + match.group().index(stripped)
            found.append(Span(stripped, start, start + len(stripped)))
    return found


def deeds(text: str, *, most_words: int = 11) -> list[Deed]:
    """Clauses like "I moved the session reads to a replica", in order, short enough to be said back."""
    found = []
    for match in re.finditer(r"\b(I|we|We)\s+(?=[a-z])", text):
        rest = text[match.end() :]
        end = _CLAUSE_END.search(rest)
        clause = rest[: end.start()] if end else rest
        cut = _cut(clause.rstrip(), most_words - 1)
        if cut is None or (verb := _verb(cut)) is None:
            continue
        clause = cut
        if verb in _NO_DEED or not (verb in _IRREGULAR or verb.endswith("ed")):
            continue
        told = _ADVERB.sub("", _FILLERS.sub("", clause))
        said = Span(text[match.start() : match.end() + len(clause)], match.start(), match.end() + len(clause))
        found.append(Deed(said, f"you {second_person(told)}", match.group(1) == "I"))
    return found


def _verb(clause: str) -> str | None:
    words = _ADVERB.sub("", _FILLERS.sub("", clause)).split()
    return words[0].casefold() if len(words) >= 3 else None


def _cut(clause: str, most: int) -> str | None:
    """At most so many words, ending where a phrase may end; None where that is not possible."""
    words = list(re.finditer(r"\S+", clause))
    if len(words) <= most:
        last = words[-1].group().casefold() if words else "the"
        return None if last in _DANGLING else clause
    for at in range(most, 3, -1):
        if words[at].group().casefold() in _MAY_END_BEFORE and words[at - 1].group().casefold() not in _DANGLING:
            return clause[: words[at - 1].end()]
    return None


def second_person(clause: str) -> str:
    """ "moved our reads to my replica" -> "moved your reads to your replica"."""
    out = [_SWAP.get(word.casefold(), word) for word in clause.split()]
    text = " ".join(out)
    return re.sub(r"\byou was\b", "you were", text)


def lower_first(text: str) -> str:
    """First letter lower, unless the first word is "I", an abbreviation or a name."""
    first = re.split(r"[\s/,]", text, maxsplit=1)[0]
    titled = text[len(first) + 1 : len(first) + 2].isupper()  # "Business Intelligence tools"
    keep = titled or first in {"I", "I'm"} or any(c.isupper() for c in first[1:]) or first.casefold() in WORDS["names"]
    return text if keep or not text else text[0].lower() + text[1:]


_SECOND_HALF = re.compile(
    r",? (and|or) (how|what|why|when|where|who|which)\b[^?]*\?$|[;:] (?=how|what|why|when|where|who)[^?]*\?$"
)


def first_half(question: str) -> str:
    """ "Where was it, and what did you do?" -> "Where was it?" """
    return f"{_SECOND_HALF.sub('', question).rstrip(' ,;:?')}?"


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def clean_name(text: str | None, most_words: int = 8) -> str | None:
    """A role or company as it can be said in a question, or None where it does not look like a name."""
    if not text:
        return None
    plain = " ".join(re.sub(r"[^\w\s\-/&,.'’()+#]", " ", text).split()).strip(" ,.-/")
    if not plain or len(plain) > 60 or len(plain.split()) > most_words or re.search(r"[.?!]\s", plain):
        return None
    return plain.title() if plain.isupper() and len(plain) > 5 else plain


# --- requirements ---

_LABEL = re.compile(r"^[\s\-*•·]*\*\*[^*]{1,60}\*\*[.:]?\s+(?=\w)")
_NOISE = re.compile(
    r"^[\s\-*•·–\d.)(]+|\([^)]*\)|[;,.]?\s*(and|or)?\s*[;.,]?\s*$|"
    r"\b(including|for example|e\.g\.|i\.e\.|ideally|preferably|or similar|or equivalent|etc)"
    r"\b.*$",
    re.IGNORECASE,
)
_TITLED = re.compile(r"^[A-Z][\w ,/&-]{2,50}? ?[-–:] (?=you\b)", re.IGNORECASE)
"""The heading in "Programming and build - You can write clear code"."""
_EXAMPLES = re.compile(
    r",? (?:such as|like) ([^,;.]+?)(?:(?:, (?:and |or )?| and | or )([^,;.]+?))?(?=[,;.]| and | or |$).*$"
)
_YEARS = re.compile(
    r"\b(at least |a minimum of |minimum |over |more than )?(\d+\+?|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(\s*(-|to|–)\s*\w+)?\+?\s+(or more\s+)?years?('|’)?\s*(of\s+)?(full-time\s+|paid\s+|professional\s+)*",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(you(’|'| wi)ll (be |have )?|you (must|should|will|can|are able to|have|need to|are) |"
    r"(must|should) (have |be )?|(a |an )?(proven track record of|proven|demonstrated|demonstrable|excellent|strong|"
    r"solid|good|extensive|significant|prior|previous|relevant|hands-on|practical|some|deep|working|sound|required|"
    r"essential|desirable|preferred)[:,]?\s+)+",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(
    r"\b(licen[sc]es?|certificates?|certification|diploma|bachelor|master('|’)?s|phd|driver('|’)s|citizen|salary|"
    r"semester units?|transcripts?|applications? (form|deadline|process|will|are|must)|applicants?|examination|"
    r"eligible|registration card|security clearance|candidates (will|must|may|from|are|who)|vacanc(y|ies)|accredited|"
    r"possession|registration|equal (employment )?opportunity|(in a )?(position|class) (at|in|as) the|(university|college|graduate|advanced|associate|relevant) degrees?|degree in)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\s+(is|are|would be) (\w+ )?(desir|prefer|requir|essential|a plus|an advantage|welcome).*$", re.IGNORECASE
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("gerund", re.compile(r"^(?:\w+ ){0,5}experience (\w+ing (?!with\b|in\b|as\b).+)", re.IGNORECASE)),
    (
        "gerund",
        re.compile(r"^(?:enthusiasm|passion|interest|commitment|drive) (?:for|in|to) (\w+ing .+)", re.IGNORECASE),
    ),
    ("gerund", re.compile(r"^be(?=ing)?(?: )(responsible for .+)", re.IGNORECASE)),
    (
        "knowledge",
        re.compile(
            r"^(?:\w+ )?(?:proficiency|expertise|competence|competency|familiarity|fluency|skills?) (?:in|with) (.+)",
            re.IGNORECASE,
        ),
    ),
    (
        "experience",
        re.compile(r"^(?:\w+ )?experiences? (?:with|of|in|working with|working in|as an?|using) (.+)", re.IGNORECASE),
    ),
    ("knowledge", re.compile(r"^(?:\w+ )?(?:knowledge|understanding|command|grasp|awareness) of (.+)", re.IGNORECASE)),
    (
        "ability",
        re.compile(
            r"^(?:(?:the )?(?:ability|capacity|willingness) to|able to|skilled at|capable of) (.+)", re.IGNORECASE
        ),
    ),
)
_OURS = re.compile(r"\bour\b", re.IGNORECASE)
_PURPOSE = re.compile(r",? (?:to ensure|ensuring|so) (?:that )?(?:we|our)\b.*$", re.IGNORECASE)
_HELP = re.compile(r"^help (?:to |the team (?:to )?|us (?:to )?)?(?=[a-z]+ )", re.IGNORECASE)
_DUTY_VERBS = WORDS["duties"]
_NOT_ASKED = re.compile(
    r"^[Bb]e\b|\bfollowing\b|\bwill be\b|^([Aa]n?|[Tt]he) ([A-Z]\w+ )+\w+s |"
    r"^([A-Z]\w+ )*[A-Z]\w+s (utilize|perform|work|plan|provide|assist|prepare|are|have)\b|"
    r"^([Uu]nder|[Ii]n|[Aa]t|[Ff]or|[Ww]ith|[Ww]ithin|[Oo]n|[Bb]y|[Tt]o)\b"
)
"""What no question can be made of: "be a valued member", "emphasis will be placed on", "A Civil Engineer performs"."""
_QUALITY = re.compile(r"\b(skills?|ability|attitude|mindset|manner|judge?ment|approach to .+)$", re.IGNORECASE)
_SENTENCE_LIKE = re.compile(r"\b(is|are|was|must|will|should|can|may|has|have|you|we|your)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Focus:
    """A requirement made speakable: what kind of thing it asks for, and a phrase of a few words."""

    kind: str
    """`experience | knowledge | ability | duty | gerund | quality | thing`, or `quoted`: it is no phrase of a sentence"""
    phrase: str


def focus(requirement: str) -> Focus | None:
    """What a question about a requirement can be about; None for licences, degrees and text that is no requirement."""
    if _CREDENTIAL.search(requirement):
        return None
    plain = _LABEL.sub("", " ".join(requirement.split()))
    plain = _YEARS.sub("", _TITLED.sub("", plain))
    plain = _OURS.sub("the", _PURPOSE.sub("", _EXAMPLES.sub(_two_examples, plain)))
    for _ in range(2):
        plain = _NOISE.sub("", plain).strip(" ;:,.*")
    plain = _POLITE.sub("", _VERDICT.sub("", plain)).strip()
    if names := _names(plain):
        return Focus("experience", names)
    for kind, rule in _KINDS:
        if (found := rule.match(plain)) and (phrase := _short(found.group(1))):
            if phrase.startswith("responsible for"):
                return Focus("gerund", f"being {phrase}")
            gerund = kind != "ability" and phrase.split()[0].endswith("ing")
            return Focus("gerund" if gerund else kind, lower_first(phrase))
    phrase = _short(plain)
    if not phrase or _NOT_ASKED.search(phrase):
        return None
    first, *more = phrase.split()
    if more and more[0].casefold() != "of" and (base := _base(first.casefold())):
        return Focus("duty", _HELP.sub("", " ".join([base, *_same_form(more)])))
    if more and first.casefold().endswith("ing") and _base(first.casefold().removesuffix("ing")):
        return Focus("gerund", lower_first(phrase))
    if _QUALITY.search(phrase):
        return Focus("quality", lower_first(phrase))
    if not re.search(r"\b(and|or)\b", phrase):
        phrase = " and ".join(phrase.rsplit(", ", 1))
    return Focus("quoted" if _SENTENCE_LIKE.search(phrase) else "thing", lower_first(phrase))


def _two_examples(found: re.Match[str]) -> str:
    """Of a list of examples the first two, which say more than the general word before them."""
    named = [name.strip() for name in found.groups() if name and len(name.split()) <= 4]
    return f" such as {' or '.join(named)}" if named else ""


def _same_form(words: list[str]) -> list[str]:
    """ "designs and participates in" -> "design and participate in"."""
    return [
        _base(word.casefold()) or word if before.casefold() in ("and", "or") and word.endswith("s") else word
        for before, word in zip(["", *words], words, strict=False)
    ]


def _base(word: str) -> str | None:
    """The verb of a duty in its base form: "applies" -> "apply"; None for other words."""
    bases = (word, word.removesuffix("s"), word.removesuffix("es"), f"{word.removesuffix('ies')}y", f"{word}e")
    return next((base for base in bases if base in _DUTY_VERBS), None)


_ADDITION = re.compile(
    r"\s(which|that|who)\s|,\s\w+ing\s|\s(?:in order )?to (?:ensure|make|inform|identify|improve|drive|understand|support|deliver)\s"
)
"""Where a phrase goes on with something it can do without."""


_EITHER = re.compile(r"(?<=\w\w\w) ?/ ?(?=\w\w\w)")
"""The stroke between words; "CI/CD" keeps its own."""


def _short(phrase: str, most: int = 12) -> str:
    """The phrase, or as much of its beginning as can be said and stands by itself; empty where nothing does."""
    plain = " ".join(_EITHER.sub(" or ", phrase).split()).strip(" ;:,.").removesuffix(" as well")
    if len(plain.split()) <= most:
        return "" if plain.split()[-1:] and plain.split()[-1].casefold() in _DANGLING else plain
    ends = [*_ADDITION.finditer(plain), *re.finditer(r"[,;:.]|\s[-–—]\s", plain)]
    ways = [*(plain[: m.start()] for m in ends), _cut(plain, most) or ""]
    fit = (w.rstrip(" ,;:.").removesuffix(" as well") for w in ways if 2 <= len(w.split()) <= most and not _cut_off(w))
    return next(fit, "")


def _cut_off(piece: str) -> bool:
    """Whether a piece ends in the middle: "a modern" (of "a modern, agile centre"), "strategies that align"."""
    words = [w.casefold().strip(",;:.") for w in piece.split()]
    return bool(
        words[-1] in _DANGLING
        or re.search(r"(ic|ive|ern|ous|able|ible|erse|ful|ient)$", words[-1])
        or {"that", "which", "who"} & set(words[-2:])
        or piece.count("(") != piece.count(")")
    )


def _names(text: str) -> str | None:
    """ "Kubernetes, Docker, Linux, Git" -> "Kubernetes, Docker or Linux"; None for anything but a list of names."""
    items = [i.strip(" .;") for i in text.split(",")]
    if len(items) < 3 or not all(i and i[0].isupper() and len(i.split()) <= 2 for i in items[:3]):
        return None
    return f"{items[0]}, {items[1]} or {items[2]}"


_FRAMES: dict[str, tuple[str, ...]] = {
    "experience": (
        "Where have you worked with {x}, and what was your own part in it?",
        "What is the most demanding thing you have done with {x}?",
        "Which piece of your work with {x} would you show us first?",
    ),
    "gerund": (
        "What is your best example of {x}, and what was your own part in it?",
        "Which experience taught you most about {x}?",
        "When did {x} turn out to be harder than expected, and what did you do?",
    ),
    "knowledge": (
        "When did your knowledge of {x} make a difference at work?",
        "How have you put your knowledge of {x} to use?",
        "What is the hardest problem you have solved with your knowledge of {x}?",
    ),
    "ability": (
        "When did you last have to {x}, and how did it turn out?",
        "Can you tell me about a time when you had to {x}?",
        "What is your best example of a time you had to {x}?",
    ),
    "duty": (
        "When did you last have to {x}, and how did it turn out?",
        "Can you tell me about a time when you had to {x}?",
        "In this job you would {x}; what have you done that comes closest?",
    ),
    "quality": (
        "This job asks for {x}; what have you done that shows it best?",
        "What have you done that shows {x}?",
        "Which example from your own work shows {x}?",
    ),
    "thing": (
        "Where have you met {x} in your work, and what was your part in it?",
        "Which example from your own work has most to do with {x}?",
        "How have you dealt with {x} in your work?",
    ),
    "quoted": (
        "The posting says \u201c{x}\u201d: what have you done that comes closest?",
        "The posting says \u201c{x}\u201d: which example from your own work fits best?",
        "The posting says \u201c{x}\u201d: where have you met that in your work?",
    ),
}


def requirement_questions(wanted: Focus) -> tuple[str, ...]:
    """Ways to ask about a requirement, one sentence each."""
    return tuple(frame.format(x=wanted.phrase) for frame in _FRAMES[wanted.kind])
