"""Settings -> Services: the one place that turns names into providers."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from backend import __version__
from backend.asr.end_of_turn import Judge
from backend.asr.faster_whisper import FasterWhisper
from backend.asr.live import LiveEar
from backend.asr.openai_compatible import OpenAiEar
from backend.asr.ports import Transcriber
from backend.asr.scripted import ScriptedEar, finished, loud
from backend.asr.smart_turn import SmartTurn
from backend.asr.voice_activity import LiveDetector
from backend.coaching.coach import Analysis, Coach, evidence_of
from backend.config import ROOT, Settings
from backend.errors import AppError, Unauthenticated
from backend.interview.active_turns import ActiveTurns
from backend.interview.cores import Cores
from backend.interview.coverage import StoryMatcher
from backend.interview.exchange import MemoryExchange, TurnExchange
from backend.interview.media import MediaShelf
from backend.interview.modes import InterviewData
from backend.interview.prefill import Prefill
from backend.interview.questions import Interviewer
from backend.interview.ready_sound import render_ahead
from backend.interview.recordings import Recordings
from backend.interview.room import InterviewRoom
from backend.interview.session import Session, SessionPlan
from backend.interview.turn import TurnParts
from backend.interview.turn_record import TurnRecord
from backend.interview.voicing import pace
from backend.jobs.role_packs import RolePacks
from backend.llm.local_server import LocalChat
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import ChatModel
from backend.llm.prompts import FilePrompts, PromptBook
from backend.llm.scripted import ScriptedChat, echo
from backend.mlops.service import Mlops
from backend.mlops.stack import prompt_parts
from backend.models.fetch import where
from backend.models.manifest import ModelMissing, manifest
from backend.observability.metrics import MetricsListener
from backend.observability.observation import Observation
from backend.observability.releases import ReleaseMetrics
from backend.rag.embedders import HashEmbedder, MiniLm, RememberingEmbedder
from backend.rag.index import open_index
from backend.rag.library import Library, LibraryLimits
from backend.rag.ports import Embedder
from backend.rag.readers import ReadLimits
from backend.security.limits import RateLimiter
from backend.security.signing import LinkSigner
from backend.security.tokens import AccessTokens, load_or_create_secret
from backend.storage.redis import RedisExchange
from backend.storage.stores import Stores
from backend.tts.cache import CachedVoice
from backend.tts.openai_compatible import OpenAiVoice
from backend.tts.piper import PiperVoice
from backend.tts.ports import Voice
from backend.tts.shifted import ShiftedVoice
from backend.tts.tone import ToneVoice

log = logging.getLogger(__name__)

_THINKERS = 1
"""Threads that analyse answers: it is Python almost throughout, and more of them would only take turns."""
_PROMPTS_WAIT_S = 5.0
"""How long a start waits for the promoted prompts, beside everything else it loads. Then the files speak."""


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

    def ok(self, part: str) -> bool:
        return self.parts.get(part) == "ok"

    def load(self, warm_ups: Mapping[str, Callable[[], Awaitable[None]]]) -> Coroutine[Any, Any, None]:
        """All parts count as loading from now on; running what this returns loads them."""
        self.parts |= dict.fromkeys(warm_ups, "loading")
        return self._load(warm_ups)

    async def _load(self, warm_ups: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        for name, warm_up in warm_ups.items():  # one at a time: two cores load faster in turn than at once
            try:
                await warm_up()
                self.parts[name] = "ok"
            except AppError as error:
                log.error("part failed to start", extra={"part": name, "code": error.code})
                self.parts[name] = "failed"
            except Exception:
                log.exception("part failed to start", extra={"part": name})
                self.parts[name] = "failed"


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
    matcher: StoryMatcher
    prefill: Prefill
    metrics: MetricsListener
    readiness: Readiness
    versions: Callable[[], dict[str, str]]
    releases: Callable[[], dict[str, Any]]
    """Which prompts are served and how the running stack compares with the one in production; empty without MLflow."""
    warm_ups: dict[str, Callable[[], Awaitable[None]]]
    closers: list[Callable[[], Awaitable[None]]]
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Load every part in the background and run it once; `readiness` tells when that is done."""
        await self.room.active.exchange.start(self.room.active.stop)
        for name, work in (
            ("warm-up", self.readiness.load(self.warm_ups)),
            ("event loop", self.metrics.watch_event_loop()),
        ):
            task = asyncio.create_task(work, name=name)
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def admit(self, token: str) -> str:
        """The owner a bearer token belongs to, after the rate limit. Raises `Unauthenticated`, `TooManyRequests`."""
        claims = self.tokens.read(token)
        if await self.stores.owners.generation(claims.owner_id) != claims.generation:
            raise Unauthenticated  # erased, signed out, or a guest's token from before the account
        await self.limiter.check(f"owner:{claims.owner_id}", self.limits.requests_per_minute)
        return claims.owner_id

    @property
    def draining(self) -> bool:
        return self.room.active.draining

    @property
    def turns_running(self) -> int:
        return self.room.active.running

    async def healthy(self) -> bool:
        """Whether records can be read; nothing else that is missing stops the product."""
        return await self.stores.healthy()

    async def drain(self) -> None:
        """No new turns; running ones, and documents that were taken in, finish within DRAIN_S."""
        await asyncio.gather(self.room.active.drain(self.settings.drain_s), self.library.settle(self.settings.drain_s))

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


