"""The points to prove: the sets are whole, what is provable stays out, and the shared replies stay whole."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from backend.coaching.author.whole_text import WholeText
from backend.coaching.grounding import place
from backend.evaluation import points
from backend.evaluation.figures import Report
from backend.evaluation.points import DATA, PROVABLE, Item, evaluate_points, looked_at, points_of, questions_of, rows
from backend.tests.conftest import SHARED
from backend.tests.interview.building import PROMPTS

REPLIES = SHARED / "author" / "replies.jsonl"
POINTS = ("strengths", "gaps", "errors")


def wrong(items: list[Item]) -> list[str]:
    """True parts that are held, and provable false ones that pass."""
    return [i.text for i in items if i.proved().ok == bool(i.kind) and (not i.kind or i.kind in PROVABLE)]


def test_the_set_it_was_made_on_holds_what_is_provable() -> None:
    answers = rows(DATA / "seen.jsonl")
    points = [item for row in answers for item in points_of(row)]
    questions = questions_of(DATA / "questions_seen.jsonl", answers)
    false = [i for i in points if i.kind]
    assert len(answers) >= 40 and len(false) >= 200 and len(points) - len(false) >= 200 and len(questions) >= 200
    assert not [t for t in wrong(points) + wrong(questions) if t in {i.text for i in [*points, *questions] if i.kind}]
    assert len(wrong(points)) <= 0.02 * len(points) and len(wrong(questions)) <= 0.02 * len(questions)


@pytest.mark.parametrize("name", [path.name for path in DATA.glob("*seen.jsonl") if "questions" not in path.name])
def test_every_quote_of_a_true_point_stands(name: str) -> None:
    for row in rows(DATA / name):
        for item in points_of(row):
            quotes = (
                [item.said["quote"]]
                if item.where == "errors"
                else []
                if isinstance(item.said, str)
                else item.said["quotes"]
            )
            assert item.kind or all(place(q, item.material) for q in quotes), f"a quote of {row['id']} does not stand"


async def test_replayed_looks_leave_nothing_false_and_flipped_ones_are_seeded() -> None:
    row = rows(DATA / "seen.jsonl")[0]
    proved = [i for i in points_of(row) if i.proved().ok]
    assert [i.kind for i in await looked_at(proved, PROMPTS)] == [""] * sum(not i.kind for i in proved)
    turned = [i.text for i in await looked_at(proved, PROMPTS, flipped=1.0)]
    assert turned == [i.text for i in proved if i.kind]
    assert await looked_at(proved, PROMPTS, flipped=0.3) == await looked_at(proved, PROMPTS, flipped=0.3)


async def test_a_false_sentence_of_a_rewrite_or_reaction_is_looked_at_and_goes() -> None:
    items = [i for row in rows(DATA / "seen.jsonl") for i in points_of(row) if i.where in ("reaction", "rewrite")]
    proved = [i for i in items if i.proved().ok]
    assert sum(bool(i.kind) for i in proved) > 5  # by meaning: no code can find them
    assert await looked_at(proved, PROMPTS) == [i for i in proved if not i.kind]
    mixed = [i for i in proved if i.kind and any(s in i.instead_of for s in WholeText(i.text, 1).sentences)]
    assert await looked_at(mixed, PROMPTS) == []


async def test_figures_are_by_kind_and_the_unseen_cases_are_not_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    row, question = rows(DATA / "seen.jsonl")[0], rows(DATA / "questions_seen.jsonl")
    for name, lines in (
        ("seen.jsonl", rows(DATA / "seen.jsonl")),
        ("questions_seen.jsonl", question),
        ("unseen.jsonl", [{**row, "answer": row["answer"] + " That was all."}]),
        ("questions_unseen.jsonl", [q for q in question if q["answer_id"] == row["id"]]),
    ):
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    monkeypatch.setattr(points, "DATA", tmp_path)
    report = Report()
    await evaluate_points(report, PROMPTS)
    names = Counter(f.name for f in report.figures)
    assert {f"{kind}, passes code" for kind in PROVABLE - {"name"}} <= set(names)
    assert {f.data.split(",")[0] for f in report.figures} == {"own points"}
    assert len({f.data for f in report.figures}) == 4 and not report.absent
    seen = len(report.notes)
    (tmp_path / "unseen.jsonl").unlink()
    alone = Report()
    await evaluate_points(alone, PROMPTS)
    assert len(alone.notes) == seen and [a.area for a in alone.absent] == ["Points"]
    assert [f.name for f in report.figures if f.ok is False and "made on" in f.data] == []


@pytest.mark.skipif(not REPLIES.exists(), reason="the replies of a strong coach lie in ../shared/data/author")
async def test_of_the_shared_replies_the_true_points_stay_whole_and_no_false_one_is_left() -> None:
    items = [item for row in rows(Path(REPLIES)) for item in points_of(row)]
    proved = [i for i in items if i.proved().ok]
    left = await looked_at(proved, PROMPTS)
    true = [i for i in items if not i.kind and i.where in POINTS]
    assert sum(i in left for i in true) >= 0.95 * len(true)
    assert [i.text for i in left if i.kind] == []
