"""What the usage page promises has a test that is there: docs/promises.md."""

from __future__ import annotations

import re
from pathlib import Path

from backend.tests.conftest import ROOT

_ROW = re.compile(r"^\| (?P<part>[^|]+) \| (?P<promise>[^|]+) \| `(?P<test>[^`]+)`(?P<words>[^|]*) \|$")


def rows() -> list[dict[str, str]]:
    lines = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ")][2:]
    found = [m.groupdict() for line in table if (m := _ROW.match(line))]
    assert len(found) == len(table) > 50, "a row that is none"
    return found


def is_there(test: str, words: str) -> bool:
    if test.startswith("frontend/"):
        file = ROOT / test
        return file.is_file() and words.strip().lower() in file.read_text(encoding="utf-8").lower()
    path, _, name = test.partition("::")
    file: Path = ROOT / "backend" / "tests" / path
    return (
        file.is_file()
        and re.search(rf"^(async )?def {re.escape(name)}\(", file.read_text(encoding="utf-8"), re.MULTILINE) is not None
    )


def test_every_test_that_keeps_a_promise_is_there() -> None:
    assert [row["test"] for row in rows() if not is_there(row["test"], row["words"])] == []
    assert not is_there("journeys/test_time.py::test_of_nothing", "")


def test_no_part_of_the_usage_page_is_without_one() -> None:
    """A part is what the page sets in bold: a control, or the start of a paragraph."""
    page = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    parts = {" ".join(found.split()).rstrip(".") for found in re.findall(r"\*\*([^*`]+)\*\*", page)}
    assert parts == {row["part"] for row in rows()}
