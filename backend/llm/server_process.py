"""The child process in which the local llama.cpp server runs: `python -m backend.llm.server_process --model ...`.

The only file that imports xllamacpp. It answers on loopback with the key found in LLAMA_API_KEY, and ends when its
parent does: standard input is a pipe from the parent, and Linux is asked for SIGKILL as well. With `--binary` the
process becomes that llama-server instead (built for this processor), with the same settings.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_NICENESS = 10
"""The ear and the voice come first: beside them the model gets about a tenth of the processor, and alone all of it."""
_CACHE_RAM_MIB = 0
"""Prompt caches live in the slots only, so that memory has a known upper bound."""


def main(argv: list[str] | None = None) -> None:
    """Serve until killed or until standard input closes. Exit code 1: the model could not be loaded."""
    options = _parser().parse_args(argv)
    _die_with_parent(options.parent)
    # Ctrl-C in the terminal is for the parent, which drains first. Not a session of its own: Linux may share the processor
    # out by sessions first (sched_autogroup_enabled), and would not see that the model gives way.
    os.setpgid(0, 0)
    os.nice(_NICENESS)
    if options.binary is not None:
        os.execv(options.binary, native_command(options))  # noqa: S606
    _serve(options)


def native_command(options: argparse.Namespace) -> list[str]:
    """Command line of a llama-server binary with the same settings as the wheel gets; the key stays in its variable."""
    return [
        str(options.binary), "--model", str(options.model), "--alias", options.alias,
        "--host", "127.0.0.1", "--port", str(options.port),
        "--parallel", str(options.slots), "--ctx-size", str(options.slots * options.context),
        "--threads", str(options.threads), "--threads-batch", str(options.threads),
        "--batch-size", str(options.batch), "--ubatch-size", str(options.batch),
        "--flash-attn", "on", "--cont-batching", "--cache-ram", str(_CACHE_RAM_MIB),
        "--no-webui", "--no-slots", "--metrics",
    ]  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="GGUF file")
    parser.add_argument("--alias", default="local", help="name of the model in answers")
    parser.add_argument("--port", type=int, required=True, help="loopback port")
    parser.add_argument("--slots", type=int, default=4, help="prompt caches, and requests at a time")
    parser.add_argument("--context", type=int, default=4096, help="tokens of context of each slot")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32, help="prompt tokens between two looks at other requests")
    parser.add_argument("--binary", type=Path, default=None, help="llama-server to run instead of the wheel")
    parser.add_argument("--parent", type=int, default=None, help="process id to die with")
    return parser


def _die_with_parent(parent: int | None) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent is not None and os.getppid() != parent:  # it died before the line above
        os._exit(0)


def _serve(options: argparse.Namespace) -> None:
    import xllamacpp as xlc

    params = xlc.CommonParams()
    params.model.path = str(options.model)
    params.model_alias = {options.alias}
    params.hostnames = ["127.0.0.1"]
    params.port = options.port
    params.api_keys = [key for key in [os.environ.pop("LLAMA_API_KEY", "")] if key]
    params.n_parallel = options.slots
    params.n_ctx = options.slots * options.context
    params.kv_unified = False  # every slot owns its context; a long interview cannot starve the others
    params.fit_params = False  # no resizing behind our back
    params.n_gpu_layers = 0
    params.n_batch = options.batch
    params.n_ubatch = options.batch
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads = options.threads
    params.flash_attn_type = xlc.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
    params.cont_batching = True
    params.cache_prompt = True
    params.cache_ram_mib = _CACHE_RAM_MIB
    params.endpoint_slots = False  # it would show prompts
    params.endpoint_metrics = True
    params.ui = False
    params.verbosity = 1
    try:
        server = xlc.Server(params)
    except RuntimeError as problem:
        sys.stderr.write(f"the model could not be loaded: {problem}\n")
        os._exit(1)
    sys.stderr.write(f"serving on {server.listening_address}\n")
    sys.stderr.flush()
    while os.read(0, 4096):
        pass
    os._exit(0)  # the native threads have nothing to save, and waiting for them can hang


if __name__ == "__main__":
    main()
