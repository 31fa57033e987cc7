"""Settings: every environment variable of the product, one docstring each.

Read by `app`, `wiring` and the CLI only; everything below gets plain values. `docs/configuration.md` is generated from
this file by `interview-helper docs`.
"""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backend.models.manifest import manifest

ROOT = Path(__file__).resolve().parent.parent
_SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """All settings. Values come from the environment, then from a `.env` file in the working directory."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", use_attribute_docstrings=True, validate_default=True
    )

    # --- server ---
    role: Literal["all", "speech"] = "all"
    """What this process serves: everything, or `speech`: the ears and voices alone (section 8 of the contract), for an
    API elsewhere whose ASR_URL and TTS_URL point here."""
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
    crisis_line: str = ""
    """What is added where somebody may be in danger, such as the number of a local helpline, as a sentence. Nothing is invented."""
    secret_key: SecretStr | None = None
    """Key that signs access tokens and media links. Without one, a random key is kept in DATA_DIR."""
    secret_key_previous: SecretStr | None = None
    """The key before SECRET_KEY: access tokens signed with it are still accepted, so that a new key signs nobody out."""
    speech_api_key: SecretStr | None = None
    """With ROLE=speech: the key that callers have to send (their ASR_API_KEY and TTS_API_KEY)."""
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
    end_of_turn: Literal["smart_turn", "off"] = "smart_turn"
    """What judges, in hands-free interviews, whether a pause ends the answer: the local turn model, or `off` for the
    length of the pause and the text alone."""
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

    # --- who writes the coaching ---
    coach_author: Literal["auto", "model", "rules"] = "auto"
    """Who writes feedback and words questions: `auto` a language model once a canned answer has shown that it can
    (LLM_URL, or a local model marked capable), `model` the language model untried, `rules` no model."""
    author_first_s: float = Field(2.0, gt=0)
    """How long the reaction may be waited for; then the rules react, and the model does not react as well."""
    author_question_s: float = Field(4.0, gt=0)
    """How long the model's question may be waited for; then the planned one is asked."""
    author_opening_s: float = Field(3.0, ge=0)
    """How long `POST /sessions` waits for the questions planned over the documents; then the bank asks first."""
    author_points_s: float = Field(12.0, gt=0)
    """How long a turn waits for the written feedback; then it ends with what is measured, and the rest follows."""
    author_late_s: float = Field(30.0, ge=0)
    """How long a reply may still come after its turn has ended, as `feedback.revised`."""
    check: Literal["on", "off"] = "on"
    """A second look by a language model at what turns on meaning, before it is said."""
    check_url: str | None = None
    """Base URL of the service that takes the second look. Default: the author's own."""
    check_api_key: SecretStr | None = None
    """Key for CHECK_URL. LLM_API_KEY is never sent there."""
    check_model: str = ""
    """Model of the second look, at CHECK_URL or, where that is not set, at LLM_URL. Default: LLM_MODEL."""
    check_s: float = Field(2.0, gt=0)
    """How long a second look may take; then what code has proved stays."""
    llm_tokens_per_owner_day: int | None = Field(None, ge=1)
    """Most tokens of the language model, prompts and replies together, that one owner may use in a day (UTC); beyond it
    the rules speak. None by default."""

    # --- voice ---
    tts: Literal["piper", "openai", "tone", "none"] = "piper"
    """Text to speech: Piper in its own process, any OpenAI-compatible service (TTS_URL), `tone` (a beep as long as the
    sentence; for tests), or `none`."""
    tts_model: str = "joe"
    """Voice: a name in the model manifest, or the model name to ask the service at TTS_URL for."""
    tts_voice: str = "alloy"
    """Voice name to ask the service at TTS_URL for."""
    tts_panel_voices: dict[str, str] = {}
    """Voice names for panel members, as JSON, e.g. `{"hiring_manager": "onyx", "people_partner": "nova"}`; for the service
    at TTS_URL. Members without one speak with TTS_VOICE at their own pitch."""
    tts_manner: bool = True
    """Whether the voice suits its manner to what it says, a little: reactions warmer, what matters more than the practice
    slower, softer and calmer. A service at TTS_URL changes its pace alone."""
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

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            url = _http(origin)
            if url.path or url.query:
                raise ValueError("origins without a path are wanted, e.g. `https://coach.example`")
        return value

    @field_validator(
        "public_url", "chroma_url", "asr_url", "llm_url", "check_url", "tts_url", "otel_exporter_otlp_endpoint"
    )
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value:
            _http(value)
        return value or None

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str | None) -> str | None:
        if value is not None:
            url = _parts(value)
            if url.scheme not in {"redis", "rediss"} or not url.hostname:
                raise ValueError("an address such as `redis://host:6379/0` is wanted")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str | None) -> str | None:
        kinds = ("postgresql+asyncpg", "sqlite+aiosqlite")
        if value is not None and (value.partition("://")[0] not in kinds or "://" not in value):
            raise ValueError("`postgresql+asyncpg://user:pw@host/db` or `sqlite+aiosqlite:///file` is wanted")
        if value is not None and value.startswith(kinds[0]) and not _parts(value).path.strip("/"):
            raise ValueError("the name of the database is missing: `postgresql+asyncpg://user:pw@host/db`")
        return value

    @field_validator("mlflow_tracking_uri")
    @classmethod
    def _mlflow(cls, value: str | None) -> str | None:
        kinds = {"http", "https", "sqlite", "postgresql", "mysql", "file"}
        if value is not None and value != "off" and value.partition("://")[0] not in kinds:
            raise ValueError("`off`, `http://host:5000` or a database such as `sqlite:///file` is wanted")
        return value

    @field_validator("secret_key", "secret_key_previous", "speech_api_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"at least {_SHORTEST_SECRET} characters are wanted; `openssl rand -hex 32` makes some")
        return value

    @field_validator("data_dir")
    @classmethod
    def _writable(cls, value: Path) -> Path:
        """The nearest folder that exists has to be one we may write to."""
        place = value.expanduser().absolute()
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
            raise ValueError("a folder that can be written to is wanted")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        problems: list[str] = []
        for part in ("asr", "llm", "tts"):
            if getattr(self, part) == "openai" and getattr(self, f"{part}_url") is None:
                problems.append(f"{part.upper()}_URL: wanted with {part.upper()}=openai, e.g. `https://host/v1`")
        local = (("asr", "faster_whisper"), ("llm", "local"), ("tts", "piper"))
        for part, provider in local:
            name = getattr(self, f"{part}_model")
            if (getattr(self, part), getattr(self, f"{part}_url")) == (provider, None) and name not in manifest():
                known = ", ".join(manifest())
                problems.append(f"{part.upper()}_MODEL: one of the manifest's models is wanted ({known})")
        if self.llm_first_token_timeout_s > self.llm_timeout_s:
            problems.append("LLM_FIRST_TOKEN_TIMEOUT_S: at most LLM_TIMEOUT_S is wanted")
        if self.check_model and self.check_url is None and self.llm_url is None:
            problems.append("CHECK_MODEL: wanted only with CHECK_URL or LLM_URL, where the model of that name is")
        if self.role == "speech" and self.speech_api_key is None and self.secret_key is None:
            problems.append("SPEECH_API_KEY: wanted with ROLE=speech, so that not everybody may use the service")
        if self.role == "all" and self.redis_url is not None:
            shared = "wanted with REDIS_URL, because replicas share it"
            problems += [
                f"{name}: {shared}" for name in ("SECRET_KEY", "CHROMA_URL") if getattr(self, name.lower()) is None
            ]
            if self.database_url is None or self.database_url.startswith("sqlite"):
                problems.append(f"DATABASE_URL: a PostgreSQL is {shared}")
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @property
    def previous_secrets(self) -> list[str]:
        """Keys that sign nothing any more and are still accepted."""
        return [self.secret_key_previous.get_secret_value()] if self.secret_key_previous is not None else []

    @property
    def local_language_offered(self) -> bool:
        """Whether whoever sits at this machine may choose a language model that runs on it: never on a server."""
        server = self.role != "all" or self.redis_url or self.public_url or not is_loopback(self.host)
        return not server and self.llm == "local" and self.llm_url is None and self.coach_author == "auto"

    def mlflow_store(self) -> tuple[str, Path | None] | None:
        """Address of MLflow, and the folder of the artifacts where the database is our own. None: switched off."""
        if self.mlflow_tracking_uri == "off":
            return None
        if self.mlflow_tracking_uri:
            return self.mlflow_tracking_uri, None
        home = ROOT / "mlruns"
        return f"sqlite:///{home / 'mlflow.db'}", home / "artifacts"


class BadSettings(ValueError):
    """One line for each setting that is wrong: its variable, and what is wanted. Holds no value, which may be secret."""


def load(**given: object) -> Settings:
    """The settings of this process; `given` ones go before the environment. Raises `BadSettings`."""
    try:
        return Settings(**given)
    except ValidationError as error:
        lines: list[str] = []
        for problem in error.errors(include_url=False, include_input=False):
            text = problem["msg"].removeprefix("Value error, ")
            name = "_".join(str(part) for part in problem["loc"]).upper()
            lines += [f"{name}: {text}"] if name else text.splitlines()
        raise BadSettings("\n".join(["These settings are wrong:", *(f"  {line}" for line in lines)])) from None


def is_loopback(host: str) -> bool:
    """Whether a host of an address is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _parts(value: str) -> SplitResult:
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError:
        raise ValueError("this is no address; the port is a number up to 65535") from None
    return url


def _http(value: str) -> SplitResult:
    url = _parts(value)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError("an address that begins with `http://` or `https://` is wanted")
    return url
