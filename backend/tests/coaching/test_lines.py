import pytest

from backend.coaching.analysis import Source
from backend.coaching.lines.model import LABELS, WEIGHTS, embedder_for, language_of, languages
from backend.coaching.lines.read import LineReader
from backend.coaching.lines.split import lines_of
from backend.coaching.requirements import find_requirements
from backend.coaching.resume_lines import resume_lines
from backend.config import Settings
from backend.evaluation.figures import Report
from backend.evaluation.labelled_documents import fingerprint, read_documents
from backend.evaluation.lines import evaluate_lines
from backend.interview.modes import InterviewData
from backend.models.manifest import where
from backend.rag.embedders import HashEmbedder
from backend.rag.multilingual_e5 import MultilingualE5

POSTING = """Deck Hand - Larkfield Ferries
What you will do
- Handle mooring lines for 12 dockings a day
- Guide cars on and off the ferry
What we offer
- 27 days of annual leave and a pension
We are an equal opportunities employer.
"""
RESUME = """Jo Harrow
jo.harrow@example.org | 07700 900123
Experience
Tram Operations Planner, Northmere Transit, 2019 to 2023
- Planned rosters for 62 drivers and wrote the winter handbook
- Cut late departures from 14 percent to 6 percent
Education
BSc Geography, Westmoor, 2015
"""


def texts(document: str) -> list[str]:
    found = lines_of(document)
    assert all(document[line.start : line.end] == line.text for line in found), "verbatim"
    return [" ".join(line.text.split()) for line in found]


@pytest.mark.parametrize(
    "mark",
    [
        "- ",
        "• ",
        "* ",
        "➤ ",
        "✔ ",
        "✅ ",
        "🚀 ",
        "👉🏽 ",
        "🏳️‍🌈 ",
        "→ ",
        "\uf0b7 ",
        "・",
        "◆",
        "1. ",
        "2) ",
        "a) ",
        "3.1 ",
        "1、",
        "가. ",
        "1️⃣ ",
    ],
)
def test_whatever_stands_before_an_item_is_its_bullet(mark: str) -> None:
    (first, second) = lines_of(f"{mark}Feed 40 species\n{mark}Test the water\n")
    assert (first.text, second.text) == ("Feed 40 species", "Test the water")
    assert first.bullet and second.bullet


@pytest.mark.parametrize(
    "row", ["2019 to 2023", "24/7 on call", "+44 is the code", "**Bold** words", "C++ and Go", "3.5 days"]
)
def test_what_only_looks_like_a_bullet_stays(row: str) -> None:
    (line,) = lines_of(row)
    assert not line.bullet
    assert line.text == row.removeprefix("**")


def test_rows_that_a_margin_broke_are_one_line() -> None:
    document = (
        "Experience\n"
        "• Rewrote the afternoon tea so that two people can plate ninety covers, and waste fell from\n"
        "eleven percent to four\n"
        "• Took four commis through their exams\n"
        "The kitchen seats forty guests and changes its card with the season, which means that every\n"
        "Monday the whole team tastes what is new and writes down what it costs, how long it takes on\n"
        "the pass and who may not eat it.\n"
    )
    assert texts(document) == [
        "Experience",
        "Rewrote the afternoon tea so that two people can plate ninety covers, and waste fell from eleven percent to four",
        "Took four commis through their exams",
        "The kitchen seats forty guests and changes its card with the season, which means that every Monday the whole team "
        "tastes what is new and writes down what it costs, how long it takes on the pass and who may not eat it",
    ]


def test_short_rows_without_bullets_stay_apart() -> None:
    assert texts("make great coffee\nopen up twice a week\nserve, clear, wipe\n") == [
        "make great coffee", "open up twice a week", "serve, clear, wipe",
    ]  # fmt: skip


def test_paragraphs_are_cut_at_sentences_and_long_lists_at_semicolons() -> None:
    document = (
        "You drive trams. You check them first.\n"
        "An engineer prepares plans, specifications and estimates for streets and bridges; reviews the designs of consultants; "
        "and inspects work on site; and\n"
        "DevOps Engineer Sep. 2023 - Mar. 2024\n"
    )
    assert texts(document) == [
        "You drive trams", "You check them first",
        "An engineer prepares plans, specifications and estimates for streets and bridges",
        "reviews the designs of consultants", "and inspects work on site", "DevOps Engineer Sep. 2023 - Mar. 2024",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "heading", ["## You will", "**About you**", "REQUIREMENTS", "Your profile:", "仕事内容：", "What you will do"]
)
def test_headings_are_told_by_their_shape(heading: str) -> None:
    lines = lines_of(f"A baker's shop.\n\n{heading}\n- Bake bread for 300 people\n- Clean the ovens\n")
    assert [line.heading for line in lines] == [False, True, False, False]
    assert lines[1].text == heading.strip("#* :：")


