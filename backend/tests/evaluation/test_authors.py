"""Authors compared over the scripted service: what is counted is what was said. It says nothing about any model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from backend.coaching.coach import Coach
from backend.commands.authors import run
from backend.commands.page import section_of, write_section
from backend.evaluation.authors import Case, Told, by_model, by_rules, own_cases, rated_cases, table
from backend.evaluation.points import DATA
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.scripted_replies import Asked, FromFile, FromPrompt, Replies, script
from backend.llm.scripted_service import ScriptedService
from backend.tests.fakes.threads import opened_on_a_thread
from backend.tests.interview.building import PROMPTS

COACH = Coach()
GRADED = (
    "id\tquestion\treference_answer\tstudent_answer\tscore_me\tscore_other\tscore_avg\tmax_raw\n"
    "1\tWhat is a queue?\tA list that gives back first what came first.\tFirst in, first out.\t5\t4\t4.5\t5\n"
)
GRADED_ANSWERS = (
    "A queue is a line of people who wait for something, and whoever wants to goes to the front of it first.",
    "A queue is a list where you put things in at one end, and I am not sure from where you take them out.",
    "A queue is a list that gives back first what came first: you put in at the back and you take from the front.",
)
"""Long enough to be scored: answers of fewer than 15 words are not."""


async def compared(cases: list[Case], *, with_false: bool = True, runs: int = 2) -> Told:
    replies = FromFile.read(DATA / "seen.jsonl", with_false=with_false)
    async with ScriptedService(script=script(replies)).running() as service:
        chat = OpenAiChat(service.url, None, "scripted")
        try:
            return await by_model(cases, chat, COACH, PROMPTS, runs=runs)
        finally:
            await chat.close()


async def test_kept_and_dropped_points_scores_tokens_and_seconds_are_counted() -> None:
    cases = own_cases(1)
    told, clean = await compared(cases), await compared(cases, with_false=False, runs=1)
    assert (told.failed, len(told.whole_s), len(told.first_s)) == (0, 2, 2)
    assert told.kept["strengths"] == 2 * clean.kept["strengths"] > 0
    assert sum(told.dropped.values()) > 2 * sum(clean.dropped.values())
    assert told.spread == 0.0 and min(told.tokens) > 1_000
    rules = by_rules(cases, COACH, 2)
    lines = table([told, rules], cases, 2)
    assert f"| strengths that reached the candidate | {told.kept['strengths']} | {rules.kept['strengths']} |" in lines
    assert "| | scripted | rules |" in lines


def test_the_command_compares_a_service_with_the_rules_and_writes_its_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `interview-helper eval --other-llm-url` runs it, over a few answers and a few that people have graded."""
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "none"))  # nothing to load
    shared, page, said = tmp_path / "shared", tmp_path / "page.md", list[str]()
    (shared / "interview").mkdir(parents=True)
    rows = [f"{n}\tWhat is a queue?\tA list.\t{text}\t5\t4\t{n}\t5" for n, text in enumerate(GRADED_ANSWERS)]
    graded = "\n".join([GRADED.splitlines()[0], *rows])
    (shared / "interview" / "mohler_short_answers.tsv").write_text(graded, encoding="utf-8")
    page.write_text("# Evaluation\n", encoding="utf-8")
    scores = iter([2, 2, 3, 3, 5, 5] * 2)

    class Grades(FromPrompt):
        def reply(self, asked: Asked) -> dict[str, Any]:
            reply = super().reply(asked)
            if "technical_accuracy" in reply.get("scores", {}):
                reply["scores"]["technical_accuracy"]["score"] = next(scores)
            return reply

    with serving(Grades()) as url:
        run(shared, page, said.append, url=url, model="scripted", key=None, answers=3, runs=2)
    text = page.read_text(encoding="utf-8")
    assert "## Authors compared" in text and "3 answers of the own set and 3 graded" in text
    found = {line.split(" | ")[0].removeprefix("| "): line.split(" | ")[1] for line in said if line.startswith("| ")}
    assert int(found["strengths that reached the candidate"]) > 0 and found["cases without a usable reply"] == "0"
    assert found["retest spread of a score (mean standard deviation)"] == "0.00"
    assert float(found["seconds to the whole, median"]) >= 0 and int(found["tokens of a case, median"]) > 1_000
    assert found["r of technical accuracy with the graders' mean"].endswith("of 6")


@contextmanager
def serving(replies: Replies) -> Iterator[str]:
    """The scripted service on a thread of its own: the command brings its own loop."""
    with opened_on_a_thread(ScriptedService(script=script(replies)).running()) as service:
        yield service.url


async def test_an_author_that_says_nothing_is_counted_as_that() -> None:
    told = await compared([Case("other", "What is new?", "Nothing that this file holds a reply to, as far as I know.")])
    assert (told.failed, told.first_s, told.spread) == (2, [], None)


def test_graded_answers_carry_the_graders_mean_and_their_key_points(tmp_path: Path) -> None:
    assert rated_cases(tmp_path, 5) == []
    (tmp_path / "interview").mkdir()
    (tmp_path / "interview" / "mohler_short_answers.tsv").write_text(GRADED, encoding="utf-8")
    (case,) = rated_cases(tmp_path, 5)
    assert (case.rated, case.mode, case.key_points) == (
        4.5,
        "technical",
        ("A list that gives back first what came first.",),
    )


def test_a_section_of_a_page_is_read_as_it_was_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    assert section_of(page, "authors") is None
    write_section(page, "authors", ["## Authors", "", "| a |"])
    assert section_of(page, "authors") == ["## Authors", "", "| a |"]
