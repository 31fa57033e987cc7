"""docs/configuration.md, docs/errors.md, docs/observability.md, .env.example and the rules of Prometheus for Kubernetes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic_core import PydanticUndefined

from backend.commands import observability_docs
from backend.config import ROOT, Settings
from backend.errors import AppError, all_errors


def write(root: Path = ROOT) -> list[Path]:
    """Write the generated documents; returns their paths."""
    pages = {
        root / "docs" / "configuration.md": configuration(),
        root / "docs" / "errors.md": errors(),
        root / "docs" / "observability.md": observability_docs.page(),
        root / ".env.example": env_example(),
        root / "k8s" / "components" / "monitoring" / "prometheus-rule.yaml": prometheus_rule(),
    }
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")
    return list(pages)


def configuration() -> str:
    lines = [
        "# Configuration",
        "",
        "Generated from `backend/config.py` by `make docs`; do not edit. Every setting is an environment variable and",
        "has a default that works offline; a `.env` file in the working directory is read too.",
        "",
        "| variable | default | what it does |",
        "| --- | --- | --- |",
    ]
    for name, field in Settings.model_fields.items():
        text = " ".join((field.description or "").split()).replace("|", "\\|")
        lines.append(f"| `{name.upper()}` | {_default(field.default)} | {text} |")
    return "\n".join(lines) + "\n"


def errors() -> str:
    lines = [
        "# Errors",
        "",
        "Generated from `backend/errors.py` by `make docs`; do not edit. Every error answer is the envelope of the",
        "contract with one of these codes; *again* says whether trying again can help.",
        "",
        "| code | stage | status | again | what the person reads |",
        "| --- | --- | --- | --- | --- |",
    ]
    found: dict[str, type[AppError]] = {e.code: e for e in all_errors()}
    for code, error in sorted(found.items(), key=lambda item: (item[1].stage, item[0])):
        again = "yes" if error.retryable else "no"
        lines.append(f"| `{code}` | {error.stage} | {error.status} | {again} | {error.message_safe} |")
    return "\n".join(lines) + "\n"


def env_example() -> str:
    lines = ["# Every setting with its default (see docs/configuration.md). Nothing here has to be set.", ""]
    for name, field in Settings.model_fields.items():
        lines += [f"# {line}" for line in _wrapped(field.description or "")]
        lines += [f"# {name.upper()}={_plain(field.default)}", ""]
    return "\n".join(lines)


def prometheus_rule() -> str:
    """The rules and alerts of deploy/prometheus as the Prometheus operator takes them: in one file, where a group's name
    may stand only once, so that of its file goes before it."""
    groups = [
        {**group, "name": f"{path.stem}-{group['name']}"}
        for path in sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    ]
    rule = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "interview-helper"},
        "spec": {"groups": groups},
    }
    head = "# Generated from deploy/prometheus/rules by `make docs`; do not edit.\n"
    return head + yaml.safe_dump(rule, sort_keys=False, allow_unicode=True, width=120)


def _default(value: Any) -> str:
    text = _plain(value)
    return f"`{text}`" if text else "-"


def _plain(value: Any) -> str:
    if value is None or value is PydanticUndefined or value == []:
        return ""
    if isinstance(value, Path):
        return str(value.relative_to(ROOT)) if value.is_relative_to(ROOT) else str(value)
    return str(value)


def _wrapped(text: str, width: int = 110) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) + 1 > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
