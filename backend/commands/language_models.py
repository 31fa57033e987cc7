"""`interview-helper models list|use|stop|fetch`: the language models of this machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from backend.config import BadSettings, Settings, load
from backend.llm.local_choice import OWN, ChoiceFile, LocalChoice
from backend.llm.local_services import SERVICES, Found, LocalService, look
from backend.models.fetch import FetchFailed
from backend.models.hub import fetch_larger, fetched
from backend.models.larger import LargerModel, larger_models

_TAKEN_UP = "A running server takes it up within seconds, and tries it before it writes anything."
_EVERY_S = 5.0


class LanguageModels:
    """What the commands do. `say` gets one line at a time."""

    def __init__(
        self,
        settings: Settings,
        say: Callable[[str], None] = typer.echo,
        services: Sequence[LocalService] = SERVICES,
        larger: Mapping[str, LargerModel] | None = None,
    ) -> None:
        self._settings, self._say, self._services = settings, say, services
        self._larger = larger_models() if larger is None else larger
        self._file = ChoiceFile(settings.data_dir.expanduser())

    def show(self) -> None:
        """A table of what may be used, or fetched and then used."""
        if not self._settings.local_language_offered:
            self._say("Language models of this machine are not used here: another one is set, or this is a server.")
            return
        chosen, memory = self._file.read(), self._settings.llm_slots
        table = Table(box=box.SIMPLE_HEAD)
        for column in ("Name", "What it is", "Size", "Licence", "State"):
            table.add_column(column, overflow="fold")
        for service, model in self._found():
            state = "in use" if chosen == LocalChoice(service.name, model) else "found"
            table.add_row(f"{service.name}/{model}", f"served by {service.title}", "", "", state)
        for entry in self._larger.values():
            state = "on this machine" if fetched(entry, self._settings.models_dir) else "may be fetched"
            state = state if entry.slots(memory) else "needs more memory than this machine has"
            state = "in use" if chosen == LocalChoice(OWN, entry.name) else state
            table.add_row(entry.name, f"{entry.title}, from {entry.hub}", _mb(entry.size), entry.licence, state)
        Console().print(table)

    def use(self, name: str) -> None:
        """Confirm a model: `SERVICE/MODEL`, a model that one of the services has, or a larger one that was fetched."""
        choice = self._choice(name)
        self._file.write(choice)
        self._say(f"{name} writes the coaching from now on. {_TAKEN_UP}")

    def stop(self) -> None:
        """Use none of them any more."""
        self._file.clear()
        self._say("No language model of this machine is used any more.")

    def fetch(self, name: str, confirmed: Callable[[str], bool]) -> None:
        """Fetch a larger model, after its size and licence were said and `confirmed`."""
        self._only_offered()
        entry = self._entry(name)
        if fetched(entry, self._settings.models_dir) is not None:
            self._say(f"{name} is on this machine already.")
            return
        self._say(f"{entry.title}: {_mb(entry.size)}, licence {entry.licence}, from {entry.hub}")
        if not confirmed("Fetch it?"):
            return
        try:
            asyncio.run(fetch_larger(entry, self._settings.models_dir, _told(self._say)))
        except FetchFailed as why:
            _end(str(why))
        self._say(f"{name} is there and verified. `interview-helper models use {name}` lets it write.")

    def _choice(self, name: str) -> LocalChoice:
        self._only_offered()
        if name in self._larger:
            if fetched(self._entry(name), self._settings.models_dir) is None:
                _end(f"{name} is not on this machine yet: `interview-helper models fetch {name}`.")
            return LocalChoice(OWN, name)
        fitting = [
            LocalChoice(service.name, model)
            for service, model in self._found()
            if name in (f"{service.name}/{model}", model)
        ]
        if len(fitting) != 1:
            several = ", ".join(f"{c.service}/{c.model}" for c in fitting)
            _end(f"Which one? {several}" if several else f"{name} was not found: `interview-helper models list`.")
        return fitting[0]

    def _entry(self, name: str) -> LargerModel:
        entry = self._larger.get(name)
        if entry is None:
            _end(f"There is no larger model called {name!r}. There are: {', '.join(self._larger)}.")
        if not entry.slots(self._settings.llm_slots):
            _end(f"This machine has too little memory for {name}: {entry.one_slot_gb:g} GB are wanted.")
        return entry

    def _found(self) -> list[tuple[LocalService, str]]:
        answers: list[Found] = asyncio.run(look(self._services))
        return [(one.service, model) for one in answers for model in one.models]

    def _only_offered(self) -> None:
        if not self._settings.local_language_offered:
            _end("Language models of this machine are not used here: another one is set, or this is a server.")


def of_this_machine() -> LanguageModels:
    """Those of the settings of this process; wrong settings end it with their names."""
    try:
        return LanguageModels(load())
    except BadSettings as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None


def _told(say: Callable[[str], None]) -> Callable[[int, int], None]:
    """Progress as a line every few seconds."""
    last = time.monotonic()

    def progress(done: int, whole: int) -> None:
        nonlocal last
        if done == whole or time.monotonic() - last >= _EVERY_S:
            last = time.monotonic()
            say(f"  {_mb(done)} of {_mb(whole)}")

    return progress


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _end(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
