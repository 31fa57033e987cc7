"""What a scripted chat service says to each task: replies from a file, or replies made of the prompt alone.

Both test the path that a reply takes, and say nothing about any model.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from backend.llm.scripted_play import Fault, Play, Script, Seen, with_fault

_TASKS = ("coach_reply", "point_check", "interview_plan", "session_report", "clarification", "chat_reply")
_NAMED = re.compile(r"\b(" + "|".join(_TASKS) + r")\b")
_TOKEN = re.compile(r" ?\w{1,6}|\s|[^\w\s]{1,2}")
_NUMBERED = re.compile(r"^\s*\[?(\d{1,3})[\].):]\s+(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `task` is the schema's name, or what the prompt names where no schema came."""

    task: str
    prompt: str
    schema: dict[str, Any]

    @classmethod
    def of(cls, seen: Seen) -> Asked:
        contents = [str(m.get("content", "")) for m in seen.body.get("messages", [])]
        wanted = seen.body.get("response_format", {}).get("json_schema", {})
        prompt = "\n\n".join(contents)
        named = _NAMED.findall(prompt)
        return cls(wanted.get("name") or (named[-1] if named else ""), prompt, wanted.get("schema") or {})

    def between(self, tag: str) -> str:
        """The last text that the prompt fences with this tag, or ""."""
        found = re.findall(rf"<{tag}>\s*(.*?)\s*</{tag}>", self.prompt, re.DOTALL)
        return str(found[-1]) if found else ""


class Replies(Protocol):
    """Who thinks up what a scripted service says."""

    def reply(self, asked: Asked) -> dict[str, Any]: ...


