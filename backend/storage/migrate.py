"""Brings a database to the present schema; refuses one that a newer version has made."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

_HERE = Path(__file__).parent


class NewerSchema(RuntimeError):
    """The database was made by a newer version of the product."""


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    config.attributes["url"] = url
    return config


async def upgrade(url: str) -> None:
    """Run every migration that is missing. Raises `NewerSchema`."""
    await asyncio.to_thread(_upgrade, url)


def _upgrade(url: str) -> None:
    try:
        command.upgrade(alembic_config(url), "head")
    except CommandError as error:
        if "Can't locate revision" in str(error):
            raise NewerSchema(
                "The database was made by a newer version of Interview Helper. "
                "Run that version, or point DATABASE_URL at another database."
            ) from error
        raise
