"""`interview-helper prompts` and `models`: what is in production, what differs, promotion and the way back."""

from __future__ import annotations

import asyncio
import difflib
import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn
from urllib.parse import urlsplit

import typer
from rich import box
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

from backend.coaching.author.reply import SCHEMA_VERSION
from backend.coaching.coach import Coach
from backend.commands.authors import meaning
from backend.commands.language_models import of_this_machine
from backend.config import Settings
from backend.evaluation.authors import own_cases
from backend.evaluation.prompt_trial import NotTried, Trial, can_be_tried, try_prompt
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.prompts import FilePrompts, Prompt, PromptSet
from backend.mlops import registry, stack
from backend.mlops.registry import CANDIDATE, PRODUCTION, RegistryRefused
from backend.mlops.tracking import connect
from backend.mlops.trials import Decision, log_trial

prompts = typer.Typer(no_args_is_help=True, help="The prompts: versions, promotion, and the way back.")
models = typer.Typer(
    no_args_is_help=True, help="Language models of this machine, and coach stacks: what runs together and is promoted."
)

_WITHIN = "Running servers take it up within seconds."


@dataclass(frozen=True, slots=True)
class Registry:
    """Where the registry is (None: switched off) and the folder of the prompt files."""

    store: Callable[[], tuple[str, Path | None] | None]
    folder: Path

    @contextmanager
    def client(self) -> Iterator[Any]:
        """A connected client; what goes wrong inside is said in a sentence, with exit status 1."""
        store = self.store()
        if store is None:
            _stop("MLflow is switched off (MLFLOW_TRACKING_URI=off), so there is no registry.")
        uri = store[0]
        try:
            yield connect(uri)
        except RegistryRefused as why:
            _stop(str(why))
        except (typer.Exit, typer.BadParameter):
            raise
        except Exception as error:  # MLflow passes on what its stores and its HTTP client raise
            _stop(_what_failed(uri, error))

    def file(self, name: str) -> Prompt:
        """The prompt file of this name."""
        files = FilePrompts(self.folder, SCHEMA_VERSION)
        if name not in files.names():
            raise typer.BadParameter(f"There is no prompt {name!r}. The prompts are: {', '.join(files.names())}.")
        return files.get(name)


Name = Annotated[str, typer.Argument(help="Prompt, as `prompts list` names it")]
Number = Annotated[int | None, typer.Argument(help="Version")]


@prompts.command("list")
def list_prompts(context: typer.Context) -> None:
    """Every prompt: which version is in production, which is the candidate, and how the file here compares."""
    table = _table("Prompt", "Production", "Candidate", "Newest", "File here", "New releases")
    files = FilePrompts(context.obj.folder, SCHEMA_VERSION)
    with context.obj.client() as client:
        entries = registry.prompt_entries(client)
        for name in files.names():
            entry, versions = entries.get(name), registry.versions_of(client, name) if name in entries else []
            same = next((f"version {v.version}" for v in versions if v.text == files.get(name).text), "not registered")
            if entry is None:
                table.add_row(name, "-", "-", "-", same, "-")
                continue
            production, candidate = entry.aliases.get(PRODUCTION), entry.aliases.get(CANDIDATE)
            table.add_row(
                name,
                str(production or "-"),
                "-" if candidate in (None, production) else f"[yellow]{candidate}[/yellow]",
                versions[0].version if versions else "-",
                same if same == f"version {production}" else f"[yellow]{same}[/yellow]",
                "followed" if entry.follows_releases else "held back",
            )
    Console().print(table)


@prompts.command()
def register(context: typer.Context) -> None:
    """Register the prompt files. A changed one becomes the candidate; production stays where it is."""
    files = FilePrompts(context.obj.folder, SCHEMA_VERSION)
    with context.obj.client() as client:
        for name in files.names():
            number = registry.register(client, files.get(name), release=False)
            production = registry.prompt_entries(client)[name].aliases.get(PRODUCTION)
            is_what = "in production" if number == production else "the candidate"
            typer.echo(f"{name}: the file is version {number}, {is_what}")


