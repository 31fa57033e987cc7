import pytest

from backend.coaching.stems import stem
from backend.coaching.text import sentences, words

SPOKEN = (
    "um so in my last job i worked at a restaurant and we were really busy on a friday night and one of the servers called in "
    "sick and i had to cover two sections so i talked to my manager and we split the tables and in the end nobody complained"
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I work at St. Mary's. Dr. Smith asked me, e.g. in 2021, to help. It was 3.5 hours! Right?", 4),
        ("One line\nanother line", 2),
        ("", 0),
        ("...", 0),
        ("no punctuation at all here", 1),
    ],
)
def test_sentences_are_split_at_their_ends(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize("text", [SPOKEN, "I did it. Then we left!", "  a  b \n c. ", "héllo “wörld” 40% C++ it's"])
def test_every_span_is_verbatim_and_no_word_is_lost(text: str) -> None:
    pieces = sentences(text)
    assert all(text[p.start : p.end] == p.text for p in pieces)
    assert [w.text for p in pieces for w in words(p.text)] == [w.text for w in words(text)]


def test_speech_without_punctuation_falls_into_clauses() -> None:
    pieces = [p.text for p in sentences(SPOKEN)]
    assert len(pieces) >= 5
    assert "and in the end nobody complained" in pieces


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("led", "lead"),
        ("organised", "organizing"),
        ("analysed", "analyzing"),
        ("meetings", "met"),
        ("flew", "fly"),
        ("built", "build"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_a_no_ends_a_sentence_unless_a_number_follows() -> None:
    assert [p.text for p in sentences("They had told us no. I asked again about room no. 7 and they agreed.")] == [
        "They had told us no.",
        "I asked again about room no. 7 and they agreed.",
    ]