async def build(
    settings: Settings, registry: CollectorRegistry, *, observe: Callable[..., Observation] = Observation
) -> Services:
    """Make every part the settings ask for. Nothing is loaded yet; that happens in `Services.start`.

    `observe` makes what watches them; the benchmark of its cost passes another one in.
    """
    data_dir = settings.data_dir.expanduser()
    data_dir.mkdir(parents=True, exist_ok=True)
    limits = make_limits(settings)
    secret = (
        settings.secret_key.get_secret_value() if settings.secret_key else load_or_create_secret(data_dir / "secret")
    )
    stores = await Stores.open(_database_url(settings, data_dir))
    data = InterviewData()
    observation = observe(
        registry, modes=tuple(data.modes), version=__version__, otlp_endpoint=settings.otel_exporter_otlp_endpoint
    )
    metrics = observation.metrics
    embedder = _embedder(settings)
    library = _library(settings, data_dir, stores, embedder, observation)
    packs = RolePacks()
    files = FilePrompts(ROOT / "backend" / "interview" / "prompts")
    ears, model = make_ears(settings, observation), _language(settings, metrics.llm_slot)
    transcriber = observation.ear(ears) if ears is not None else None
    bare = bare_voice(settings, observation, settings.tts_voice)
    voice = _remembered(bare, settings, observation) if bare is not None else None
    voices = panel_voices(settings, observation, bare, data) if bare is not None else {}
    chat = observation.chat(model) if model is not None else None
    names = {
        "model": chat.name if chat is not None else "rules",
        "asr": transcriber.name if transcriber is not None else "off",
        "tts": voice.name if voice is not None else "off",
        "embedder": embedder.name,
    }
    mlops = _mlops(settings, files, names, registry)
    prompts: PromptBook = mlops.prompts if mlops is not None else files
    meaning = (
        RememberingEmbedder(embedder) if settings.embedder == "minilm" else None
    )  # hashed words know nothing of meaning
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
        return {"prompt": prompts.current().version, **names}

    exchange: TurnExchange = MemoryExchange()
    if settings.redis_url:
        exchange = RedisExchange(settings.redis_url, on_state=metrics.redis_up)
    active = ActiveTurns(limit=settings.turns_at_once, grace_s=settings.orphan_grace_s, exchange=exchange)
    cores = Cores()
    ahead = observation.chat(model, "prefill") if isinstance(model, LocalChat) else None
    prefill = Prefill(ahead, interviewer, cores)
    live = _live(settings, ears, transcriber, cores)
    background: set[asyncio.Task[None]] = set()

    def on_ended(session: Session, record: TurnRecord) -> None:
        if session.state == "finished" and mlops is not None:
            log_it = mlops.interview

            async def log_interview() -> None:
                log_it(session, await stores.turns.list(session.session_id))

            task = asyncio.create_task(log_interview(), name="log interview")
            background.add(task)
            task.add_done_callback(background.discard)

    ahead_of: set[tuple[str, float]] = set()

    def on_started(session: Session) -> None:
        """The set phrases are spoken ahead in the voices of this panel too."""
        if not session.plan.voice or not settings.tts_cache_bytes or settings.tts != "piper" or settings.tts_url:
            return
        rate = parts.voice_rate(session)
        for member in {*session.plan.panel} & voices.keys():
            if (member, rate) not in ahead_of:
                ahead_of.add((member, rate))
                task = asyncio.create_task(render_ahead(voices[member], [rate], cores), name="ready sound")
                background.add(task)
                task.add_done_callback(background.discard)

    thinking = ThreadPoolExecutor(_THINKERS, thread_name_prefix="thinking")
    parts = TurnParts(
        transcriber=transcriber,
        coach=coach,
        interviewer=interviewer,
        finder=observation.finder(library),
        voice=voice,
        sessions=stores.sessions,
        turns=stores.turns,
        shelf=MediaShelf(),
        audio_url=lambda session, turn, index: signer.sign(f"/api/v1/media/{session}/{turn}/{index}.wav"),
        versions=versions,
        timeout_s=settings.turn_timeout_s,
        thinking=thinking,
        cores=cores,
        voice_rate=lambda session: pace(session.plan, data.modes[session.plan.mode].voice.rate),
        on_ended=on_ended,
        voices=voices,
        on_started=on_started,
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
        listener=lambda session, arrived_at: observation.listener(session.plan.mode, arrived_at),
        on_taken_over=lambda record: metrics.taken_over(),
    )
    readiness = Readiness()
    _watch(metrics, library, ears, model, mlops)

    async def index_packs() -> None:
        await library.index_packs((pack.name, pack.title, pack.text) for pack in packs.all())

    async def recover() -> None:
        await room.recover()
        background.add(asyncio.create_task(room.watch_over(), name="watch over turns"))
        library.start()
        if mlops is not None:
            mlops.start()

    warm_ups: dict[str, Callable[[], Awaitable[None]]] = {"records": recover, "retrieval": index_packs}
    for name, part in (("voice", voice), ("ears", transcriber), ("language", chat)):
        if part is not None:
            warm_ups[name] = part.warm_up
    if voice is not None and settings.tts == "piper" and not settings.tts_url and settings.tts_cache_bytes:

        async def say_set_phrases() -> None:
            task = asyncio.create_task(render_ahead(voice, rates, cores), name="ready sound")
            background.add(task)
            task.add_done_callback(background.discard)

        rates = [pace(SessionPlan(), mode.voice.rate) for mode in data.modes.values()]
        warm_ups["ready sound"] = say_set_phrases
    if mlops is not None:
        warm_ups["prompts"] = lambda: mlops.prompts_known(_PROMPTS_WAIT_S)
    for name in warm_ups:
        metrics.watch_part(name, partial(readiness.ok, name))
    metrics.watch_service(
        __version__,
        ready=lambda: readiness.started and not active.draining,
        turns=lambda: active.running,
        turns_limit=settings.turns_at_once,
    )
    closers: list[Callable[[], Awaitable[None]]] = [stores.close, library.close]
    closers += [part.close for part in (*voices.values(), voice, transcriber, chat) if part is not None]
    limiter = RateLimiter(settings.redis_url)
    closers += [limiter.close, exchange.close, prefill.close]
    if live is not None:
        closers.append(live.close)

    async def stop_recordings() -> None:
        room.recordings.close()

    closers.append(stop_recordings)

    async def stop_thinking() -> None:
        thinking.shutdown(wait=False, cancel_futures=True)

    closers.append(stop_thinking)
    if mlops is not None:
        closers.append(lambda: asyncio.to_thread(mlops.close))
    closers.append(observation.close)

    return Services(
        settings=settings, limits=limits, stores=stores, tokens=AccessTokens(secret, previous=settings.previous_secrets), signer=signer,
        limiter=limiter, library=library, packs=packs, interview_data=data, prompts=prompts, embedder=embedder,
        transcriber=transcriber, voice=voice, chat=chat, coach=coach, interviewer=interviewer, room=room,
        matcher=StoryMatcher(meaning), prefill=prefill, metrics=metrics, readiness=readiness, versions=versions,
        releases=mlops.status if mlops is not None else dict, warm_ups=warm_ups, closers=closers, tasks=background,
    )  # fmt: skip


