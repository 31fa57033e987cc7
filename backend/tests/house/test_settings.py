"""Settings that are wrong stop the start with the variable's name and what is wanted, and never with their value."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend.config import BadSettings, Settings, load

SECRET = "s" * 40
SHARED = {
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SECRET_KEY": SECRET,
    "DATABASE_URL": "postgresql+asyncpg://u:p@127.0.0.1/coach",
    "CHROMA_URL": "http://127.0.0.1:8000",
}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the test's own."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"PORT": "http"}, "PORT", "integer"),
    ({"PORT": "70000"}, "PORT", "65535"),
    ({"ROLE": "ears"}, "ROLE", "'speech'"),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL", "'debug'"),
    ({"SECRET_KEY": "hunter2-hunter2"}, "SECRET_KEY", "32 characters"),
    ({"SPEECH_API_KEY": "hunter2-hunter2"}, "SPEECH_API_KEY", "32 characters"),
    ({"ROLE": "speech"}, "SPEECH_API_KEY", "wanted with ROLE=speech"),
    ({"CORS_ORIGINS": "coach.example"}, "CORS_ORIGINS", "https://"),
    ({"CORS_ORIGINS": "https://coach.example/app"}, "CORS_ORIGINS", "without a path"),
    ({"PUBLIC_URL": "coach.example"}, "PUBLIC_URL", "https://"),
    ({"DATABASE_URL": "postgres://u:hunter2@h/d"}, "DATABASE_URL", "postgresql+asyncpg://"),
    ({"DATABASE_URL": "hunter2"}, "DATABASE_URL", "postgresql+asyncpg://"),
    ({"DATABASE_URL": "postgresql+asyncpg://u:hunter2@h"}, "DATABASE_URL", "name of the database"),
    ({"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL", "redis://host:6379/0"),
    ({"CHROMA_URL": "chroma:8000"}, "CHROMA_URL", "http://"),
    ({"CHROMA_URL": "http://chroma:port"}, "CHROMA_URL", "port"),
    ({"ASR_URL": "ftp://x/v1"}, "ASR_URL", "http://"),
    ({"LLM_URL": "http:///v1"}, "LLM_URL", "http://"),
    ({"TTS_URL": "host/v1"}, "TTS_URL", "http://"),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://"),
    ({"ASR": "openai"}, "ASR_URL", "wanted with ASR=openai"),
    ({"LLM": "openai"}, "LLM_URL", "wanted with LLM=openai"),
    ({"TTS": "openai"}, "TTS_URL", "wanted with TTS=openai"),
    ({"ASR": "whisper"}, "ASR", "'faster_whisper'"),
    ({"LLM": "gpt"}, "LLM", "'local'"),
    ({"TTS": "robot"}, "TTS", "'piper'"),
    ({"EMBEDDER": "big"}, "EMBEDDER", "'minilm'"),
    ({"ASR_MODEL": "whisper-enormous"}, "ASR_MODEL", "whisper-base"),
    ({"LLM_MODEL": "no-such-model"}, "LLM_MODEL", "qwen2.5-coder-1.5b"),
    ({"TTS_MODEL": "nobody"}, "TTS_MODEL", "joe"),
    ({"MLFLOW_TRACKING_URI": "mlflow:5000"}, "MLFLOW_TRACKING_URI", "`off`"),
    ({"DATA_DIR": "/dev/null/data"}, "DATA_DIR", "written to"),
    ({"LLM_FIRST_TOKEN_TIMEOUT_S": "40"}, "LLM_FIRST_TOKEN_TIMEOUT_S", "LLM_TIMEOUT_S"),
    ({"CHECK_MODEL": "small"}, "CHECK_MODEL", "CHECK_URL or LLM_URL"),
    ({"CHECK_URL": "check.example"}, "CHECK_URL", "http://"),
    ({"LLM_TIMEOUT_S": "0"}, "LLM_TIMEOUT_S", "greater than 0"),
    ({"TURN_TIMEOUT_S": "soon"}, "TURN_TIMEOUT_S", "number"),
    ({"HEARTBEAT_S": "30"}, "HEARTBEAT_S", "15"),
    ({"ORPHAN_GRACE_S": "-1"}, "ORPHAN_GRACE_S", "0"),
    ({"DRAIN_S": "-1"}, "DRAIN_S", "0"),
    ({"TURNS_AT_ONCE": "0"}, "TURNS_AT_ONCE", "1"),
    ({"REQUESTS_PER_MINUTE": "0"}, "REQUESTS_PER_MINUTE", "1"),
    ({"AUDIO_MAX_S": "1"}, "AUDIO_MAX_S", "10"),
    ({**SHARED, "SECRET_KEY": ""}, "SECRET_KEY", "wanted with REDIS_URL"),
    ({**SHARED, "CHROMA_URL": ""}, "CHROMA_URL", "wanted with REDIS_URL"),
    ({**SHARED, "DATABASE_URL": ""}, "DATABASE_URL", "PostgreSQL"),
    ({**SHARED, "DATABASE_URL": "sqlite+aiosqlite:///coach.db"}, "DATABASE_URL", "PostgreSQL"),
]


@pytest.mark.parametrize(("values", "name", "wanted"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_setting_is_named_with_what_is_wanted(
    values: dict[str, str], name: str, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in values.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(BadSettings) as wrong:
        load()
    (line,) = [line for line in str(wrong.value).splitlines() if line.strip().startswith(f"{name}:")]
    assert wanted in line
    assert "hunter2" not in str(wrong.value)


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in {"PORT": "0", "TTS": "robot", "SECRET_KEY": "short"}.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(BadSettings) as wrong:
        load()
    assert [line.partition(":")[0].strip() for line in str(wrong.value).splitlines()[1:]] == [
        "PORT", "SECRET_KEY", "TTS",
    ]  # fmt: skip


def test_right_settings_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load() == Settings(_env_file=None)
    for variable, value in {
        **SHARED,
        "CORS_ORIGINS": "https://a.example, http://b.example:8080",
        "LLM_URL": "",
    }.items():
        monkeypatch.setenv(variable, value)
    taken = load(role="speech")
    assert taken.cors_origins == ["https://a.example", "http://b.example:8080"]
    assert taken.llm_url is None, "an empty variable is one that is not set"
    assert taken.role == "speech"


def test_the_start_stops_with_the_names_and_without_a_trace() -> None:
    env = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        "TTS": "robot",
        "SECRET_KEY": "hunter2",
    }
    started = subprocess.run(
        [sys.executable, "-m", "backend.cli", "serve"], env=env, capture_output=True, text=True, timeout=300
    )
    assert started.returncode == 2
    assert started.stderr.splitlines()[0] == "These settings are wrong:"
    assert "  TTS: " in started.stderr
    assert "  SECRET_KEY: " in started.stderr
    assert "hunter2" not in started.stderr + started.stdout
    assert "Traceback" not in started.stderr