@prompts.command()
def diff(
    context: typer.Context,
    name: Name,
    old: Annotated[str, typer.Argument(help="A version, `production`, `candidate`, or `file`")] = PRODUCTION,
    new: Annotated[str, typer.Argument(help="The same; default: the candidate, else the file")] = "",
) -> None:
    """What differs between two texts of a prompt; by default between production and what could follow it."""
    file = context.obj.file(name)
    with context.obj.client() as client:
        entry = registry.prompt_entries(client).get(name)
        aliases = entry.aliases if entry is not None else {}
        if not new:
            new = "file" if aliases.get(CANDIDATE) in (None, aliases.get(PRODUCTION)) else CANDIDATE
        texts = {v.version: v for v in registry.versions_of(client, name)} if entry is not None else {}
        one, other = (_text(which, file, aliases, texts) for which in (old, new))
    lines = list(difflib.unified_diff(one[1].splitlines(), other[1].splitlines(), one[0], other[0], lineterm="", n=8))
    if not lines:
        typer.echo(f"{name}: no difference between {one[0]} and {other[0]}")
    elif (console := Console()).is_terminal:
        console.print(Syntax("\n".join(lines), "diff", word_wrap=True, background_color="default"))
    else:
        typer.echo("\n".join(lines))


@prompts.command("promote")
def promote_prompt(
    context: typer.Context,
    name: Name,
    version: Number = None,
    answers: Annotated[int, typer.Option(min=2, help="Answers to try it on, each asked twice with both texts")] = 62,
    force: Annotated[bool, typer.Option("--force", help="Promote without a trial; wants --why")] = False,
    why: Annotated[str, typer.Option(help="Why it is promoted without a trial")] = "",
    who: Annotated[str, typer.Option(help="Who decides; default: the user of this shell")] = "",
) -> None:
    """Try a version against the one in production with the configured model, and put it into production unless it is worse;
    without a number, the candidate."""
    if force and not why.strip():
        raise typer.BadParameter("--force wants --why: the reason is kept with the version.")
    file = context.obj.file(name)
    said = {"who": who.strip() or _user(), **({"why": why.strip()} if force else {})}
    with context.obj.client() as client:
        chosen = registry.promotable(client, file, version)
        present = registry.in_production(client, FilePrompts(context.obj.folder, SCHEMA_VERSION))
        said["against"] = present.get(name).version
        tried = None if force else _tried(name, present, chosen, answers, said)
        for line in tried.lines() if tried is not None else []:
            typer.echo(line)
        decision: Decision = "forced" if tried is None else "refused" if tried.worse else "promoted"
        if registry.in_production(client, present).versions != present.versions:
            raise RegistryRefused("Other texts have gone into production meanwhile. Please try again.")
        log_trial(client, context.obj.store()[1], chosen, decision, said=said, trial=tried)
        if tried is not None and tried.worse:
            raise RegistryRefused(
                f"Version {chosen.version} of {name} is worse than version {said['against']}: {', '.join(tried.worse)}. "
                "Production stays. To promote it all the same: --force --why REASON."
            )
        number = registry.promote(client, file, int(chosen.version))
    typer.echo(f"{name}: version {number} is in production. {_WITHIN}")


def _tried(name: str, present: PromptSet, chosen: Prompt, answers: int, said: dict[str, str]) -> Trial:
    """The trial of a text with the model that is configured. Raises `RegistryRefused` where it cannot be tried."""
    settings = Settings()
    forced = "To promote it without a trial: --force --why REASON."
    if not can_be_tried(name):
        raise RegistryRefused(f"Nothing measures what {name} is for, so it cannot be tried. {forced}")
    if settings.llm_url is None:
        raise RegistryRefused(f"No language model is configured (LLM_URL, LLM_MODEL), so it cannot be tried. {forced}")
    said |= {"model": settings.llm_model, "answers": str(answers)}
    other = PromptSet({n: chosen if n == name else present.get(n) for n in present.names()})
    cases = own_cases(answers)
    typer.echo(f"{name}: trying version {chosen.version} on {len(cases)} answers with {settings.llm_model}")

    async def asked() -> Trial:
        key = settings.llm_api_key.get_secret_value() if settings.llm_api_key is not None else None
        chat = OpenAiChat(settings.llm_url or "", key, settings.llm_model)
        try:
            return await try_prompt(name, present, other, chat, Coach(meaning()), cases)
        finally:
            await chat.close()

    try:
        return asyncio.run(asked())
    except NotTried as error:
        raise RegistryRefused(f"It could not be tried: {error}. {forced}") from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return f"user {os.getuid()}"


