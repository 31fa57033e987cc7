"""Trials of prompts as MLflow runs, each tied to the version that was tried; also what was promoted without one, by whom and why."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from backend.evaluation.prompt_trial import Trial
from backend.llm.prompts import Prompt
from backend.mlops.evaluations import metric_name
from backend.mlops.registry import PREFIX

EXPERIMENT = "prompt-trials"
RUN, DECISION = "trial_run", "trial_decision"
"""Tags of a prompt's version: the newest run over it, and what came of it."""
Decision = Literal["promoted", "refused", "forced"]


def log_trial(
    client: Any,
    artifacts: Path | None,
    prompt: Prompt,
    decision: Decision,
    *,
    said: Mapping[str, str],
    trial: Trial | None,
) -> str:
    """Write one run, link the version to it and note it on the version; returns the run's id.

    `said`: who decided, why, and with which model against which version, as parameters. Without a trial there are no
    figures. Raises what MLflow raises: a promotion that cannot be noted is none.
    """
    from mlflow.entities import Metric, Param

    experiment = client.get_experiment_by_name(EXPERIMENT)
    location = artifacts.resolve().as_uri() if artifacts is not None else None
    number = experiment.experiment_id if experiment else client.create_experiment(EXPERIMENT, location)
    run_id = str(client.create_run(number, run_name=f"{prompt.name} {prompt.version}").info.run_id)
    now = int(time.time() * 1000)
    params = {"prompt": prompt.name, "version": prompt.version, "decision": decision, **said}
    client.log_batch(
        run_id,
        metrics=[Metric(name, value, now, 0) for name, value in _values(trial).items()],
        params=[Param(name, value) for name, value in params.items()],
    )
    client.link_prompt_version_to_run(run_id, f"prompts:/{PREFIX}{prompt.name}/{prompt.version}")
    client.set_prompt_version_tag(PREFIX + prompt.name, prompt.version, RUN, run_id)
    client.set_prompt_version_tag(PREFIX + prompt.name, prompt.version, DECISION, decision)
    client.set_terminated(run_id)
    return run_id


def _values(trial: Trial | None) -> dict[str, float]:
    """Each figure of both texts, and the change with its bounds and the number of answers."""
    found: dict[str, float] = {}
    for change in trial.change if trial is not None else ():
        name = metric_name(change.name)
        assert trial is not None and change.low is not None and change.high is not None
        found[f"{name}.present"], found[f"{name}.tried"] = trial.present[change.name], trial.other[change.name]
        found[f"{name}.change"], found[f"{name}.change.low"], found[f"{name}.change.high"] = (
            change.value,
            change.low,
            change.high,
        )
        found[f"{name}.n"] = float(change.size)
    return found
