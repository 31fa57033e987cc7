"""Points: what the proof lets pass of false points and premises, and what it holds of true ones, by kind."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.coaching.author.whole_text import WholeText
from backend.coaching.grounding import (
    Look,
    Material,
    SecondLook,
    SourceText,
    Verdict,
    prove_error,
    prove_point,
    prove_question,
    prove_rewrite,
    prove_said,
)
from backend.evaluation.figures import Absent, Report, mean, measured
from backend.llm.ports import Message
from backend.llm.prompts import PromptBook
from backend.llm.scripted import ScriptedChat

DATA = Path(__file__).parent / "data" / "points"
PROVABLE = frozenset(
    {"number", "arithmetic", "date", "person", "employer", "technology", "name", "quote_absent", "quote_altered", "miscount",
     "no_quote"}
)  # fmt: skip
"""Kinds of false points that code is held to; the others turn on meaning."""
_POINTS = ("strengths", "gaps", "errors")
_WHOLE = ("reaction", "rewrite")
_FLIPPED = 0.1


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a coach would say. `kind` is empty for what is true."""

    where: str
    said: Any
    material: Material
    kind: str = ""
    instead_of: str = ""
    """Of a false reaction or rewrite: the true one, whose sentences may stand in it."""

    @property
    def text(self) -> str:
        if isinstance(self.said, str):
            return self.said
        return str(self.said.get("text") or f"“{self.said.get('quote')}”: {self.said.get('correction')}")

    def proved(self) -> Verdict:
        """What code says of it."""
        said, material = self.said, self.material
        if self.where == "rewrite":
            return prove_rewrite(said, material)
        if isinstance(said, str):
            return prove_said(said, material, drill=self.where == "drill")
        if self.where == "errors":
            return prove_error(said["quote"], said["correction"], material)
        prove = prove_question if self.where == "question" else prove_point
        return prove(said["text"], said.get("quotes") or [], material)


def rows(path: Path) -> list[dict[str, Any]]:
    """One JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def material_of(row: Mapping[str, Any]) -> Material:
    """Answer and question with posting and resume."""
    documents = [SourceText("job_description", row["job"]), SourceText("resume", row["resume"])]
    return Material.of(row["answer"], row["question"], documents)


def points_of(row: Mapping[str, Any]) -> list[Item]:
    """The parts of the good reply, then the false items."""
    material, reply = material_of(row), row["reply"]
    drill = reply["drill"] or {}
    parts = [("reaction", reply["reaction"]), ("rewrite", reply["rewrite"]), ("drill", drill.get("instruction", ""))]
    true = [Item(where, said, material) for where in _POINTS for said in reply[where]]
    true += [Item(where, text, material) for where, text in parts if text]
    true.append(Item("question", reply["next_question"], material))
    whole = dict(parts)
    return true + [
        Item(f["list"], f["item"], material, f.get("kind", "false"), whole.get(f["list"], ""))
        for f in row["false_items"]
    ]


def questions_of(path: Path, answers: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Next questions over these answers, sound ones and such with an invented premise."""
    materials = {row["id"]: material_of(row) for row in answers}
    return [
        Item("question", row["question"], materials[row["answer_id"]], "" if row["sound"] else row["kind"])
        for row in rows(path)
    ]


async def looked_at(items: Sequence[Item], prompts: PromptBook, *, flipped: float = 0.0, seed: int = 7) -> list[Item]:
    """What is left of proved items after second looks that replay the labels, a share of them turned round.

    Of a reaction and a rewrite the product asks about every sentence too: a false one is left while any sentence is
    that is not a true one's, a true one only while it is whole.
    """
    draw = random.Random(seed)
    verdicts: dict[int, bool] = {}

    def replay(messages: Sequence[Message]) -> str:
        asked = json.loads(messages[-1].content)["points"]
        return json.dumps({"verdicts": [{"n": p["n"], "supported": verdicts[p["n"]]} for p in asked]})

    look = SecondLook(ScriptedChat([replay]), prompts, 2.0)
    left = []
    for start in range(0, len(items), 6):
        asked: list[tuple[Item, WholeText | None, list[Look]]] = []
        n = 1
        for item in items[start : start + 6]:
            text = WholeText(item.text, n) if item.where in _WHOLE else None
            sources = (item.material.answer,)
            asked.append((item, text, text.looks(sources) if text is not None else [Look(n, item.text, sources)]))
            n += len(asked[-1][2]) if text is None else len(text.sentences) + 1
        looks = [one for _, _, found in asked for one in found]
        verdicts = {
            one.n: _is_true(one.text, item) != (draw.random() < flipped) for item, _, found in asked for one in found
        }
        told = await look.look(looks, slot="evaluation")
        left += [item for item, text, found in asked if _stays(item, text, found, told)]
    return left


