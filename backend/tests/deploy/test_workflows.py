"""GitHub workflows and Dependabot: against their schemas, and for pins, rights and targets that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.tests.deploy.dockerfile import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DEPENDABOT = ROOT / ".github" / "dependabot.yml"


def _steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", [*FILES, DEPENDABOT], ids=lambda p: p.name)
def test_schemas_are_kept(path: Path) -> None:
    tool = Path(sys.executable).with_name("check-jsonschema")
    if not tool.exists():
        pytest.skip("check-jsonschema is not installed (requirements-dev.txt)")
    schema = "vendor.dependabot" if path == DEPENDABOT else "vendor.github-workflows"
    done = subprocess.run(
        [str(tool), "--builtin-schema", schema, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_actions_are_named_by_commit_and_rights_are_few(path: Path) -> None:
    text = path.read_text()
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    for line in re.findall(r"uses: .*", text):
        assert re.fullmatch(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 90, name
        extra = set(job.get("permissions", {}).items()) - {("contents", "read"), ("actions", "read")}
        assert extra <= {("packages", "write"), ("contents", "write")}, name
        assert len(extra) <= 1, name
    for step in _steps(workflow):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False or "release" in path.name
        # What others may write (titles, branch names) is never pasted into a shell.
        assert not re.search(r"\$\{\{\s*github\.(event|head_ref|ref_name)", step.get("run", ""))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_what_is_run_exists(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    scripts = (ROOT / "frontend" / "package.json").read_text()
    for step in _steps(yaml.safe_load(path.read_text())):
        run = step.get("run", "")
        for line in re.findall(r"\bmake ([a-z0-9 -]+?)(?: [A-Z]+=|$)", run, re.MULTILINE):
            for target in line.split():
                assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        for script in re.findall(r"npm run (\w+)", run):
            assert f'"{script}":' in scripts
        for file in re.findall(r"\bsh (\S+)", run):
            assert (ROOT / file).is_file()


def test_every_part_is_there() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    assert next(iter(jobs.values()))["runs-on"] == "ubuntu-latest"
    assert jobs["first-run-macos"]["runs-on"] == "macos-latest"
    assert {"checks", "tests", "e2e", "images", "compose"} <= set(jobs)
    assert {"images", "sbom", "release"} <= set(
        yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())["jobs"]
    )


def test_dependabot_looks_where_something_is() -> None:
    for update in yaml.safe_load(DEPENDABOT.read_text())["updates"]:
        for folder in update.get("directories", [update.get("directory")]):
            assert (ROOT / folder.lstrip("/")).is_dir()
