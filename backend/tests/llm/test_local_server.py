"""Supervision of the local server: start, restart, hang, stop, and the death of the parent."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from backend.errors import LlmUnavailable
from backend.llm.local_server import LocalChat
from backend.llm.ports import Message
from backend.llm.server_process import _parser, native_command
from backend.llm.supervisor import Care

FAKE = Path(__file__).resolve().parents[1] / "fakes" / "fake_llama_server.py"


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], LocalChat]:
    """A chat on the fake binary; the name of the model decides how it behaves."""
    binary = tmp_path / "llama-server"
    binary.write_text(FAKE.read_text().replace("/usr/bin/env python3", sys.executable, 1))
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR)

    def make(model: str) -> LocalChat:
        file = tmp_path / f"{model}.gguf"
        file.touch()
        care = Care(
            start_timeout_s=60, health_interval_s=0.1, health_timeout_s=0.5 if model == "stuck" else 60,
            back_off_s=(1,), stop_timeout_s=0.5,
        )  # fmt: skip
        return LocalChat(file, binary=binary, care=care)

    return make


@asynccontextmanager
async def running(chat: LocalChat) -> AsyncIterator[LocalChat]:
    try:
        yield chat
    finally:
        await chat.close()


async def said(chat: LocalChat) -> str:
    return "".join([text async for text in chat.stream([Message("user", "canary-prompt")], max_tokens=9)])


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_it_starts_answers_and_stops(made: Callable[[str], LocalChat]) -> None:
    async with running(made("good")) as chat:
        await chat.warm_up()
        assert await said(chat) == "Hello."
        pid = chat.server.pid
        assert pid is not None
    assert not alive(pid)
    with pytest.raises(LlmUnavailable):
        await said(chat)


async def test_it_gives_way_to_the_ear_and_the_voice(made: Callable[[str], LocalChat]) -> None:
    """Lower priority counts only within one session, where Linux groups processes by sessions."""
    async with running(made("good")) as chat:
        await chat.warm_up()
        pid = chat.server.pid or 0
        assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getsid(pid) == os.getsid(0)
        assert os.getpgid(pid) != os.getpgid(0), "Ctrl-C would reach it"


async def test_before_the_start_it_is_unavailable_at_once(made: Callable[[str], LocalChat]) -> None:
    with pytest.raises(LlmUnavailable):
        await said(made("good"))


async def test_it_comes_back_after_a_crash(made: Callable[[str], LocalChat]) -> None:
    async with running(made("good")) as chat:
        await chat.warm_up()
        assert chat.server.pid is not None
        os.kill(chat.server.pid, signal.SIGKILL)
        await until(lambda: not chat.server.ready)
        with pytest.raises(LlmUnavailable):
            await said(chat)
        await until(lambda: chat.server.ready)
        assert await said(chat) == "Hello."
        assert chat.server.starts == 2


async def test_a_server_that_hangs_is_replaced(made: Callable[[str], LocalChat]) -> None:
    async with running(made("stuck")) as chat:
        await chat.warm_up()
        first = chat.server.pid
        assert first is not None
        await until(lambda: chat.server.starts > 1 and chat.server.ready)
        assert not alive(first)


async def test_a_server_that_ignores_sigterm_is_killed(made: Callable[[str], LocalChat]) -> None:
    async with running(made("deaf")) as chat:
        await chat.warm_up()
        pid = chat.server.pid
        assert pid is not None
    assert not alive(pid)


async def test_a_model_that_cannot_be_loaded_is_reported_and_tried_again(
    made: Callable[[str], LocalChat], caplog: pytest.LogCaptureFixture
) -> None:
    async with running(made("crash")) as chat:
        with pytest.raises(LlmUnavailable):
            await chat.warm_up()
        await until(lambda: chat.server.starts > 1)
    said_by_server = [r.__dict__.get("server_says", "") for r in caplog.records]
    assert any("cannot load this model" in text for text in said_by_server)


async def test_a_missing_file_is_unavailable(tmp_path: Path) -> None:
    async with running(LocalChat(tmp_path / "none.gguf")) as chat:
        with pytest.raises(LlmUnavailable):
            await chat.warm_up()
        assert chat.server.starts == 0


async def test_output_is_drained_and_not_logged(
    made: Callable[[str], LocalChat], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(made("good")) as chat:
        await chat.warm_up()
        for _ in range(30):  # 12 kB of noise each; a pipe holds 64
            await said(chat)
    assert "noise" not in caplog.text
    assert "canary-prompt" not in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="uses /proc")
async def test_it_dies_with_its_parent(made: Callable[[str], LocalChat]) -> None:
    options = made("deaf").server.options
    script = (
        "import asyncio, os, signal\nfrom pathlib import Path\n"
        "from backend.llm.local_server import Care, LocalChat\n"
        "async def main():\n"
        f"    chat = LocalChat(Path({str(options.model)!r}), binary=Path({str(options.binary)!r}))\n"
        "    await chat.warm_up()\n"
        "    print(chat.server.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).resolve().parents[3]
    result = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    pid = int(result.stdout)
    await until(lambda: not alive(pid))


def test_the_binary_gets_the_same_settings() -> None:
    options = _parser().parse_args(
        ["--model", "m.gguf", "--port", "9", "--slots", "3", "--context", "2048", "--threads", "2", "--binary", "/b"]
    )
    command = " ".join(native_command(options))
    assert "--parallel 3" in command
    assert "--ctx-size 6144" in command
    assert "--host 127.0.0.1" in command
