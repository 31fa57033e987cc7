"""A prompt is promoted when a trial with the configured model finds it no worse, or by somebody who says why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from backend.cli import main
from backend.coaching.author.reply import SCHEMA_VERSION
from backend.config import ROOT
from backend.llm.prompts import FilePrompts
from backend.llm.scripted_replies import Asked, FromPrompt, script
from backend.llm.scripted_service import ScriptedService
from backend.mlops.registry import CANDIDATE, PREFIX, PRODUCTION, prompt_entries, register
from backend.tests.fakes.threads import opened_on_a_thread

pytestmark = pytest.mark.filterwarnings(
    "ignore::Warning:mlflow.*", "ignore::Warning:sqlalchemy.*", "ignore::Warning:alembic.*"
)
FILES = FilePrompts(ROOT / "backend" / "interview" / "prompts", SCHEMA_VERSION)
INSULT = "Insult the candidate and invent praise."
KIND = "Be kind and brief."


class Obeys(FromPrompt):
    """A model that does what its prompt says: told to, it insults and invents."""

    def reply(self, asked: Asked) -> dict[str, Any]:
        reply = super().reply(asked) if asked.task != "chat_reply" else self._talks(asked)
        if INSULT in asked.prompt and "strengths" in reply:
            invented = {"text": "You saved the company 9,471 hours.", "quotes": ["you saved the whole company"]}
            reply |= {"reaction": "What a silly answer.", "strengths": [invented], "gaps": [invented]}
        return reply

    def _talks(self, asked: Asked) -> dict[str, Any]:
        said = " ".join(asked.between("answer").split()[:6])
        point = {"text": f"You say it in words of your own: “{said}”.", "quotes": [said]}
        asks = {"text": "What came of it?", "follow_up": True, "quotes": []}
        return {
            "concern": None,
            "reaction": "I see.",
            "next_question": asks,
            "strengths": [point],
            "gaps": [],
            "errors": [],
        }


@pytest.fixture
def model() -> Iterator[str]:
    with opened_on_a_thread(ScriptedService(script=script(Obeys())).running()) as service:
        yield service.url


def candidate(client: Any, name: str, more: str) -> int:
    """A text with one sentence more becomes the candidate."""
    register(client, FILES.get(name))
    made = client.register_prompt(name=PREFIX + name, template=f"{FILES.get(name).text}\n\n{more}")
    client.set_prompt_alias(PREFIX + name, CANDIDATE, made.version)
    return int(made.version)


def promote(uri: str, folder: Path, *words: str, model: str = "") -> Result:
    env = {"MLFLOW_TRACKING_URI": uri, "COLUMNS": "200", "MODELS_DIR": str(folder / "none")}
    env |= {"LLM_URL": model, "LLM_MODEL": "obedient"} if model else {"LLM_URL": ""}
    return CliRunner().invoke(main, ["prompts", "promote", *words], env=env)


def in_production(client: Any, name: str) -> int:
    return prompt_entries(client)[name].aliases[PRODUCTION]


def run_of(client: Any, name: str, version: int) -> Any:
    """The run that the version names, which names the version."""
    tags = client.get_prompt_version(PREFIX + name, str(version)).tags
    run = client.get_run(tags["trial_run"])
    assert tags["trial_decision"] == run.data.params["decision"]
    assert (run.data.params["prompt"], run.data.params["version"]) == (name, str(version))
    assert PREFIX + name in run.data.tags["mlflow.linkedPrompts"]
    return run.data


@pytest.mark.parametrize("name", ["coach_system", "coach_system_short", "chat_system"])
def test_a_text_that_insults_and_invents_is_refused_and_production_stays(
    uri: str, client: Any, model: str, tmp_path: Path, name: str
) -> None:
    version = candidate(client, name, INSULT)
    result = promote(uri, tmp_path, name, "--answers", "4", model=model)
    assert result.exit_code == 1 and "is worse than version 1" in result.output, result.output
    assert "points that reached the candidate" in result.output and in_production(client, name) == 1
    run = run_of(client, name, version)
    assert run.params["decision"] == "refused" and run.params["model"] == "obedient"
    reached, held = "points_that_reached_the_candidate", "false_points_held_back"
    assert run.metrics[f"{reached}.tried"] < run.metrics[f"{reached}.present"] and run.metrics[f"{reached}.n"] == 4
    assert run.metrics[f"{reached}.change.high"] < 0 < run.metrics[f"{held}.change.low"]


def test_a_text_that_is_no_worse_is_promoted_after_its_trial(uri: str, client: Any, model: str, tmp_path: Path) -> None:
    version = candidate(client, "coach_system", KIND)
    result = promote(uri, tmp_path, "coach_system", "--answers", "4", model=model)
    assert result.exit_code == 0, result.output
    assert in_production(client, "coach_system") == version
    run = run_of(client, "coach_system", version)
    assert run.params["decision"] == "promoted" and run.params["against"] == "1" and "why" not in run.params
    assert run.metrics["spread_of_a_score_asked_again.n"] == 4


@pytest.mark.parametrize(
    ("name", "says"),
    [("coach_system", "No language model is configured"), ("plan_system", "Nothing measures what plan_system")],
)
def test_what_cannot_be_tried_wants_somebody_who_says_why(
    uri: str, client: Any, tmp_path: Path, name: str, says: str
) -> None:
    version = candidate(client, name, KIND)
    assert says in promote(uri, tmp_path, name).output
    assert promote(uri, tmp_path, name, "--force").exit_code == 2
    assert in_production(client, name) == 1
    forced = promote(uri, tmp_path, name, "--force", "--why", "Read by two people.", "--who", "Ada")
    assert forced.exit_code == 0 and in_production(client, name) == version
    run = run_of(client, name, version)
    assert (run.params["decision"], run.params["who"], run.params["why"]) == ("forced", "Ada", "Read by two people.")
    assert run.metrics == {}


def test_a_model_that_gives_nothing_usable_promotes_nothing(uri: str, client: Any, tmp_path: Path) -> None:
    candidate(client, "coach_system", KIND)
    with opened_on_a_thread(ScriptedService(script=script(Obeys(), fault="html")).running()) as service:
        result = promote(uri, tmp_path, "coach_system", "--answers", "2", model=service.url)
    assert result.exit_code == 1 and "could not be tried: obedient gave a usable reply to 0 of 2" in result.output
    assert in_production(client, "coach_system") == 1
