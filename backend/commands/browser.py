"""Browser journeys: the built web client in a real Chromium, with a fake microphone fed from a real recording."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import wave
from pathlib import Path

import av
from av.audio.resampler import AudioResampler

from backend.commands import sample
from backend.commands.running import own_server
from backend.config import ROOT


def run(part: str | None) -> int:
    """Exit code of the journeys (of one part of them, or all); 0 with a named reason where Chromium is missing."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("SKIPPED browser journeys: Chromium is not installed (Debian package: chromium)")
        return 0
    with tempfile.TemporaryDirectory(prefix="interview-helper-e2e-") as folder:
        microphone = Path(folder) / "microphone.wav"
        as_microphone(sample.SPEECH, microphone)
        with own_server(log=Path(folder) / "server.log") as base_url:
            command = ["node", "e2e/run.mjs", "--base", base_url, "--audio", str(microphone),
                       "--shots", str(Path(folder) / "shots"), "--chromium", chromium, *(["--part", part] if part else [])]  # fmt: skip
            return subprocess.run(command, cwd=ROOT / "frontend", check=False).returncode


def as_microphone(source: Path, target: Path) -> None:
    """Any recording as the 48 kHz 16-bit mono WAV that Chromium's fake microphone wants, after half a second."""
    resampler = AudioResampler(format="s16", layout="mono", rate=48_000)
    with av.open(str(source)) as container, wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes(b"\0\0" * 24_000)
        for frame in container.decode(audio=0):
            for piece in resampler.resample(frame):
                out.writeframes(piece.to_ndarray().tobytes())
