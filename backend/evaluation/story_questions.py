"""Stories and questions: whether a story is suggested for the questions that a coach would suggest it for, and for no others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from backend.evaluation.figures import Report, mean, measured
from backend.interview.coverage import StoryMatcher, cover
from backend.interview.stories import Story
from backend.jobs.role_packs import RolePacks

DATA = Path(__file__).parent / "data" / "story_questions"
SEEN, UNSEEN = "seen", "unseen"


@dataclass(frozen=True, slots=True)
class Pair:
    """A story, a question of the bank, and whether a coach would suggest to tell the one for the other."""

    story: Story
    question: str
    fits: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    """What became of each pair, and for how many questions each story is suggested in all."""

    of_fitting: list[float]
    of_others: list[float]
    questions: list[float]


def read_pairs(name: str) -> list[Pair]:
    """The pairs of a file of `DATA`."""
    found: list[Pair] = []
    for number, line in enumerate((DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()):
        one = json.loads(line)
        story = Story(
            story_id=f"{name}_{number}",
            owner_id="",
            title=one["title"],
            text=one["text"],
            created_at="",
            updated_at="",
        )
        found += [Pair(story, question, fits) for question, fits in one["questions"]]
    return found


def suggest(pairs: list[Pair], packs: RolePacks, matcher: StoryMatcher) -> Suggested:
    """Each story held against everything that is asked in the role of its first question, as the page does it; a question
    from another role stands beside them. Blocking."""
    made = Suggested([], [], [])
    for story_id in dict.fromkeys(p.story.story_id for p in pairs):
        mine = [p for p in pairs if p.story.story_id == story_id]
        counts: dict[str, int] = {}
        for pair in mine:
            pack = next(p for p in packs.all() if any(q.text == pair.question for q in p.questions))
            found = cover(pack, [], [pair.story], matcher).questions
            counts[pack.name] = sum(q.story is not None for q in found)
            hit = any(q.story is not None for q in found if q.text == pair.question)
            (made.of_fitting if pair.fits else made.of_others).append(float(hit))
        made.questions.append(float(next(iter(counts.values()))))
    return made


def evaluate_story_questions(report: Report, packs: RolePacks, matcher: StoryMatcher) -> None:
    """Figures of both halves; nothing was made from the second."""
    for name in (SEEN, UNSEEN):
        pairs = read_pairs(name)
        found = suggest(pairs, packs, matcher)
        data = f"pairs of story and question, {name}"
        for what, values, of in (
            ("fitting stories that are suggested", found.of_fitting, "pairs"),
            ("other stories that are suggested", found.of_others, "pairs"),
            ("questions a story is suggested for", found.questions, "stories"),
        ):
            report.figures.append(measured("Stories for questions", what, values, mean, data=data, of=of))
