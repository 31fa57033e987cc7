"""Fixtures shared by the journeys: the product on fast doubles, and the product on its real models."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from backend.app import create_app
from backend.commands.running import own_server
from backend.config import Settings
from backend.jobs.question_lines import QuestionLines, texts_for_index
from backend.jobs.role_packs import built_in_packs
from backend.rag.chroma_rows import collection_name
from backend.rag.embedders import HashEmbedder
from backend.rag.pack_index import build_pack_index, pack_words
from backend.tests.client import ContractClient
from backend.wiring import bank_index_folder

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
SAMPLE = Path(__file__).parent / "sample"


def early_in_a_minute(seconds: float) -> None:
    """Wait until the clock's minute lasts so long: limits count by it, and a new one lets a little more through."""
    if (left := 60 - time.time() % 60) < seconds:
        time.sleep(left + 0.1)


@cache
def bank_is_ready() -> None:
    """The bank is indexed for hashed words and read once in this process, so that no turn of a test waits for it."""
    embedder = HashEmbedder()
    texts = texts_for_index(built_in_packs(), QuestionLines(), embedder)
    folder = bank_index_folder(Settings(_env_file=None), texts, embedder)
    build_pack_index(folder, texts, embedder)
    pack_words(folder, collection_name(embedder.name, embedder.dimensions))


class LoopbackServer:
    """A real uvicorn on a free loopback port, in a thread of this process."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_config=None, timeout_graceful_shutdown=3)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> LoopbackServer:
        bank_is_ready()
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the server did not start")
            threading.Event().wait(0.02)
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=60)
        self._socket.close()


def fast_settings(folder: Path, **values: object) -> Settings:
    """The product on shipped doubles: no weights, no network, answers at once."""
    base: dict[str, object] = {
        "asr": "scripted", "llm": "scripted", "tts": "tone", "embedder": "hash", "mlflow_tracking_uri": "off",
        "data_dir": folder, "frontend_dir": folder / "no-frontend", "requests_per_minute": 100_000,
        "guests_per_minute": 100_000, "drain_s": 2.0,
    }  # fmt: skip
    return Settings(_env_file=None, **{**base, **values})


@pytest.fixture(scope="session")
def fast_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackServer]:
    """One server on doubles for all tests that do not change its state for others."""
    app = create_app(fast_settings(tmp_path_factory.mktemp("fast")))
    with LoopbackServer(app) as server:
        yield server


@pytest.fixture
def client(fast_product: LoopbackServer) -> Iterator[ContractClient]:
    """A new guest of the fast product."""
    with ContractClient(fast_product.base_url) as guest:
        yield guest


@pytest.fixture(scope="session")
def real_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The product as `make run` starts it: its own process, real ears, model, voice and retrieval."""
    log = tmp_path_factory.mktemp("real") / "server.log"
    env = {"REQUESTS_PER_MINUTE": "100000", "GUESTS_PER_MINUTE": "100000"}
    with own_server(env, log=log) as base_url:
        yield base_url
