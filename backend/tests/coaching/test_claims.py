"""The claim ledger: what was said aloud, held against the resume, in many trades."""

from __future__ import annotations

from datetime import date

import pytest
from pypdf import PdfReader

from backend.coaching.analysis import Source
from backend.coaching.claims import Found, build_ledger, find_claims, worth_asking
from backend.tests.conftest import SHARED

TODAY = date(2026, 6, 1)
RESUMES = {
    "nurse": (
        "Dana Reyes\nStaff Nurse\nRegistered nurse with 6 years of experience in acute care.\n"
        "St. Brigid's Hospital, Staff Nurse, 2019 - 2024\n- Led a team of 5 nurses on a 24-bed ward\n"
        "- Reduced medication errors by 30% through double checks\n- Cared for 8 patients per shift\n- Charted in Cerner\n"
    ),
    "sales": (
        "Account manager\nBrightpath Ltd, Account Manager, 2018 - 2021\n- Grew revenue from $1.2 million to $2.4 million\n"
        "- Managed a portfolio of 40 accounts\n- Retention rate of 95%\n- Used Salesforce daily\n"
    ),
    "teacher": (
        "Mathematics teacher at Oakfield School since 2016\n- Taught classes of 28 pupils\n"
        "- Pass rate rose from 62% to 81%\n- Ran the chess club\n"
    ),
    "engineer": (
        "Backend developer\nNorthwind Stores\n2021 - 2025\n- Built the stock report in Python and PostgreSQL\n"
        "- Halved page load time\n- Managed 4 engineers\n- 10+ years of experience\n"
    ),
    "cook": "Sous chef, The Copper Pot, 2020 - present\n- 120-seat restaurant\n- Trained 3 apprentices\n- Cut waste by a third\n",
}
JOB = Source("j", "job_description", "Job", "We run Kubernetes at Harbour Freight. You know Terraform.")


def claims(trade: str, said: str, *more: Source, company: str | None = None) -> list[Found]:
    resume = Source("r", "resume", "Resume", RESUMES[trade])
    found = find_claims(said, [resume, *more], company=company, today=TODAY)
    for one in found:
        assert said[one.span.start : one.span.end] == one.span.text
        if one.place is not None:
            source, span = one.place
            assert source.text[span.start : span.end] == span.text
    return found


def one(trade: str, said: str, text: str) -> Found:
    found = [c for c in claims(trade, said) if c.span.text == text]
    assert found, [c.span.text for c in claims(trade, said)]
    return found[0]


@pytest.mark.parametrize(
    ("trade", "said", "text"),
    [
        ("nurse", "i led a team of five", "team of five"),
        ("nurse", "I was in charge of a team of about five.", "team of about five"),
        ("nurse", "We cut medication errors by about thirty percent.", "cut medication errors by about thirty percent"),
        ("nurse", "I cared for eight patients a shift.", "eight patients"),
        ("nurse", "I have six years of experience in acute care.", "six years of experience"),
        ("nurse", "I was at St. Brigid's Hospital for five years.", "five years"),
        ("nurse", "We reduced medication errors by 25 to 35 percent.", "reduced medication errors by 25 to 35 percent"),
        ("sales", "I doubled revenue in that time.", "doubled revenue"),
        ("sales", "I wrote the plan and by May I had doubled revenue.", "doubled revenue"),
        ("sales", "We grew revenue from 1.2 to 2.4 million.", "grew revenue from 1.2 to 2.4 million"),
        ("sales", "I had a portfolio of forty accounts.", "portfolio of forty accounts"),
        ("sales", "I kept a retention of 95 percent.", "95 percent"),
        ("teacher", "The pass rate went from 62 to 81 percent.", "from 62 to 81 percent"),
        ("teacher", "My class of 28 pupils loved it.", "class of 28 pupils"),
        ("engineer", "We cut the page load time in half.", "cut the page load time in half"),
        ("engineer", "Page load time went down by 50 percent.", "down by 50 percent"),
        ("engineer", "I have twelve years of experience.", "twelve years of experience"),
    ],
)
def test_what_the_resume_bears_out(trade: str, said: str, text: str) -> None:
    found = one(trade, said, text)
    assert found.status == "supported" and found.place is not None and found.ask is None