def test_a_list_with_another_mark_is_headed_by_the_first() -> None:
    lines = lines_of(
        "➤ Your tasks\n✔ Feed 40 species\n✔ Test the water of 22 tanks\n➤ Your profile\n✔ One year at sea\n✔ Diving\n"
    )
    assert [line.heading for line in lines] == [True, False, False, True, False, False]


def test_nothing_to_read_gives_nothing() -> None:
    assert lines_of("\n --- \n\n•\n") == []
    read = LineReader().read(" \n")
    assert (read.posting, read.resume, read.looks_like, read.language) == ((), (), "", "")


def test_requirements_are_whole_lines_and_never_boilerplate() -> None:
    found = find_requirements([Source("d", "job_description", "Job", POSTING)])
    assert {"Handle mooring lines for 12 dockings a day", "Guide cars on and off the ferry"} <= {r.text for r in found}
    assert all(POSTING[r.char_start : r.char_end] == r.text for r in found)
    assert not any("leave" in r.text or "equal" in r.text for r in found)


def test_a_document_is_read_once() -> None:
    asked: list[str] = []

    class Counting(HashEmbedder):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            asked.extend(texts)
            return super().embed(texts)

    reader = LineReader(Counting())
    first = reader.read(POSTING)
    seen = len(asked)
    assert reader.read(POSTING) == first
    assert len(asked) == seen > 0


def test_what_was_found_is_taken_up_again_without_being_read() -> None:
    class Silent(HashEmbedder):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            raise AssertionError("read again")

    first = LineReader()
    taken = first.take_for("job_description", POSTING)
    assert "mooring" not in taken.lines
    again = LineReader(Silent())
    again.recall(POSTING, taken.lines)
    assert [(one.line, one.kind) for one in again.read(POSTING).posting] == [
        (one.line, one.kind) for one in first.read(POSTING).posting
    ]
    with pytest.raises(AssertionError, match="read again"):
        other = LineReader(Silent())
        other.recall(POSTING, taken.lines.replace("hash-256", "another model"))
        other.read(POSTING)


def test_an_embedder_without_weights_is_not_used() -> None:
    class Unknown(HashEmbedder):
        name = "unknown"  # type: ignore[assignment]

    assert embedder_for(None, Unknown()).name == "hash-256"


def test_resume_lines_are_whole_and_hold_no_contact_details() -> None:
    found = resume_lines(Source("r", "resume", "Resume", RESUME))
    assert all(RESUME[line.char_start : line.char_end] == line.text for line in found)
    assert not any("07700" in line.text or "@" in line.text for line in found)
    kinds = {line.text: line.kind for line in found}
    assert kinds["Tram Operations Planner, Northmere Transit, 2019 to 2023"] == "position"
    assert kinds["Planned rosters for 62 drivers and wrote the winter handbook"] == "achievement"
    assert {line.kind for line in found} <= set(LABELS["resume"]) - {"heading", "other"}


def test_what_a_document_is_taken_for() -> None:
    reader = LineReader()
    assert reader.take_for("job_description", POSTING).language == "en"
    assert reader.take_for("job_description", RESUME).notices == ("looks_like_resume",)
    assert "too_short" in reader.take_for("job_description", "Nurse wanted.").notices
    assert reader.take_for("notes", "Call the nurse.").notices == (), "only postings and resumes are asked about"


def test_the_language_of_a_document() -> None:
    assert set(languages()) == set(InterviewData().languages)
    assert language_of("Vous accueillez les clients et vous tenez la caisse du magasin.")[0] == "fr"
    assert language_of("接待顾客，办理入住手续，处理投诉。")[0] == "zh"


def test_the_weights_belong_to_the_committed_documents() -> None:
    import json

    import numpy as np

    with np.load(WEIGHTS) as found:
        about = json.loads(str(found["about"]))
    assert about["data"] == fingerprint(), "run `make train`"
    assert WEIGHTS.stat().st_size < 1_000_000


def test_the_labelled_documents_are_read_as_they_were_written() -> None:
    documents = read_documents("train")
    assert len([d for d in documents if d.document == "posting"]) >= 110
    assert {d.language for d in documents} == set(languages())
    for document in (*documents, *read_documents("test")):
        labels = {label for _, _, label in document.places}
        assert labels <= set(LABELS["posting"]) | set(LABELS["resume"])
        assert all(document.text[a:b].strip() for a, b, _ in document.places)


@pytest.mark.models
def test_lines_never_seen_are_read_well() -> None:
    report = Report()
    evaluate_lines(report, LineReader(MultilingualE5(where("multilingual-e5", Settings().models_dir))))
    found = {figure.name: figure.value for figure in report.figures}
    assert found["kinds of posting lines, macro F1, English"] >= 0.7
    assert found["requirements that are a duty, skill or knowledge, English"] >= 0.9
    assert found["documents told apart (posting, resume, other)"] >= 0.9
