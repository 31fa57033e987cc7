"""What a deployment may set: the product's own variables, and those of the programs beside it, each with its reason."""

from __future__ import annotations

from backend.config import Settings

NOT_OURS = {
    "FORWARDED_ALLOW_IPS": "uvicorn: whose X-Forwarded-For counts",
    "HOME": "programs that want to write into a home folder",
    "HF_HUB_OFFLINE": "no library looks for a model hub",
    "PYTHONUNBUFFERED": "logs at once",
    "PYTHONDONTWRITEBYTECODE": "the disk is read-only",
    "PATH": "the virtual environment",
}


def is_setting(name: str) -> bool:
    """Whether the product reads a variable of this name."""
    return name in {field.upper() for field in Settings.model_fields} | set(NOT_OURS)
