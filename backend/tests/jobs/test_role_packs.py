"""Role packs: what stands in the folder is complete, speakable and safe; a broken file is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.commands.bank import faults, repeated
from backend.interview.suitable import unsuitable
from backend.jobs.role_packs import (
    GENERAL,
    Mistake,
    RolePack,
    RolePackInvalid,
    RolePacks,
    WrittenFollowUp,
    built_in_packs,
)
from backend.rag.embedders import HashEmbedder
from backend.tests.jobs.baker import HEAD

PACKS = built_in_packs()

SMALL = (
    HEAD
    + """
### When did a dough fail you?

- kind: behavioral
- competency: Craft
- difficulty: easy

### Why does dough rest?

- kind: technical
- competency: Craft
- difficulty: medium
- topics: dough, resting time
- aim: Whether they know what gluten does.
- simpler: What happens while dough rests?
- hint: Think of what the flour takes up.

Points:
- Says that the flour takes up water.
- Says that gluten relaxes.

Mistakes:
- "So that it gets warm": It rests in the cold too.

Follow-ups:
- (said: they let it rest overnight) What is different the next morning?
- (unsaid: how long it rests) How long would you let it rest?
- (any) What happens to bread whose dough has not rested?

Model answer:
The flour takes up water and the gluten relaxes.
So it can be shaped.
"""
)


@pytest.mark.parametrize("pack", PACKS.all(), ids=lambda p: p.name)
def test_pack_is_complete(pack: RolePack) -> None:
    assert list(faults(pack)) == []
    assert {q.difficulty for q in pack.questions} == {"easy", "medium", "hard"}
    kinds = {q.category for q in pack.questions}
    assert {"behavioral", "intro"} <= kinds and kinds & {"technical", "situational"}


@pytest.mark.parametrize("pack", PACKS.all(), ids=lambda p: p.name)
def test_questions_can_be_spoken_cited_and_asked_of_anyone(pack: RolePack) -> None:
    for question in pack.questions:
        assert pack.text[question.char_start : question.char_end] == question.text
        assert question.text.endswith("?") and 4 <= len(question.text.split()) <= 32
        for said in (question.text, question.simpler, *(f.text for f in question.follow_ups)):
            assert unsuitable(said) is None, said
            assert not set(said) & set("[]{}*_<>"), said
        for passage in question.passages:
            assert pack.text[passage.start : passage.end].strip()


def test_there_are_packs_for_many_trades_and_no_question_stands_in_two() -> None:
    assert len(PACKS.names()) >= 41 and len(PACKS.get(GENERAL).questions) >= 350
    assert len(PACKS.get(GENERAL).competencies) >= 30
    texts = [q.text for pack in PACKS.all() for q in pack.questions]
    assert len(texts) == len(set(texts))
    aliases = [alias for pack in PACKS.all() for alias in (pack.title.casefold(), *pack.aliases)]
    assert len(aliases) == len({*aliases}) + sum(p.title.casefold() in p.aliases for p in PACKS.all())


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Senior Backend Developer", "backend_engineer"),
        ("Back-end Python Developer", "backend_engineer"),
        ("Front end engineer", "frontend_engineer"),
        ("Registered Nurses", "nursing"),
        ("jd_la_licensed_vocational_nurse", "nursing"),
        ("Account executive", "sales"),
        ("Junior Data Engineer", "data_engineer"),
        ("Sales data analyst", "data_analyst"),
        ("Machine Learning Engineer", "data_scientist"),
        ("Customer Service Representative", "customer_service"),
        ("Scrum Master", "project_manager"),
        ("Lead DevOps Engineer", "devops_sre"),
        ("Financial Analyst 1549", "finance_analyst"),
        ("Product Owner (payments)", "product_manager"),
        ("Civil Engineer", "civil_engineer"),
        ("Line cook", "cook"),
        ("Systems Aide", "systems_analyst"),
        ("Night custodian", "cleaner"),
    ],
)
def test_titles_find_their_pack(title: str, name: str) -> None:
    pack = PACKS.match(title)
    assert pack is not None and pack.name == name


@pytest.mark.parametrize("title", ["", "Falconer", "Lighthouse keeper", "看護", "???"])
def test_other_titles_find_none(title: str) -> None:
    assert PACKS.match(title) is None


def test_a_file_dropped_in_is_a_pack(tmp_path: Path) -> None:
    (tmp_path / "baker.md").write_text(SMALL)
    packs = RolePacks(tmp_path)
    assert packs.names() == ("baker",)
    found = packs.match("Pastry cook")
    assert found is not None and found.document_id == "pack:baker"
    bare, whole = found.questions
    assert (bare.points, bare.keys) == ((), ["When did a dough fail you?"])
    assert packs.question(whole.text) == whole
    assert whole.points == ("Says that the flour takes up water.", "Says that gluten relaxes.")
    assert whole.mistakes == (Mistake("So that it gets warm", "It rests in the cold too."),)
    assert whole.follow_ups[2] == WrittenFollowUp("any", "", "What happens to bread whose dough has not rested?")
    assert [f.when for f in whole.follow_ups] == ["said", "unsaid", "any"]
    assert whole.model_answer == "The flour takes up water and the gluten relaxes. So it can be shaped."
    assert whole.keys[:2] == ["Why does dough rest?", "dough, resting time"]
    first, second = [found.text[p.start : p.end] for p in whole.passages]
    assert first.startswith("Why does dough rest?") and first.endswith("gluten relaxes.")
    assert second == '"So that it gets warm": It rests in the cold too.'


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("---\nname", "name", 1, "header"),
        ("title: Baker\n", "", 2, "title"),
        ("name: baker", "name: The Baker", 2, "lower-case"),
        ("aliases: [pastry cook]", "aliases: [pastry", 4, "YAML"),
        ("- **Craft**: Bakes well.", "- Craft, bakes well", 10, "competency"),
        ("difficulty: easy", "difficulty: trivial", 14, "easy, medium, hard"),
        ("- competency: Craft", "- competency: Speed", 14, "competency must be one of"),
        ("- kind: behavioral", "- kind: riddle", 14, "kind must be one of"),
        ("When did a dough fail you?", "A dough failed you.", 14, "question mark"),
        ("Why does dough rest?", "When did a dough fail you?", 20, "twice"),
        ("- hint:", "- clue:", 28, "a field reads"),
        ('- "So that it gets warm":', "- So that it gets warm,", 35, "a mistake reads"),
        ("- (any)", "- (always)", 40, "a follow-up reads"),
        ("Points:", "Signs:", 30, "what is"),
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


def test_a_file_that_says_what_another_says_is_named(tmp_path: Path) -> None:
    (tmp_path / "baker.md").write_text(SMALL)
    assert list(repeated(RolePacks(tmp_path), HashEmbedder())) == []
    again = (
        SMALL.replace("name: baker", "name: pastry").replace("Baker", "Pastry").replace("[pastry cook]", "[patissier]")
    )
    (tmp_path / "pastry.md").write_text(again)
    found = list(repeated(RolePacks(tmp_path), HashEmbedder()))
    assert any(fault.startswith("pastry: ") and " is like " in fault for fault in found)
    assert [fault.split(":")[0] for fault in found if fault.endswith("sentences of other files")] == ["baker", "pastry"]
