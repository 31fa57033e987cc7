"""Cleaning of text: what is invisible goes, what is damaged for certain is repaired, the rest stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.rag.clean_text import clean, join_hyphenated
from backend.rag.titles import from_filename, from_text


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("Donâ€™t", "Don’t"),
        ("rÃ©sumÃ©", "résumé"),
        ("Company Name ï¼\u200b City", "Company Name - City"),
        ("regulations.Â Skilled", "regulations. Skilled"),
        ("whileÂ\u00a0adhering", "while adhering"),
        ("Ânimo", "Ânimo"),
        ("PÂTE and CÂLIN", "PÂTE and CÂLIN"),
        ("naïve façade", "naïve façade"),
        ("oﬃce ﬁle", "office file"),
        ("\uf0b7 item", "• item"),
        ("a\u00adb", "ab"),
        ("zero\u200bwidth", "zerowidth"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻 dev", "👩\u200d💻 dev"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\n\nb  \n", "a\n\nb"),
        ("C++ and C# at 10 °C", "C++ and C# at 10 °C"),
        ("nul\x00 bell\x07 half \ud800", "nul bell half"),
    ],
)
def test_clean(damaged: str, whole: str) -> None:
    assert clean(damaged) == whole


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_and_leaves_nothing_invisible(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co") for c in once if c not in "\n\t")
    once.encode("utf-8")


def test_hyphens_of_compounds_stay() -> None:
    assert join_hyphenated("well-\nknown") == "well-known"
    assert join_hyphenated("opti-\nmise the plan") == "optimise the plan"
    assert join_hyphenated("infor-\nmation; information") == "information; information"
    assert join_hyphenated("2015-\n2017") == "2015-\n2017"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Sam Rivers - Resume.pdf", "Sam Rivers - Resume"),
        ("../../etc/passwd.txt", "passwd"),
        ("C:\\Users\\me\\cv_2024.docx", "cv_2024"),
        ("document (1).pdf", ""),
        ("scan0001.pdf", ""),
        ("evil\u202efdp.txt\x00.md", "evilfdp.txt"),
        (None, ""),
        ("x" * 500 + ".md", "x" * 119 + "…"),
    ],
)
def test_title_from_filename(name: str | None, title: str) -> None:
    assert from_filename(name) == title


def test_title_from_text() -> None:
    assert from_text("\n---\n# **Backend** developer\n\nWe are") == "Backend developer"
