"""Differences between the answer and the resume: few, beyond doubt, and asked about."""

from __future__ import annotations

from datetime import date

import pytest
from pypdf import PdfReader

from backend.coaching.analysis import Source
from backend.coaching.claims import build_ledger
from backend.coaching.differences import Difference, find_differences
from backend.tests.conftest import SHARED

TODAY = date(2026, 6, 1)
RESUMES = {
    "nurse": (
        "Dana Reyes\nLicensed Practical Nurse\nSt. Brigid's Hospital, Licensed Practical Nurse, 2019 - 2024\n"
        "- Led a team of 5 aides on a 24-bed ward\n- Charted in Cerner\n"
    ),
    "sales": "Account manager\nBrightpath Ltd, Account Manager, 2018 - 2021\n- Managed a portfolio of 40 accounts\n",
    "engineer": "Backend developer\nNorthwind Stores\n2021 - 2025\n- Halved page load time\n- 10+ years of experience\n",
}
JOB = Source("j", "job_description", "Job", "Correctional Nurse. A current Registered Nurse (RN) license is required.")


def differences(trade: str, said: str) -> list[Difference]:
    resume = Source("r", "resume", "Resume", RESUMES[trade])
    found = find_differences(said, [resume, JOB], TODAY)
    for one in found:
        assert said[one.said.start : one.said.end] == one.said.text
        assert resume.text[one.line.start : one.line.end] == one.line.text
        assert one.ask.endswith("Which is it?") and one.said.text in one.ask and one.line.text.rstrip(".") in one.ask
    return found


@pytest.mark.parametrize(
    ("trade", "said", "text", "against"),
    [
        ("nurse", "I've been an RN for fifteen years now and I like it.", "RN", "Licensed Practical Nurse"),
        ("nurse", "I worked as a registered nurse on nights.", "registered nurse", "Licensed Practical Nurse"),
        ("nurse", "I led a team of eight aides on the night shift.", "team of eight", "team of 5"),
        ("nurse", "I worked at St. Brigid's Hospital for eight years.", "eight years", "2019 - 2024"),
        ("nurse", "I joined St. Brigid's Hospital in 2021.", "2021", "2019 - 2024"),
        ("sales", "I was at Brightpath for about seven years.", "seven years", "2018 - 2021"),
        ("engineer", "I worked for Northwind Stores until twenty twenty-three.", "twenty twenty-three", "2021 - 2025"),
    ],
)
def test_what_the_resume_has_otherwise_is_asked_about(trade: str, said: str, text: str, against: str) -> None:
    (found,) = differences(trade, said)
    assert found.said.text == text and against in found.line.text


@pytest.mark.parametrize(
    ("trade", "said"),
    [
        ("nurse", "I have been an LPN for five years."),
        ("nurse", "I'm a licensed practical nurse."),
        ("nurse", "I want to become an RN next year."),
        ("nurse", "My sister is an RN and she led a team of twelve."),
        ("nurse", "I did not lead a team of eight, I led nobody."),
        ("nurse", "I was a ward clerk before."),
        ("nurse", "I was part of a team of twelve nurses."),
        ("nurse", "I led a team of five."),
        ("nurse", "There were eight of us, and it took us three years."),
        ("nurse", "I was at St. Brigid's Hospital for about five years."),
        ("nurse", "At St. Brigid's Hospital I saw 21 patients a day."),
        ("sales", "I had a portfolio of sixty accounts."),
        ("sales", "I was at Brightpath from 2018 on, for three years."),
        ("engineer", "I have twelve years of experience."),
        ("engineer", "I worked for Acme Corp for nine years."),
        ("engineer", "I would be at Northwind Stores for twenty years if I could."),
        ("engineer", "Northwind Stores was founded in 1950, they said."),
    ],
)
def test_what_agrees_is_denied_or_merely_not_there_is_no_difference(trade: str, said: str) -> None:
    assert differences(trade, said) == []


def test_what_the_resume_counts_in_two_ways_is_no_difference() -> None:
    resume = Source("r", "resume", "Resume", "Led a team of 5 at Acme.\nLed a team of 12 at Bright.\n")
    assert find_differences("I led a team of eight.", [resume], TODAY) == []


def test_a_title_that_the_posting_does_not_name_is_not_asked_about() -> None:
    resume = Source("r", "resume", "Resume", RESUMES["nurse"])
    assert find_differences("I'm a registered nurse.", [resume], TODAY) == []


def test_a_ledger_has_each_difference_once_and_quotes_that_stand() -> None:
    resume = Source("r", "resume", "Resume", RESUMES["nurse"])
    texts = {"t1": "I led a team of eight aides. It went well.", "t2": "I led a team of eight aides. I'm an RN."}
    ledger = build_ledger(texts.items(), [resume, JOB], TODAY)
    assert [(c.turn_id, c.kind, c.status) for c in ledger.claims] == [
        ("t1", "number", "conflict"),
        ("t2", "title", "conflict"),
    ]
    assert [c.document_id for c in ledger.checked_against] == ["r"]
    for claim in ledger.claims:
        said = texts[claim.turn_id]
        assert said[claim.char_start : claim.char_end] == claim.text
        for cited in claim.citations:
            source = said if cited.source == "answer" else resume.text
            assert source[cited.char_start : cited.char_end] == cited.quote


@pytest.mark.parametrize(
    "said", ["", "...", "5", "%", "from to", "20 to", "a" * 5000, "half half half doubled by", "１２ people 😀 of us"]
)
def test_odd_texts_do_no_harm(said: str) -> None:
    for found in find_differences(said, [Source("r", "resume", "Resume", said)], TODAY):
        assert said[found.said.start : found.said.end] == found.said.text


REAL = sorted((SHARED / "documents").glob("resume_*.pdf"))


@pytest.mark.skipif(not REAL, reason="the real resumes of ../shared/data are not here")
def test_a_resume_does_not_differ_from_itself() -> None:
    for path in REAL[:12]:
        text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
        assert find_differences(text, [Source("r", "resume", "Resume", text)], TODAY) == [], path.name
