"""Settings -> Services: the one place that turns names into providers."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from backend.asr.faster_whisper import FasterWhisper
from backend.asr.live import LiveEar
from backend.asr.openai_compatible import OpenAiEar
from backend.asr.ports import Transcriber
from backend.asr.scripted import ScriptedEar, loud
from backend.asr.voice_activity import LiveDetector
from backend.coaching.coach import Analysis, Coach, evidence_of
from backend.config import ROOT, Settings
from backend.errors import AppError
from backend.interview.active_turns import ActiveTurns
from backend.interview.cores import Cores
from backend.interview.media import MediaShelf
from backend.interview.modes import InterviewData
from backend.interview.prefill import Prefill
from backend.interview.questions import Interviewer
from backend.interview.ready_sound import render_ahead
from backend.interview.recordings import Recordings
from backend.interview.room import InterviewRoom
from backend.interview.session import Session
from backend.interview.turn import TurnParts
from backend.interview.turn_record import TurnRecord
from backend.jobs.role_packs import RolePacks
from backend.llm.local_server import LocalChat
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import ChatModel
from backend.llm.prompts import FilePrompts, PromptBook
from backend.llm.scripted import ScriptedChat, echo
from backend.mlops.runs import InterviewLog
from backend.models.fetch import where
from backend.observability.metrics import MetricsListener
from backend.rag.embedders import HashEmbedder, MiniLm
from backend.rag.index import open_index
from backend.rag.library import Library, LibraryLimits
from backend.rag.ports import Embedder
from backend.rag.readers import ReadLimits
from backend.security.limits import RateLimiter
from backend.security.signing import LinkSigner
from backend.security.tokens import AccessTokens, load_or_create_secret
from backend.storage.stores import Stores
from backend.tts.cache import CachedVoice
from backend.tts.openai_compatible import OpenAiVoice
from backend.tts.piper import PiperVoice
from backend.tts.ports import Voice
from backend.tts.tone import ToneVoice

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is accepted, as plain values."""

    audio_max_s: int
    audio_max_bytes: int
    document_max_bytes: int
    document_max_characters: int
    document_max_pages: int
    documents_per_owner: int
    answer_max_characters: int
    requests_per_minute: int
    guests_per_minute: int
    guest_ttl_days: float
    heartbeat_s: float


@dataclass(slots=True)
class Readiness:
    """Which parts have been loaded and run once."""

    parts: dict[str, str] = field(default_factory=dict)
    """part -> `loading`, `ok`, `off` or `failed`."""

    @property
    def started(self) -> bool:
        return bool(self.parts) and all(state in {"ok", "off", "failed"} for state in self.parts.values())


@dataclass(slots=True)
class Services:
    """Everything the API works with."""

    settings: Settings
    limits: Limits
    stores: Stores
    tokens: AccessTokens
    signer: LinkSigner
    limiter: RateLimiter
    library: Library
    packs: RolePacks
    interview_data: InterviewData
    prompts: PromptBook
    embedder: Embedder
    transcriber: Transcriber | None
    voice: Voice | None
    chat: ChatModel | None
    coach: Coach
    interviewer: Interviewer
    room: InterviewRoom
    prefill: Prefill
    metrics: MetricsListener
    readiness: Readiness
    versions: Callable[[], dict[str, str]]
    warm_ups: dict[str, Callable[[], Awaitable[None]]]
    closers: list[Callable[[], Awaitable[None]]]
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Load every part in the background and run it once; `readiness` tells when that is done."""
        for name in self.warm_ups:
            self.readiness.parts[name] = "loading"
        for name, work in (("warm-up", self._warm_up()), ("event loop", self.metrics.watch_event_loop())):
            task = asyncio.create_task(work, name=name)
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _warm_up(self) -> None:
        for name, warm_up in self.warm_ups.items():  # one at a time: two cores load faster in turn than at once
            try:
                await warm_up()
                self.readiness.parts[name] = "ok"
            except AppError as error:
                log.error("part failed to start", extra={"part": name, "code": error.code})
                self.readiness.parts[name] = "failed"
            except Exception:
                log.exception("part failed to start", extra={"part": name})
                self.readiness.parts[name] = "failed"

    async def close(self) -> None:
        """Stop everything that was started, in the opposite order."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for close in reversed(self.closers):
            try:
                await close()
            except Exception:
                log.exception("part failed to close")


