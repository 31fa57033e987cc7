"""Material: everything that a reply about one answer may rest on, parsed once a turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from backend.coaching.grounding.figures import Figure, find_figures
from backend.coaching.grounding.quotes import Flat, flat
from backend.coaching.instructions import document_without_instructions
from backend.coaching.stems import stem

SourceKind = Literal["answer", "question", "job_description", "resume", "company", "notes", "role_pack", "earlier"]
_EMPLOYERS = frozenset({"job_description", "company"})
_OWN = frozenset({"answer", "resume", "earlier"})


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text that a reply may quote. Places in it are character offsets in `text`."""

    kind: SourceKind
    text: str
    document_id: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be said, and else the kind of what failed, for counting: "quote", "number", "name", ..."""

    ok: bool
    kind: str = ""


OK = Verdict(True)


@dataclass(frozen=True)
class Known:
    """What stands in some texts. Documents stay the same from turn to turn, so each text is parsed once."""

    texts: tuple[str, ...]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(f for t in self.texts for f in _parsed(t).figures)

    @cached_property
    def written(self) -> frozenset[str]:
        """Every word in its own case, and each part of a joined one."""
        return frozenset().union(*(_parsed(t).written for t in self.texts))

    @cached_property
    def lower(self) -> frozenset[str]:
        return frozenset(w.lower() for w in self.written)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(w) for w in self.lower)

    @cached_property
    def joined(self) -> frozenset[str]:
        """Words and pairs of words as letters and digits alone: "PowerBI" finds "Power BI", "email" finds "e-mail"."""
        return frozenset().union(*(_parsed(t).joined for t in self.texts))


@dataclass(frozen=True, slots=True)
class _Parsed:
    figures: tuple[Figure, ...]
    written: frozenset[str]
    joined: frozenset[str]


@lru_cache(maxsize=64)
def _parsed(text: str) -> _Parsed:
    words = _WORD.findall(text)
    plain = [re.sub(r"[^\w+#]+", "", w.lower()) for w in words]
    pairs = [a + b for a, b in zip(plain, plain[1:], strict=False)]
    written = frozenset(p for w in words for p in (w, *PARTS.split(w)) if p)
    return _Parsed(tuple(find_figures(text)), written, frozenset([*plain, *pairs]))


PARTS = re.compile(r"[-/&.'’]")
_WORD = re.compile(r"[^\W_][\w.\-&/'’+#]*[\w+#]|[^\W_]")


@dataclass(frozen=True)
class Material:
    """The texts of one turn, the answer first. Make it once with `of` and pass it to every proof."""

    sources: tuple[SourceText, ...]
    language: str = "en"
    _flat: dict[int, Flat] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        answer: str,
        question: str,
        sources: Sequence[SourceText],
        earlier: Sequence[str] = (),
        language: str = "en",
    ) -> Material:
        """`sources`: documents, passages, and the role pack of the question; instructions hidden in them are no source."""
        documents = [SourceText(s.kind, document_without_instructions(s.text), s.document_id, s.title) for s in sources]
        before = [SourceText("earlier", text) for text in earlier]
        return cls((SourceText("answer", answer), SourceText("question", question), *documents, *before), language)

    @property
    def answer(self) -> str:
        return self.sources[0].text

    @property
    def english(self) -> bool:
        return self.language.lower().startswith("en")

    def flat(self, index: int) -> Flat:
        """Source `index` as quotes are looked up in it."""
        if index not in self._flat:
            self._flat[index] = flat(self.sources[index].text)
        return self._flat[index]

    @property
    def answers(self) -> list[int]:
        """Which sources were said by the candidate."""
        return [n for n, source in enumerate(self.sources) if source.kind in {"answer", "earlier"}]

    @cached_property
    def aloud(self) -> Known:
        """What was said: the question, the answer and those before it."""
        return Known(tuple(s.text for s in self.sources if s.kind in {"answer", "earlier", "question"}))

    @cached_property
    def known(self) -> Known:
        """All texts, titles included."""
        return Known(tuple(s.text for s in self.sources) + tuple(s.title for s in self.sources if s.title))

    @cached_property
    def other(self) -> Known:
        """All but the posting and what is known of the company."""
        return Known(tuple(s.text for s in self.sources if s.kind not in _EMPLOYERS))

    @cached_property
    def own(self) -> Known:
        """What the candidate says of themselves: answers and resume."""
        return Known(tuple(s.text for s in self.sources if s.kind in _OWN))
