"""Stages always move on and modes are sound, for every mode and every length."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from backend.interview.modes import InterviewData, ModesInvalid
from backend.interview.stages import plan_stages

DATA = InterviewData()


@pytest.mark.parametrize(("mode", "count"), list(itertools.product(DATA.modes, range(1, 21))))
def test_every_number_has_its_stage_in_order(mode: str, count: int) -> None:
    spec = DATA.modes[mode]
    plan = plan_stages(spec, count)
    assert plan.total == count
    order = [s.name for s in spec.stages]
    places = [order.index(plan.stage(n).name) for n in range(1, count + 1)]
    assert places == sorted(places)
    closing = [plan.stage(n).closing for n in range(1, count + 1)]
    assert not any(closing[:-1])
    assert closing[-1] is (count >= 4 and any(s.closing for s in spec.stages))


def test_every_stage_gets_a_question_once_there_are_enough() -> None:
    for spec in DATA.modes.values():
        assert [name for name, _ in plan_stages(spec, 6).budget()] == [s.name for s in spec.stages]


def test_what_five_behavioural_questions_are_made_of() -> None:
    plan = plan_stages(DATA.modes["behavioral"], 5)
    assert plan.budget() == [("introduction", 1), ("experience", 2), ("role_fit", 1), ("closing", 1)]
    assert plan.position(3) == (2, 2)
    assert plan.stage(0) == plan.stage(1) and plan.stage(99) == plan.stage(5)


@pytest.mark.parametrize(
    ("place", "elapsed", "following", "short"),
    [
        (1, 0.1, 2, False),
        (1, 5.9, 2, False),
        (1, 6.1, 2, True),
        (1, 7.9, 2, True),
        (1, 8.1, 3, True),
        (2, 9.9, 3, False),
        (2, 15.9, 4, True),
        (2, 99.0, 5, True),
        (5, 3.0, None, False),
        (5, 30.0, None, True),
    ],
)
def test_late_a_question_comes_without_follow_ups_and_then_not_at_all(
    place: int, elapsed: float, following: int | None, short: bool
) -> None:
    plan = plan_stages(DATA.modes["behavioral"], 5, minutes=20)
    assert plan.place_after(place, elapsed) == following
    assert plan.time_is_short(place, elapsed) is short


def test_without_a_closing_question_the_time_ends_it() -> None:
    plan = plan_stages(DATA.modes["behavioral"], 3, minutes=12)
    assert [plan.place_after(1, minutes) for minutes in (0, 11.9, 12.0, 99)] == [2, 3, None, None]


@pytest.mark.parametrize("mode", DATA.modes)
def test_as_long_as_it_takes(mode: str) -> None:
    plan = plan_stages(DATA.modes[mode], 6)
    assert [plan.place_after(n, 999) for n in range(1, 7)] == [2, 3, 4, 5, 6, None]
    assert not plan.time_is_short(2, 999) and plan.time_left(999) is None


def test_all_modes_languages_and_panel_members_are_there() -> None:
    assert set(DATA.modes) == {"behavioral", "technical", "cultural_fit", "intro_call", "language", "free_chat"}
    assert set(DATA.languages) == {"en", "es", "fr", "de", "zh", "hi", "ja", "ko", "pt", "ar", "ru", "it", "nl"}
    assert 2 <= len(DATA.panel) <= 3
    for spec in DATA.modes.values():
        assert set(spec.follow_up) == {"easy", "medium", "hard"}


@pytest.mark.parametrize("code", sorted(DATA.languages))
def test_sentences_of_a_language_differ_and_ask(code: str) -> None:
    spec = DATA.languages[code]
    texts = [*spec.conversation, *spec.tell_more]
    assert len(set(texts)) == len(texts)
    assert all(t.endswith(("?", "?", "؟")) for t in texts)
    assert spec.easier.format(question="x").endswith("x")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("share: 0.5", "share: 1.5", r"technical\.yaml, stages"),
        ("name: technical", "name: tactical", r"technical\.yaml, name"),
        ("name: technical", "name: behavioral", r"technical\.yaml.*named after"),
        ("persona:", "person:", r"technical\.yaml, persona"),
        ("[technical_accuracy,", "[speed,", r"technical\.yaml, dimensions"),
        ("exactly: 1, from_count: 4, categories", "categories", r"technical\.yaml, stages\.0"),
        ("stages:", "stages: [", r"technical\.yaml, line \d+"),
    ],
)
def test_a_broken_mode_is_named(tmp_path: Path, old: str, new: str, where: str) -> None:
    source = Path(__file__).parents[2] / "interview" / "modes" / "technical.yaml"
    (tmp_path / "modes").mkdir()
    (tmp_path / "modes" / "technical.yaml").write_text(source.read_text(encoding="utf-8").replace(old, new, 1))
    with pytest.raises(ModesInvalid, match=where):
        _ = InterviewData(tmp_path).modes
