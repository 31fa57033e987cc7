"""`interview-helper serve | demo | bench | e2e | docs`."""

from __future__ import annotations

import asyncio
import socket
from types import FrameType

import typer
import uvicorn
from fastapi import FastAPI

from backend.app import create_app
from backend.config import Settings
from backend.observability.logs import configure

main = typer.Typer(no_args_is_help=True, add_completion=False, help="Interview Helper: practise interviews out loud.")


class DrainingServer(uvicorn.Server):
    """On the first SIGTERM or Ctrl-C no new turn begins and running ones finish; on the second it stops at once."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_s: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_s = drain_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._loop is None or not self.started or self._draining is not None:
            super().handle_exit(sig, frame)
        else:
            self._loop.call_soon_threadsafe(self._begin_drain, sig)

    def _begin_drain(self, sig: int) -> None:
        if self._draining is None:
            self._draining = asyncio.ensure_future(self._drain(sig))

    async def _drain(self, sig: int) -> None:
        await self._app.state.services.room.active.drain(self._drain_s)
        super().handle_exit(sig, None)


@main.command()
def serve() -> None:
    """Serve the API and the web client on one port."""
    settings = Settings()
    configure(settings.log_level)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=round(settings.drain_s) + 5,
    )
    server = DrainingServer(config, app, settings.drain_s)
    typer.echo(f"==> http://{settings.host}:{settings.port}  (Ctrl-C stops it)")
    server.run()


if __name__ == "__main__":
    main()