async def migrate(settings: Settings) -> None:
    """Only bring the database to the present schema."""
    data_dir = settings.data_dir.expanduser()
    data_dir.mkdir(parents=True, exist_ok=True)
    stores = await Stores.open(_database_url(settings, data_dir))
    await stores.close()


def _database_url(settings: Settings, data_dir: Path) -> str:
    return settings.database_url or f"sqlite+aiosqlite:///{data_dir / 'interview-helper.db'}"


def _grounded(analysis: Analysis) -> Callable[[str], bool]:
    """What the interviewer may say about an answer."""
    evidence = evidence_of(analysis)
    return lambda sentence: evidence.check(sentence).ok


def _watch(
    metrics: MetricsListener,
    library: Library,
    ears: Transcriber | None,
    model: ChatModel | None,
    mlops: Mlops | None,
) -> None:
    """Gauges that are read when Prometheus asks."""
    metrics.watch_queue("documents", lambda: library.waiting)
    metrics.watch_memory("server", os.getpid)
    if isinstance(ears, FasterWhisper):
        metrics.watch_queue("ears", lambda: ears.waiting)
    if isinstance(model, LocalChat):
        metrics.watch_memory("language", lambda: model.pid)
    metrics.watch_queue("mlflow", lambda: mlops.waiting if mlops is not None else 0)