async def build(settings: Settings, registry: CollectorRegistry) -> Services:
    """Make every part the settings ask for. Nothing is loaded yet; that happens in `Services.start`."""
    data_dir = settings.data_dir.expanduser()
    data_dir.mkdir(parents=True, exist_ok=True)
    limits = _limits(settings)
    secret = (
        settings.secret_key.get_secret_value() if settings.secret_key else load_or_create_secret(data_dir / "secret")
    )
    stores = await Stores.open(settings.database_url or f"sqlite+aiosqlite:///{data_dir / 'interview-helper.db'}")
    metrics = MetricsListener(registry)
    embedder = _embedder(settings)
    library = _library(settings, data_dir, stores, embedder)
    packs, data = RolePacks(), InterviewData()
    files = FilePrompts(ROOT / "backend" / "interview" / "prompts")
    interviews = _interview_log(settings)
    prompts = interviews.prompts(files) if interviews is not None else files
    transcriber, voice, chat = _ears(settings), _voice(settings, metrics), _language(settings)
    meaning = embedder if settings.embedder == "minilm" else None  # hashed words know nothing of meaning
    coach = Coach(chat, prompts, meaning)
    interviewer = Interviewer(
        chat,
        prompts,
        packs=packs,
        embedder=meaning,
        grounding=_grounded,
        data=data,
    )
    signer = LinkSigner(secret)

    def versions() -> dict[str, str]:
        return {
            "prompt": prompt_versions(prompts),
            "model": chat.name if chat is not None else "rules",
            "asr": transcriber.name if transcriber is not None else "off",
            "tts": voice.name if voice is not None else "off",
            "embedder": embedder.name,
        }

    active = ActiveTurns(limit=settings.turns_at_once, grace_s=settings.orphan_grace_s)
    cores = Cores()
    prefill = Prefill(chat if settings.llm == "local" and settings.llm_url is None else None, interviewer, cores)
    live = _live(settings, transcriber, cores)
    background: set[asyncio.Task[None]] = set()

    def on_ended(session: Session, record: TurnRecord) -> None:
        if session.state == "finished" and interviews is not None:
            log_it = interviews.interview

            async def log_interview() -> None:
                log_it(session, await stores.turns.list(session.session_id))

            task = asyncio.create_task(log_interview(), name="log interview")
            background.add(task)
            task.add_done_callback(background.discard)

    parts = TurnParts(
        transcriber=transcriber,
        coach=coach,
        interviewer=interviewer,
        finder=library,
        voice=voice,
        sessions=stores.sessions,
        turns=stores.turns,
        shelf=MediaShelf(),
        audio_url=lambda session, turn, index: signer.sign(f"/api/v1/media/{session}/{turn}/{index}.wav"),
        versions=versions,
        timeout_s=settings.turn_timeout_s,
        cores=cores,
        voice_rate=lambda session: data.modes[session.plan.mode].voice.rate,
        on_ended=on_ended,
    )
    room = InterviewRoom(
        parts,
        library=library,
        packs=packs,
        active=active,
        recordings=Recordings(max_bytes=max(settings.audio_max_bytes, settings.audio_max_s * 32_000)),
        prefill=prefill,
        live=live,
        session_ttl_s=settings.session_ttl_h * 3600,
        listener=lambda session: metrics.turn_listener(session.plan.mode),
    )

    _watch(metrics, active, transcriber, chat, interviews)

    async def index_packs() -> None:
        await library.index_packs((pack.name, pack.title, pack.text) for pack in packs.all())

    async def recover() -> None:
        await room.recover()
        library.start()
        if interviews is not None:
            interviews.start(prompts)

    warm_ups: dict[str, Callable[[], Awaitable[None]]] = {"records": recover, "retrieval": index_packs}
    for name, part in (("voice", voice), ("ears", transcriber), ("language", chat)):
        if part is not None:
            warm_ups[name] = part.warm_up
    if voice is not None and settings.tts == "piper" and not settings.tts_url and settings.tts_cache_bytes:

        async def say_set_phrases() -> None:
            task = asyncio.create_task(render_ahead(voice, rates, cores), name="ready sound")
            background.add(task)
            task.add_done_callback(background.discard)

        rates = [mode.voice.rate for mode in data.modes.values()]
        warm_ups["ready sound"] = say_set_phrases
    closers: list[Callable[[], Awaitable[None]]] = [stores.close, library.close]
    closers += [part.close for part in (voice, transcriber, chat) if part is not None]
    closers.append(prefill.close)
    if live is not None:
        closers.append(live.close)

    async def stop_recordings() -> None:
        room.recordings.close()

    closers.append(stop_recordings)
    if interviews is not None:
        closers.append(lambda: asyncio.to_thread(interviews.close))

    return Services(
        settings=settings, limits=limits, stores=stores, tokens=AccessTokens(secret), signer=signer,
        limiter=RateLimiter(), library=library, packs=packs, interview_data=data, prompts=prompts, embedder=embedder,
        transcriber=transcriber, voice=voice, chat=chat, coach=coach, interviewer=interviewer, room=room,
        prefill=prefill, metrics=metrics, readiness=Readiness(), versions=versions, warm_ups=warm_ups,
        closers=closers, tasks=background,
    )  # fmt: skip


