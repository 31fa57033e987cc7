"""The language model of this machine that somebody has chosen to write the coaching: confirmed, connected, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backend.coaching.author.capability import Capability
from backend.coaching.author.choice import Authors
from backend.errors import AppError, Conflict, Forbidden, LlmUnavailable, NotFound
from backend.llm.local_choice import OWN, ChoiceFile, LocalChoice
from backend.llm.local_services import SERVICES, LocalService, look
from backend.llm.ports import ChatModel
from backend.models.fetch import FetchFailed
from backend.models.hub import Progress, fetch_larger, fetched, so_far
from backend.models.larger import LargerModel, larger_models

log = logging.getLogger(__name__)

_WATCH_S = 2.0


@dataclass(frozen=True, slots=True)
class Connected:
    """A chosen model, ready to be tried. `ahead`: the same model, watched for the work of reading ahead."""

    chat: ChatModel
    ahead: ChatModel
    capability: Capability
    host: str | None = None
    """Another host that takes part, the second look's."""


Connect = Callable[[LocalChoice, str | Path], Connected]
"""Makes the parts for a choice and the address of its service or, of our own, the file."""


class LocalLanguage:
    """Nothing of this machine is used before `use` has named it once; the choice is kept in `file`.

    `offered` False (a server, or another model is set): nothing is looked for, chosen or fetched. `slots`: prompt caches
    that a model of our own should have. `on_change` is told the name of the model in use, None for the rules.
    """

    def __init__(
        self,
        file: ChoiceFile,
        authors: Authors,
        connect: Connect,
        models_dir: Path,
        *,
        offered: bool,
        slots: int = 4,
        services: Sequence[LocalService] = SERVICES,
        larger: Mapping[str, LargerModel] | None = None,
        fetch: Callable[[LargerModel, Path, Progress], Any] = fetch_larger,
        on_change: Callable[[str | None], None] = lambda name: None,
    ) -> None:
        self._file, self._authors, self._connect, self._models_dir = file, authors, connect, models_dir
        self._offered, self._slots, self._fetch, self._on_change = offered, slots, fetch, on_change
        self._services = {service.name: service for service in services}
        self._larger = larger_models() if larger is None else larger
        self._chosen: LocalChoice | None = None
        self._connected: Connected | None = None
        self._changing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._fetching: str | None = None
        self._progress: dict[str, int] = {}
        self._failed: dict[str, str] = {}

    @property
    def ahead(self) -> ChatModel | None:
        """The model in use, for reading ahead."""
        return self._connected.ahead if self._connected is not None else None

    async def state(self, *, here: bool = True) -> dict[str, Any]:
        """What is in use, what was found, and what may be fetched. Asks the services, for at most about a second.

        `here`: whoever asks sits at this machine; others are told what is in use only.
        """
        offered = self._offered and here
        found = await look(self._services.values()) if offered else []
        return {
            "author": asdict(self._authors.in_use()),
            "offered": offered,
            "chosen": asdict(self._chosen) if self._chosen is not None else None,
            "found": [{"service": f.service.name, "title": f.service.title, "models": list(f.models)} for f in found],
            "larger": [self._told(entry) for entry in self._larger.values()] if offered else [],
        }

    def _told(self, entry: LargerModel) -> dict[str, Any]:
        ready = fetched(entry, self._models_dir) is not None
        have = entry.size if ready else self._progress.get(entry.name, so_far(entry, self._models_dir))
        return {
            "name": entry.name,
            "title": entry.title,
            "from": entry.hub,
            "size_bytes": entry.size,
            "licence": entry.licence,
            "fits": entry.slots(self._slots) > 0,
            "state": "ready" if ready else "fetching" if self._fetching == entry.name else "absent",
            "fetched_bytes": have,
            "failed": self._failed.get(entry.name),
        }

    async def use(self, service: str, model: str) -> None:
        """Confirm this model: it writes from now on, and after a restart.

        Raises `Forbidden` (not offered here), `NotFound`, `Conflict` (not fetched, or too little memory) and
        `LlmUnavailable` (the service does not answer, or has no such model).
        """
        self._may()
        if service == OWN:
            self._file_of(model)
        elif service not in self._services:
            raise NotFound
        else:
            found = await look([self._services[service]])
            if not any(model in one.models for one in found):
                title = self._services[service].title
                raise LlmUnavailable(f"{title} does not answer on this machine, or has no model of this name.")
        choice = LocalChoice(service, model)
        self._file.write(choice)
        await self._change(choice)

    async def stop(self) -> None:
        """Use no model of this machine any more."""
        self._may()
        self._file.clear()
        await self._change(None)

    async def fetch(self, name: str) -> None:
        """Begin to fetch a larger model; `state` tells how far it is. Raises `Forbidden`, `NotFound`, `Conflict`."""
        self._may()
        entry = self._entry(name)
        if fetched(entry, self._models_dir) is not None or self._fetching == name:
            return
        if self._fetching is not None:
            raise Conflict("Another model is being fetched just now. Please wait until it is there.")
        self._fetching = name
        self._failed.pop(name, None)
        self._begin(self._fetched(entry), "fetch model")

    async def _fetched(self, entry: LargerModel) -> None:
        def progress(done: int, whole: int) -> None:
            self._progress[entry.name] = done

        try:
            await self._fetch(entry, self._models_dir, progress)
        except FetchFailed as why:
            self._failed[entry.name] = str(why)
            log.warning("model could not be fetched", extra={"model": entry.name})
        except Exception:
            self._failed[entry.name] = "It could not be fetched. Please try again."
            log.exception("model could not be fetched", extra={"model": entry.name})
        finally:
            self._fetching = None
            self._progress.pop(entry.name, None)

    def _may(self) -> None:
        if not self._offered:
            raise Forbidden("The language model of this server is chosen by whoever runs it.")

    def _entry(self, name: str) -> LargerModel:
        entry = self._larger.get(name)
        if entry is None:
            raise NotFound
        if not entry.slots(self._slots):
            raise Conflict("This machine has too little memory for this model.")
        return entry

    def _file_of(self, name: str) -> Path:
        path = fetched(self._entry(name), self._models_dir)
        if path is None:
            raise Conflict("This model is not on this machine yet. Please fetch it first.")
        return path

    def start(self) -> None:
        """Take up what was chosen, now and whenever the command line changes it."""
        if self._offered:
            self._begin(self._watch(), "watch the chosen language model")

    async def _watch(self) -> None:
        while True:
            choice = self._file.read()
            if choice != self._chosen:
                await self._change(choice)
            await asyncio.sleep(_WATCH_S)

    async def _change(self, choice: LocalChoice | None) -> None:
        async with self._changing:
            if choice == self._chosen:
                return
            before, self._connected, self._chosen = self._connected, None, choice
            self._authors.use(None)
            if before is not None:
                await _close(before)
            try:
                connected = self._made(choice) if choice is not None else None
            except AppError as why:
                log.warning("the chosen language model cannot be used", extra={"code": why.code})
                connected = None
            self._on_change(connected.chat.name if connected is not None else None)
            if connected is None:
                return
            self._connected = connected
            self._authors.use(connected.capability, connected.chat.name, connected.host)
            self._begin(self._warm(connected), "warm up the chosen language model")

    def _made(self, choice: LocalChoice) -> Connected:
        if choice.service == OWN:
            return self._connect(choice, self._file_of(choice.model))
        if choice.service not in self._services:
            raise NotFound
        return self._connect(choice, self._services[choice.service].url)

    async def _warm(self, connected: Connected) -> None:
        try:
            await connected.chat.warm_up()
        except AppError as error:
            log.warning("the chosen language model does not answer yet", extra={"code": error.code})
        if self._connected is connected:
            connected.capability.start()

    def _begin(self, work: Any, name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in (tasks := list(self._tasks)):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._connected is not None:
            await _close(self._connected)


async def _close(connected: Connected) -> None:
    await connected.capability.close()
    with contextlib.suppress(AppError):
        await connected.chat.close()
