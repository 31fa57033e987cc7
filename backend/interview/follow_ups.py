"""Follow-ups: whole authored questions that an answer calls for. Nothing of the answer is put into other words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from backend.coaching.answer import Span
from backend.coaching.coach import Analysis
from backend.coaching.differences import find_differences
from backend.coaching.reply_kind import reply_kind
from backend.coaching.text import sentences, word_count
from backend.interview.follow_up_ranker import Candidate, Reply, candidates, worth_asking
from backend.interview.modes import LanguageSpec, Probe
from backend.interview.question_search import QuestionSearch
from backend.jobs.question_lines import Group, QuestionLines
from backend.jobs.role_packs import BankQuestion

_PROBES: dict[Group, Probe] = {
    "no_story": "example", "plan_only": "example", "never_done": "example", "very_short": "example",
    "no_action": "missing", "no_result": "missing", "no_situation": "missing",
    "unmeasured": "unquantified", "we_only": "ownership",
}  # fmt: skip
"""Why a follow-up of a group is asked; all others go deeper."""
_SHORT = 25
"""Words below which an answer is asked on for the rest of it."""
_MOST = 6
"""Follow-ups that are looked at for one that has not been asked in other words."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up, why it is asked, and the words of the answer it is about, where it is about certain ones."""

    probe: Probe
    text: str
    about: Span | None = None


def follow_ups(
    probes: Collection[Probe],
    analysis: Analysis,
    question: BankQuestion | None,
    lines: QuestionLines,
    search: QuestionSearch,
    *,
    only_own: bool = False,
) -> list[FollowUp]:
    """The follow-ups that this answer deserves, the best first. `probes`: what the mode allows; `only_own`: those that were
    written for the question, for who has answered one already. Blocking."""
    reply = _reply(analysis, search)
    written = candidates(question, () if only_own else lines.follow_ups)
    offered = [c for c in written if _probe(c) in probes]
    found = [FollowUp(_probe(one), one.written.text) for one in worth_asking(offered, reply, search)[:_MOST]]
    first = bool(found) and found[0].probe in ("example", "missing")  # a story is asked for before its details
    return [*found[:first], *(_differences(analysis) if "claim" in probes and not only_own else []), *found[first:]]


def language_follow_ups(language: LanguageSpec, analysis: Analysis) -> list[str]:
    """What is asked beyond English, in which answers are not read for their parts: by the answer's length alone."""
    short = word_count(analysis.answer.text) < _SHORT or analysis.measured.not_scored_because is not None
    wanted = ("very_short", "no_story", "any") if short else ("any",)
    return [f.text for when in wanted for f in language.follow_up if f.when == when]


def _probe(one: Candidate) -> Probe:
    return _PROBES.get(one.group, "deeper") if one.group is not None else "deeper"


def _reply(analysis: Analysis, search: QuestionSearch) -> Reply:
    text, star = analysis.answer.text, analysis.measured.star
    pieces: Sequence[str] = [s.text for s in sentences(text)]
    kind = star.reply_kind if star is not None else reply_kind(analysis.answer, search.embedder)
    missing = star.missing if star is not None else []
    return Reply.of(analysis.answer.question, text, search.vectors(pieces), kind, missing)


def _differences(analysis: Analysis) -> list[FollowUp]:
    """Something that the resume has otherwise, asked about once."""
    found = find_differences(analysis.answer.text, analysis.context.sources)
    return [FollowUp("claim", found[0].ask, found[0].said)] if found else []
