"""Typefaces of the printed report: Noto for the thirteen languages as fetched with the models, DejaVu for what is left."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from backend.models.manifest import ModelMissing, where

FETCHED = {"noto-sans": "Noto Sans", "noto-sans-arabic": "Noto Sans Arabic", "noto-sans-cjk": "Noto Sans CJK"}
"""Name in the manifest of models -> family."""
LAST = "Last Resort High-Efficiency"
"""Draws a box with a sample of the script for a letter that no other has; the letter itself stays in the text."""
_REGIONS = {"ja": "JP", "ko": "KR"}
_CALLED = {
    "CJK": "Chinese characters", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean",
    "DEVANAGARI": "Devanagari",
}  # fmt: skip
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_SELECTORS = range(0xFE00, 0xFE10)


@dataclass(frozen=True, slots=True, eq=False)
class Typefaces:
    """What a report is set in. `absent`: names in the manifest of those that have not been fetched."""

    fonts: typst.Fonts
    files: tuple[Path, ...]
    absent: tuple[str, ...]

    def families(self, language: str) -> list[str]:
        """By falling preference; of Chinese, Japanese and Korean forms those of this language."""
        there = [family for name, family in FETCHED.items() if name not in self.absent]
        region = _REGIONS.get(language, "SC")
        return [f"{f} {region}" if f.endswith("CJK") else f for f in there] + ["DejaVu Sans", LAST]

    def missing(self, text: str) -> Counter[str]:
        """Script -> how many of its letters in the text have no typeface here."""
        lacking = {c for c in set(text) if unicodedata.category(c) not in _UNSEEN and ord(c) not in _SELECTORS}
        for file in self.files:
            if not lacking:
                break
            lacking -= {chr(code) for code in _codes(file)}
        return Counter(_script(c) for c in text if c in lacking)


@cache
def typefaces(models_dir: Path) -> Typefaces:
    """Those in the folder of the models, and DejaVu. Takes a fifth of a second once.

    Raises `RuntimeError` without matplotlib, whose package holds DejaVu.
    """
    spec = find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("matplotlib is missing: its DejaVu typefaces are those of last choice")
    dejavu = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    files, absent = [], []
    for name in FETCHED:
        try:
            files.append(where(name, models_dir))
        except ModelMissing:
            absent.append(name)
    folders = [dejavu, *(file.parent for file in files)]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return Typefaces(fonts, (dejavu / "DejaVuSans.ttf", *files), tuple(absent))


@cache
def _codes(file: Path) -> frozenset[int]:
    with TTFont(file, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _script(letter: str) -> str:
    """What a reader calls the script of a letter; signs and pictures have none."""
    if unicodedata.category(letter)[0] not in "LM":
        return "signs and emoji"
    first = unicodedata.name(letter, "unknown").split()[0]
    return _CALLED.get(first, first.capitalize())
