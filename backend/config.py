"""Settings: every environment variable of the product, one docstring each.

Read by `app`, `wiring` and the CLI only; everything below gets plain values. `docs/configuration.md` is generated from
this file by `interview-helper docs`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """All settings. Values come from the environment, then from a `.env` file in the working directory."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", use_attribute_docstrings=True, validate_default=True
    )

    # --- server ---
    host: str = "127.0.0.1"
    """Address the server listens on."""
    port: int = Field(8000, ge=1, le=65535)
    """Port the server listens on; the API and the web client share it."""
    public_url: str | None = None
    """Address under which browsers reach the server, when it is behind a proxy (e.g. `https://coach.example`)."""
    data_dir: Path = ROOT / "var"
    """Folder for the database and the vector index of the embedded default."""
    models_dir: Path = Path("~/.cache/interview-helper/models")
    """Folder of the verified model files, shared by checkouts."""
    frontend_dir: Path = ROOT / "frontend" / "dist"
    """Folder of the built web client; when it is missing, only the API is served."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged. Logs are JSON lines and never hold what anybody said or wrote."""
    secret_key: SecretStr | None = None
    """Key that signs access tokens and media links. Without one, a random key is kept in DATA_DIR."""
    cors_origins: Annotated[list[str], NoDecode] = []
    """Other origins whose pages may call the API, separated by commas. None by default."""

    # --- storage and retrieval ---
    database_url: str | None = None
    """SQLAlchemy URL of the database. Default: SQLite in DATA_DIR. Example: `postgresql+asyncpg://user:pw@host/db`."""
    redis_url: str | None = None
    """Redis that several replicas share (`redis://host:6379/0`): rate limits, event streams, locks. Default: none; one
    process keeps them in its memory. With it, SECRET_KEY, DATABASE_URL and CHROMA_URL have to be set too."""
    chroma_url: str | None = None
    """Address of a Chroma server (`http://host:8000`). Default: Chroma embedded in DATA_DIR."""
    embedder: Literal["minilm", "hash"] = "minilm"
    """Sentence embeddings: `minilm` (real), or `hash` (no weights; for tests and demos)."""

    # --- ears ---
    asr: Literal["faster_whisper", "openai", "scripted"] = "faster_whisper"
    """Speech to text: the local Whisper, any OpenAI-compatible service (ASR_URL), or `scripted` for tests."""
    asr_model: str = "whisper-base"
    """Model: a name in the model manifest, or the model name to ask the service at ASR_URL for."""
    asr_threads: int = Field(2, ge=1)
    """Processor threads for speech recognition."""
    asr_url: str | None = None
    """Base URL of an OpenAI-compatible transcription service, e.g. `https://host/v1`. Setting it selects it."""
    asr_api_key: SecretStr | None = None
    """Key for ASR_URL."""
    audio_max_s: int = Field(300, ge=10)
    """Longest accepted answer, in seconds of sound."""
    audio_max_bytes: int = Field(32 * 1024 * 1024, ge=1024)
    """Largest accepted recording, in bytes."""

    # --- language ---
    llm: Literal["local", "openai", "rules", "scripted"] = "local"
    """Language model: the supervised local llama.cpp server, any OpenAI-compatible service (LLM_URL), `rules` for no
    model at all, or `scripted` for tests."""
    llm_model: str = "qwen2.5-coder-1.5b"
    """Model: a name in the model manifest, or the model name to ask the service at LLM_URL for."""
    llm_url: str | None = None
    """Base URL of an OpenAI-compatible service, e.g. `https://host/v1`. Setting it selects it."""
    llm_api_key: SecretStr | None = None
    """Key for LLM_URL. It is sent to that host only, and redirects are not followed."""
    llm_threads: int = Field(2, ge=1)
    """Processor threads of the local language model server."""
    llm_slots: int = Field(4, ge=1)
    """Interviews whose prompt cache the local server keeps at the same time."""
    llm_context: int = Field(4096, ge=1024)
    """Tokens of context of each slot."""
    llm_first_token_timeout_s: float = Field(12.0, gt=0)
    """How long to wait for the first token before the measured analysis speaks alone."""
    llm_timeout_s: float = Field(30.0, gt=0)
    """How long one language task may take in all."""

    # --- voice ---
    tts: Literal["piper", "openai", "tone", "none"] = "piper"
    """Text to speech: Piper in its own process, any OpenAI-compatible service (TTS_URL), `tone` (a beep as long as the
    sentence; for tests), or `none`."""
    tts_model: str = "joe"
    """Voice: a name in the model manifest, or the model name to ask the service at TTS_URL for."""
    tts_voice: str = "alloy"
    """Voice name to ask the service at TTS_URL for."""
    tts_threads: int = Field(2, ge=1)
    """Processor threads of the voice."""
    tts_cache_bytes: int = Field(32 * 1024 * 1024, ge=0)
    """Memory for spoken pieces that repeat; 0 speaks everything anew (benchmarks do)."""
    tts_url: str | None = None
    """Base URL of an OpenAI-compatible speech service, e.g. `https://host/v1`. Setting it selects it."""
    tts_api_key: SecretStr | None = None
    """Key for TTS_URL."""

    # --- limits ---
    document_max_bytes: int = Field(5 * 1024 * 1024, ge=1024)
    """Largest accepted document, in bytes."""
    document_max_characters: int = Field(200_000, ge=1000)
    """Longest accepted document, in characters of text."""
    document_max_pages: int = Field(30, ge=1)
    """Most pages of a PDF that are read."""
    documents_per_owner: int = Field(20, ge=1)
    """Most documents one owner can keep."""
    answer_max_characters: int = Field(12_000, ge=500)
    """Longest typed answer, in characters."""
    turns_at_once: int = Field(8, ge=1)
    """Turns that may run at the same time; the next one gets 503 and Retry-After."""
    requests_per_minute: int = Field(600, ge=1)
    """Requests one owner may make in a minute."""
    guests_per_minute: int = Field(120, ge=1)
    """New guests one address may open in a minute."""

    # --- turns and sessions ---
    turn_timeout_s: float = Field(120.0, gt=0)
    """Longest time one turn may take before it is stopped."""
    orphan_grace_s: float = Field(30.0, ge=0)
    """How long a turn goes on after its client has gone, so that it can be resumed; 0 cancels at once."""
    heartbeat_s: float = Field(10.0, gt=0, le=15)
    """Seconds between comments on a silent event stream."""
    drain_s: float = Field(20.0, ge=0)
    """How long running turns may finish after SIGTERM."""
    session_ttl_h: float = Field(24.0, gt=0)
    """Hours after its last use at which an unfinished interview expires."""
    guest_ttl_days: float = Field(30.0, gt=0)
    """Days for which a guest's access token is valid."""

    # --- MLflow ---
    mlflow_tracking_uri: str | None = None
    """MLflow server or database. Default: SQLite under `mlruns/`. `off` switches MLflow off."""
    prompt_alias: Literal["production", "candidate"] = "production"
    """Which versions of the prompts are served; `candidate` tries out what has not been promoted."""

    # --- traces ---
    otel_exporter_otlp_endpoint: str | None = None
    """OpenTelemetry collector that takes OTLP over HTTP, e.g. `http://host:4318`: one trace a turn, without content.
    Off by default."""

    # --- demo ---
    scripted_delay_s: float = Field(0.0, ge=0)
    """Delay of every scripted provider, for demonstrations of slowness."""

    def __init__(self, **values: object) -> None:
        super().__init__(**values)  # type: ignore[arg-type]

    def mlflow_store(self) -> tuple[str, Path | None] | None:
        """Address of MLflow, and the folder of the artifacts where the database is our own. None: switched off."""
        if self.mlflow_tracking_uri == "off":
            return None
        if self.mlflow_tracking_uri:
            return self.mlflow_tracking_uri, None
        home = ROOT / "mlruns"
        return f"sqlite:///{home / 'mlflow.db'}", home / "artifacts"
