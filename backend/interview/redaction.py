"""Redaction: what stored interviews quoted from a document that its owner has erased."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from typing import Any

from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.rag.documents import Document

_RUN = 4
"""Words in a row that count as a quotation."""
_WORD = re.compile(r"\w+")
_QUOTE = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_TEXTS = frozenset({
    "text", "quote", "title", "summary", "why", "why_here", "say", "correction", "better", "hint", "instruction",
    "before", "after", "feedback_text", "goal", "competency", "w", "word", "phrase",
})  # fmt: skip
"""Fields that hold texts, be they one word long."""
ERASED = "(erased)"
LEFT_OUT = "[…]"


def redacted_session(session: Session, document: Document) -> Session:
    """The session without the document's words in questions and requirements."""
    values = session.model_dump()
    values["requirements"] = [r for r in values["requirements"] if r["document_id"] != document.document_id]
    for written in ("planned", "retrieved"):
        values[written] = [
            q for q in values[written] if all(c["document_id"] != document.document_id for c in q["citations"])
        ]
    values["plan"]["document_ids"] = [d for d in values["plan"]["document_ids"] if d != document.document_id]
    return Session.model_validate(_Redactor(document.document_id, document.text).walk(values))


def redacted_turn(turn: TurnRecord, document: Document) -> TurnRecord:
    """The turn without the document's words; the candidate's own answer stays, the event log goes."""
    values = turn.model_dump()
    answer, values["events"] = values.pop("transcript"), []
    redacted = _Redactor(document.document_id, document.text, keep=answer["text"] if answer else "").walk(values)
    return TurnRecord.model_validate({**redacted, "transcript": answer})


def without_runs_of(texts: Sequence[str], value: Any, *, keep: str) -> Any:
    """A value with every four words in a row that come from private texts replaced, except those that were said."""
    for text in texts:
        value = _Redactor("", text, keep=keep, mark=LEFT_OUT).walk(value)
    return value


class _Redactor:
    """Replaces citations of one document and runs of its words, except those the candidate said."""

    def __init__(self, document_id: str, text: str, keep: str = "", mark: str = ERASED) -> None:
        self._document_id = document_id
        self._mark = mark
        own = set(_runs(keep))
        self._runs = {run for run in _runs(text) if run not in own}

    def walk(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.get("document_id") == self._document_id and "quote" in value:
                return {**value, "quote": ERASED, "title": ERASED, "char_start": 0, "char_end": 0}
            return {k: self.walk(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.walk(v) for v in value]
        return self._text(value) if isinstance(value, str) else value

    def _hits(self, words: list[str]) -> list[bool]:
        """Which of these words have to go."""
        hit = [False] * len(words)
        for i in range(len(words) - _RUN + 1):
            if tuple(words[i : i + _RUN]) in self._runs:
                hit[i : i + _RUN] = [True] * _RUN
        return hit

    def _text(self, text: str) -> str:
        words = list(_WORD.finditer(text))
        hit = self._hits([w.group().lower() for w in words])
        out, at, i = "", 0, 0
        while i < len(words):
            if not hit[i]:
                i += 1
                continue
            out += text[at : words[i].start()] + self._mark
            while i < len(words) and hit[i]:
                at = words[i].end()
                i += 1
        return out + text[at:]


class AnswerRedactor(_Redactor):
    """Replaces what was repeated of an answer that its candidate has erased: citations of it, runs of its words,
    quotations however short, and every word that can have come from nowhere else."""

    def __init__(self, answer: str, *, keep: str, vocabulary: Set[str]) -> None:
        """`keep`: what the same record may go on saying; `vocabulary`: words that are known from elsewhere."""
        super().__init__("", answer, keep=keep)
        self._answer, self._keep = _plain(answer), _plain(keep)
        self._own = {w for w in words_of([answer]) - vocabulary if len(w) > 1}

    def walk(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.get("source") == "answer" and self._is_gone(str(value.get("quote", ""))):
                return {**value, "quote": ERASED, "title": ERASED, "char_start": 0, "char_end": 0}
            return {k: self._leaf(k, v) if isinstance(v, str) else self.walk(v) for k, v in value.items()}
        return super().walk(value)

    def _leaf(self, key: str, text: str) -> str:
        """One word alone may be an identifier or a name of the wire: only where texts stand is it one that was said."""
        return self._text(text) if key in _TEXTS or any(c.isspace() for c in text) else text

    def _text(self, text: str) -> str:
        for quote in {q for q in _QUOTE.findall(text) if self._is_gone(q)}:
            text = text.replace(quote, ERASED)
        return super()._text(text)

    def _hits(self, words: list[str]) -> list[bool]:
        return [hit or word in self._own for hit, word in zip(super()._hits(words), words, strict=True)]

    def _is_gone(self, quote: str) -> bool:
        plain = _plain(quote).strip(" .,;:!?…")
        return bool(plain) and plain in self._answer and plain not in self._keep


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Every word of these texts, in lower case."""
    return frozenset(w.lower() for text in texts for w in _WORD.findall(text))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _runs(text: str) -> list[tuple[str, ...]]:
    low = [w.lower() for w in _WORD.findall(text)]
    return [tuple(low[i : i + _RUN]) for i in range(len(low) - _RUN + 1)]
