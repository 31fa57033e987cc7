"""Grounding: what may be said. A sentence with a number, name, quote or deed found in no source is held back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, content_words

_TOKEN = re.compile(r"[^\W_]+(?:['’.\-&/+][^\W_]+)*(?:\+\+|#|%)?")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_QUOTE = re.compile(r"[\"“”«»]([^\"“”«»]{3,300})[\"“”«»]")

_UNITS = {w: n for n, w in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)}  # fmt: skip
_TENS = {w: n * 10 for n, w in enumerate("_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()) if n > 1}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_ORDINALS = {"third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_MULTIPLES = {
    "doubled": "2x", "double": "2x", "doubling": "2x", "twice": "2x", "tripled": "3x", "triple": "3x", "halved": "1/2",
    "half": "1/2", "halving": "1/2", "quarter": "1/4", "quadrupled": "4x", "dozen": "12", "dozens": "12", "thrice": "3x",
}  # fmt: skip

_TECH = frozenset(
    """python java javascript typescript golang rust kotlin swift ruby php scala perl react angular vue svelte django
    flask fastapi spring rails laravel node express kubernetes docker terraform ansible jenkins gitlab github git linux
    windows azure aws gcp postgres postgresql mysql sqlite oracle mongodb redis kafka rabbitmq elasticsearch spark hadoop
    airflow snowflake bigquery tableau excel powerpoint salesforce hubspot sap jira confluence figma sketch photoshop
    tensorflow pytorch sklearn pandas numpy graphql grpc nginx prometheus grafana datadog splunk selenium cypress agile
    scrum kanban lean sql nosql html css api rest oauth microservices blockchain hadoop matlab quickbooks epic cerner
    canvas moodle blackboard zendesk workday netsuite servicenow powerbi looker dbt""".split()
)

_STARTERS = FUNCTION_WORDS | frozenset(
    """add say name tell start end begin give make put try keep cut open close lead use show state explain describe
    mention point next time result results action actions situation task answer answers question questions story people
    listeners interviewers interviewer practise practice record think remember choose pick replace avoid instead first
    second last finally good strong clear concrete specific one two three here now next before while since although
    though however still even quantify number numbers figure figures detail details evidence example examples context
    job resume role consider focus spell saying naming adding giving being having without with most many much let
    perhaps maybe yes no nothing something everything someone anyone neither either both each every few several such
    compare link connect tie mind prepare drill rehearse aim shorten lengthen drop leave follow ask repeat rephrase
    measure measured delivery pace pauses fillers words sentences feedback score scores structure relevance specificity
    impact clarity conciseness technical problem culture language star half part parts what's that's it's there's
    could should would might can may must please well also again only just already yet once twice whether because if
    during within whose thank thanks great nice solid missing weak stronger better best""".split()
)  # fmt: skip

_META = frozenset(
    stem(w)
    for w in """say said name named tell told give gave describe described mention mentioned explain explained show showed
    answer answered question story result action situation task part detail number figure example sentence word start
    started end ended speak spoke talk talked use used time clear concrete specific strong good own make made point
    outcome step reason open opened close closed leave left cover covered state stated add added quote one two four
    three all part minute second pace long short mostly more less first last job requirement resume role interviewer
    listener team we i measured check checked evidence proof real well actually begin began finish finished""".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be said, and what in it no source supports."""

    ok: bool
    unsupported: tuple[str, ...] = ()


