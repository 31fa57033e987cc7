"""Word lists that tell what a sentence is made of, kept as data in words.yaml."""

from __future__ import annotations

from pathlib import Path

import yaml

WORDS: dict[str, frozenset[str]] = {
    name: frozenset(text.split())
    for name, text in yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")).items()
}
"""List name -> lower-case words."""