@prompts.command("rollback")
def rollback_prompt(context: typer.Context, name: Name) -> None:
    """Put the version back that was in production before."""
    file = context.obj.file(name)
    with context.obj.client() as client:
        number = registry.rollback(client, file)
    typer.echo(f"{name}: back to version {number}. {_WITHIN}")


@models.command("list")
def list_models(
    context: typer.Context, most: Annotated[int, typer.Option(min=1, help="How many, newest first")] = 20
) -> None:
    """Language models of this machine; then every coach stack of this registry, and how it differs from production."""
    of_this_machine().show()
    table = _table("Stack", "First seen (UTC)", "Language model", "Ears", "Voice", "Prompts", "Differs in")
    with context.obj.client() as client:
        meant, versions = stack.production_number(client), stack.stack_versions(client)
    production = next((v.stack for v in versions if v.number == meant), {})
    for version in versions[:most]:
        parts = version.stack
        first_seen = datetime.fromtimestamp(version.registered_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")
        differs = ", ".join(stack.differing(parts, production)) if production else "-"
        named = [parts.get(part, "-") for part in ("model", "asr", "tts", "prompt")]
        last = "[green]in production[/green]" if version.number == meant else differs
        table.add_row(str(version.number), first_seen, *named, last)
    if versions:
        Console().print(table)
    else:
        typer.echo("No stack is registered yet. A server registers its own when it starts.")


@models.command("use")
def use_model(name: Annotated[str, typer.Argument(help="As `models list` shows it, e.g. ollama/qwen3:8b")]) -> None:
    """Let a language model of this machine write the coaching."""
    of_this_machine().use(name)


@models.command("stop")
def stop_model() -> None:
    """Let no language model of this machine write any more."""
    of_this_machine().stop()


@models.command("fetch")
def fetch_model(
    name: Annotated[str, typer.Argument(help="A larger model, as `models list` shows it")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
) -> None:
    """Fetch a larger language model from the hub; its size and licence are shown first."""
    of_this_machine().fetch(name, lambda question: yes or typer.confirm(question))


@models.command("promote")
def promote_model(context: typer.Context, version: Number = None) -> None:
    """Say which stack is meant to run; without a number, the newest."""
    with context.obj.client() as client:
        before = stack.production_number(client)
        _tell_stack(client, before, stack.promote_stack(client, version))


@models.command("rollback")
def rollback_model(context: typer.Context) -> None:
    """Say that the stack that was in production before is meant to run."""
    with context.obj.client() as client:
        before = stack.production_number(client)
        _tell_stack(client, before, stack.rollback_stack(client))


def _tell_stack(client: Any, before: int | None, number: int) -> None:
    typer.echo(f"Stack {number} is the one in production.")
    if before is not None:
        one, other = (stack.stack_version(client, n).stack for n in (before, number))
        for part in stack.differing(one, other):
            typer.echo(f"  {part}: {one.get(part, '-')} -> {other.get(part, '-')}")
    typer.echo(
        "This loads no other models: start servers with that stack's settings. A server that runs another one says so "
        "in its log, in /healthz and in ih_stack_differs."
    )


def _text(which: str, file: Prompt, aliases: Any, texts: dict[str, Prompt]) -> tuple[str, str]:
    """Label and text of a version, alias or the file. Raises `RegistryRefused`."""
    if which == "file":
        return "file", file.text
    number = str(aliases[which]) if which in aliases else which
    if number not in texts:
        known = ", ".join([*texts, *sorted(aliases), "file"])
        raise RegistryRefused(f"{file.name} has no {which!r}. There are: {known}.")
    return (f"{which} (version {number})" if which != number else f"version {number}"), texts[number].text


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == columns[0])
    return table


def _what_failed(uri: str, error: Exception) -> str:
    place = urlsplit(uri)  # never with the password that an address may hold
    where = uri if place.scheme == "sqlite" else f"{place.hostname}:{place.port or place.scheme}"
    if "failed with exception" in str(error):
        return f"MLflow at {where} does not answer. MLFLOW_TRACKING_URI names the server; is it running?"
    first = (str(error).splitlines() or [""])[0][:200]
    return f"MLflow at {where} refused: {first} ({type(error).__name__}). MLFLOW_TRACKING_URI names server or database."


def _stop(message: str) -> NoReturn:
    typer.secho(message, fg="red", err=True)
    raise typer.Exit(1)
