"""Passages are places in the text: verbatim, in order, without gaps, the same in every run."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.rag.embedders import HashEmbedder
from backend.rag.ingest import Stopped, to_nodes
from backend.tests.rag.makers import DATA, document

EMBEDDER = HashEmbedder(16)
PIECES = st.sampled_from(
    [
        *(
            "foo ",
            "bar. ",
            "Baz! ",
            "   ",
            "é",
            "日本語。",
            "<|endoftext|>",
            ". . . .",
            "\t",
            "\n",
            "\n\n",
            "a",
            "👩‍💻 ",
        ),
        *("- item one\n", "👩‍💻 ", "The candidate led the team. ", "supercalifragilistic" * 8),
    ]
)


def places(text: str) -> list[tuple[int, int]]:
    nodes = to_nodes(document(text), EMBEDDER)
    for node in nodes:
        start, end = node.metadata["char_start"], node.metadata["char_end"]
        assert text[start:end] == node.get_content()
        assert len(node.embedding) == 16
    return [(n.metadata["char_start"], n.metadata["char_end"]) for n in nodes]


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=400).map("".join))
def test_every_passage_is_where_it_says(text: str) -> None:
    places(text)


def test_nothing_of_a_text_without_repeats_is_left_out() -> None:
    text = "\n\n".join(f"Paragraph {n} says that {n * 7} things of kind {n * 13} were done by {n}." for n in range(300))
    covered = set()
    for start, end in places(text):
        covered.update(range(start, end))
    assert not "".join(c for n, c in enumerate(text) if n not in covered).strip()


@pytest.mark.skipif(not (DATA / "documents").is_dir(), reason="the shared real documents are not here")
@pytest.mark.parametrize("name", ["jd_la_programmer_analyst_1431.txt", "jd_dfe_lead-developer.md"])
def test_real_documents_are_covered(name: str) -> None:
    text = (DATA / "documents" / name).read_text("utf-8", "replace")
    covered = set()
    for start, end in places(text):
        covered.update(range(start, end))
    left_out = "".join(c for n, c in enumerate(text) if n not in covered)
    assert not any(c.isalnum() for c in left_out)


def test_ids_are_the_same_in_every_run_and_differ_between_documents() -> None:
    text = "One sentence. " * 200
    ids = [[n.id_ for n in to_nodes(document(text, document_id=d), EMBEDDER)] for d in ("doc_a", "doc_a", "doc_b")]
    assert ids[0] == ids[1]
    assert not set(ids[0]) & set(ids[2])


def test_progress_counts_up_and_a_stop_flag_stops() -> None:
    text = "\n\n".join(f"Paragraph {n} of a long text with many different words {n * n}." * 8 for n in range(60))
    seen: list[tuple[str, int, int]] = []
    stop = threading.Event()

    def on_progress(stage: str, done: int, total: int) -> None:
        seen.append((stage, done, total))
        if stage == "embedding":
            stop.set()

    with pytest.raises(Stopped):
        to_nodes(document(text), EMBEDDER, on_progress, stop)
    assert [s for s, _, _ in seen] == ["chunking", "chunking", "embedding"]


def test_text_without_any_word_has_no_passages() -> None:
    assert to_nodes(document("... --- ..."), EMBEDDER) == []
    assert to_nodes(document(""), EMBEDDER) == []


def test_one_endless_word_is_split() -> None:
    assert len(places("x" * 20_000)) >= 1
