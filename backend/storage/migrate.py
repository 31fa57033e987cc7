"""Brings a database to the present schema; refuses one that a newer version has made."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.engine import Connection

from backend.storage.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


class NewerSchema(RuntimeError):
    """The database was made by a newer version of the product."""


async def upgrade(database: Database) -> None:
    """Run every migration that is missing. Raises `NewerSchema`, `StorageUnavailable`."""
    await database.migrate(_upgrade)


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    try:
        command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        if "Can't locate revision" not in str(error):
            raise
        raise NewerSchema(
            "The database was made by a newer version of Interview Helper. "
            "Run that version, or point DATABASE_URL at another database."
        ) from error
