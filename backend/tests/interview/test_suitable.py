"""What may not be asked, and what looks like it but may."""

from __future__ import annotations

import pytest

from backend.interview.suitable import leading, protected_requirement, protected_topic, unsuitable


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How old are you?", "age"),
        ("In what year were you born?", "age"),
        ("When do you plan to retire?", "age"),
        ("Are you married?", "family"),
        ("Do you have any children?", "family"),
        ("Are you planning to have a baby soon?", "family"),
        ("Who looks after your kids while you work?", "family"),
        ("Do you want to start a family?", "family"),
        ("Do you have any disabilities?", "health"),
        ("How is your mental health?", "health"),
        ("Have you ever been seriously ill?", "health"),
        ("Do you smoke?", "health"),
        ("Which church do you go to, and do you pray?", "religion"),
        ("Are you a Muslim?", "religion"),
        ("Where are you originally from?", "origin"),
        ("What is your native language?", "origin"),
        ("Are you a US citizen?", "origin"),
        ("Where does your accent come from?", "origin"),
        ("Are you gay?", "sexuality"),
        ("Who did you vote for?", "politics"),
        ("Have you ever been arrested?", "record"),
        ("What did you earn in your last job, and what is your current salary?", "pay history"),
    ],
)
def test_questions_about_protected_matters_are_found(question: str, topic: str) -> None:
    assert protected_topic(question) == topic
    assert unsuitable(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "How do you speak with a patient's family about bad news?",
        "What do you check before you give a patient a new medication?",
        "How do you teach children with different starting points?",
        "How long have you worked with young learners?",
        "How did you handle a customer's religious dietary needs?",
        "What does the health of a service mean to you?",
        "When did you have to work with people from another country?",
        "What would you do with a salary file sent to you by mistake?",
        "How would you explain a disability benefit to a client?",
        "What is the age of the oldest system you have maintained?",
        "Where do you see the biggest risk in that plan?",
    ],
)
def test_questions_about_the_work_are_not(question: str) -> None:
    assert unsuitable(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "Don't you think that was late?",
        "You would agree that it failed, right?",
        "Surely you told them?",
        "Was it not obvious, no?",
    ],
)
def test_leading_questions_are_found(question: str) -> None:
    assert leading(question)


@pytest.mark.parametrize(
    "text",
    [
        "Young and dynamic, between 20 and 30 years old",
        "Must be under 35 years of age",
        "Native English speaker",
        "No children or other family obligations",
        "Excellent physical health, no medical conditions",
        "Practising Christian",
        "Male candidates only",
        "US citizens only",
        "Must be able to lift 50 pounds",
        "Subject to a criminal background check",
    ],
)
def test_requirements_that_lead_there_are_found(text: str) -> None:
    assert protected_requirement(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Experience with containerised applications, ideally Kubernetes",
        "Ability to explain treatment plans to patients and their families",
        "Knowledge of health and safety rules",
        "Mentoring others in a diverse and inclusive team",
        "Experience in the retail trade",
        "Fluent spoken and written Spanish",
    ],
)
def test_ordinary_requirements_are_not(text: str) -> None:
    assert protected_requirement(text) is None
