"""Gaps: what to change first in an answer, each said with the place it rests on."""

from __future__ import annotations

from backend.coaching.answer import Span
from backend.coaching.citing import closest_requirement
from backend.coaching.drills import weakest_dimension
from backend.coaching.facts import Facts
from backend.coaching.feedback import Point
from backend.coaching.points import (
    Found,
    Material,
    clip,
    lower,
    mentions,
    piece_at,
    piece_of,
    piece_with,
    say,
    short,
)
from backend.coaching.rubric import FILLERS_FINE, TOP, anchor, next_steps
from backend.coaching.star_cues import own_actions
from backend.coaching.stems import stem
from backend.coaching.text import content_words, words
from backend.coaching.wording import capitalised, clock, count, joined, quoted, times


def find_gaps(m: Material) -> list[Found]:
    """What to change, most important first, at most three. Where nothing is wrong, what would lift it a level."""
    found = [*_content_gaps(m), *_form_gaps(m)]
    found.sort(key=lambda g: g.kind == "task")  # rarely told even in good stories: last in line
    kept: list[Found] = []
    for gap in found:
        if any(gap.kind == k.kind and gap.kind != "key_point" for k in kept):
            continue
        if gap.kind in {"vague", "short", "hedged"} and any(k.span == gap.span for k in kept):
            continue
        kept.append(gap)
    return kept[:3] or _next_level(m)


def _next_level(m: Material) -> list[Found]:
    """The next level of the criterion with most to gain; nothing where all are at the top."""
    weakest = weakest_dimension({d: float(s.score) for d, s in m.scores.items()})
    if weakest is None or m.scores[weakest].score >= TOP:
        return []
    name, score = weakest.replace("_", " ").capitalize(), m.scores[weakest].score
    if score == TOP - 1:
        text = f"{name} is one level below the top, which means: {lower(anchor(weakest, TOP))}."
    else:
        text = f"{name} has the most to gain. {capitalised(next_steps(weakest, score)[0])}."
    place = m.facts.result if weakest == "impact" and m.facts.result is not None else m.facts.pieces[-1]
    return [say(m, "next_level", text, place)]


def _content_gaps(m: Material) -> list[Found]:
    f = m.facts
    found: list[Found] = []
    first = f.pieces[0]
    if f.stuffing:
        return [
            say(
                m,
                "other",
                "This is a list of terms. Say in a full sentence what you did with one of them, and what it gave.",
                first,
            )
        ]
    if m.coverage is not None:
        found.extend(_missed_point(m, point) for point in m.coverage.missed[:2])
    if f.asks_for_a_time and f.kind not in {"story", "example"}:
        found.append(
            say(
                m,
                "general",
                f"The question asks for one particular time; “{short(m, first)}” tells what is usually done. Pick one day and say what happened.",
                first,
            )
        )
    elif f.asks_for_a_time and f.kind == "example":
        found.append(
            say(
                m,
                "general",
                f"“{short(m, _episode(f))}” is the start of an example. Stay with it and tell it step by step.",
                _episode(f),
            )
        )
    if f.kind in {"story", "example"}:
        found.extend(_story_gaps(m))
    if f.kind == "technical_explanation":
        if not f.trade_offs:
            found.append(
                say(
                    m,
                    "trade_off",
                    "No alternative is weighed. Name one other way and why it would not be your choice here.",
                    first,
                )
            )
        if not f.examples and not f.own:
            found.append(
                say(
                    m,
                    "example",
                    "It explains without a case. Add one place where you used this and what it gave.",
                    f.pieces[-1],
                )
            )
    if f.kind in {"opinion", "self_description"} and not f.asks_for_a_time:
        if not f.examples and not f.own:
            found.append(
                say(
                    m,
                    "example",
                    f"“{short(m, first)}” is a claim. One time you did it, told in two sentences, would prove it.",
                    first,
                )
            )
        if not f.reasons:
            found.append(say(m, "reason", f"It does not say why. Follow “{short(m, first, 8)}” with a because.", first))
    if f.kind in {"introduction", "motivation"}:
        found.extend(_motive_gaps(m))
    return found


def _story_gaps(m: Material) -> list[Found]:
    f = m.facts
    found: list[Found] = []
    last = _last_step(m)
    if f.result is None:
        found.append(
            say(
                m,
                "result",
                f"The answer stops after “{short(m, last)}”. Say what came of it: a figure, or what somebody said or did.",
                last,
            )
        )
    if f.shared > 2 * f.own and f.shared:
        ours = piece_with(f, ("we ",)) or last
        found.append(say(m, "ours", f"“{short(m, ours)}” is what the team did. Say which part was yours.", ours))
    elif f.own + f.shared == 0 or (f.star is not None and "action" in f.star.missing):
        found.append(
            say(
                m,
                "action",
                f"After “{short(m, f.pieces[0])}” your own steps are hard to find. Say what you did first, and what next.",
                f.pieces[0],
            )
        )
    if f.result is not None and not f.result_numbers:
        found.append(
            say(
                m,
                "figure",
                f"“{short(m, f.result)}” is a result without a figure. How many, how long, or what did somebody say?",
                f.result,
            )
        )
    if f.star is not None and f.star.situation.share > 0.5 and f.word_count >= 60:
        found.append(
            say(
                m,
                "scene",
                f"The situation takes {f.star.situation.share:.0%} of the words. Two sentences set the scene; the rest belongs to what you did.",
                f.pieces[0],
            )
        )
    if f.star is not None and "task" in f.star.missing and f.word_count >= 40:
        found.append(
            say(
                m,
                "task",
                f"What was yours to do is left open. After “{short(m, f.pieces[0], 8)}” say in one sentence what you had to achieve.",
                f.pieces[0],
            )
        )
    return found


