import re
from pathlib import Path

import pytest

from backend.coaching.coach import Source
from backend.coaching.job_fit import FitText, find_job_fit, match_strength
from backend.coaching.lines.read import LineReader
from backend.coaching.requirements import find_requirements
from backend.config import Settings
from backend.models.manifest import where
from backend.rag.embedders import RememberingEmbedder
from backend.rag.multilingual_e5 import MultilingualE5

DOCUMENTS = Path(__file__).resolve().parents[3] / "../shared/data/documents"
ADS = sorted([*DOCUMENTS.glob("jd_*.txt"), *DOCUMENTS.glob("jd_*.md")])
WARD = """Senior Nurse - Ward 7
About us
We are a busy trust with 4,000 staff and great benefits.
What you'll do
• Lead a team of 12 nurses on a 28-bed surgical ward
• Ensure safe medication management
What we're looking for
• NMC registration
• At least 3 years' experience in acute care
• Young and energetic
What we offer
• 27 days annual leave
We are an equal opportunities employer."""
UNWANTED = r"\b(?:salary|insurance|discriminat|religion|accommodation|annual leave|how to apply|young|https?://)"


def source(text: str, kind: str = "job_description") -> Source:
    return Source("doc_1", kind, "Job", text)


@pytest.fixture(scope="module")
def reader() -> LineReader:
    """With the model of meaning that the product reads with."""
    return LineReader(RememberingEmbedder(MultilingualE5(where("multilingual-e5", Settings().models_dir))))


@pytest.mark.models
@pytest.mark.skipif(not ADS, reason="the job descriptions lie in ../shared/data/documents")
def test_real_job_descriptions_give_verbatim_requirements_and_no_boilerplate(reader: LineReader) -> None:
    for path in ADS:
        text = path.read_bytes().decode("utf-8")
        found = find_requirements([source(text)], reader)
        assert 3 <= len(found) <= 12, path.name
        assert [r for r in found if not r.eligibility], path.name
        for requirement in found:
            assert text[requirement.char_start : requirement.char_end] == requirement.text
            assert not re.search(UNWANTED, requirement.text, re.IGNORECASE), requirement.text


@pytest.mark.models
def test_a_pasted_ad_without_bullets_works_too(reader: LineReader) -> None:
    text = (
        "We are hiring a Sales Executive. You will manage a pipeline of SME customers. You must be good at negotiation "
        "and know Salesforce. Salary 30k plus commission. We welcome applicants of any age or religion."
    )
    found = [r.text for r in find_requirements([source(text)], reader)]
    assert set(found) == {
        "You will manage a pipeline of SME customers", "You must be good at negotiation and know Salesforce",
    }  # fmt: skip


@pytest.mark.models
def test_conditions_come_last_and_marked_and_personal_ones_never(reader: LineReader) -> None:
    found = find_requirements([source(WARD)], reader)
    assert [(r.text, r.eligibility) for r in found[:2]] == [
        ("Lead a team of 12 nurses on a 28-bed surgical ward", False), ("Ensure safe medication management", False),
    ]  # fmt: skip
    assert {r.text for r in found[2:]} == {"NMC registration", "At least 3 years' experience in acute care"}
    assert all(r.eligibility and r.kind == "eligibility" for r in found[2:])


@pytest.mark.models
@pytest.mark.parametrize(
    ("posting", "wanted"),
    [
        (
            "Gestionnaire de sinistres\nVos missions :\n➤ Traiter les dossiers de bout en bout\n➤ Rappeler les assurés\n"
            "Nous offrons :\n➤ Mutuelle et treizième mois\n",
            {"Traiter les dossiers de bout en bout", "Rappeler les assurés"},
        ),
        (
            "Kranführer (m/w/d)\nDeine Aufgaben\n✔ Lasten sicher an den richtigen Platz heben\nDas bieten wir\n✔ 30 Tage Urlaub\n",
            {"Lasten sicher an den richtigen Platz heben"},
        ),
        ("We sell shoes. Our values are trust and speed. Apply by Friday. Equal opportunities for all.", set()),
    ],
)
def test_what_is_asked_for_in_any_language_and_nothing_else(posting: str, wanted: set[str], reader: LineReader) -> None:
    assert {r.text for r in find_requirements([source(posting)], reader) if not r.eligibility} == wanted


@pytest.mark.models
def test_legal_terms_are_no_requirements(reader: LineReader) -> None:
    terms = "".join(
        f"{n}.1 You must keep a copy of these terms and tell the Line of any change of name.\n"
        f"{n}.2 The Line may search bags and vehicles at any time without notice.\n"
        for n in range(1, 40)
    )
    text = f"Deck hand\nWhat you will do\n- Handle mooring lines for 12 dockings a day\n\nConditions of application\n{terms}"
    assert [r.text for r in find_requirements([source(text)], reader)] == ["Handle mooring lines for 12 dockings a day"]


def test_the_role_pack_is_the_fallback_only() -> None:
    pack = source(
        "# Nurse\n\n## Competencies\n- Patient safety and clear handover\n- Calm with families\n", "role_pack"
    )
    assert {r.source for r in find_requirements([pack])} == {"role_pack"}
    assert {r.source for r in find_requirements([pack, source(WARD)])} == {"document"}
    assert find_requirements([]) == []


def test_job_fit_says_what_was_named_and_judges_nothing() -> None:
    requirements = find_requirements(
        [
            source(
                "Requirements\n- Experience of wound dressing on wards\n- Knowledge of Salesforce reporting\n- Driving forklift trucks in a warehouse\n"
            )
        ]
    )
    answer = FitText(
        source="answer",
        document_id=None,
        title="Answer",
        text="On the wards I did the wound dressing at night. I have never driven forklift trucks in a warehouse.",
    )
    resume = FitText(
        source="document", document_id="doc_2", title="CV", text="Built Salesforce reporting for the trust."
    )
    fit = {r.text: r for r in find_job_fit(requirements, [answer, resume]).requirements}
    assert fit["Experience of wound dressing on wards"].status == "mentioned"
    assert fit["Knowledge of Salesforce reporting"].status == "not_judged", "the resume is not what was said"
    assert fit["Knowledge of Salesforce reporting"].citations[1].quote == resume.text.rstrip(".")
    assert fit["Driving forklift trucks in a warehouse"].status == "not_judged", "it was denied"
    ticked = find_job_fit(requirements, [answer], {"Driving forklift trucks in a warehouse"}).requirements
    assert [r.status for r in ticked if r.text.startswith("Driving")] == ["ticked"]
    for entry in fit.values():
        for citation in entry.citations[1:]:
            text = answer.text if citation.source == "answer" else resume.text
            assert text[citation.char_start : citation.char_end] == citation.quote


@pytest.mark.parametrize(
    "said",
    [
        "I haven't worked with Salesforce reporting.",
        "I would like to learn Salesforce reporting.",
        "Is there Salesforce reporting here?",
        "I have no experience with Salesforce reporting.",
        "If I had Salesforce reporting I could show it.",
        "The reports were late and the sales force was angry.",
    ],
)
def test_what_is_denied_supposed_or_only_like_it_is_not_mentioned(said: str) -> None:
    (wanted,) = find_requirements([source("Requirements\n- Knowledge of Salesforce reporting\n")])
    text = FitText(source="answer", document_id=None, title="Answer", text=said)
    assert [r.status for r in find_job_fit([wanted], [text]).requirements] == ["not_judged"]


def test_match_strength_counts_rare_words() -> None:
    assert match_strength("Experience with Salesforce reporting", "I built the Salesforce reports") == 1.0
    assert match_strength("Experience with Salesforce", "I have experience") == 0.0
