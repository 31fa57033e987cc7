"""The catalogue: everything a menu needs, as plain JSON."""

from __future__ import annotations

import json

from backend.api.catalog import author_wire, build_catalog
from backend.coaching.author.choice import InUse
from backend.interview.modes import InterviewData
from backend.jobs.role_packs import RolePacks
from backend.rag.documents import may_be_read_at_ingest
from backend.tests.client import JOB, RESUME, ContractClient
from backend.tests.storage.samples import a_document


def test_catalogue_is_complete_json() -> None:
    made = build_catalog(
        data=InterviewData(),
        packs=RolePacks(),
        rubrics={"structure": {"anchors": ["a", "b"]}},
        limits={"audio_seconds": 300},
        voice_activity={"stop_ms": 200},
        providers={"llm": "rules"},
        spoken_languages=("en",),
    )
    assert json.loads(json.dumps(made)) == made
    assert [m["name"] for m in made["modes"]] == sorted(m["name"] for m in made["modes"])
    assert len(made["modes"]) == 6 and len(made["languages"]) == 13 and len(made["role_packs"]) >= 12
    assert all(pack["title"] and pack["field"] for pack in made["role_packs"])
    assert [d["name"] for d in made["difficulties"]] == ["easy", "medium", "hard"]
    assert {x["code"] for x in made["languages"] if x["spoken"]} == {"en"}
    assert made["limits"] == {"audio_seconds": 300} and made["providers"] == {"llm": "rules"}
    assert all(m["title"] and m["description"] for m in made["modes"] + made["panel"])


def test_a_client_finds_the_example_of_the_next_level_for_the_seniority_of_its_interview(
    client: ContractClient,
) -> None:
    session = client.start(role="Nurse", level="Team lead")["session_id"]
    assert client.data("GET", f"/sessions/{session}")["seniority"] == "senior"
    assert client.data("GET", f"/sessions/{session}/report")["session"]["seniority"] == "senior"
    rubrics = client.data("GET", "/catalog")["rubrics"]
    assert {d for mode in client.data("GET", "/catalog")["modes"] for d in mode["dimensions"]} <= set(rubrics)
    for rubric in rubrics.values():
        assert rubric["levels"]["4"] and rubric["examples"]["senior"]["levels"]["4"]
    assert {client.start(level=level)["seniority"] for level in ("", "Junior")} == {"mid", "junior"}


def test_who_writes_and_where_it_is_sent_is_said_before_anything_is_uploaded(client: ContractClient) -> None:
    assert client.data("GET", "/catalog")["author"]["kind"] in {"model", "rules"}
    assert author_wire(InUse("rules")) == {
        "kind": "rules", "model": None, "host": None, "local": True, "checked": False, "state": "unknown",
    }  # fmt: skip
    sent = author_wire(InUse("model", "large", "llm.example", False, "capable"))
    assert (sent["kind"], sent["host"], sent["local"], sent["checked"]) == ("model", "llm.example", False, True)
    assert author_wire(InUse("rules", "large", "llm.example", False, "checking"))["checked"] is False


def test_an_upload_names_the_host_that_may_read_it_at_once(client: ContractClient) -> None:
    text = {"kind": "resume", "title": "CV", "text": RESUME}
    silent = client.ready(client.data("POST", "/documents", json=text))
    assert silent["consent"] is None
    later = client.data("POST", "/documents", json={**text, "consent": "LLM.example"})
    assert later["document_id"] == silent["document_id"] and later["consent"] == "llm.example"
    assert client.data("POST", "/documents", json=text)["consent"] == "llm.example"
    files = {"file": ("job.txt", JOB.encode(), "text/plain")}
    form = client.data("POST", "/documents", files=files, data={"kind": "job_description", "consent": "10.0.0.7:8080"})
    assert client.ready(form)["consent"] == "10.0.0.7:8080"
    client.error("POST", "/documents", 422, json={**text, "consent": "no host/at all"})


def test_a_document_is_read_at_ingest_only_where_its_owner_said_so() -> None:
    given = a_document("own", consent="llm.example")
    assert may_be_read_at_ingest(given, "llm.example", local=False)
    assert not may_be_read_at_ingest(given, "other.example", local=False)
    assert not may_be_read_at_ingest(a_document("own"), "llm.example", local=False)
    assert not may_be_read_at_ingest(a_document("own"), None, local=False)
    assert may_be_read_at_ingest(a_document("own"), None, local=True)