def _motive_gaps(m: Material) -> list[Found]:
    f = m.facts
    found: list[Found] = []
    if not f.numbers and not f.own:
        found.append(
            say(
                m,
                "proof",
                "Nothing done so far is named. One piece of work with a figure would make this yours.",
                f.pieces[-1],
            )
        )
    wanted = closest_requirement(m.context.requirements, m.answer.question, m.context.competency or "", m.answer.text)
    wanted = wanted or next(iter(m.context.requirements), None)
    if wanted is not None and not mentions(m.answer.text, wanted.text):
        point = Point(
            text=f"The job asks for “{clip(wanted.text)}”. Say how you meet it, or why you want to.",
            citations=[m.citer.requirement(wanted), m.citer.answer(f.pieces[-1])],
        )
        found.append(Found("job", point, f.pieces[-1]))
    elif wanted is None and f.reasons == 0:
        found.append(
            say(
                m,
                "motive",
                f"It says who, and not why. After “{short(m, f.pieces[-1], 8)}” say what draws you to this work.",
                f.pieces[-1],
            )
        )
    return found


def _form_gaps(m: Material) -> list[Found]:
    f, d = m.facts, m.delivery
    found: list[Found] = []
    first = f.pieces[0]
    vague = [v for v in f.vague if v.text.lower() in _WEAK]
    if len(f.details) <= 1 and vague:
        place = piece_of(f, vague[0])
        found.append(
            say(
                m,
                "vague",
                f"“{short(m, place)}” leaves the listener guessing. Name the thing: what, how many, for whom.",
                place,
            )
        )
    elif len(f.details) == 0 and f.word_count >= 25:
        found.append(
            say(
                m,
                "vague",
                f"There is no number, name or time to hold on to. Start with “{short(m, first, 8)}” and add one.",
                first,
            )
        )
    if f.word_count > 300:
        found.append(
            say(
                m,
                "long",
                f"{f.word_count} words run past the usual two minutes. What would you keep if you had one?",
                first,
            )
        )
    elif f.word_count < 40:
        found.append(
            say(
                m,
                "short",
                f"At {f.word_count} words there is room for two more sentences: what you did, and what came of it.",
                f.pieces[-1],
            )
        )
    if f.repeats and f.repeats[0][1] >= 4:
        phrase, n = f.repeats[0]
        place = piece_with(f, (phrase,)) or first
        found.append(say(m, "repeated", f"“{phrase}” comes {times(n)}. Once is enough.", place))
    if len(d.hedges) * 100 / max(1, f.word_count) > 3 and len(d.hedges) >= 2:
        soft = list(dict.fromkeys(h.word for h in d.hedges))[:2]
        place = piece_at(f, d.hedges[0].char_start)
        found.append(
            say(
                m,
                "hedged",
                f"{joined(quoted(w) for w in soft)} take the edge off what is said. Leave them out where you are sure.",
                place,
            )
        )
    if d.fillers_per_minute is not None and d.fillers_per_minute > FILLERS_FINE and (d.filler_count or 0) >= 3:
        place = piece_at(f, d.fillers[0].char_start)
        found.append(
            say(
                m,
                "fillers",
                f"{count(d.filler_count or 0, 'filler word')} were heard, {d.fillers_per_minute:.0f} a minute. A short silence does the same work.",
                place,
            )
        )
    if (outside := d.pace_outside) is not None:
        way = (
            "fast: leave a breath after each step"
            if outside.way == "fast"
            else "slow: the facts can come closer together"
        )
        stretch = f"From {clock(outside.from_s)} to {clock(outside.to_s)}"
        text = f"{stretch} the words come at about {outside.words_per_minute:.0f} a minute, which is {way}."
        found.append(say(m, "pace", text, _piece_said_at(m, outside.from_s)))
    return found


def _piece_said_at(m: Material, at_s: float) -> Span:
    """The sentence spoken at a time: the text has as many words before it as the recording."""
    tokens = words(m.answer.text)
    before = sum(word.start_s < at_s for word in m.answer.words)
    return piece_at(m.facts, tokens[min(before, len(tokens) - 1)].start)


def _missed_point(m: Material, point: str) -> Found:
    cited = next(
        (c for p in m.context.passages if (c := m.citer.passage(p, point)) is not None and _near(p.text, point)), None
    )
    last = m.facts.pieces[-1]
    citations = [m.citer.answer(last)] + ([cited] if cited else [])
    return Found("key_point", Point(text=f"Not found in the answer: {lower(point)}.", citations=citations), last)


def _last_step(m: Material) -> Span:
    acting = [p for p in m.facts.pieces if own_actions(p.text)]
    return acting[-1] if acting else m.facts.pieces[-1]


def _episode(f: Facts) -> Span:
    return next((p for p in f.pieces if own_actions(p.text, any_verb=True)), f.pieces[0])


def _near(text: str, point: str) -> bool:
    wanted = {stem(w) for w in content_words(point)}
    return bool(wanted) and len(wanted & {stem(w) for w in content_words(text)}) / len(wanted) >= 0.6


_WEAK = frozenset(
    {
        "stuff",
        "thing",
        "things",
        "something",
        "somehow",
        "some people",
        "and so on",
        "etc",
        "whatever",
        "various",
        "a lot",
        "lots",
        "everything",
        "everyone",
    }
)
