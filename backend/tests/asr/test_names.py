"""What sounds like a name of the documents, and what does not."""

from __future__ import annotations

import pytest

from backend.asr.names import guesses, sounds

NAMES = ("PostgreSQL", "HashiCorp", "Nuzhat al-Zaman", "jQuery", "C++", "Grafana")


def found(*words: str) -> list[tuple[str, str]]:
    return [("".join(words[g.first : g.first + g.count]).strip(), g.name) for g in guesses(words, NAMES)]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ([" I", " like", " hashi", " corp."], ("hashi corp.", "HashiCorp")),
        ([" the", " Hashikorp", " tools"], ("Hashikorp", "HashiCorp")),
        ([" in", " post", " grass", " Q", "L."], ("post grass QL.", "PostgreSQL")),
        ([" when", " Usad", " Al", "zaman", " heard"], ("Usad Alzaman", "Nuzhat al-Zaman")),
        ([" a", " Hashikorporation", " of"], None),
        ([" with", " J", "-Query,"], ("J-Query,", "jQuery")),
    ],
)
def test_runs_of_whole_words(words: list[str], name: tuple[str, str] | None) -> None:
    assert found(*words) == ([name] if name else [])


def test_an_abbreviation_is_found_in_the_place_of_another_alone() -> None:
    assert [g.name for g in guesses([" my", " CDF."], ("CTF", "DoIT"))] == ["CTF"]
    assert guesses([" that", " it", " did"], ("DoIT", "DOD", "API", "NET")) == []
    assert guesses([" as", " I", " said"], ("AI", "HA")) == []


def test_what_is_a_name_already_is_left_alone() -> None:
    assert found(" to", " Grafana", " and", " HashiCorp.") == []


def test_a_name_goes_over_no_end_of_a_sentence() -> None:
    assert found(" hashi.", " corp") == []
    assert found(" hashi", " corp.") == [("hashi corp.", "HashiCorp")]


def test_a_name_is_written_with_the_space_and_the_punctuation_of_what_was_heard() -> None:
    (guess,) = guesses([" hashi", " corp?"], NAMES)
    assert guess.written(" hashi corp?") == " HashiCorp?"
    assert guess.written("hashi corp") == "HashiCorp"


def test_ordinary_sentences_offer_nothing() -> None:
    said = "We had an old server in the office and nobody knew how it was built so I asked around"
    assert found(*(f" {word}" for word in said.split())) == []


def test_sounds_that_are_taken_for_each_other_are_one() -> None:
    assert sounds("Hashi Corp") == sounds("hashikorp")
    assert sounds("Grafana") == sounds("graphana")
    assert sounds("Grafana") != sounds("Kubernetes")
    assert sounds("你好") == ""
