"""Questions for anybody's line: what is asked about a line of a resume or a posting, and how an answer is followed up.

Two markdown files hold them. `lines.md`: `## Resume: position` and the like, with one question an item; `{line}` is where a
whole line is read out as a quotation, `{skill}` where the name of a skill is put. `follow_ups.md`: `## group`, with one
follow-up an item, as in a role pack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from backend.jobs.role_packs import FOLLOW_UP, RolePackInvalid, RolePacks, WrittenFollowUp, follow_up_of
from backend.rag.documents import PackText
from backend.rag.embedders import HashEmbedder
from backend.rag.ports import Embedder

FOLDER = Path(__file__).parent / "question_bank"

Group = Literal[
    "no_story", "no_action", "no_result", "no_situation", "we_only", "bad_end", "good_end", "unmeasured", "decision", "conflict",
    "mistake", "learning", "plan_only", "never_done", "opinion", "explanation", "self_description", "very_short", "handover",
    "pressure", "customer", "figures", "tool",
]  # fmt: skip
"""What an answer is like for which a follow-up was written."""
GROUPS: tuple[Group, ...] = get_args(Group)
DESCRIBED: dict[Group, str] = {
    "no_story": "they speak in general and tell of no particular time",
    "no_action": "they tell what happened, but not what they did themselves",
    "no_result": "they tell what they did, but not what came of it",
    "no_situation": "they tell what they did, but not what it was about",
    "we_only": "everything was done by us, by the team",
    "bad_end": "it ended badly and did not work out",
    "good_end": "it ended well and people were pleased",
    "unmeasured": "it became better, faster or cheaper",
    "decision": "they chose one way over another",
    "conflict": "other people disagreed or were difficult",
    "mistake": "they made a mistake themselves",
    "learning": "they learned something new",
    "plan_only": "they say what they would do",
    "never_done": "they have never done this",
    "opinion": "they give their opinion",
    "explanation": "they explain how something works",
    "self_description": "they describe what kind of person they are and their career",
    "very_short": "they say only a few words",
    "handover": "they told, trained or informed others",
    "pressure": "there was too little time, money or staff",
    "customer": "a customer, patient, pupil or guest needed something",
    "figures": "they give a number",
    "tool": "they used a tool, a method or a machine",
}
"""What holds of an answer of each group, in the words in which conditions are written."""


@dataclass(frozen=True, slots=True)
class GeneralFollowUp:
    """A follow-up that fits answers to any question of which its group and its condition hold."""

    group: Group
    written: WrittenFollowUp


class QuestionLines:
    """Both files, each read once when it is first needed. Raises `RolePackInvalid` where one is not as expected."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    @cached_property
    def about(self) -> dict[str, tuple[str, ...]]:
        """Section of lines.md ("Resume: position") -> its questions."""
        found: dict[str, list[str]] = {}
        for section, item, line in _items(self._folder / "lines.md"):
            if not section.startswith("Signs:") and not item.endswith("?"):
                raise RolePackInvalid(self._folder / "lines.md", line, "an item ends with a question mark")
            found.setdefault(section, []).append(item)
        return {section: tuple(items) for section, items in found.items()}

    @cached_property
    def follow_ups(self) -> tuple[GeneralFollowUp, ...]:
        path = self._folder / "follow_ups.md"
        found = []
        for section, item, line in _items(path):
            written = FOLLOW_UP.fullmatch(f"- {item}")
            if section not in GROUPS or written is None:
                raise RolePackInvalid(path, line, "a follow-up reads: - (said: ...), (unsaid: ...) or (any) ...?")
            found.append(GeneralFollowUp(section, follow_up_of(written)))
        return tuple(found)

    @property
    def keys(self) -> list[str]:
        """What the follow-ups are found by, each once."""
        return list(dict.fromkeys([*DESCRIBED.values(), *(key for f in self.follow_ups for key in f.written.keys)]))


def texts_for_index(packs: RolePacks, lines: QuestionLines, embedder: Embedder) -> list[PackText]:
    """What the index holds of the bank: the passages of every pack, and, where the embedder knows meaning, what questions and
    follow-ups are found by."""
    meaning = not isinstance(embedder, HashEmbedder)
    found = [PackText(p.name, p.title, p.text, p.passages, p.keys if meaning else ()) for p in packs.all()]
    return [*found, PackText("follow_ups", "Follow-ups", "", (), lines.keys)] if meaning else found


def _items(path: Path) -> Iterator[tuple[str, str, int]]:
    """(section, item, number of its line) of a file."""
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            section = line[3:].strip()
        elif re.match(r"- \S", line) and section:
            yield section, line[2:].strip(), number
