"""The small licensed sample that comes with the product (see backend/tests/sample/README.md)."""

from __future__ import annotations

import av

from backend.config import ROOT

FOLDER = ROOT / "backend" / "tests" / "sample"
JOB = FOLDER / "job_software_developer.md"
RESUME = FOLDER / "resume_sam_rivers.md"
SPEECH = FOLDER / "answer.flac"


def speech_seconds() -> float:
    """Length of the spoken sample."""
    with av.open(str(SPEECH)) as container:
        return float(container.duration or 0) / 1_000_000