@pytest.mark.parametrize(
    ("trade", "said", "text", "against"),
    [
        ("nurse", "I led a team of eight nurses on the night shift.", "team of eight nurses", "team of 5"),
        ("nurse", "So I managed a team of 8 people.", "team of 8 people", "team of 5"),
        ("nurse", "We cut medication errors by forty percent.", "cut medication errors by forty percent", "30%"),
        ("nurse", "I usually cared for twelve patients a shift.", "twelve patients", "8 patients"),
        ("nurse", "I have nine years of experience in acute care.", "nine years of experience", "6 years"),
        ("nurse", "I worked at St. Brigid's Hospital for eight years.", "eight years", "2019 - 2024"),
        ("nurse", "I joined St. Brigid's Hospital in 2021.", "in 2021", "2019 - 2024"),
        ("sales", "I had a portfolio of sixty accounts.", "portfolio of sixty accounts", "40 accounts"),
        ("teacher", "I taught classes of thirty four pupils.", "classes of thirty four pupils", "28 pupils"),
        ("engineer", "I managed seven engineers.", "managed seven engineers", "4 engineers"),
        ("engineer", "I reduced page load time by 80 percent.", "reduced page load time by 80 percent", "Halved"),
    ],
)
def test_the_same_thing_counted_differently_is_a_conflict(trade: str, said: str, text: str, against: str) -> None:
    found = one(trade, said, text)
    assert found.status == "conflict" and found.place is not None
    assert against in found.place[1].text
    assert found.ask is not None and "how do the two go together?" in found.ask and against not in found.ask


@pytest.mark.parametrize(
    ("trade", "said"),
    [
        ("nurse", "I was part of a team of twelve nurses."),
        ("nurse", "That night there were 16 patients in the corridor."),
        ("nurse", "I led a team of eight porters."),
        ("nurse", "We cut infections by forty percent."),
        ("nurse", "Medication errors went up by forty percent before I came."),
        ("sales", "I tripled the number of demos."),
        ("sales", "We kept 98 percent of the invoices in order."),
        ("teacher", "I had a caseload of 40 families."),
        ("engineer", "I cut the bill by 80 percent."),
        ("cook", "I trained 12 waiters."),
    ],
)
def test_another_thing_is_new_and_no_conflict(trade: str, said: str) -> None:
    found = claims(trade, said)
    assert found and {c.status for c in found} == {"new"}


@pytest.mark.parametrize(
    ("trade", "said"),
    [
        ("nurse", "I did not lead a team of eight."),
        ("nurse", "I wasn't the ward manager."),
        ("nurse", "My manager led a team of twelve."),
        ("nurse", "She was head of nursing."),
        ("sales", "I would hire ten people if I could."),
        ("sales", "I want to become a regional sales director."),
        ("engineer", "we never used Jenkins"),
        ("engineer", "It was written in COBOL by my predecessor, he used Jenkins."),
        ("teacher", "In year nine, at half past ten, number one on the list was behaviour."),
        ("engineer", "It took half an hour twice a week, 24/7."),
        ("engineer", "We moved to Python 3 and it was done by 7 pm."),
    ],
)
def test_what_is_denied_supposed_or_somebody_elses_is_no_claim(trade: str, said: str) -> None:
    assert [c for c in claims(trade, said) if c.span.text not in {"COBOL", "Python"}] == []


def test_we_counts_as_a_claim_of_ones_own() -> None:
    assert one("sales", "We doubled revenue.", "doubled revenue").status == "supported"


@pytest.mark.parametrize(
    ("trade", "said", "text", "kind", "status"),
    [
        ("nurse", "I used Epic and Cerner.", "Cerner", "tool", "supported"),
        ("nurse", "I used Epic and Cerner.", "Epic", "tool", "new"),
        ("sales", "I used HubSpot every day.", "HubSpot", "tool", "new"),
        ("teacher", "We used Kahoot, Seesaw and GeoGebra.", "GeoGebra", "tool", "new"),
        ("engineer", "i wrote it in postgres and docker", "postgres", "tool", "supported"),
        ("nurse", "I was a staff nurse there.", "staff nurse", "title", "supported"),
        ("nurse", "I worked as a ward manager.", "ward manager", "title", "new"),
        ("teacher", "I was head of mathematics for a while.", "head of mathematics", "title", "new"),
        ("engineer", "I worked at Northwind Stores then.", "Northwind Stores", "employer", "supported"),
        ("engineer", "I worked for Acme Corp before.", "Acme Corp", "employer", "new"),
    ],
)
def test_names(trade: str, said: str, text: str, kind: str, status: str) -> None:
    found = one(trade, said, text)
    assert (found.kind, found.status) == (kind, status)


