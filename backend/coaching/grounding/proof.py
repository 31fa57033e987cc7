"""Proof: what code can tell of a reply: quotes stand where they say, figures, dates and names come from somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from backend.coaching.grounding.arithmetic import THE_REST, added_up, follows, is_year, stated
from backend.coaching.grounding.counts import enumerated, is_coaching, recounted
from backend.coaching.grounding.figures import Figure, find_figures
from backend.coaching.grounding.material import OK, Known, Material, Verdict
from backend.coaching.grounding.names import Name, unknown_names
from backend.coaching.grounding.quotes import place, place_in
from backend.coaching.grounding.words import pattern, sentence_around
from backend.coaching.stems import stem
from backend.coaching.text import FUNCTION_WORDS, content_words, lower_words, sentences, written_sentences


def prove_point(text: str, quotes: Sequence[str], material: Material) -> Verdict:
    """A strength or a gap: every quote stands in a source, there is one at least, and what it states is sourced."""
    if not any(_says_something(q) for q in quotes):
        return Verdict(False, "no_quote")
    return _quoted(text, quotes, material)


def prove_question(text: str, quotes: Sequence[str], material: Material) -> Verdict:
    """A question: it may go without a quote, and "if" and "suppose" may bring figures of their own."""
    return _quoted(text, quotes, material, supposing=True)


def prove_said(text: str, material: Material, *, drill: bool = False) -> Verdict:
    """What needs no quote: a reaction, a summary, a clarification; in a drill figures are free."""
    return _quoted(text, (), material, figures=not drill)


def prove_error(quote: str, correction: str, material: Material) -> Verdict:
    """Something to check: the quote stands in the answer; the correction is held to figures, people and employers."""
    if place_in(quote, material, 0) is None:
        return Verdict(False, "quote")
    if not material.english:
        return _digits(correction, material.known)
    if (wrong := _figures(correction, [quote], material)) is not None:
        return wrong
    names = unknown_names(correction, material.known)
    return _first(n for n in names if n.kind == "date" or n.person or _EMPLOYS.search(correction[: n.start]))


def prove_rewrite(text: str, material: Material) -> Verdict:
    """The candidate's own facts in a better order: figures, names and nearly all words from answer and resume."""
    bare = _SLOT.sub(" ", text)
    if not material.english:
        return _digits(bare, material.own)
    for figure in find_figures(bare):
        if not (figure.trivial or stated(figure, bare, material.own.figures) or _is_own_sum(figure, bare, material)):
            return Verdict(False, "number")
    asked_for = (n for n in unknown_names(text, material.known) if n.kind == "name")
    wrong = _first([*unknown_names(bare, material.own), *asked_for])
    return wrong if not wrong.ok or not _invents(bare, material) else Verdict(False, "rewrite")


_IN_ALL = pattern(r"\s*<in_all>\b")
_SLOT = re.compile(r"\[[^\]]*\]")
_MOST_NEW = 0.4
"""Share of a sentence's content words that may be other words for what was said."""
_EMPLOYS = re.compile(r"(?:\bat (?:the )?|\b(?:resume|résumé|CV|posting|employer|company)\b[^.!?]*)$", re.IGNORECASE)
"""What comes before an employer in a correction; other names there are terms of the trade."""
_IN_TEXT = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_PROPOSES = pattern(r"\b<proposes>\b[^.!?]*$")
_SUPPOSES = pattern(r"\b<supposes>\b|^\s*an?\b(?!.*\byour?\b)")
_YOURS = re.compile(r"\byou(?:['’]ve|['’]re|r)?\b", re.IGNORECASE)
_THEIRS = pattern(r"\b<theirs>\b|['’](?:d|ll)\b")
_TELLS, _UNTOLD = pattern(r"\byou(?:['’]ve| have)?(?: also| just| even)? <tells>\b"), pattern(r"\b<untold>\b")
_LISTS = pattern(
    r"\byou(?:['’]ve| have)?(?: then| even| also)? <lists>(?: us)?(?: all| only| exactly)?(?: the| your)?\s+$"
)
"""Before a count of what the answer holds, which no count of other things states."""
_TOOK_PLACE = re.compile(r"\b(?:when|after|once|since|because) (?:you|your|the|he|she|they|it|we)\b", re.IGNORECASE)


def _invents(text: str, material: Material) -> bool:
    """Whether a sentence of it says something that the answer does not: too many of its content words are new."""
    known = material.own.stems | {stem(w) for w in content_words(material.sources[1].text)}
    for sentence in written_sentences(text):
        said = [stem(w) for w in content_words(sentence.text) if not w[0].isdigit()]  # figures are proved by themselves
        new = [w for w in said if w not in known]
        if len(new) > max(2, _MOST_NEW * len(said)):
            return True
    return False


def _is_own_sum(figure: Figure, text: str, material: Material) -> bool:
    """ "Six in all" after the figures that make it up, or the years between two years of the resume."""
    begins = figure.start - len(sentence_around(text, figure.start)[1])
    told = find_figures(text[begins : figure.start]) if _IN_ALL.match(text, figure.end) else []
    years = [f for f in material.own.figures if figure.noun == "year" and is_year(f)]
    return follows(figure, text, told, years)


