"""Names that may have been misheard: runs of words that sound like one, for the model to judge."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_MOST_WORDS = 4
_ALIKE = 0.9
"""Of 46 guesses from 0.84 on in answers without any name, with the names of six postings and resumes, the model took three
for said, all of two words, at 0.86, 0.89 and 0.91; of eleven names that were said and misheard, ten were at 0.91 and more.
"""
_FEWEST_SOUNDS = 4
"""A shorter name sounds like too much ("DoIT" like "that"): it is found only in the place of another abbreviation."""
_SPELLINGS = (("ph", "f"), ("ck", "k"), ("sch", "s"), ("sh", "s"), ("ch", "s"), ("x", "ks"), ("qu", "kw"), ("th", "t"))
_CLASSES = str.maketrans("bpfvcgjkqszdtlmnraeiouyhw", "bbbbkkkkkssddlmmraaaaaa  ")
_A_WORD_MORE = 0.02
"""What a run of one word more has to be more alike by."""
_TAIL = re.compile(r"[.,;:?!…]*$")
"""Punctuation after a word: no name goes on behind it."""
_PART = re.compile(r"-?\w")
"""How what is written together with the word before it begins."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Words `first` to `first + count - 1` may have been `name`; `alike` is 0..1."""

    first: int
    count: int
    name: str
    alike: float

    @property
    def end(self) -> int:
        return self.first + self.count

    def written(self, heard: str) -> str:
        """The name in the place of what was heard, with the space before that and the punctuation after it."""
        space = heard[: len(heard) - len(heard.lstrip())]
        return f"{space}{self.name}{_TAIL.findall(heard)[0]}"


def sounds(text: str) -> str:
    """Classes of sounds that are taken for each other, in the spirit of Soundex (Russell 1918), vowels kept as one."""
    low = re.sub(r"[^a-z0-9+#]", "", text.lower())
    for written, spoken in _SPELLINGS:
        low = low.replace(written, spoken)
    return re.sub(r"(.)\1+", r"\1", low.translate(_CLASSES).replace(" ", ""))


def guesses(words: Sequence[str], names: Sequence[str]) -> list[Guess]:
    """What may have been a name, in order, none over another. Words that are the name already are none.

    `words`: as a recogniser writes them, with the space before them and the punctuation after them.
    """
    wanted = [(name, sound) for name in names if (sound := sounds(name))]
    found: list[Guess] = []
    for first, word in enumerate(words):
        if first and _PART.match(word):
            continue
        for count in range(1, min(_MOST_WORDS, len(words) - first) + 1):
            run, after = words[first : first + count], words[first + count : first + count + 1]
            if count > 1 and _TAIL.findall(run[-2])[0]:
                break
            if after and _PART.match(after[0]):
                continue
            sound = sounds("".join(run))
            said = {_bare("".join(run)), *map(_bare, run)}
            found += [
                Guess(first, count, name, alike)
                for name, like in wanted
                if name not in said
                and (len(like) >= _FEWEST_SOUNDS or all(_is_abbreviation(_bare(each)) for each in run))
                and (alike := _alike(sound, like)) >= _ALIKE + _A_WORD_MORE * (count - 1)
            ]
    kept: list[Guess] = []
    for guess in sorted(found, key=lambda g: (_A_WORD_MORE * g.count - g.alike, g.first)):
        if all(guess.end <= k.first or k.end <= guess.first for k in kept):
            kept.append(guess)
    return sorted(kept, key=lambda g: g.first)


def _alike(heard: str, name: str) -> float:
    """0..1 for two strings of sounds: twice the sounds that match in order, over all of them (Ratcliff & Obershelp 1988)."""
    if 2 * min(len(heard), len(name)) < _ALIKE * (len(heard) + len(name)):
        return 0.0
    return SequenceMatcher(None, heard, name, autojunk=False).ratio()


def _bare(text: str) -> str:
    return _TAIL.sub("", text.strip())


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper()
