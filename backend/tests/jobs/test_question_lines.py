"""Questions for anybody's line: both files are whole; a broken one is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.interview.suitable import unsuitable
from backend.jobs.question_lines import GROUPS, QuestionLines, texts_for_index
from backend.jobs.role_packs import RolePackInvalid, built_in_packs
from backend.rag.embedders import HashEmbedder, MiniLm

LINES = QuestionLines()
RESUME = ("position", "project", "achievement", "change", "education", "skill", "volunteer")


@pytest.mark.parametrize("kind", RESUME)
def test_there_are_ways_to_ask_about_a_line_read_out_and_about_one_on_the_screen(kind: str) -> None:
    texts = LINES.about[f"Resume: {kind}"]
    read_out = ["{line}" in text for text in texts]
    assert read_out.count(True) >= 3 and read_out.count(False) >= 3
    assert all(text.count("{line}") == text.count("“{line}”") for text in texts)


def test_lines_of_postings_are_pointed_at_and_skills_named() -> None:
    assert len(LINES.about["Posting: line"]) >= 10 and not any("{" in t for t in LINES.about["Posting: line"])
    assert len(LINES.about["Posting: skill"]) >= 10 and all(
        t.count("{skill}") == 1 for t in LINES.about["Posting: skill"]
    )


def test_everything_may_be_asked_and_is_asked_once() -> None:
    texts = [t for section, items in LINES.about.items() if not section.startswith("Signs") for t in items]
    texts += [f.written.text for f in LINES.follow_ups]
    assert all(unsuitable(text) is None for text in texts)
    assert len(texts) == len(set(texts))


def test_every_group_has_follow_ups() -> None:
    assert len(LINES.follow_ups) >= 200
    assert all(sum(f.group == group for f in LINES.follow_ups) >= 6 for group in GROUPS)


@pytest.mark.parametrize(
    ("lines", "follow_ups", "where"),
    [
        ("## Closing\n\n- Goodbye.\n", "", "lines.md, line 3"),
        ("", "## no_story\n\n- When was that?\n", "follow_ups.md, line 3"),
        ("", "## weather\n\n- (any) When was that?\n", "follow_ups.md, line 3"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, lines: str, follow_ups: str, where: str) -> None:
    (tmp_path / "lines.md").write_text(lines)
    (tmp_path / "follow_ups.md").write_text(follow_ups)
    with pytest.raises(RolePackInvalid, match=where):
        _ = QuestionLines(tmp_path).about, QuestionLines(tmp_path).follow_ups


def test_the_index_holds_each_key_once_in_a_pack_and_no_line_break_in_any() -> None:
    held = texts_for_index(built_in_packs(), LINES, MiniLm(Path("nowhere")))
    assert held[-1].keys == LINES.keys and all(text.keys for text in held)
    for text in held:
        assert len(text.keys) == len(set(text.keys))
        assert not any("\n" in key for key in text.keys)


def test_without_meaning_the_index_holds_no_keys() -> None:
    assert not any(text.keys for text in texts_for_index(built_in_packs(), LINES, HashEmbedder()))
