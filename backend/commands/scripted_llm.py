"""`interview-helper scripted-llm`: a scripted chat service to point LLM_URL at."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from backend.llm.scripted_play import FAULTS
from backend.llm.scripted_replies import FromFile, FromPrompt, Obedient, Replies, script
from backend.llm.scripted_service import ScriptedService


def run(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on loopback; 0 takes a free one")] = 0,
    replies: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Replies to replay (JSON lines)")
    ] = None,
    mode: Annotated[
        Literal["honest", "obedient"],
        typer.Option(help="Without a file: replies made of the prompt; `obedient` does what its data says"),
    ] = "honest",
    with_false: Annotated[bool, typer.Option(help="Put the file's false items among the true ones")] = False,
    first_token: Annotated[float, typer.Option(min=0, help="Seconds to the first token")] = 0.4,
    tokens_per_s: Annotated[float, typer.Option(min=1, help="Tokens a second after it")] = 60.0,
    flip: Annotated[float, typer.Option(min=0, max=1, help="Share of second looks turned round")] = 0.0,
    seed: Annotated[int, typer.Option(help="Decides which")] = 0,
    fault: Annotated[str, typer.Option(help=f"What goes wrong each time: {', '.join(FAULTS)}")] = "",
    fault_task: Annotated[list[str] | None, typer.Option(help="Only with this task; may be repeated")] = None,
) -> None:
    """Serve scripted replies as an OpenAI-compatible service does. It tests the path of a reply, not a model."""
    if fault and fault not in FAULTS:
        raise typer.BadParameter(f"one of {', '.join(FAULTS)} is wanted", param_hint="--fault")
    author: Replies = FromFile.read(replies, with_false=with_false, flip=flip, seed=seed) if replies else FromPrompt()
    if replies is None and mode == "obedient":
        author = Obedient()
    options: dict[str, Any] = {"fault": fault or None, "fault_tasks": fault_task or ()}
    service = ScriptedService(script=script(author, first_token_s=first_token, tokens_per_s=tokens_per_s, **options))
    asyncio.run(_serve(service, port))


async def _serve(service: ScriptedService, port: int) -> None:
    async with service.running(port):
        typer.echo(f"==> LLM_URL={service.url} LLM_MODEL=scripted  (Ctrl-C stops it)")
        await asyncio.Event().wait()
