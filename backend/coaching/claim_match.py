"""Claim match: whether a figure of an answer stands in the resume, is new, or is counted differently there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from backend.coaching.analysis import Source
from backend.coaching.answer import Span
from backend.coaching.claim_figures import Figure
from backend.coaching.stems import stem

_Known = Sequence[tuple[Source, Figure]]


def held_against(
    said: Figure, known: _Known
) -> tuple[Literal["supported", "new", "conflict"], tuple[Source, Span] | None]:
    """The status of a figure and the place it was held against.

    Conservative: a conflict needs the same thing, counted once in the resume, with another value. What the resume
    counts in several ways, or does not count, is new.
    """
    for source, figure in known:
        if _bears_out(said, figure):
            return "supported", (source, figure.piece)
    same = [(source, figure) for source, figure in known if _same_thing(said, figure)]
    if same and len({(f.low, f.high) for _, f in same}) == 1:
        return "conflict", (same[0][0], same[0][1].piece)
    return "new", None


def _bears_out(said: Figure, figure: Figure) -> bool:
    if {said.form, figure.form} == {"move", "change"}:
        move, change = (said, figure) if said.form == "move" else (figure, said)
        return _ratio_fits(move, change) and bool(said.thing & figure.thing)
    if said.form == "move":
        return figure.form == "move" and said.ends == figure.ends
    if said.percent != figure.percent or not said.meets(figure):
        return False
    if said.form == "change" or figure.form == "change":
        return said.form == figure.form and said.up == figure.up and _about_the_same(said, figure)
    if "year" in (said.form, figure.form):
        return said.form == figure.form
    if {said.form, figure.form} & {"duration", "tenure"}:
        return _unit(said) == _unit(figure) and bool((said.thing | said.context) & _about(figure))
    if said.form == "group" and figure.form == "group":
        return said.thing == figure.thing and not _apart(said.kin, figure.kin)
    return _about_the_same(said, figure)


def _unit(figure: Figure) -> frozenset[str]:
    """What a time is counted in; empty for what is no time."""
    if figure.form == "tenure":
        return frozenset({stem("year")})
    return figure.thing if figure.form == "duration" else frozenset()


def _about(figure: Figure) -> frozenset[str]:
    return figure.context | (figure.thing if figure.form == "tenure" else frozenset())


def _ratio_fits(move: Figure, change: Figure) -> bool:
    start, end = move.ends
    return start > 0 and change.low * 0.95 <= end / start <= change.high * 1.05


def _about_the_same(said: Figure, figure: Figure) -> bool:
    everything, theirs = said.thing | said.context, figure.thing | figure.context
    return bool(said.thing & theirs or figure.thing & everything) or len(everything & theirs) >= 2


def _same_thing(said: Figure, figure: Figure) -> bool:
    """Whether both count the same thing, so that different values cannot both be right."""
    if said.form != figure.form or said.percent != figure.percent or said.meets(figure) or not said.thing:
        return False
    if said.form == "group":
        parts = {said.part, figure.part}
        return said.thing == figure.thing and not _apart(said.kin, figure.kin) and parts != {"lead", "member"}
    if said.form == "tenure":
        return said.thing == figure.thing
    if said.form in {"change", "share"}:
        if said.form == "change" and said.up != figure.up:
            return False
        return said.thing == figure.thing or (
            len(said.thing & figure.thing) >= 2 and (said.thing <= figure.thing or figure.thing <= said.thing)
        )
    if said.form == "count":
        return said.thing == figure.thing and said.rate == figure.rate and bool(said.context & figure.context)
    return False


def _apart(kin: frozenset[str], other: frozenset[str]) -> bool:
    return bool(kin and other and not kin & other)