def make_limits(settings: Settings) -> Limits:
    return Limits(**{name: getattr(settings, name) for name in Limits.__slots__})


def _embedder(settings: Settings) -> Embedder:
    if settings.embedder == "hash":
        return HashEmbedder()
    return MiniLm(where("minilm", settings.models_dir))


def _library(
    settings: Settings, data_dir: Path, stores: Stores, embedder: Embedder, observation: Observation
) -> Library:
    limits = LibraryLimits(
        documents_per_owner=settings.documents_per_owner,
        read=ReadLimits(
            max_bytes=settings.document_max_bytes,
            max_characters=settings.document_max_characters,
            max_pages=settings.document_max_pages,
        ),
    )
    index = open_index(
        embedder, folder=data_dir / "index", url=settings.chroma_url, on_degraded=observation.metrics.degraded
    )
    return Library(
        stores.documents, index, limits, on_processed=observation.processed, shared=settings.redis_url is not None
    )


def make_ears(settings: Settings, observation: Observation) -> Transcriber | None:
    """Ears that nobody watches yet."""
    if settings.asr_url:
        return OpenAiEar(
            settings.asr_url,
            _key(settings.asr_api_key),
            settings.asr_model,
            trace_headers=observation.trace_headers,
        )
    if settings.asr == "scripted":
        return ScriptedEar(delay_s=settings.scripted_delay_s)
    folder = where(settings.asr_model, settings.models_dir)
    return FasterWhisper(
        folder,
        model=settings.asr_model,
        threads=settings.asr_threads,
        on_begin=lambda waited_s: observation.metrics.waited("ears", waited_s),
    )


def _live(settings: Settings, kind: Transcriber | None, ear: Transcriber | None, cores: Cores) -> LiveEar | None:
    """Hearing while the candidate speaks. A service elsewhere costs money by the second: no guesses there."""
    if ear is None:
        return None
    scripted, local = isinstance(kind, ScriptedEar), not isinstance(kind, OpenAiEar)
    return LiveEar(
        ear,
        max_s=settings.audio_max_s,
        guesses=local,
        detector=(lambda: loud) if scripted else LiveDetector,
        working=cores.foreground if local else nullcontext,
        judge=make_judge(settings),
    )


def make_judge(settings: Settings) -> Judge | None:
    """What judges the pauses of a hands-free interview; without it, their length and the text decide."""
    if settings.end_of_turn == "off":
        return None
    if settings.asr == "scripted":
        return finished
    try:
        return SmartTurn(where("smart-turn", settings.models_dir))
    except ModelMissing as missing:
        log.warning("no turn model: pauses are judged by their length", extra={"reason": str(missing)})
        return None


