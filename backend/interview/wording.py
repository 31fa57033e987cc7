"""Lets a language model word one question, and accepts it only if it passes every check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from backend.interview.asked import already_asked
from backend.interview.suitable import unsuitable
from backend.interview.word_lists import WORDS
from backend.llm.ports import ChatModel
from backend.llm.prompts import Briefing
from backend.rag.ports import Embedder

MOST_WORDS = 30
_FIRST_WORDS = WORDS["question_starts"]
_PRAISE = re.compile(
    r"\b(great|excellent|impressive|amazing|wonderful|fantastic|awesome|perfect|well done|good (job|answer|point)|nice|"
    r"thank(s| you)|interesting|glad|congratulations|sounds like)\b",
    re.IGNORECASE,
)
_OWN_WORDS = WORDS["interviewer"]
_FUNCTION = WORDS["function"]
_NUMBER_WORDS = WORDS["numbers"]
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d.,]*%?")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an accepted follow-up may use: the answer, the question before it, and `texts`, all that is known."""

    answer: str
    question: str
    texts: tuple[str, ...]
    asked: tuple[str, ...]
    grounded: Callable[[str], bool] | None = None


async def worded(
    chat: ChatModel, briefing: Briefing, instruction: str, bounds: Bounds, embedder: Embedder | None
) -> str | None:
    """One question worded by the model, or None where it does not pass. Raises the model's errors."""
    pieces = [
        piece
        async for piece in chat.stream(
            briefing.ask(instruction), max_tokens=45, temperature=0.0, stop=("\n",), slot=briefing.slot
        )
    ]
    text = tidy("".join(pieces))
    return text if refusal(text, bounds, embedder) is None else None


def tidy(text: str) -> str:
    """White space, quotes and labels around a model's question removed; what follows the question mark is dropped."""
    plain = " ".join(text.split()).strip("\"“”'*` ")
    plain = re.sub(r"^(follow[- ]?up( question)?|question|interviewer|q\d*)\s*:\s*", "", plain, flags=re.IGNORECASE)
    return plain[: plain.index("?") + 1] if "?" in plain else plain


def refusal(text: str, bounds: Bounds, embedder: Embedder | None) -> str | None:
    """Why a worded question is not accepted, in a word or two, or None. Pure but for the embeddings."""
    words = text.split()
    if not text.endswith("?") or text.count("?") != 1 or re.search(r"[.!;]\s", text):
        return "not one question"
    if not 5 <= len(words) <= MOST_WORDS:
        return "length"
    if words[0].casefold().strip(",") not in _FIRST_WORDS or not text[0].isupper():
        return "not a question"
    if re.search(r"[<>{}\[\]|#*_\\]|https?:", text):
        return "markup"
    if _PRAISE.search(text):
        return "praise"
    if (why := unsuitable(text)) is not None:
        return why
    if _parrots(text, bounds.answer):
        return "repeats the answer"
    if not supported(text, bounds.texts):
        return "not grounded"
    if not _on_target(text, bounds):
        return "off target"
    if already_asked(text, bounds.asked, embedder):
        return "asked before"
    if bounds.grounded is not None and not bounds.grounded(text):
        return "not grounded"
    return None


def supported(text: str, texts: Sequence[str]) -> bool:
    """Whether every number and name, and every other word that says something, stands in the known texts.

    Stricter than a check for facts: a question presupposes what it mentions ("the angry customer"), so plain words
    count as well, apart from those every interviewer uses.
    """
    known = set(stems(" ".join(texts)))
    for position, match in enumerate(_WORD.finditer(text)):
        word = match.group()
        low = word.casefold().rstrip(".,").removesuffix("’s").removesuffix("'s")
        if low[0].isdigit() or low in _NUMBER_WORDS:
            if stem(low) not in known:
                return False
            continue
        if low in _OWN_WORDS | _FUNCTION and (word[0].islower() or position == 0):
            continue
        if stem(low) not in known and not (position == 0 and low in _FIRST_WORDS):
            return False
    return True


def stems(text: str) -> Iterable[str]:
    return (stem(m.group().casefold().rstrip(".,").removesuffix("’s").removesuffix("'s")) for m in _WORD.finditer(text))


def stem(word: str) -> str:
    """A rough stem: enough to see that "handovers" and "handover" are one word."""
    for ending in ("ings", "ing", "edly", "ied", "ies", "ers", "ed", "es", "s", "ly", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: -len(ending)] + ("y" if ending in ("ied", "ies") else "")
            return base[:-1] if len(base) > 3 and base[-1] == base[-2] and ending in ("ing", "ed") else base
    return word


def content(text: str) -> set[str]:
    """Stems of the words that say something."""
    return {
        stem(m.group().casefold())
        for m in _WORD.finditer(text)
        if m.group().casefold() not in _FUNCTION and len(m.group()) > 2
    }


def _parrots(text: str, answer: str) -> bool:
    """Nine words in a row from the answer: that is reading it back, not asking."""
    words, said = re.findall(r"\w+", text.casefold()), " ".join(re.findall(r"\w+", answer.casefold()))
    return any(" ".join(words[i : i + 9]) in said for i in range(len(words) - 8))


def _on_target(text: str, bounds: Bounds) -> bool:
    """It takes up a word of the answer that the question before had not put into the candidate's mouth."""
    return bool(content(text) & content(bounds.answer) - content(bounds.question) - _COMMON)


_COMMON = frozenset(map(stem, _OWN_WORDS))
