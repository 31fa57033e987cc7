"""Prompts in a real registry: versions by content, promotion and the way back while serving, refusals."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.config import ROOT
from backend.llm.prompts import FilePrompts, Prompt
from backend.mlops.registry import (
    CANDIDATE,
    LONGEST,
    PRODUCTION,
    RegistryRefused,
    misfit,
    promote,
    prompt_entries,
    register,
    rollback,
    version_of,
    versions_of,
)
from backend.tests.mlops.conftest import NAME, Service, until

pytestmark = pytest.mark.filterwarnings(
    "ignore::Warning:mlflow.*", "ignore::Warning:sqlalchemy.*", "ignore::Warning:alembic.*"
)

Make = Callable[..., Service]


def write(folder: Path, text: str) -> Prompt:
    (folder / "follow_up.md").write_text(text)
    return FilePrompts(folder).get("follow_up")


def test_file_text_is_served_before_the_registry_answers(folder: Path, service: Make) -> None:
    made = service()
    assert made.prompts.current().get("follow_up") == FilePrompts(folder).get("follow_up")
    assert made.prompts.status()["source"] == "files"


def test_equal_text_makes_no_second_version_and_both_aliases_stand(service: Make, client: Any) -> None:
    for _ in range(2):
        made = service().start()
    assert made.prompts.get("follow_up").version == "1"
    assert len(client.search_prompt_versions(NAME)) == 1
    assert prompt_entries(client)["follow_up"].aliases == {PRODUCTION: 1, CANDIDATE: 1}


def test_equal_text_that_a_person_registered_makes_no_version_either(folder: Path, client: Any) -> None:
    by_hand = client.register_prompt(name=NAME, template="Ask about {{ focus }}.\n")
    assert register(client, FilePrompts(folder).get("follow_up")) == by_hand.version


def test_the_same_texts_are_one_set_wherever_they_come_from(folder: Path, service: Make) -> None:
    from_file = FilePrompts(folder).current()
    from_registry = service().start().prompts.current()
    assert from_registry.version == from_file.version
    assert from_registry.versions == {"follow_up": "1"}


def test_promotion_and_the_way_back_take_effect_without_a_restart(folder: Path, service: Make, client: Any) -> None:
    made = service().start()
    file = FilePrompts(folder).get("follow_up")
    better = client.register_prompt(name=NAME, template="Ask, in one sentence, about {{ focus }}.")
    client.set_prompt_alias(NAME, CANDIDATE, better.version)
    before = made.prompts.current()
    assert promote(client, file) == 2
    until(lambda: made.text() == "Ask, in one sentence, about {{ focus }}.")
    assert made.prompts.current().versions == {"follow_up": "2"}
    until(lambda: made.counted("ih_prompt_info", prompt="follow_up", version="2") == 1)
    assert before.get("follow_up").version == "1", "a turn that has begun keeps its texts"
    assert rollback(client, file) == 1
    until(lambda: made.text() == "Ask about {{ focus }}.")
    assert made.prompts.current().version == before.version
    until(lambda: made.counted("ih_prompt_info", prompt="follow_up", version="2") is None)


def test_an_alias_moved_in_the_web_page_counts_as_well(service: Make, client: Any) -> None:
    made = service().start()
    client.set_prompt_alias(NAME, PRODUCTION, client.register_prompt(name=NAME, template="{{ focus }}?").version)
    until(lambda: made.text() == "{{ focus }}?")


def test_the_candidate_is_served_where_it_is_asked_for(service: Make, client: Any) -> None:
    trial, others = service(alias=CANDIDATE).start(), service().start()
    client.set_prompt_alias(NAME, CANDIDATE, client.register_prompt(name=NAME, template="{{ focus }}?").version)
    until(lambda: trial.text() == "{{ focus }}?")
    assert others.text() == "Ask about {{ focus }}."
    client.delete_prompt_alias(NAME, CANDIDATE)
    until(lambda: trial.text() == "Ask about {{ focus }}.")


def test_a_promoted_version_that_does_not_fit_is_refused_once_and_the_last_good_one_stays(
    service: Make, client: Any
) -> None:
    made = service().start()
    good = client.register_prompt(name=NAME, template="Now ask about {{ focus }}.")
    client.set_prompt_alias(NAME, PRODUCTION, good.version)
    until(lambda: made.prompts.get("follow_up").version == "2")
    wrong = client.register_prompt(name=NAME, template="Ask {{ somebody }} about {{ focus }}.")
    client.set_prompt_alias(NAME, PRODUCTION, wrong.version)
    until(lambda: made.prompts.status()["refused"] == {"follow_up": "3"})
    seen = made.prompts.current()
    until(lambda: made.prompts.current() is not seen)  # looked at again
    assert made.text() == "Now ask about {{ focus }}."
    assert made.counted("ih_prompt_refused_total", prompt="follow_up") == 1
    client.set_prompt_alias(NAME, PRODUCTION, 1)
    until(lambda: made.text() == "Ask about {{ focus }}.")
    assert made.prompts.status()["refused"] == {}


def test_a_prompt_written_for_another_reply_schema_is_refused(client: Any) -> None:
    file = Prompt("follow_up", "Ask about {{ focus }}.", "x", schema="2")
    number = register(client, file)
    other = client.register_prompt(name=NAME, template="Ask of {{ focus }}.", tags={"reply_schema": "1"})
    assert version_of(client, "follow_up", number).schema == "2"
    with pytest.raises(RegistryRefused, match="reply schema 1; 2 is in use"):
        promote(client, file, int(other.version))
    by_hand = client.register_prompt(name=NAME, template="Ask on {{ focus }}.")
    assert promote(client, file, int(by_hand.version)) == int(by_hand.version)


def test_the_same_text_for_another_schema_is_another_version(client: Any) -> None:
    first = register(client, Prompt("follow_up", "Ask about {{ focus }}.", "x", schema="1"))
    again = register(client, Prompt("follow_up", "Ask about {{ focus }}.", "x", schema="1"))
    second = register(client, Prompt("follow_up", "Ask about {{ focus }}.", "x", schema="2"))
    assert (again, second) == (first, first + 1)


def test_a_chat_prompt_is_refused(service: Make, client: Any) -> None:
    made = service().start()
    chat = client.register_prompt(name=NAME, template=[{"role": "user", "content": "Ask about {{ focus }}."}])
    client.set_prompt_alias(NAME, PRODUCTION, chat.version)
    until(lambda: made.prompts.status()["refused"] == {"follow_up": "2"})
    assert made.text() == "Ask about {{ focus }}."


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("Über {{focus}} fragen.", True),
        ("{{ focus }} and {{ focus }}", True),
        ("", False),
        ("Ask.", False),
        ("Ask {{ focus }} {{ more }}", False),
        ("Ask {{ focus }} {{ focus.upper }}", False),
        ("Ask {{ focus }} }}", False),
        ("Ask \x00 {{ focus }}", False),
        ("{{ focus }}" + "a" * LONGEST, False),
    ],
)
def test_a_text_fits_when_it_takes_exactly_the_inputs_of_the_file(text: str, fits: bool) -> None:
    file = Prompt("p", "Ask about {{ focus }}.", "1")
    assert (misfit(Prompt("p", text, "2"), file) is None) is fits


def test_every_prompt_file_of_the_product_fits_itself() -> None:
    files = FilePrompts(Path(__file__).parents[2] / "interview" / "prompts")
    assert files.names()
    assert [misfit(files.get(name), files.get(name)) for name in files.names()] == [None] * len(files.names())


def test_a_new_release_brings_its_text_unless_somebody_chose_another(folder: Path, service: Make, client: Any) -> None:
    service().start()
    second = write(folder, "Second release: {{ focus }}.")
    assert service().start().text() == "Second release: {{ focus }}."
    rollback(client, second)
    third = write(folder, "Third release: {{ focus }}.")
    assert service().start().text() == "Ask about {{ focus }}."
    assert prompt_entries(client)["follow_up"].aliases == {PRODUCTION: 1, CANDIDATE: 3}
    promote(client, third)  # the file's own text: releases are followed again
    write(folder, "Fourth release: {{ focus }}.")
    assert service().start().text() == "Fourth release: {{ focus }}."


def test_a_server_of_the_release_before_does_not_take_production_back(folder: Path, service: Make, client: Any) -> None:
    service().start()
    write(folder, "Second release: {{ focus }}.")
    service().start()
    write(folder, "Ask about {{ focus }}.")
    assert service().start().text() == "Second release: {{ focus }}."
    assert prompt_entries(client)["follow_up"].aliases == {PRODUCTION: 2, CANDIDATE: 1}


def test_servers_that_start_together_make_one_version(service: Make, client: Any) -> None:
    together = [service() for _ in range(3)]
    for each in together:
        each.mlops.start()
    for each in together:
        until(each.prompts.known.is_set)
        assert each.text() == "Ask about {{ focus }}."
    assert len({v.text for v in versions_of(client, "follow_up")}) == len(versions_of(client, "follow_up"))


def test_rollback_goes_back_step_by_step_and_says_when_there_is_nothing(folder: Path, client: Any) -> None:
    file = FilePrompts(folder).get("follow_up")
    register(client, file)
    for number in (2, 3):
        client.register_prompt(name=NAME, template=f"Release {number}: {{{{ focus }}}}.")
        promote(client, file, number)
    assert [rollback(client, file), rollback(client, file)] == [2, 1]
    with pytest.raises(RegistryRefused, match="Nothing was in production before"):
        rollback(client, file)


def test_rollback_after_a_move_in_the_web_page_goes_to_the_last_known_version(folder: Path, client: Any) -> None:
    file = FilePrompts(folder).get("follow_up")
    register(client, file)
    for number in (2, 3):
        client.register_prompt(name=NAME, template=f"Release {number}: {{{{ focus }}}}.")
    promote(client, file, 2)
    client.set_prompt_alias(NAME, PRODUCTION, 3)
    assert rollback(client, file) == 1


def test_promotion_is_refused_with_a_reason(folder: Path, client: Any) -> None:
    file = FilePrompts(folder).get("follow_up")
    with pytest.raises(RegistryRefused, match="not registered yet"):
        promote(client, file)
    register(client, file)
    with pytest.raises(RegistryRefused, match="in production already"):
        promote(client, file)
    with pytest.raises(RegistryRefused, match="no version 7"):
        promote(client, file, 7)
    client.register_prompt(name=NAME, template="Ask.")
    with pytest.raises(RegistryRefused, match="its inputs are none; focus are wanted"):
        promote(client, file, 2)
    assert prompt_entries(client)["follow_up"].aliases[PRODUCTION] == 1


def test_mlflow_is_not_imported_where_a_server_starts() -> None:
    """Its imports take seconds; they belong on its own thread, once the server is up."""
    code = "import sys, backend.cli, backend.app; sys.exit('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
