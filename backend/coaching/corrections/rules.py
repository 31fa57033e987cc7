"""Rules: reads and compiles what is looked for in a language (`de.yaml`, ...), each rule with its own examples.

A rule stands in the file like this:

    - rule: depends_of                # its name within the language
      find: '(depends?|depended) of'  # a regular expression; a space stands for white space, {name} for a set of words
      say: '\\1 on'                   # the corrected wording, with the groups of `find`
      not_before: 'course'            # an expression that must not come next; `before` is one that must
      why: One says that something depends on something.   # for the learner, in English
      here: ...                       # and in the language itself
      wrong: {It depends of you.: It depends on you.}
      right: [It depends on you.]     # correct sentences close to it, in which nothing may be found

`swap: {wrong: right}` is short for a list of fixed phrases: `<swap>` in `find` is any of the wrong ones, in `say` its
right one; groups are counted without it. `after` and `not_after` are about the word before; `begins: true` wants the beginning of a sentence,
`opens: true` that of a clause: of a sentence, after a comma, or after one of the language's `openers`.

`agree` is for words that go together in person, gender, number or case:

    agree:
      rows: [am are is, have have has]      # the forms of a word by column (a `_` stands for a space within a form)
      heads: {I: 1, we|you|they: 2, he: 3}  # a word, and the column that goes with it

`<head>` in `find` is any of the heads and `<form>` any form, found where it is in another column only; in `say` they are the head
as it was said and the form that goes with it. Other groups of `find` are named then: `(?P<a>...)`, in `say` `\\g<a>`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FOLDER = Path(__file__).parent

_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963"
"""Signs above, below and beside letters (accents, Arabic and Devanagari vowels): a word goes on with them."""
_LETTER = rf"[\w{_MARKS}]"
_UNSPACED = frozenset({"zh", "ja"})
_ATTACHED = {"ar": "وف"}
"""Letters that mean "and" and the like and are written together with the next word."""
_SENTENCE_ENDS = ".!?…。！？।؟\n"
_CLAUSE_ENDS = f"{_SENTENCE_ENDS},;:–—،؛"
_NUKTA = "\u093c"
_DOTTED = dict(zip("कखगजडढफ", map(chr, range(0x958, 0x95F)), strict=True))
"""Letters that have one sign together with the dot below."""


class CorrectionsInvalid(ValueError):
    """A file of rules that cannot be used; the message names the file and the rule."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Agree(_Data):
    """Forms by column, and the column that each head goes with. See the module."""

    rows: list[str] = Field(min_length=1)
    heads: dict[str, int] = Field(min_length=1)

    def wrong(self) -> dict[tuple[str, str], str]:
        """(head, form that does not go with it) -> the form that does. A form that is right in one row is never wrong."""
        rows = [row.split() for row in self.rows]
        found: dict[tuple[str, str], str] = {}
        for heads, column in self.heads.items():
            right = {_key(row[column - 1].replace("_", " ")) for row in rows}
            for head in heads.split("|"):
                for row in rows:
                    for form in {_key(form.replace("_", " ")) for form in row} - right:
                        found.setdefault((_key(head), form), row[column - 1].replace("_", " "))
        return found

    def all_heads(self) -> set[str]:
        """Every head, as it is written."""
        return {head for heads in self.heads for head in heads.split("|")}

    def all_forms(self) -> set[str]:
        """Every form, as it is written."""
        return {form.replace("_", " ") for row in self.rows for form in row.split()}


class Rule(_Data):
    """One slip. See the module for the fields."""

    rule: str = Field(pattern=r"^[a-z0-9_]+$")
    find: str = "<swap>"
    say: str = "<swap>"
    swap: dict[str, str] = {}
    agree: Agree | None = None
    before: str = ""
    not_before: str = ""
    after: str = ""
    not_after: str = ""
    begins: bool = False
    opens: bool = False
    why: str = Field(min_length=10)
    here: str = ""
    wrong: dict[str, str] = Field(min_length=1)
    right: list[str] = Field(min_length=1)


class Phrases(_Data):
    """What the coach says in the practised language. `{quote}` and `{better}` are put in."""

    came_across: str
    reason: str
    fix: str
    none: str
    length: str
    """How many words, or signs where words are not set apart; `{value}` is put in, here and in the next three."""
    pace: str
    """Words a minute."""
    pauses: str
    """How many pauses longer than 2.5 s."""
    variety: str
    """Different words of any 25 in a row, per cent."""
    longer: str
    once_more: str
    """The title of a drill, ..."""
    repeat: str
    """... what to do in it where something is to be said otherwise, ..."""
    again: str
    """... and where nothing is, nor was the answer short."""


class LanguageRules(_Data):
    """All that is looked for in one language."""

    code: str
    phrases: Phrases
    links: str
    """Words that join clauses, with spaces between them (in languages without spaces too)."""
    because: str
    """Words that give a reason."""
    openers: str = ""
    """Words after which a clause begins with its subject: an expression."""
    sets: dict[str, str] = {}
    rules: list[Rule] = Field(min_length=15)