def _is_true(text: str, item: Item) -> bool:
    return not item.kind or (text != item.text and text in item.instead_of)


def _stays(item: Item, text: WholeText | None, found: Sequence[Look], told: Mapping[int, bool]) -> bool:
    if text is None:
        return told.get(found[0].n, True)
    left = text.left(told, of_one_piece=item.where == "rewrite")
    if not item.kind:
        return left == text.sentences
    return any(s not in item.instead_of for s in left) or left == text.sentences


async def evaluate_points(report: Report, prompts: PromptBook) -> None:
    """Both sets: the one the proof was made on, with its cases, and, where it lies there, the one that nobody who made it
    has read."""
    for name, words in (
        ("seen", "own points, the proof was made on them"),
        ("unseen", "own points, read by nobody who made the proof"),
    ):
        path = DATA / f"{name}.jsonl"
        if not path.exists():
            report.absent.append(Absent("Points", words))
            continue
        answers = rows(path)
        points = [item for row in answers for item in points_of(row)]
        questions = questions_of(DATA / f"questions_{name}.jsonl", answers)
        if name == "seen":
            report.notes += [
                f"proof ({i.kind or 'true'}, {i.where}): {i.text}" for i in [*points, *questions] if _wrong(i)
            ]
        where = f"{words}, {len(answers)} answers"
        await _figures(report, "Points", [i for i in points if i.where in _POINTS], prompts, where)
        await _said_at_once(report, [i for i in points if i.where not in _POINTS], prompts, where)
        await _figures(report, "Next questions", questions, prompts, f"{where}, {len(questions)} questions")


def _wrong(item: Item) -> bool:
    return item.proved().ok == bool(item.kind) and (not item.kind or item.kind in PROVABLE)


async def _figures(report: Report, area: str, items: Sequence[Item], prompts: PromptBook, data: str) -> None:
    by_kind: dict[str, list[float]] = defaultdict(list)
    proved = [item for item in items if item.proved().ok]
    for item in items:
        if item.kind:
            by_kind[item.kind].append(float(item in proved))
    false, true = [i for i in items if i.kind], [i for i in items if not i.kind]
    bars = {"passes code": [float(i in proved) for i in false if i.kind in PROVABLE]}
    report.figures.append(
        measured(
            area,
            "false of provable kinds, passes code",
            bars["passes code"],
            mean,
            data=data,
            of="items",
            wanted="<= 0.01",
        )
    )
    for kind, passes in sorted(by_kind.items(), key=lambda pair: (pair[0] not in PROVABLE, pair[0])):
        wanted = "<= 0.01" if kind in PROVABLE else ""
        report.figures.append(
            measured(area, f"{kind}, passes code", passes, mean, data=data, of="items", wanted=wanted)
        )
    for name, share, most in (("", 0.0, "<= 0.02"), (", a tenth of the verdicts turned round", _FLIPPED, "")):
        left = await looked_at(proved, prompts, flipped=share)
        still = [float(i in left) for i in false]
        report.figures.append(
            measured(area, f"false, left after second looks{name}", still, mean, data=data, of="items", wanted=most)
        )
        if share:
            lost = [float(i not in left) for i in true]
            report.figures.append(measured(area, f"true, lost{name}", lost, mean, data=data, of="items"))
    held = [float(i not in proved) for i in true]
    report.figures.append(measured(area, "true, held by code", held, mean, data=data, of="items", wanted="<= 0.05"))


async def _said_at_once(report: Report, items: Sequence[Item], prompts: PromptBook, data: str) -> None:
    """Reaction, rewrite, drill and question of the reply. A reaction is said by code's word alone; what is shown of it,
    and the rewrite, is looked at."""

    def add(name: str, values: list[float], wanted: str = "") -> None:
        report.figures.append(measured("Points", name, values, mean, data=data, of="items", wanted=wanted))

    false = [i for i in items if i.kind]
    for name, group, wanted in (
        ("of provable kinds", [i for i in false if i.kind in PROVABLE], "<= 0.01"),
        ("by meaning", [i for i in false if i.kind not in PROVABLE], ""),
    ):
        add(f"reactions and rewrites, false {name}, passes code", [float(i.proved().ok) for i in group], wanted)
    whole = [i for i in items if i.where in _WHOLE]
    proved = [i for i in whole if i.proved().ok]
    for name, share, wanted in (("", 0.0, "<= 0.02"), (", a tenth of the verdicts turned round", _FLIPPED, "")):
        left = await looked_at(proved, prompts, flipped=share)
        name = f"shown of reactions and rewrites, false, left after second looks{name}"
        add(name, [float(i in left) for i in whole if i.kind], wanted)
    for where in ("reaction", "rewrite", "drill", "question"):
        held = [float(not i.proved().ok) for i in items if i.where == where and not i.kind]
        add(f"true, {where} held by code", held, "<= 0.05")
