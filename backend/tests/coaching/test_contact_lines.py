"""What goes to a model on another machine goes without contact details."""

from __future__ import annotations

import pytest

from backend.coaching.contact_lines import without_contact_lines
from backend.rag.readers import Reader, ReadLimits
from backend.tests.conftest import SAMPLE, SHARED


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("sam.rivers+work@example.co.uk", None),
        ("Email: sam [at] example [dot] org", None),
        ("Sam Rivers | sam@example.org | +44 20 7946 0958", "Sam Rivers"),
        ("📱 (+82) 10-9030-1843 | ✉ sam@example.org | GITHUB-SQUARE sam0 | LINKEDIN sam0", None),
        ("Phone: (555) 010-4477 • linkedin.com/in/samrivers", None),
        ("Tel 555 0104", None),
        ("Mobile 06 12 34 56 78, Portfolio: https://sam.example/work?x=1", None),
        ("555-010-4477", None),
        ("LinkedIn: sam-rivers", None),
        ("1234 Main Street, Springfield, IL 62701", None),
        ("Sam Rivers, Flat 3, 12 Chapel Lane, Leeds LS1 4AP", "Sam Rivers"),
        ("Address: 77 N. Lake Shore Dr. Apt 4B", None),
        ("P.O. Box 118", None),
        ("Musterstraße 12a, 10115 Berlin", None),
        ("12 bis rue de la Paix, 75002 Paris", None),
        ("Developer (github.com/samrivers): wrote the stock report", "Developer ( ): wrote the stock report"),
    ],
)
def test_contact_details_go(line: str, left: str | None) -> None:
    assert without_contact_lines(f"Above\n{line}\nBelow").split("\n") == ["Above", *([left] if left else []), "Below"]


@pytest.mark.parametrize(
    "line",
    [
        "Northwind Stores, developer, 2021 to 2025",
        "2015-2018 2019-2021",
        "01/2015 - 12/2018",
        "2010-05-12",
        "Cut the run from 1,200,000 rows to 12 000 and saved $450,000 (3.5 %)",
        "The service moves 2300000 transactions a day on 16 cores",
        "Built 5 Google Drive integrations in Node.js and ASP.NET for Booking.com",
        "2021 2nd Place, AWS ASEAN GameDay Online",
        "Trained 12 nurses, way below budget",
        "Led a team of 8 in Springfield, IL",
        "Experience in running Python services; PostgreSQL 15, Redis 7",
        "ISO 27001, ISO/IEC 9126 and RFC 2616",
        "",
        "   ",
    ],
)
def test_everything_else_stays_as_it_is(line: str) -> None:
    assert without_contact_lines(line) == line


def test_a_text_without_contact_details_is_the_same_text() -> None:
    text = "\tSam Rivers\n\n  Software developer   \n- Built the weekly stock report;  trained three colleagues\n"
    assert without_contact_lines(text) == text


@pytest.mark.skipif(not (SHARED / "documents").is_dir(), reason="the shared documents are not there")
@pytest.mark.parametrize(
    "name", ["resume_awesome_cv.pdf", "resume_engineering_11981094.pdf", "resume_chef_37231163.pdf"]
)
async def test_resumes_of_real_layouts_lose_their_contact_details_and_nothing_else(name: str) -> None:
    data = (SHARED / "documents" / name).read_bytes()
    text = (await Reader().read(data, name, None, ReadLimits())).text
    left = without_contact_lines(text)
    assert "@" not in left and "www." not in left and "9030-1843" not in left and "LINKEDIN" not in left
    assert len(left.split()) >= 0.985 * len(text.split())
    assert [line for line in left.split("\n") if line not in text.split("\n")] == (
        ["HOUSE-CHIMNEY"] if name == "resume_awesome_cv.pdf" else []
    )


async def test_the_sample_resume_keeps_what_was_done() -> None:
    name = "resume_sam_rivers.pdf"
    text = (await Reader().read((SAMPLE / name).read_bytes(), name, None, ReadLimits())).text
    assert len(without_contact_lines(text).split()) >= 0.95 * len(text.split())