def make_voice(settings: Settings, observation: Observation) -> Voice | None:
    """A voice that remembers what it said, watched where it really speaks."""
    bare = bare_voice(settings, observation, settings.tts_voice)
    return _remembered(bare, settings, observation) if bare is not None else None


def bare_voice(settings: Settings, observation: Observation, name: str) -> Voice | None:
    """The voice without a memory; `name` is asked for where a service speaks."""
    if settings.tts_url:
        languages = tuple(InterviewData().languages)
        voice: Voice = OpenAiVoice(
            settings.tts_url,
            _key(settings.tts_api_key),
            settings.tts_model,
            name,
            languages=languages,
            trace_headers=observation.trace_headers,
        )
    elif settings.tts == "none":
        return None
    elif settings.tts == "tone":
        voice = ToneVoice(delay_s=settings.scripted_delay_s)
    else:
        model = where(settings.tts_model, settings.models_dir)
        voice = PiperVoice(model, name=model.stem, threads=settings.tts_threads)
    return observation.voice(voice)


def _remembered(voice: Voice, settings: Settings, observation: Observation) -> Voice:
    """The voice with a memory of what it said; as it is where everything is to be spoken anew."""
    if not settings.tts_cache_bytes:
        return voice
    return CachedVoice(voice, max_bytes=settings.tts_cache_bytes, on_result=observation.metrics.tts_cache)


def panel_voices(settings: Settings, observation: Observation, coach: Voice, data: InterviewData) -> dict[str, Voice]:
    """A voice for each panel member: one of the service's where it is named, else the coach's at another pitch."""
    found: dict[str, Voice] = {}
    for member in data.panel.values():
        named = settings.tts_panel_voices.get(member.name) if settings.tts_url else None
        own = bare_voice(settings, observation, named) if named else None
        shifted = ShiftedVoice(coach, pitch=member.voice.pitch, pace=member.voice.pace)
        found[member.name] = _remembered(own or shifted, settings, observation)
    return found


def _language(settings: Settings, on_slot: Callable[[str], None]) -> ChatModel | None:
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
        on_slot=on_slot,
    )


def _mlops(settings: Settings, files: FilePrompts, names: dict[str, str], registry: CollectorRegistry) -> Mlops | None:
    watcher = ReleaseMetrics(registry, files.current().versions)
    store = settings.mlflow_store()
    if store is None:
        return None
    fixed = _stack(settings, names)
    return Mlops(
        *store,
        files,
        watcher,
        alias=settings.prompt_alias,
        stack_of=lambda prompts: {**fixed, **prompt_parts(prompts)},
    )


def _stack(settings: Settings, names: dict[str, str]) -> dict[str, str]:
    """What makes this coach the coach it is, prompts apart. Addresses, keys and threads make no other coach."""
    models = manifest()
    local = {
        "model": settings.llm_model if settings.llm == "local" and not settings.llm_url else "",
        "asr": settings.asr_model if settings.asr == "faster_whisper" and not settings.asr_url else "",
        "tts": settings.tts_model if settings.tts == "piper" and not settings.tts_url else "",
        "embedder": settings.embedder,
    }
    hashes = {f"{part}_sha256": models[name].sha256 for part, name in local.items() if name in models}
    mattering = ("llm_context", "llm_first_token_timeout_s", "llm_timeout_s", "turn_timeout_s")
    backend = ROOT / "backend"
    return {
        "product": __version__,
        **names,
        **hashes,
        "rules": _content(backend / "coaching", backend / "interview" / "modes", backend / "interview" / "languages"),
        "role_packs": _content(backend / "jobs" / "job_knowledge_base"),
        **{name: str(getattr(settings, name)) for name in mattering},
    }


def _content(*folders: Path) -> str:
    """One short hash of all files of these folders."""
    found = hashlib.sha256()
    for path in sorted(
        p for folder in folders for p in folder.rglob("*") if p.suffix in {".py", ".yaml", ".md", ".json"}
    ):
        found.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:12]


def _key(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
