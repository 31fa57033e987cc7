"""The catalogue: everything a menu needs, as plain JSON."""

from __future__ import annotations

import json

from backend.api.catalog import build_catalog
from backend.interview.modes import InterviewData
from backend.jobs.role_packs import RolePacks
from backend.tests.client import ContractClient


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
