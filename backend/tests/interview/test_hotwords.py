"""Hotwords: what a general ear does not expect, and nothing else."""

from __future__ import annotations

from backend.coaching.coach import Source
from backend.interview.hotwords import MOST, hotwords
from backend.interview.session import SessionPlan

JOB = (
    "ESSENTIAL SKILLS\n- Experience with PostgreSQL and C++, deployed on K8s. You will work with Grafana daily.\n"
    "- Essential: strong communication. Download the form at https://example.org/Form or write to Jobs@Example.org.\n"
    "The work is in Leeds. Leeds is great; we work there."
)


def test_terms_and_names_not_headings_or_addresses() -> None:
    found = hotwords(SessionPlan(company="Northwind"), [Source("d", "job_description", "Job", JOB)])
    assert found[0] == "Northwind"
    assert {"PostgreSQL", "C++", "K8s", "Grafana", "Leeds"} <= set(found)
    assert not {"Essential", "Download", "Form", "Example", "The", "You", "ESSENTIAL", "SKILLS"} & set(found)


def test_what_job_and_resume_share_comes_first_and_there_is_an_end() -> None:
    many = Source("d", "job_description", "Job", " ".join(f"uses Tool{n}X here and" for n in range(99)) + " with Kafka")
    resume = Source("r", "resume", "Resume", "Built streams with Kafka and Tool7X.")
    found = hotwords(SessionPlan(), [many, resume])
    assert len(found) == MOST
    assert set(found[:2]) == {"Kafka", "Tool7X"}


def test_role_packs_are_no_source() -> None:
    assert hotwords(SessionPlan(), [Source("pack:x", "role_pack", "Pack", "uses PostgreSQL")]) == ()


def test_capitals_of_headings_months_and_numerals_are_no_names() -> None:
    text = (
        "NOTES\nThis exam is closed from APRIL 3. He got the ARMY ACHIEVEMENT MEDAL as Analyst II in December2015\n"
        "and works with AWS, GCP and CI/CD pipelines, SAP and CPR."
    )
    found = set(hotwords(SessionPlan(), [Source("d", "job_description", "Job", text)]))
    assert {"AWS", "GCP", "CI/CD", "SAP", "CPR"} <= found
    assert not {"NOTES", "APRIL", "ARMY", "ACHIEVEMENT", "MEDAL", "II", "December2015"} & found
