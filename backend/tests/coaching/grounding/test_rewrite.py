"""The rewrite: the candidate's own facts, and slots for what is missing. Other languages: quotes and digits."""

from __future__ import annotations

import pytest

from backend.coaching.grounding import Material, SourceText, prove_error, prove_point, prove_rewrite
from backend.tests.coaching.grounding.material import MATERIAL

GOOD = (
    "At Pedalworks ninety six repairs were waiting, and people waited four weeks. I asked Marta what slowed her down: looking for parts, "
    "forty minutes a day. I put the boxes in three rows with a label on each. After six weeks we were down to nine days. "
    "[add: what your boss said about the new system]"
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (GOOD, ""), ("", ""), ("I led a team of 5 at Pedalworks, and ninety six repairs were waiting.", ""),
        (GOOD.replace("nine days", "eight days"), "number"), (GOOD.replace("Marta", "Joris"), "name"), (GOOD.replace("Pedalworks", "Decathlon"), "name"),
        (GOOD + " I led 14 mechanics.", "number"), (GOOD + " That was in August.", "date"), (GOOD.replace("your boss", "Mrs Peeters"), "name"),
        (GOOD + " My director thanked everybody and doubled our bonus.", "number"),
        (GOOD + " The newspaper wrote about our miracle and customers celebrated.", "rewrite"),
        ("[add: which workshop] I put the boxes in three rows. [add: who noticed in Ghent]", ""),
    ],
)  # fmt: skip
def test_a_rewrite_holds_the_candidates_own_facts(text: str, kind: str) -> None:
    assert prove_rewrite(text, MATERIAL).kind == kind


def test_beyond_english_quotes_and_digits_are_proved() -> None:
    german = Material.of(
        "Ich habe 12 Fahrräder an einem Tag repariert.", "Was war schwer?", [SourceText("resume", "Seit 2019 bei Velo Müller")], language="de"
    )  # fmt: skip
    assert prove_point("Die Zahl 12 trägt die Antwort.", ["12 Fahrräder an einem Tag"], german).ok
    assert prove_point("Die Zahl 13 trägt die Antwort.", ["12 Fahrräder an einem Tag"], german).kind == "number"
    assert prove_point("Klar gesagt.", ["13 Fahrräder"], german).kind == "quote"
    assert prove_error("an einem Tag", "an einem einzigen Tag", german).ok
    assert prove_rewrite("2019 habe ich 12 Fahrräder repariert.", german).ok
    assert prove_rewrite("2018 habe ich 12 Fahrräder repariert.", german).kind == "number"
