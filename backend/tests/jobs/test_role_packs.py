"""Role packs: what stands in the folder is complete, speakable and safe; a broken file is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.interview.suitable import unsuitable
from backend.jobs.role_packs import RolePack, RolePackInvalid, RolePacks

PACKS = RolePacks()
CATEGORIES = {"intro": 4, "behavioral": 8, "technical": 8, "cultural_fit": 4}

SMALL = """---
name: baker
title: Baker
aliases: [pastry cook]
---
# Baker

## Competencies

- **Craft**: Bakes well.

## Key points

### Dough
- It rests.

## Question bank

### Behavioral

- When did a dough fail you? [craft, easy]

### Technical

- Why does dough rest? [craft, medium, Dough]
"""


@pytest.mark.parametrize("pack", PACKS.all(), ids=lambda p: p.name)
def test_pack_is_complete(pack: RolePack) -> None:
    for category, least in CATEGORIES.items():
        assert len(pack.questions_for(category)) >= least  # type: ignore[arg-type]
    assert {q.difficulty for q in pack.questions} == {"easy", "medium", "hard"}
    used = {q.topic for q in pack.questions if q.topic}
    assert used == set(pack.key_points)
    assert all(4 <= len(points) <= 6 for points in pack.key_points.values())


@pytest.mark.parametrize("pack", PACKS.all(), ids=lambda p: p.name)
def test_questions_can_be_spoken_cited_and_asked_of_anyone(pack: RolePack) -> None:
    for question in pack.questions:
        assert pack.text[question.char_start : question.char_end] == question.text
        assert question.text.count("?") == 1 and question.text.endswith("?")
        assert 4 <= len(question.text.split()) <= 30
        assert unsuitable(question.text) is None, question.text
        assert not set(question.text) & set("/()[]{}*_&%"), question.text


def test_there_are_packs_for_many_trades_and_no_question_stands_in_two() -> None:
    assert len(PACKS.names()) >= 12
    texts = [q.text for pack in PACKS.all() for q in pack.questions]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Senior Backend Developer", "backend_engineer"),
        ("Back-end Python Developer", "backend_engineer"),
        ("Programmer Analyst", "backend_engineer"),
        ("Front end engineer", "frontend_engineer"),
        ("LVN", "nursing"),
        ("jd_la_licensed_vocational_nurse", "nursing"),
        ("Registered Nurses", "nursing"),
        ("Account executive", "sales"),
        ("Junior Data Engineer", "data_engineer"),
        ("Sales data analyst", "data_engineer"),
        ("Machine Learning Engineer", "data_scientist"),
        ("Aquarium Educator", "teaching"),
        ("Customer Service Representative", "customer_service"),
        ("Scrum Master", "project_manager"),
        ("Lead DevOps Engineer", "devops_sre"),
        ("Financial Analyst 1549", "finance_analyst"),
        ("Product Owner (payments)", "product_manager"),
    ],
)
def test_titles_find_their_pack(title: str, name: str) -> None:
    pack = PACKS.match(title)
    assert pack is not None and pack.name == name


@pytest.mark.parametrize("title", ["", "Civil Engineer", "Chef", "Product marketing manager", "看護", "???"])
def test_other_titles_find_none(title: str) -> None:
    assert PACKS.match(title) is None


def test_a_file_dropped_in_is_a_pack(tmp_path: Path) -> None:
    (tmp_path / "baker.md").write_text(SMALL)
    packs = RolePacks(tmp_path)
    assert packs.names() == ("baker",)
    assert packs.get("baker").points_for("Why does dough rest?") == ("It rests.",)
    assert packs.get("baker").points_for("When did a dough fail you?") == ()
    found = packs.match("Pastry cook")
    assert found is not None and found.document_id == "pack:baker"


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("---\nname", "name", 1, "header"),
        ("title: Baker\n", "", 2, "title"),
        ("name: baker", "name: The Baker", 2, "lower-case"),
        ("aliases: [pastry cook]", "aliases: [pastry", 4, "YAML"),
        ("- **Craft**: Bakes well.", "- Craft, bakes well", 10, "competency"),
        ("[craft, easy]", "[craft, trivial]", 21, "easy|medium|hard"),
        ("[craft, easy]", "[speed, easy]", 21, "unknown competency"),
        ("[craft, easy]", "", 21, "a question reads"),
        ("medium, Dough", "medium, Ovens", 25, "no key points"),
        ("Why does dough rest?", "When did a dough fail you?", 25, "twice"),
        ("### Behavioral", "### Riddles", 21, "part must be"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, why: str) -> None:
    (tmp_path / "baker.md").write_text(SMALL.replace(old, new, 1))
    with pytest.raises(RolePackInvalid, match=r"^baker\.md, line ") as caught:
        RolePacks(tmp_path)
    assert caught.value.line == line
    assert why in str(caught.value)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(SMALL)
    (tmp_path / "b.md").write_text(SMALL)
    with pytest.raises(RolePackInvalid, match=r"b\.md"):
        RolePacks(tmp_path)
