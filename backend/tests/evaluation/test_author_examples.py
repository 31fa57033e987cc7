"""The examples with a scripted author: labelled as what they are, whole, and without what was false."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.commands.author_examples import AuthorScript, author_scripts, run
from backend.config import ROOT

EXAMPLES = ROOT / "docs" / "examples"


def shown(page: str, script: AuthorScript) -> None:
    assert "Replayed by a script: it shows the path, not a model." in page
    assert [text for text in script.false_texts if text in page] == []
    assert len(script.false_texts) == 2 * len(script.answers) == 8
    for answer in script.answers:
        assert answer["answer"] in page and answer["reply"]["reaction"] in page
    for answer in script.answers[:-1]:  # the closing question is not scored
        for point in answer["reply"]["strengths"] + answer["reply"]["gaps"]:
            assert point["text"] in page


@pytest.mark.parametrize("script", author_scripts(), ids=lambda script: script.name)
def test_the_committed_pages_show_every_true_point_and_no_false_one(script: AuthorScript) -> None:
    shown((EXAMPLES / f"{script.name}-author.md").read_text(encoding="utf-8"), script)


@pytest.mark.long
def test_played_again_the_same_is_shown(tmp_path: Path) -> None:
    assert len(list(run(tmp_path, EMBEDDER="hash"))) == 2
    for script in author_scripts():
        shown((tmp_path / f"{script.name}-author.md").read_text(encoding="utf-8"), script)