class Evidence:
    """The sources of one piece of feedback: `answer` is what the candidate said, `others` everything else."""

    def __init__(self, answer: str, others: Iterable[str] = (), figures: Iterable[float | int] = ()) -> None:
        everything = [answer, *others]
        self._texts = [_squeezed(t) for t in everything]
        self._words = {w.lower().strip(".'’") for t in everything for w in _parts(t)}
        self._stems = {stem(w) for w in self._words}
        self._numbers = {n for t in everything for n in numbers(t)} | {_plain_number(f) for f in figures}
        self._answer_stems = {stem(w) for w in _parts(answer)}
        self._answer_clauses = [c.lower() for c in re.split(r"[.!?;,]|\bbut\b|\band\b", answer)]

    def check(self, sentence: str) -> Verdict:
        """Numbers, names, technologies, quotes, deeds, who did them and whether they were done at all."""
        bad = [
            *self._quotes(sentence),
            *(n for n in numbers(sentence) if n not in self._numbers and not self._counts(n, sentence)),
            *self._names(sentence),
            *self._deeds(sentence),
        ]
        return Verdict(not bad, tuple(dict.fromkeys(bad)))

    def _quotes(self, sentence: str) -> list[str]:
        return [q for q in _QUOTE.findall(sentence) if not any(_squeezed(q).strip(" .,;:!?…") in t for t in self._texts)]

    @staticmethod
    def _counts(number: str, sentence: str) -> bool:
        """Small numbers that only count advice: "one thing", "two sentences"."""
        word = {"1": "one", "2": "two", "3": "three"}.get(number)
        low = sentence.lower()
        return word is not None and (
            re.search(rf"\b{word}\b (?:\w+ )?(?:thing|sentence|line|number|figure|example|detail|fact|reason|word|step|point|"
                      r"result|way|place|part|short|clear|concrete|specific|or two|more|of the|strong|drill)", low) is not None
        )  # fmt: skip

    def _names(self, sentence: str) -> list[str]:
        bad = []
        for match in _TOKEN.finditer(_QUOTE.sub(" ", sentence)):
            token = match.group()
            if _NUMBER.fullmatch(token.rstrip("%")):
                continue
            low = token.lower().strip(".'’")
            first = not sentence[: match.start()].strip(" \"“'(") or sentence[: match.start()].rstrip()[-1:] in ".!?:"
            looks_like_a_name = token[0].isupper() or any(c.isupper() for c in token[1:]) or any(c.isdigit() for c in token)
            if not looks_like_a_name and low not in _TECH:
                continue
            if low in {"i", "i'm", "i'd", "i've", "i'll", "star"} or (first and low in _STARTERS):
                continue
            if not self._known(low) and not (first and not self._proper(low) and low not in _TECH):
                bad.append(token)
        return bad

    def _known(self, low: str) -> bool:
        plain = low.removesuffix("'s").removesuffix("’s")
        return plain in self._words or stem(plain) in self._stems or all(
            p in self._words or stem(p) in self._stems for p in re.split(r"[-/&.]", plain) if p
        )  # fmt: skip

    @staticmethod
    def _proper(low: str) -> bool:
        """Whether a capitalised first word could be a name: unknown words count as names."""
        return low not in _STARTERS and not low.endswith(("ing", "ly"))

    def _deeds(self, sentence: str) -> list[str]:
        """"You did X" needs X in the answer, done by the speaker, and not denied."""
        bad = []
        for match in re.finditer(r"\byou(?:'ve| have| had)?(?: also| then| first| clearly| really)? (\w+)([^.;!?]*)", sentence.lower()):
            verb, rest = match.group(1), match.group(2)
            if not is_past(verb) or verb in {"said", "named", "gave", "told", "mentioned", "described", "explained", "had"}:
                continue
            claimed = [stem(w) for w in content_words(f"{verb} {rest}") if stem(w) not in _META]
            if not claimed:
                continue
            found = sum(c in self._answer_stems for c in claimed)
            if found < 0.7 * len(claimed):
                bad.append(f"you {verb}")
            elif self._denied_or_anothers(verb):
                bad.append(f"you {verb} (said otherwise)")
        return bad

    def _denied_or_anothers(self, verb: str) -> bool:
        """Every place where the answer uses this verb denies it, or gives it to somebody else."""
        key, own, other = stem(verb), False, False
        for clause in self._answer_clauses:
            words = clause.replace("’", "'").split()
            for i, word in enumerate(words):
                if stem(word.strip("\"'.,")) != key:
                    continue
                before = words[max(0, i - 5) : i]
                denied = any(b in {"not", "never", "cannot", "without"} or b.endswith("n't") for b in before)
                mine = "i" in before or "we" in before or "i'd" in before or "i've" in before or not before
                if denied or not mine:
                    other = True
                else:
                    own = True
        return other and not own


def numbers(text: str) -> list[str]:
    """Every number of a text in one form: `forty` and `40` are "40", `1,200` is "1200", `doubled` is "2x"."""
    found = []
    for match in re.finditer(r"\d[\d,]*(?:\.\d+)?", text):
        digits = match.group().replace(",", "")
        suffix = text[match.end() : match.end() + 2].lower()
        scale = 1000 if suffix[:1] == "k" and not suffix[1:].isalpha() else 1_000_000 if re.match(r"m\b", suffix) else 1
        found.append(_plain_number(float(digits) * scale))
    found += _spelled(re.findall(r"[a-z]+", text.lower()))
    return found


def _spelled(words: Sequence[str]) -> list[str]:
    found: list[str] = []
    total, current, inside = 0.0, 0.0, False
    for word in [*words, ""]:
        if word in _UNITS or word in _TENS:
            value = _UNITS.get(word, _TENS.get(word, 0))
            if inside and not (current % 100 and current % 10 == 0 and value < 10) and current % 100 != 0:
                found.append(_plain_number(total + current))
                total, current = 0.0, 0.0
            current, inside = current + value, True
        elif word == "hundred" and inside:
            current = (current or 1) * 100
        elif word in _SCALES and inside and word != "hundred":
            total, current = total + (current or 1) * _SCALES[word], 0.0
        elif word == "and" and inside and current % 100 == 0 and current:
            continue
        else:
            if inside:
                found.append(_plain_number(total + current))
            total, current, inside = 0.0, 0.0, False
            if word in _MULTIPLES:
                found.append(_MULTIPLES[word])
            elif word in _ORDINALS:
                found.append(_plain_number(_ORDINALS[word]))
    return found


def _plain_number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(round(float(value), 3))


def _parts(text: str) -> list[str]:
    """Tokens, and the halves of compounds."""
    tokens = _TOKEN.findall(text)
    return [*tokens, *(p for t in tokens for p in re.split(r"[-/&.'’]", t) if p)]


def _squeezed(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())