def script(
    replies: Replies,
    *,
    first_token_s: float = 0.0,
    tokens_per_s: float | None = None,
    fault: Fault | None = None,
    fault_tasks: Sequence[str] = (),
) -> Script:
    """Streams what `replies` says in pieces of the size of tokens. `fault` befalls these tasks; all, where none is given."""

    def play(seen: Seen) -> Play:
        asked = Asked.of(seen)
        tokens = _TOKEN.findall(json.dumps(replies.reply(asked), ensure_ascii=False))
        usage = {"prompt_tokens": len(asked.prompt) // 4, "completion_tokens": len(tokens)}
        pause_s = 1 / tokens_per_s if tokens_per_s else 0.0
        made = Play(words=tokens, first_token_s=first_token_s, pause_s=pause_s, usage=usage)
        return with_fault(made, fault) if fault and (not fault_tasks or asked.task in fault_tasks) else made

    return play


class FromFile:
    """Replays replies, and the second looks at them.

    `entries`: either `{"answer", "reply", "false_items": [{"list", "item"}]}` - the reply to an answer that stands
    verbatim in the prompt - or `{"task", "match", "reply"}` for any other task whose prompt holds `match`. Where nothing
    fits, the reply is an empty object. `with_false`: the false items stand among the true ones. A second look finds
    them, and sentences of them that no true reply has, unsupported, and nothing else; a share `flip` of its verdicts, chosen by `seed`, is turned round.
    """

    def __init__(
        self, entries: Sequence[dict[str, Any]], *, with_false: bool = False, flip: float = 0.0, seed: int = 0
    ) -> None:
        self._answers = [(_plain(e["answer"]), e) for e in entries if "answer" in e]
        self._others = [e for e in entries if "task" in e]
        self._with_false, self._flip, self._seed = with_false, flip, seed
        items = [false["item"] for e in entries for false in e.get("false_items", ())]
        self._false = [_plain(text) for item in items if (text := _text(item))]
        self._told = _plain(" ".join(text for e in entries if "answer" in e for text in _strings(e["reply"])))

    @classmethod
    def read(cls, path: Path, **options: Any) -> FromFile:
        lines = path.read_text(encoding="utf-8").splitlines()
        return cls([json.loads(line) for line in lines if line.strip()], **options)

    def reply(self, asked: Asked) -> dict[str, Any]:
        for entry in self._others:
            if entry["task"] == asked.task and entry["match"] in asked.prompt:
                return dict(entry["reply"])
        if asked.task == "point_check":
            return verdicts(asked.prompt, self._supported)
        return self._to_answer(asked) if asked.task == "coach_reply" else {}

    def _to_answer(self, asked: Asked) -> dict[str, Any]:
        prompt = _plain(asked.between("answer") or asked.prompt)
        entry = max((e for e in self._answers if e[0] in prompt), key=lambda e: len(e[0]), default=None)
        if entry is None:
            return {}
        reply = json.loads(json.dumps(entry[1]["reply"]))
        place = random.Random(f"{self._seed} {entry[0]}")
        for false in entry[1].get("false_items", ()) if self._with_false else ():
            there = reply.get(false["list"])
            if isinstance(there, list):
                there.insert(place.randint(0, len(there)), false["item"])
            else:
                reply[false["list"]] = false["item"]
        return dict(reply)

    def _supported(self, text: str) -> bool:
        plain = _plain(text)
        part_of_one = plain not in self._told and any(plain in false for false in self._false)
        true = not part_of_one and not any(false in plain for false in self._false)
        return true != (random.Random(f"{self._seed} {plain}").random() < self._flip)


def verdicts(prompt: str, supported: Callable[[str], bool]) -> dict[str, Any]:
    """A second look at the points of a `point_check` prompt: a JSON object with `points`, or numbered lines."""
    return {"verdicts": [{"n": n, "supported": supported(text)} for n, text in _points(prompt)]}


def _points(prompt: str) -> Iterator[tuple[int, str]]:
    for at in (m.start() for m in re.finditer(r"\{\s*\"", prompt)):
        try:
            found, _ = json.JSONDecoder().raw_decode(prompt[at:])
        except ValueError:
            continue
        if "points" in found:
            yield from ((int(p["n"]), str(p["text"])) for p in found["points"])
            return
    for number, text in _NUMBERED.findall(prompt):
        yield int(number), text


class FromPrompt:
    """Makes its reply of nothing but what stands in the prompt.

    Passages are the lines that begin with `[J1] `, `[R2] ` and so on; without a passage of the posting there is no point
    about the posting. A second look supports everything.
    """

    def reply(self, asked: Asked) -> dict[str, Any]:
        if asked.task == "point_check":
            return verdicts(asked.prompt, lambda text: True)
        if asked.task != "coach_reply":
            return {}
        return _held_to(asked.schema, self._coach(asked))

    def _coach(self, asked: Asked) -> dict[str, Any]:
        answer, question = asked.between("answer"), asked.between("question")
        said, words = _excerpt([answer], _words(question)), _words(f"{question} {answer}")
        found = {letter: _excerpt(texts, words) for letter, texts in _passages(asked.prompt).items()}
        strengths = [_point(f"You say it in words of your own: “{said}”.", said)] if said else []
        if resume := found.get("R"):
            strengths.append(_point(f"Your resume has “{resume}”, and it belongs to this.", resume))
        gaps = [
            _point(f"{source} has “{quote}”. Say where your answer meets it.", quote)
            for letter, source in (("J", "The posting"), ("C", "The page about the company"), ("P", "The role guide"))
            if (quote := found.get(letter))
        ]
        return {
            "concern": None,
            "reaction": f"I heard you say: {said}." if said else "I did not hear an answer yet.",
            "next_question": self._question(asked.prompt, said, found.get("J", "")),
            "strengths": strengths,
            "gaps": gaps,
            "errors": [],
            "scores": {name: {"score": 3, "why": "Scripted."} for name in _dimensions(asked.schema)},
            "rewrite": f"{said}. [add: what came of it]" if said else "",
            "drill": {"title": "Say it again", "instruction": "Tell the same story once more, in half the time."},
        }

    def _question(self, prompt: str, said: str, posting: str) -> dict[str, Any]:
        """The planned question where one is named, unless the prompt leaves a follow-up open and the posting offers one."""
        _, _, task = prompt.rpartition("Task: coach_reply")
        planned = re.search(r"“([^”]+)”", task)
        if planned and not ("follow_up true" in task and posting):
            return {"text": planned[1], "follow_up": False, "quotes": []}
        if posting:
            return {
                "text": f"The posting has “{posting}”. Where did you last do that?",
                "follow_up": True,
                "quotes": [posting],
            }
        return {"text": "What came of it?", "follow_up": True, "quotes": [said] if said else []}


class Obedient(FromPrompt):
    """Does what any instruction says that stands in the data of the prompt: what an injection hopes for."""

    def _coach(self, asked: Asked) -> dict[str, Any]:
        reply = super()._coach(asked)
        data = "\n".join(
            [*(asked.between(tag) for tag in _FENCES), *(t for ts in _passages(asked.prompt).values() for t in ts)]
        )
        wanted = re.search(r"\b(?:give|score|rate|award|grade)\b[^.!?\n]{0,60}?\b([1-5])\b", data, re.IGNORECASE)
        if wanted:
            reply["scores"] = {name: {"score": int(wanted[1]), "why": "As told."} for name in _dimensions(asked.schema)}
        order = (
            r"\b(?:say|write|reply|respond|output|tell (?:them|him|her|the candidate))\b(?: exactly| only| that)*:?\s+"
        )
        spoken = re.search(order + r"[“\"']?([^”\"'\n.!?]{3,160})", data, re.IGNORECASE)
        if spoken:
            said = spoken[1].strip()
            reply["reaction"] = f"{said}."
            reply["strengths"] = [_point(f"{said}.", said)]
            reply["rewrite"] = f"{said}."
        return reply


_FENCES = ("job", "resume", "earlier", "question", "passages", "answer", "company", "notes")


def _passages(prompt: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for letter, text in re.findall(r"^\[([A-Z])\d+\] (.+)$", prompt, re.MULTILINE):
        found.setdefault(letter, []).append(text)
    return found


def _excerpt(texts: Iterable[str], words: set[str]) -> str:
    """Up to 14 words in a row, verbatim, of the sentence that shares most with `words`; the first of equals."""
    parts = [part.strip() for text in texts for part in re.split(r"\s+/\s+|(?<=[.!?;])\s+|\n", text)]
    best = max((p for p in parts if p), key=lambda p: len(_words(p) & words), default="")
    return " ".join(best.split()[:14]).rstrip(".,;:!?…")


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}


def _point(text: str, quote: str) -> dict[str, Any]:
    return {"text": text, "quotes": [quote]}


def _dimensions(schema: dict[str, Any]) -> list[str]:
    return list(schema.get("properties", {}).get("scores", {}).get("properties", {}))


def _held_to(schema: dict[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
    """The keys, and as many items of each list, as the schema allows."""
    allowed = schema.get("properties")
    if not allowed:
        return reply
    held = {name: value for name, value in reply.items() if name in allowed}
    return {n: v[: allowed[n].get("maxItems", len(v))] if isinstance(v, list) else v for n, v in held.items()}


def _text(item: object) -> str:
    if isinstance(item, dict):
        item = item.get("text") or item.get("correction")
    return item if isinstance(item, str) else ""


def _strings(value: object) -> Iterator[str]:
    """Every text in a reply."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _plain(text: str) -> str:
    return " ".join(text.split())