def test_a_new_tool_that_the_job_asks_for_cites_the_job() -> None:
    (found,) = claims("engineer", "I used Terraform a lot.", JOB)
    assert found.status == "new" and found.place is not None and found.place[0] is JOB


def test_where_they_want_to_work_is_no_employer() -> None:
    assert claims("engineer", "I want that job at Harbour Freight.", JOB) == []
    assert claims("engineer", "My work at Lumen Labs would be fun.", company="Lumen Labs") == []


def test_what_the_resume_counts_in_two_ways_is_no_conflict() -> None:
    resume = Source("r", "resume", "Resume", "Led a team of 5 at Acme.\nLed a team of 12 at Bright.\n")
    (found,) = find_claims("I led a team of eight.", [resume], today=TODAY)
    assert found.status == "new"


def test_a_ledger_has_conflicts_first_each_claim_once_and_quotes_that_stand() -> None:
    resume = Source("r", "resume", "Resume", RESUMES["nurse"])
    texts = {
        "t1": "I used Epic. I led a team of five nurses.",
        "t2": "I used Epic. We cut medication errors by 50 percent.",
    }
    ledger = build_ledger(texts.items(), [resume], today=TODAY)
    assert [(c.turn_id, c.status) for c in ledger.claims] == [("t2", "conflict"), ("t1", "new"), ("t1", "supported")]
    assert [c.document_id for c in ledger.checked_against] == ["r"]
    for claim in ledger.claims:
        said = texts[claim.turn_id]
        assert said[claim.char_start : claim.char_end] == claim.text
        for cited in claim.citations:
            source = said if cited.source == "answer" else resume.text
            assert source[cited.char_start : cited.char_end] == cited.quote
    assert len({c.citation_id for claim in ledger.claims for c in claim.citations}) == 5


def test_without_a_resume_nothing_is_held_against_anything() -> None:
    ledger = build_ledger([("t", "I led a team of eight.")], [JOB], today=TODAY)
    assert [c.status for c in ledger.claims] == ["new"] and ledger.checked_against == []
    assert worth_asking("I led a team of eight.", [JOB]) is None


def test_the_claim_most_worth_asking_about_is_the_conflict() -> None:
    resume = Source("r", "resume", "Resume", RESUMES["nurse"])
    found = worth_asking("I used Epic and I led a team of eight nurses.", [resume])
    assert found is not None and found.status == "conflict"
    assert worth_asking("I led a team of five and there were 6 visitors.", [resume]) is None


@pytest.mark.parametrize(
    "said", ["", "...", "5", "%", "from to", "20 to", "a" * 5000, "half half half doubled by", "１２ people 😀 of us"]
)
def test_odd_texts_do_no_harm(said: str) -> None:
    for found in find_claims(said, [Source("r", "resume", "Resume", said)], today=TODAY):
        assert said[found.span.start : found.span.end] == found.span.text


REAL = sorted((SHARED / "documents").glob("resume_*.pdf"))


@pytest.mark.skipif(not REAL, reason="the real resumes of ../shared/data are not here")
def test_a_real_resume_read_aloud_is_never_in_conflict_with_itself() -> None:
    found: list[Found] = []
    for path in REAL:
        text = "\n".join(page.extract_text() or "" for page in PdfReader(path).pages)
        lines = [line for raw in text.splitlines() if len((line := raw.strip(" •-*")).split()) >= 4]
        said = "\n".join(f"I {line[0].lower()}{line[1:]}." for line in lines)
        found += find_claims(said, [Source("r", "resume", path.name, text)], today=TODAY)
    assert len(found) > 150
    assert [f.span.text for f in found if f.status == "conflict"] == []
    assert sum(f.status == "supported" for f in found) / len(found) >= 0.98