class Compiled:
    """A rule, ready to be looked for."""

    def __init__(self, rule: Rule, language: LanguageRules) -> None:
        self.rule = rule
        self._swap = {_key(wrong): right for wrong, right in rule.swap.items()}
        inner, self._say = rule.find, rule.say
        if rule.swap:
            inner = rule.find.replace("<swap>", f"(?P<swap>{_one_of(rule.swap)})")
            self._say = _counting_the_swap(rule)
        self._agrees = rule.agree.wrong() if rule.agree else {}
        if rule.agree:
            inner = inner.replace("<head>", rf"(?P<head>{_one_of(rule.agree.all_heads())})")
            inner = inner.replace("<form>", rf"(?P<form>{_one_of(rule.agree.all_forms())})")
            self._say = self._say.replace("<head>", r"\g<head>")
        self._pattern = _compile(inner, rule, language)
        self._after = _last(rule.after, language)
        self._not_after = _last(rule.not_after, language)
        self._opener = _last(language.openers, language) if rule.opens else None
        self._spaced = language.code not in _UNSPACED

    def finds(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, corrected wording) of each place of `text` that the rule is about, in order."""
        plain = text.replace("’", "'")
        return [
            (m.start(), m.end(), self._better(m))
            for m in self._pattern.finditer(plain)
            if self._disagrees(m) and self._place_fits(plain[: m.start()])
        ]

    def _disagrees(self, match: re.Match[str]) -> bool:
        return self.rule.agree is None or self._pair(match) in self._agrees

    def _pair(self, match: re.Match[str]) -> tuple[str, str]:
        return _key(match["head"]), _key(match["form"])

    def _place_fits(self, before: str) -> bool:
        head = before.rstrip()
        if head.endswith(("“", "„", "«", "‹", "「", "『", '"')):
            return False  # somebody else's words, or a word that is spoken about
        if self.rule.begins and head and head[-1] not in _SENTENCE_ENDS:
            return False
        word = re.search(r"\S*$", head) if self._spaced else None
        last = word.group() if word else before
        if self.rule.opens and head and head[-1] not in _CLAUSE_ENDS and not self._opens_after(last):
            return False
        if self._not_after is not None and self._not_after.search(last):
            return False
        return self._after is None or bool(self._after.search(last))

    def _opens_after(self, last: str) -> bool:
        return self._opener is not None and bool(self._opener.search(last))

    def _better(self, match: re.Match[str]) -> str:
        say = self._say
        if self.rule.swap:
            say = say.replace("<swap>", self._swap[_key(match["swap"])])
        if self.rule.agree:
            say = say.replace("<form>", self._agrees[self._pair(match)])
        better = " ".join(match.expand(say).split())
        return better[:1].upper() + better[1:] if match.group()[:1].isupper() else better


def _key(phrase: str) -> str:
    """A phrase of `swap` as it is looked up, however its Devanagari was written."""
    plain = unicodedata.normalize("NFC", " ".join(phrase.casefold().split()))
    return plain.replace(_NUKTA, "").replace("\u0901", "\u0902")


def _however_written(expression: str) -> str:
    """Devanagari is written with and without its dots below (as one sign or two), and with a dot for the moon-dot."""
    plain = unicodedata.normalize("NFC", expression)
    plain = re.sub(rf"(.){_NUKTA}", lambda m: rf"(?:{m[1]}{_NUKTA}?|{_DOTTED.get(m[1], m[1])})", plain)
    return re.sub("[\u0901\u0902]", "[\u0901\u0902]", plain)


def _compile(inner: str, rule: Rule, language: LanguageRules) -> re.Pattern[str]:
    spaced = language.code not in _UNSPACED
    left = right = ""
    if spaced:
        left = rf"(?<!{_LETTER})(?<!-)"
        for letter in _ATTACHED.get(language.code, ""):
            left = rf"(?:{left}|(?<=\b{letter}))"
        right = rf"(?!{_LETTER}|-\w|'\w)"
    gap = r"\s+" if spaced else r"\s*"
    ahead = f"(?={_however_written(rule.before)})" if rule.before else ""
    ahead += f"(?!{gap}(?:{_however_written(rule.not_before)}){right})" if rule.not_before else ""
    whole = f"{left}(?:{_however_written(inner)}){right}{ahead}"
    return re.compile(_with_sets(whole, language).replace(" ", gap), re.IGNORECASE)


def _counting_the_swap(rule: Rule) -> str:
    """`say` with its groups counted as the expression counts them: those behind `<swap>` come one later."""
    earlier = len(re.findall(r"(?<!\\)\((?!\?)", rule.find.partition("<swap>")[0]))
    return re.sub(r"\\(\d)", lambda m: rf"\{int(m[1]) + (int(m[1]) > earlier)}", rule.say)


def _last(expression: str, language: LanguageRules) -> re.Pattern[str] | None:
    """What the word before must be, whole where words are set apart; None where nothing is asked."""
    if not expression:
        return None
    left = "" if language.code in _UNSPACED else rf"(?<!{_LETTER})"
    return re.compile(rf"{left}(?:{_with_sets(expression, language)})$", re.IGNORECASE)


def _with_sets(expression: str, language: LanguageRules) -> str:
    for name, words in language.sets.items():
        expression = expression.replace(f"{{{name}}}", f"(?:{_however_written(words)})")
    return expression


def _one_of(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase).replace(r"\ ", " ") for phrase in sorted(set(phrases), key=len, reverse=True))


class Looked:
    """The rules of one language, compiled."""

    def __init__(self, language: LanguageRules) -> None:
        self.language = language
        self.rules = tuple(Compiled(rule, language) for rule in language.rules)
        self.links = frozenset(language.links.split())
        self.because = tuple(language.because.split())


@lru_cache
def rules_of(code: str) -> Looked | None:
    """The rules of a language by its code, None for one without. Raises `CorrectionsInvalid`."""
    path = FOLDER / f"{code}.yaml"
    if not code.isalpha() or not path.is_file():
        return None
    try:
        return Looked(LanguageRules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))))
    except ValidationError as error:
        first = error.errors()[0]
        raise CorrectionsInvalid(f"{path.name}, {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (re.error, yaml.YAMLError) as error:
        raise CorrectionsInvalid(f"{path.name}: {error}") from error


def languages() -> list[str]:
    """Codes of the languages that have rules."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))
