"""Settings -> Services: the one place that turns names into providers."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
from backend.coaching.author.capability import Capability
from backend.coaching.author.choice import Authors
from backend.coaching.author.local_language import Connect, Connected, LocalLanguage
from backend.coaching.author.model import ModelAuthor
from backend.coaching.author.reply import SCHEMA_VERSION
from backend.coaching.coach import Coach
from backend.coaching.grounding import SecondLook
from backend.coaching.intake import Intake
from backend.coaching.lines.read import LineReader
from backend.config import ROOT, Settings, is_loopback
from backend.errors import AppError, Unauthenticated
from backend.interview.active_turns import ActiveTurns
from backend.interview.awaited import Deadlines
from backend.interview.cores import Cores
from backend.interview.coverage import StoryMatcher
from backend.interview.exchange import MemoryExchange, TurnExchange
from backend.interview.helping import Studying
from backend.interview.late_replies import LateReplies
from backend.interview.media import MediaShelf
from backend.interview.modes import InterviewData
from backend.interview.planning import Planner
from backend.interview.prefill import Prefill
from backend.interview.questions import Interviewer
from backend.interview.ready_sound import render_ahead
from backend.interview.recordings import Recordings
from backend.interview.reporting import Reporter
from backend.interview.room import InterviewRoom
from backend.interview.session import Session, SessionPlan
from backend.interview.turn import TurnParts
from backend.interview.turn_record import TurnRecord, current
from backend.interview.voicing import pace
from backend.jobs.question_lines import QuestionLines, texts_for_index
from backend.jobs.role_packs import RolePacks, built_in_packs
from backend.llm.budget import TokenBudget
from backend.llm.dialect import Dialects
from backend.llm.local_choice import ChoiceFile, LocalChoice
from backend.llm.local_server import LocalChat
from backend.llm.local_services import SERVICES, LocalService
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import ChatModel
from backend.llm.prompts import FilePrompts, PromptBook
from backend.llm.scripted import ScriptedChat, echo
from backend.mlops.service import Mlops
from backend.mlops.stack import prompt_parts
from backend.models.fetch import where
from backend.models.larger import larger_models
from backend.models.manifest import ModelMissing, manifest
from backend.observability.metrics import MetricsListener
from backend.observability.observation import Observation
from backend.observability.releases import ReleaseMetrics
from backend.rag.documents import PackText
from backend.rag.embedders import HashEmbedder, MiniLm, RememberingEmbedder
from backend.rag.index import open_index
from backend.rag.ingest_job import IngestJob
from backend.rag.library import Library, LibraryLimits, TakeFor
from backend.rag.multilingual_e5 import MultilingualE5
from backend.rag.pack_index import build_pack_index, pack_folder
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
_PATIENT_S = 30.0
"""How long a second look may take that nobody waits for."""
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
    authors: Authors
    local_language: LocalLanguage
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
        self.room.session_events.release()
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
    settings: Settings,
    registry: CollectorRegistry,
    *,
    observe: Callable[..., Observation] = Observation,
    local_services: Sequence[LocalService] = SERVICES,
) -> Services:
    """Make every part the settings ask for. Nothing is loaded yet; that happens in `Services.start`.

    `observe` makes what watches them; the benchmark of its cost passes another one in. `local_services`: where language
    models of this machine are looked for; tests pass their own.
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
    embedder = make_embedder(settings)

    def processed(job: IngestJob) -> None:
        observation.processed(job)
        planner.taken_in(job.document)

    reader = _reader(settings)
    meaning = (
        RememberingEmbedder(embedder) if settings.embedder == "minilm" else None
    )  # hashed words know nothing of meaning
    lines = LineReader(reader, meaning)
    packs, questions = built_in_packs(), QuestionLines()
    bank_texts = texts_for_index(packs, questions, embedder)
    bank_folder = bank_index_folder(settings, bank_texts, embedder)
    library = _library(settings, data_dir, stores, embedder, observation, processed, bank_folder, lines.take_for)
    files = FilePrompts(ROOT / "backend" / "interview" / "prompts", SCHEMA_VERSION)
    dialects = Dialects()
    ears, model = make_ears(settings, observation), _language(settings, dialects, metrics.llm_slot)
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
    names["intake"] = reader.name if reader is not None else "words"
    coach = Coach(meaning, Intake(reader, settings.crisis_line), lines)
    interviewer = Interviewer(packs=packs, embedder=meaning, data=data, lines=questions, reader=lines)
    checker, budget = (
        make_checker(settings, dialects),
        TokenBudget(settings.llm_tokens_per_owner_day, settings.redis_url),
    )
    checks = observation.chat(checker) if checker is not None else None
    authors = _authors(settings, chat, checks or chat, prompts, observation, budget)
    local_language = LocalLanguage(
        ChoiceFile(data_dir),
        authors,
        _connect_local(settings, checks, prompts, observation, dialects),
        settings.models_dir,
        offered=settings.local_language_offered,
        slots=settings.llm_slots,
        services=local_services,
        on_change=lambda name: names.update(model=name or "rules"),
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
    prefill = Prefill(
        lambda session: authors.of(session.plan.author), lambda: local_language.ahead or ahead, data, prompts, cores
    )
    live = _live(settings, ears, transcriber, cores)
    background: set[asyncio.Task[None]] = set()

    def on_ended(session: Session, record: TurnRecord) -> None:
        reporter.start(session, room.sources)
        if session.state == "finished" and mlops is not None:
            log_it = mlops.interview

            async def log_interview() -> None:
                log_it(session, current(await stores.turns.list(session.session_id)))

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
                task = asyncio.create_task(
                    render_ahead(voices[member], [rate], cores, parts.manner), name="ready sound"
                )
                background.add(task)
                task.add_done_callback(background.discard)

    thinking = ThreadPoolExecutor(_THINKERS, thread_name_prefix="thinking")
    parts = TurnParts(
        transcriber=transcriber,
        coach=coach,
        authors=authors,
        data=data,
        prompts=prompts,
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
        manners=settings.tts_manner,
        on_ended=on_ended,
        voices=voices,
        on_started=on_started,
        deadlines=Deadlines(
            settings.author_first_s, settings.author_question_s, settings.author_points_s, settings.author_late_s
        ),
        late=LateReplies(settings.author_late_s),
    )
    planner = Planner(
        authors, stores.written, stores.sessions, stores.turns,
        data=data, prompts=prompts, competencies=packs.competencies(), lock=active.lock,
        opening_s=settings.author_opening_s,
    )  # fmt: skip
    reporter = Reporter(authors, stores.written, stores.turns, parts.late, data=data, prompts=prompts)
    room = InterviewRoom(
        parts,
        library=library,
        packs=packs,
        active=active,
        recordings=Recordings(max_bytes=max(settings.audio_max_bytes, settings.audio_max_s * 32_000)),
        prefill=prefill,
        planner=planner,
        reporter=reporter,
        studying=Studying(authors, data, prompts),
        live=live,
        session_ttl_s=settings.session_ttl_h * 3600,
        listener=lambda session, arrived_at: observation.listener(session.plan.mode, arrived_at),
        on_taken_over=lambda record: metrics.taken_over(),
    )
    readiness = Readiness({} if reader is not None else {"intake model": "off"})
    _watch(metrics, library, ears, model, mlops)

    async def index_packs() -> None:
        await asyncio.to_thread(build_pack_index, bank_folder, bank_texts, embedder)
        await library.ready_for_packs()
        if interviewer.search.reads_meaning:
            interviewer.search.remember(await library.key_vectors())

    async def recover() -> None:
        await room.recover()
        background.add(asyncio.create_task(room.watch_over(), name="watch over turns"))
        library.start()
        local_language.start()
        if mlops is not None:
            mlops.start()

    warm_ups: dict[str, Callable[[], Awaitable[None]]] = {"records": recover, "retrieval": index_packs}
    for name, part in (("voice", voice), ("ears", transcriber), ("language", chat)):
        if part is not None:
            warm_ups[name] = part.warm_up
    if reader is not None:
        warm_ups["intake model"] = lambda: asyncio.to_thread(coach.intake.warm_up)
    if voice is not None and settings.tts == "piper" and not settings.tts_url and settings.tts_cache_bytes:

        async def say_set_phrases() -> None:
            task = asyncio.create_task(render_ahead(voice, rates, cores, parts.manner), name="ready sound")
            background.add(task)
            task.add_done_callback(background.discard)

        rates = [pace(SessionPlan(), mode.voice.rate) for mode in data.modes.values()]
        warm_ups["ready sound"] = say_set_phrases
    if chat is not None:

        async def try_author() -> None:
            authors.start()

        warm_ups["author"] = try_author
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
    closers += [part.close for part in (*voices.values(), voice, transcriber, chat, checker) if part is not None]
    limiter = RateLimiter(settings.redis_url)
    closers += [limiter.close, exchange.close, prefill.close, authors.close, local_language.close]
    closers += [parts.late.close, planner.close, reporter.close, budget.close]
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
        transcriber=transcriber, voice=voice, chat=chat, coach=coach, authors=authors, local_language=local_language, interviewer=interviewer, room=room,
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


def make_embedder(settings: Settings, *, batch: int | None = None) -> Embedder:
    """What documents and the bank are indexed with. `batch`: texts per call, where no query waits meanwhile."""
    if settings.embedder == "hash":
        return HashEmbedder()
    folder = where("minilm", settings.models_dir)
    return MiniLm(folder, batch=batch) if batch is not None else MiniLm(folder)


def _reader(settings: Settings) -> Embedder | None:
    """By what the intake reads meaning in any language; None: it goes by words alone, and finds less."""
    if settings.embedder == "hash":
        return None
    try:
        return RememberingEmbedder(MultilingualE5(where("multilingual-e5", settings.models_dir)))
    except ModelMissing as missing:
        log.warning("no model of meaning: the intake reads by words alone", extra={"reason": str(missing)})
        return None


def bank_index_folder(settings: Settings, texts: Sequence[PackText], embedder: Embedder) -> Path:
    """Where the index of the question bank is kept: with the models, which all checkouts share, else with the data."""
    models = settings.models_dir.expanduser()
    root = models if os.access(models, os.W_OK) else settings.data_dir.expanduser()
    return pack_folder(root / "bank", texts, embedder)


def _library(
    settings: Settings,
    data_dir: Path,
    stores: Stores,
    embedder: Embedder,
    observation: Observation,
    on_processed: Callable[[IngestJob], None],
    packs: Path,
    take_for: TakeFor,
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
        embedder,
        folder=data_dir / "index",
        url=settings.chroma_url,
        packs=packs,
        on_degraded=observation.metrics.degraded,
    )
    shared = settings.redis_url is not None
    return Library(stores.documents, index, limits, on_processed=on_processed, shared=shared, take_for=take_for)


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


def _language(settings: Settings, dialects: Dialects, on_slot: Callable[[str], None]) -> ChatModel | None:
    first_token_s, whole_s = settings.llm_first_token_timeout_s, settings.llm_timeout_s
    if settings.llm_url:
        return OpenAiChat(
            settings.llm_url,
            _key(settings.llm_api_key),
            settings.llm_model,
            first_token_timeout_s=first_token_s,
            timeout_s=whole_s,
            dialect=dialects.of(settings.llm_url, settings.llm_model),
        )
    if settings.llm == "rules" or (settings.llm == "local" and settings.coach_author != "model"):
        return None  # the embedded model cannot coach (docs/decisions/0005): it is started only where somebody insists
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


def _authors(
    settings: Settings,
    chat: ChatModel | None,
    checks: ChatModel | None,
    prompts: PromptBook,
    observation: Observation,
    budget: TokenBudget,
) -> Authors:
    """Who writes the coaching: the connected model once it has shown that it can, else the rules."""
    if chat is None or settings.coach_author == "rules":
        return Authors(wanted=settings.coach_author, budget=budget)
    short = settings.llm_url is None
    capability = Capability(_model_author(settings, chat, checks, prompts, observation, short=short), prompts)
    host = hosts_elsewhere(settings)
    return Authors(capability, wanted=settings.coach_author, model=chat.name, host=host, budget=budget)


def _model_author(
    settings: Settings,
    chat: ChatModel,
    checks: ChatModel | None,
    prompts: PromptBook,
    observation: Observation,
    *,
    short: bool,
) -> ModelAuthor:
    look, patient = (
        SecondLook(checks, prompts, within_s) if checks is not None and settings.check == "on" else None
        for within_s in (settings.check_s, _PATIENT_S)
    )
    return ModelAuthor(
        chat,
        look,
        patient,
        private=hosts_elsewhere(settings) is not None,
        short=short,
        whole_s=settings.author_points_s + settings.author_late_s,
        on_dropped=observation.metrics.author_dropped,
    )


def _connect_local(
    settings: Settings, checks: ChatModel | None, prompts: PromptBook, observation: Observation, dialects: Dialects
) -> Connect:
    """How a chosen model of this machine is connected. `checks`: another model for the second look, where one is set."""
    waits: dict[str, Any] = {
        "first_token_timeout_s": settings.llm_first_token_timeout_s,
        "timeout_s": settings.llm_timeout_s,
    }

    def connect(choice: LocalChoice, place: str | Path) -> Connected:
        if isinstance(place, Path):
            slots = larger_models()[choice.model].slots(settings.llm_slots)
            ours = LocalChat(
                place,
                slots=slots,
                context=settings.llm_context,
                threads=settings.llm_threads,
                on_slot=observation.metrics.llm_slot,
                **waits,
            )
            observation.metrics.watch_memory("language", lambda: ours.pid)
            bare: ChatModel = ours
        else:
            bare = OpenAiChat(place, None, choice.model, dialect=dialects.of(place, choice.model), **waits)
        chat = observation.chat(bare)
        # A model of our own shares two cores with its own second look, which would never be in time.
        look_with = checks or (None if isinstance(place, Path) else chat)
        author = _model_author(settings, chat, look_with, prompts, observation, short=True)
        capability = Capability(author, prompts)
        return Connected(chat, observation.chat(bare, "prefill"), capability, hosts_elsewhere(settings))

    return connect


def hosts_elsewhere(settings: Settings) -> str | None:
    """The hosts, other than this machine, that answers and documents are sent to: the author's and the second look's."""
    urls = [settings.llm_url, settings.check_url if settings.check == "on" else None]
    hosts = [host for url in urls if url and (host := urlsplit(url).hostname) and not is_loopback(host)]
    return ", ".join(dict.fromkeys(hosts)) or None


def make_checker(settings: Settings, dialects: Dialects) -> ChatModel | None:
    """The model that takes the second look, where it is another than the author's."""
    if settings.check == "off" or not (settings.check_url or settings.check_model):
        return None
    url, key = settings.check_url, settings.check_api_key
    if url is None:
        url, key = settings.llm_url or "", settings.llm_api_key  # another model of the author's service
    name = settings.check_model or settings.llm_model
    return OpenAiChat(
        url,
        _key(key),
        name,
        first_token_timeout_s=settings.check_s,
        timeout_s=settings.check_s,
        dialect=dialects.of(url, name),
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
        "rules": _content(backend / "coaching", backend / "interview"),
        "role_packs": _content(backend / "jobs"),
        **{name: str(getattr(settings, name)) for name in mattering},
    }


def _content(*folders: Path) -> str:
    """One short hash of all files of these folders."""
    found = hashlib.sha256()
    for path in sorted(
        p for folder in folders for p in folder.rglob("*") if p.suffix in {".py", ".yaml", ".md", ".json", ".npz"}
    ):
        found.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:12]


def _key(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
