import re
from pathlib import Path

import pytest

from backend.coaching.coach import Source
from backend.coaching.job_fit import FitText, find_job_fit, match_strength
from backend.coaching.requirements import find_requirements

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
UNWANTED = r"\b(?:salary|insurance|discriminat|religion|accommodation|annual leave|how to apply|young|http)"


def source(text: str, kind: str = "job_description") -> Source:
    return Source("doc_1", kind, "Job", text)


@pytest.mark.skipif(not ADS, reason="the job descriptions lie in ../shared/data/documents")
def test_real_job_descriptions_give_verbatim_requirements_and_no_boilerplate() -> None:
    for path in ADS:
        text = path.read_bytes().decode("utf-8")
        found = find_requirements([source(text)])
        assert 3 <= len(found) <= 12, path.name
        for requirement in found:
            assert text[requirement.char_start : requirement.char_end] == requirement.text
            assert not re.search(UNWANTED, requirement.text, re.IGNORECASE), requirement.text


def test_a_pasted_ad_without_bullets_works_too() -> None:
    text = (
        "We are hiring a Sales Executive. You will manage a pipeline of SME customers. You must have two years of B2B sales "
        "experience and know Salesforce. Salary 30k plus commission. We welcome applicants of any age or religion."
    )
    found = [r.text for r in find_requirements([source(text)])]
    assert found[0].startswith("You must have two years")
    assert len(found) == 2


def test_concrete_requirements_come_and_personal_ones_do_not() -> None:
    found = [r.text for r in find_requirements([source(WARD)])]
    assert "NMC registration" in found and "At least 3 years' experience in acute care" in found
    assert not any("annual leave" in r or "Young" in r for r in found)


def test_the_role_pack_is_the_fallback_only() -> None:
    pack = source(
        "# Nurse\n\n## Competencies\n- Patient safety and clear handover\n- Calm with families\n", "role_pack"
    )
    assert {r.source for r in find_requirements([pack])} == {"role_pack"}
    assert {r.source for r in find_requirements([pack, source(WARD)])} == {"document"}
    assert find_requirements([]) == []


def test_job_fit_tells_evidence_from_mention_and_nothing() -> None:
    requirements = find_requirements(
        [
            source(
                "Requirements\n- Experience of medication management on wards\n- Knowledge of Salesforce reporting\n- Driving forklift trucks in a warehouse\n"
            )
        ]
    )
    answer = FitText(
        source="answer",
        document_id=None,
        title="Answer",
        text="On the wards I managed the medication round and I changed the management of stock medication.",
    )
    resume = FitText(
        source="document", document_id="doc_2", title="CV", text="Built Salesforce reporting for the trust."
    )
    fit = {r.text: r for r in find_job_fit(requirements, [answer, resume]).requirements}
    assert fit["Experience of medication management on wards"].status == "evidenced"
    assert fit["Knowledge of Salesforce reporting"].status == "mentioned"
    assert fit["Driving forklift trucks in a warehouse"].status == "missing"
    for entry in fit.values():
        for citation in entry.citations[1:]:
            text = answer.text if citation.source == "answer" else resume.text
            assert text[citation.char_start : citation.char_end] == citation.quote


def test_match_strength_counts_rare_words() -> None:
    assert match_strength("Experience with Salesforce reporting", "I built the Salesforce reports") == 1.0
    assert match_strength("Experience with Salesforce", "I have experience") == 0.0


def test_a_line_that_opens_a_list_is_a_heading() -> None:
    text = (
        "Your role\n- Build services in Go for the payments team\n- Write tests with the developers\n"
        "It helps if you have\n- Experience of Kafka in production\n- Knowledge of card payments\n"
    )
    found = find_requirements([Source("d", "job_description", "Job", text)])
    assert len(found) == 4
    assert not any("helps" in r.text for r in found)
