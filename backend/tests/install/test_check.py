"""The check of the pins: it fails on what it is there for, and its resolver knows nothing of pip's configuration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from backend.install import check
from backend.tests.install.indexes import index, plain_environment, wheel

LINUX = check.PLATFORMS[0]


@pytest.fixture
def pins(tmp_path: Path) -> list[Path]:
    files = [tmp_path / "requirements.txt", tmp_path / "requirements-dev.txt"]
    files[0].write_text("torch==2.13.0\nSome_Thing==1.0\n")
    files[1].write_text("-r requirements.txt\ntool==2.0\n")
    return files


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (["torch==2.13.0", "some-thing==1.0", "tool==2.0", "nvidia-cublas==13.1", "triton==3.7.1"], []),
        (["torch==2.13.0", "some-thing==1.0", "left-out==3.0"], ["left-out==3.0 is needed, and not pinned"]),
        (["torch==2.13.0", "torch==2.14.0", "some-thing==1.0"], ["torch==2.14.0 is needed", "torch comes as"]),
        (["some-thing==1.0"], ["torch comes as nothing"]),
    ],
)
def test_faults(pins: list[Path], found: Sequence[str], wrong: Sequence[str]) -> None:
    said = check.faults(found, pins)
    assert len(said) == len(wrong)
    for line, start in zip(said, wrong, strict=True):
        assert line.startswith(start)


def test_a_pin_that_is_missing_for_one_python_or_processor_is_found(tmp_path: Path, pins: list[Path]) -> None:
    if not check.UV.exists():
        pytest.skip("uv is not installed (requirements-dev.txt)")
    projects = tmp_path / "index"
    wheel(projects / "torch", "torch", "2.13.0")
    wheel(projects / "tool", "tool", "2.0", 'more; python_version >= "3.13"')
    wheel(projects / "some-thing", "some_thing", "1.0", tag="cp311-cp311-manylinux_2_17_x86_64")
    wheel(projects / "some-thing", "some_thing", "1.0", tag="cp313-cp313-manylinux_2_17_x86_64")
    wheel(projects / "more", "more", "0.1")
    with index(projects) as address:
        environment = check.plain(plain_environment(tmp_path / "home"), tmp_path / "cache") | {"UV_INDEX_URL": address}

        def of(python: str, target: str = LINUX) -> list[str]:
            return check.faults(check.resolve(pins[1], python, target, environment, 60), pins)

        assert of("3.11") == []
        assert of("3.13") == ["more==0.1 is needed, and not pinned"]
        with pytest.raises(LookupError, match=r"some-thing==1\.0"):
            of("3.12")
        with pytest.raises(LookupError, match=r"some-thing==1\.0"):
            of("3.11", check.PLATFORMS[1])


def test_no_configuration_of_this_machine_counts(tmp_path: Path) -> None:
    given = {"UV_INDEX_URL": "http://a.house", "HTTPS_PROXY": "http://a.proxy", "SSL_CERT_FILE": "/certificates"}
    plain = check.plain(given, tmp_path)
    assert "UV_INDEX_URL" not in plain
    assert plain["UV_NO_CONFIG"] == "1"
    assert (plain["HTTPS_PROXY"], plain["SSL_CERT_FILE"]) == ("http://a.proxy", "/certificates")