def _says_something(quote: str) -> bool:
    said = lower_words(quote)
    return len(said) > 2 or any(w not in FUNCTION_WORDS for w in said)


def _quoted(
    text: str, quotes: Sequence[str], material: Material, *, supposing: bool = False, figures: bool = True
) -> Verdict:
    if any(place(q, material) is None for q in quotes):
        return Verdict(False, "quote")
    if not material.english:
        return _digits(text, material.known) if figures else OK
    for match in _IN_TEXT.finditer(text):
        told = len(match.group(1).split()) > 1 and not _PROPOSES.search(text[: match.start()])
        if told and place(match.group(1), material) is None:
            return Verdict(False, "quote")
    if _tells_of_documents(text, quotes, material):
        return Verdict(False, "not_said")
    if figures and (wrong := _figures(text, quotes, material, supposing=supposing)) is not None:
        return wrong
    names = unknown_names(text, material.known)
    return _first(n for n in names if n.kind == "name" or not (supposing and _is_supposed(n.start, text)))


def _first(unknown: Iterable[Name]) -> Verdict:
    """What the first name that nobody knows says of the text."""
    return next((Verdict(False, name.kind) for name in unknown), OK)


def _tells_of_documents(text: str, quotes: Sequence[str], material: Material) -> bool:
    """ "You mention your Welsh" of an answer that does not: a name in it, or every quote, comes from a document."""
    told = [sentence_around(text, m.start())[0] for m in _TELLS.finditer(text)]
    told = [sentence for sentence in told if not _UNTOLD.search(sentence)]
    if not told or _SUPPOSES.search(text[: text.find(told[0])]):
        return False
    if quotes:
        return not any(place_in(q, material, n) for q in quotes for n in material.answers)
    return any(unknown_names(sentence, material.aloud) for sentence in told)


def _figures(text: str, quotes: Sequence[str], material: Material, *, supposing: bool = False) -> Verdict | None:
    found = find_figures(text)
    for figure in found:
        counted = recounted(figure, text, material.answer, quotes)
        if counted == "wrong":
            return Verdict(False, "count")
        if counted == "right" or figure.trivial:
            continue
        listing = figure.measure in {"count", "bare"} and _LISTS.search(text[: figure.start])
        there = [f for f in material.known.figures if not listing or f.noun in {"", figure.noun}]
        if stated(figure, text, there):
            if _is_theirs(figure, text, material, question=supposing):
                return Verdict(False, "number")
            continue
        free = _pairs(figure, material) or (supposing and _is_supposed(figure.start, text))
        if free or is_coaching(figure, text) or enumerated(figure, text, quotes):
            continue
        own = added_up(figure, text, found)
        near = [] if own else _near(figure, text, quotes, material)
        own = own or [f for f in found if f is not figure]
        if not follows(figure, text, own, near):
            return Verdict(False, "number")
    return None


def _is_supposed(at: int, text: str) -> bool:
    """Whether it stands in a sentence that supposes ("if only five hundred had said yes") or sets a task, before "when you"."""
    sentence, before = sentence_around(text, at)
    return bool(_SUPPOSES.search(sentence)) and not _TOOK_PLACE.search(before)


def _is_theirs(figure: Figure, text: str, material: Material, *, question: bool) -> bool:
    """Whether a figure that only the posting or the company has is told as the candidate's: "you run 35 people"."""
    sentence, before = sentence_around(text, figure.start)
    clause = sentence if question else re.split("[,;:–—]", before)[-1] + re.split("[,;:–—]", sentence[len(before) :])[0]
    if not _YOURS.search(clause) or _THEIRS.search(sentence):
        return False
    return not stated(figure, text, material.other.figures)


def _pairs(figure: Figure, material: Material) -> bool:
    """ "Two papers" of an answer that speaks of a lease and a form: the coach's own word for two of its things."""
    return figure.measure == "count" and figure.face == 2 and stem(figure.noun) not in material.known.stems


def _near(figure: Figure, text: str, quotes: Sequence[str], material: Material) -> list[Figure]:
    """The figures of the sentences that are quoted; of the whole answer where nothing is, or "the rest" is spoken of."""
    if not quotes and figure.measure in {"percent", "times"}:
        return []
    if not quotes or THE_REST.search(" ".join([text, *quotes])):
        return list(Known((material.answer,)).figures)
    pieces: list[str] = []
    for quote in quotes:
        found = place(quote, material)
        if found is not None:
            source, start, end = found
            pieces += [s.text for s in sentences(source.text) if s.start < end and start < s.end]
    return [f for piece in dict.fromkeys(pieces) for f in find_figures(piece)]


def _digits(text: str, known: Known) -> Verdict:
    """Beyond English: every number in digits stands in a source."""
    there = {d for t in known.texts for d in _DIGITS.findall(t)}
    return OK if set(_DIGITS.findall(text)) <= there else Verdict(False, "number")


_DIGITS = re.compile(r"\d+")
