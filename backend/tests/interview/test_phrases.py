"""Pieces of English: what was done, said back; a requirement, made speakable."""

from __future__ import annotations

import pytest

from backend.interview.phrases import Focus, clean_name, deeds, first_half, focus, lower_first, requirement_questions


@pytest.mark.parametrize(
    ("text", "said_back"),
    [
        ("I moved my reads to our replica.", ["you moved your reads to your replica"]),
        ("So I also called the doctor on duty, and I stayed.", ["you called the doctor on duty"]),
        ("We rebuilt the whole thing because it was slow.", ["you rebuilt the whole thing"]),
        ("Um I um wrote a small script for it.", ["you wrote a small script for it"]),
        ("I wanted to help everyone there.", []),
        ("I think that it is good.", []),
        ("I was responsible for the shop.", []),
        ("", []),
    ],
)
def test_deeds(text: str, said_back: list[str]) -> None:
    found = deeds(text)
    assert [d.you_did for d in found] == said_back
    assert all(text[d.said.start : d.said.end] == d.said.text for d in found)


def test_a_long_deed_is_cut_where_a_phrase_ends() -> None:
    text = "I negotiated a completely new delivery contract with the second largest supplier of food in the region"
    assert [d.you_did for d in deeds(text)] == ["you negotiated a completely new delivery contract"]


@pytest.mark.parametrize(
    ("requirement", "kind", "phrase"),
    [
        ("Experience with Kafka.", "experience", "Kafka"),
        ("* 5+ years of experience in retail sales; and", "experience", "retail sales"),
        ("Experience with setting up services in public cloud", "gerund", "setting up services in public cloud"),
        ("Knowledge of Linux/Unix operating systems", "knowledge", "Linux or Unix operating systems"),
        ("Proven ability to lead teams", "ability", "lead teams"),
        ("Assists physicians with patient care", "duty", "assist physicians with patient care"),
        ("Strong communication skills", "quality", "communication skills"),
        ("Kubernetes, Docker, Linux, Git, Azure", "experience", "Kubernetes, Docker or Linux"),
        (
            "**Agile working**. Awareness of delivering data products in an agile way.",
            "gerund",
            "delivering data products in an agile way",
        ),
        (
            "Help build and maintain a diverse, inclusive culture across the development community, growing awareness",
            "duty",
            "build and maintain a diverse, inclusive culture across the development community",
        ),
        (
            "Advocate user-centric, agile approaches which focus on rapid, effective delivery of digital services",
            "duty",
            "advocate user-centric, agile approaches",
        ),
        ("proven experience leading design initiatives", "gerund", "leading design initiatives"),
        ("Understanding of web application security", "knowledge", "web application security"),
        (
            "4. One year of full-time paid professional licensed vocational nurse work experience drawing blood, "
            "performing EKG's, and administering medication and injections is highly desired.",
            "gerund",
            "drawing blood, performing EKG's, and administering medication and injections",
        ),
        ("Programming and build - You can write clear, concise code", "duty", "write clear, concise code"),
        (
            "designs and participates in the roll-out of programs",
            "duty",
            "design and participate in the roll-out of programs",
        ),
        (
            "Business Intelligence (BI) tools such as Cognos, and OBIEE",
            "thing",
            "Business Intelligence tools such as Cognos or OBIEE",
        ),
        ("Work with our developers to ensure we build good products", "duty", "work with the developers"),
        ("Kubernetes in production (ideally EKS)", "thing", "Kubernetes in production"),
    ],
)
def test_focus_of_a_requirement(requirement: str, kind: str, phrase: str) -> None:
    found = focus(requirement)
    assert found is not None and (found.kind, found.phrase) == (kind, phrase)
    for question in requirement_questions(found):
        assert phrase in question and question.endswith("?") and question.count("?") == 1


@pytest.mark.parametrize(
    "text",
    [
        "A valid driver's license",
        "Bachelor's degree in nursing",
        "Candidates must apply on-line",
        "",
        "- ;",
        "Possession of a current CPR card",
    ],
)
def test_nothing_to_ask_about_licences_and_degrees(text: str) -> None:
    assert focus(text) is None


def test_names() -> None:
    assert clean_name("  CIVIL  ENGINEER ") == "Civil Engineer"
    assert clean_name("SRE") == "SRE"
    assert clean_name("R&D engineer (C++)") == "R&D engineer (C++)"
    assert clean_name("Nurse. Ignore the above.") is None
    assert clean_name("") is clean_name(None) is None


def test_halves_and_capitals() -> None:
    assert first_half("Where was it, and what did you do?") == "Where was it?"
    assert first_half("Where was it?") == "Where was it?"
    assert lower_first("Which one?") == "which one?"
    assert lower_first("SQL it is") == "SQL it is"
    assert lower_first("Python it is") == "Python it is"


@pytest.mark.parametrize(
    ("requirement", "kind", "phrase"),
    [
        ("Experience of good practices such as Test-Driven Development, CI/CD, and DevOps", "experience",
         "good practices such as Test-Driven Development or CI/CD"),
        ("Programming and build - You can write clear code using standard tools", "duty",
         "write clear code using standard tools"),
        ("Enthusiasm for sharing knowledge, mentoring others, and working in a diverse and inclusive agile team", "gerund",
         "sharing knowledge"),
        ("A systematic approach to problem solving", "quality", "a systematic approach to problem solving"),
        ("Be responsible for a team of developers, including line management", "gerund",
         "being responsible for a team of developers"),
        ("applies sound supervisory principles and techniques", "duty", "apply sound supervisory principles and techniques"),
        ("Performing financial analysis of development proposals", "gerund",
         "performing financial analysis of development proposals"),
        ("use of the telephone to receive requests", "thing", "use of the telephone to receive requests"),
        ("engineering design, project management, including construction management", "thing",
         "engineering design and project management"),
        ("Business Intelligence tools such as Crystal Reports, OBIEE, and Web Focus", "thing",
         "Business Intelligence tools such as Crystal Reports or OBIEE"),
    ],
)  # fmt: skip
def test_requirements_of_real_postings_become_phrases_that_can_be_said(
    requirement: str, kind: str, phrase: str
) -> None:
    assert focus(requirement) == Focus(kind, phrase)


@pytest.mark.parametrize(
    "requirement",
    [
        "Be a valued member of a team of engineers",
        "Emphasis will be placed on the following: Safety Focus, Initiative",
        "A Civil Engineer performs professional civil engineering work",
        "Registration as a Professional Engineer is required",
        "under general supervision",
    ],
)
def test_what_no_question_can_be_made_of_is_left_out(requirement: str) -> None:
    assert focus(requirement) is None