def _grounded(analysis: Analysis) -> Callable[[str], bool]:
    """What the interviewer may say about an answer."""
    evidence = evidence_of(analysis)
    return lambda sentence: evidence.check(sentence).ok


def prompt_versions(prompts: PromptBook) -> str:
    """One short name for the texts of all prompts together."""
    together = "".join(f"{name}:{prompts.get(name).version};" for name in prompts.names())
    return hashlib.sha256(together.encode()).hexdigest()[:12]


def _watch(
    metrics: MetricsListener,
    active: ActiveTurns,
    transcriber: Transcriber | None,
    chat: ChatModel | None,
    interviews: InterviewLog | None,
) -> None:
    """Gauges that are read when Prometheus asks."""
    metrics.watch_queue("turns", lambda: active.running)
    metrics.watch_memory("server", os.getpid)
    if isinstance(transcriber, FasterWhisper):
        metrics.watch_queue("ears", lambda: transcriber.waiting)
    if isinstance(chat, LocalChat):
        metrics.watch_memory("language", lambda: chat.pid)
    if interviews is not None:
        metrics.watch_queue("mlflow", lambda: interviews.waiting)


def _limits(settings: Settings) -> Limits:
    return Limits(**{name: getattr(settings, name) for name in Limits.__slots__})


def _embedder(settings: Settings) -> Embedder:
    if settings.embedder == "hash":
        return HashEmbedder()
    return MiniLm(where("minilm", settings.models_dir))


def _library(settings: Settings, data_dir: Path, stores: Stores, embedder: Embedder) -> Library:
    limits = LibraryLimits(
        documents_per_owner=settings.documents_per_owner,
        read=ReadLimits(
            max_bytes=settings.document_max_bytes,
            max_characters=settings.document_max_characters,
            max_pages=settings.document_max_pages,
        ),
    )
    index = open_index(embedder, folder=data_dir / "index", url=settings.chroma_url)
    return Library(stores.documents, index, limits)


def _ears(settings: Settings) -> Transcriber | None:
    if settings.asr_url:
        return OpenAiEar(settings.asr_url, _key(settings.asr_api_key), settings.asr_model)
    if settings.asr == "scripted":
        return ScriptedEar(delay_s=settings.scripted_delay_s)
    folder = where(settings.asr_model, settings.models_dir)
    return FasterWhisper(folder, model=settings.asr_model, threads=settings.asr_threads)


def _live(settings: Settings, ear: Transcriber | None, cores: Cores) -> LiveEar | None:
    """Hearing while the candidate speaks. A service elsewhere costs money by the second: no guesses there."""
    if ear is None:
        return None
    scripted, local = isinstance(ear, ScriptedEar), not isinstance(ear, OpenAiEar)
    return LiveEar(
        ear,
        max_s=settings.audio_max_s,
        guesses=local,
        detector=(lambda: loud) if scripted else LiveDetector,
        working=cores.foreground if local else nullcontext,
    )


def _voice(settings: Settings, metrics: MetricsListener) -> Voice | None:
    if settings.tts_url:
        languages = tuple(InterviewData().languages)
        voice: Voice = OpenAiVoice(
            settings.tts_url, _key(settings.tts_api_key), settings.tts_model, settings.tts_voice, languages=languages
        )
    elif settings.tts == "none":
        return None
    elif settings.tts == "tone":
        voice = ToneVoice(delay_s=settings.scripted_delay_s)
    else:
        model = where(settings.tts_model, settings.models_dir)
        voice = PiperVoice(model, name=model.stem, threads=settings.tts_threads)
    return CachedVoice(voice, max_bytes=settings.tts_cache_bytes, on_result=metrics.tts_cache)


def _language(settings: Settings) -> ChatModel | None:
    first_token_s, whole_s = settings.llm_first_token_timeout_s, settings.llm_timeout_s
    if settings.llm_url:
        return OpenAiChat(
            settings.llm_url,
            _key(settings.llm_api_key),
            settings.llm_model,
            first_token_timeout_s=first_token_s,
            timeout_s=whole_s,
        )
    if settings.llm == "rules":
        return None
    if settings.llm == "scripted":
        return ScriptedChat([echo], delay_s=settings.scripted_delay_s)
    return LocalChat(
        where(settings.llm_model, settings.models_dir),
        slots=settings.llm_slots,
        context=settings.llm_context,
        threads=settings.llm_threads,
        first_token_timeout_s=first_token_s,
        timeout_s=whole_s,
    )


def _interview_log(settings: Settings) -> InterviewLog | None:
    uri = settings.mlflow_tracking_uri
    if uri == "off":
        return None
    home = ROOT / "mlruns"
    return InterviewLog(uri or f"sqlite:///{home / 'mlflow.db'}", None if uri else home / "artifacts")


def _key(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
