"""STAR: which sentences of a story carry Situation, Task, Action and Result, how strongly, when, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from backend.coaching.answer import Answer, Span
from backend.coaching.feedback import STAR_PARTS, Evidence, Star, StarPart, StarShare, StarSpan
from backend.coaching.reply_kind import asks_for_a_time, kind_of_told
from backend.coaching.story_model import Array, Sentences, embedder_for, label_probabilities, weights_for
from backend.coaching.text import lower_words, sentences, snippet, words
from backend.rag.ports import Embedder

_FITS = frozenset({"story", "pseudo_story", "example"})
_MOST_SHOWN = 3
_BETWEEN = 24
"""Characters between two words of a text, at most: room for one that was left out, and not for another that looks like it."""


def find_star(answer: Answer, embedder: Embedder | None = None) -> Star | None:
    """Label an answer; None for replies that STAR does not fit (opinions, explanations, introductions ...).

    Blocks for one batch of embeddings, unless the embedder remembers these sentences.
    """
    pieces = sentences(answer.text)
    if not pieces or not lower_words(answer.text):
        return None
    by = embedder_for(embedder)
    told = Sentences.of(pieces, by)
    kind = kind_of_told(answer.question, told, by)
    if kind not in _FITS or not (kind == "story" or asks_for_a_time(answer.question)):
        return None
    likely = label_probabilities(told, by)
    shares = {
        part: _share(n, pieces, likely, enough)
        for n, (part, enough) in enumerate(zip(STAR_PARTS, weights_for(by).enough, strict=True))
    }
    missing = [part for part in STAR_PARTS if not shares[part].present]
    return Star(**shares, missing=missing, reply_kind=kind, spans=_spans(answer, pieces, likely, missing))


def label_sentences(pieces: Sequence[Span], embedder: Embedder | None = None) -> list[StarPart | None]:
    """The likeliest part of each sentence, in order; None where it tells none."""
    if not pieces:
        return []
    by = embedder_for(embedder)
    best = label_probabilities(Sentences.of(pieces, by), by).argmax(axis=1)
    return [STAR_PARTS[n] if n < len(STAR_PARTS) else None for n in best]


def _share(part: int, pieces: Sequence[Span], likely: Array, enough: float) -> StarShare:
    """What was found of one part. A sentence that carries two parts is counted for the likelier, and shown for both."""
    of_part = likely[:, part]
    mine = [i for i in range(len(pieces)) if likely[i].argmax() == part]
    strength = float(of_part.max())
    present = strength >= enough
    shown = sorted(mine or [int(of_part.argmax())], key=lambda i: -of_part[i])[:_MOST_SHOWN] if present else []
    total = sum(len(words(p.text)) for p in pieces)
    counted = sum(len(words(pieces[i].text)) for i in (mine or shown)) if present else 0
    return StarShare(
        present=present,
        strength=round(strength, 2) if present else 0.0,
        share=round(counted / total, 3) if total else 0.0,
        evidence=[_evidence(pieces[i]) for i in sorted(shown)],
    )


def _spans(answer: Answer, pieces: Sequence[Span], likely: Array, missing: Sequence[StarPart]) -> list[StarSpan]:
    """Neighbouring sentences of one part together. A part that is hardly told is not shown: nothing else says it was."""
    told = [
        STAR_PARTS[n] if n < len(STAR_PARTS) and STAR_PARTS[n] not in missing else None for n in likely.argmax(axis=1)
    ]
    places, found, at = list(_word_places(answer)), [], 0
    for part, run in groupby(told):
        first, last = pieces[at], pieces[(at := at + len(list(run))) - 1]
        if part is None:
            continue
        said = [(start_s, end_s) for place, start_s, end_s in places if first.start <= place < last.end]
        times = {"start_s": said[0][0], "end_s": said[-1][1]} if said else {}
        found.append(StarSpan(part=part, char_start=first.start, char_end=last.end, **times))
    return found


def _word_places(answer: Answer) -> Iterator[tuple[int, float, float]]:
    """Where in the text each word of the recording begins, and when it was said (start and end, seconds)."""
    at = 0
    for word in answer.words:
        said = word.text.strip()
        if (here := answer.text.find(said, at, at + len(said) + _BETWEEN)) >= 0:
            yield here, word.start_s, word.end_s
            at = here + len(said)


def _evidence(piece: Span) -> Evidence:
    short = snippet(piece.text, Span(piece.text, 0, len(piece.text)), 40)
    return Evidence(quote=short.text, char_start=piece.start, char_end=piece.start + len(short.text))
