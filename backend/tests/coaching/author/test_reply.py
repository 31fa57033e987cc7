"""The reply is read leniently: whatever a model sends, what can be used is used and nothing raises."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.coaching.author.reply import PARTS, SHORT, CoachReply, Part, ReplyReader, reply_schema
from backend.coaching.feedback import ConcernKind
from backend.tests.coaching.author.replies import REPLY


def reply_as_json(reply: CoachReply) -> str:
    """A reply as a model would write it, on one line."""
    concern = None if reply.concern is None else {"kind": reply.concern.kind, "say": reply.concern.say}
    asked = reply.next_question
    whole: dict[Part, Any] = {
        "concern": concern,
        "reaction": reply.reaction,
        "next_question": None
        if asked is None
        else {"text": asked.text, "follow_up": asked.follow_up, "quotes": list(asked.quotes)},
        "strengths": [{"text": p.text, "quotes": list(p.quotes)} for p in reply.strengths],
        "gaps": [{"text": p.text, "quotes": list(p.quotes)} for p in reply.gaps],
        "errors": [{"quote": e.quote, "correction": e.correction} for e in reply.errors],
        "scores": {name: {"score": r.score, "why": r.why} for name, r in reply.scores.items()},
        "rewrite": reply.rewrite,
        "drill": {} if reply.drill is None else {"title": reply.drill[0], "instruction": reply.drill[1]},
    }
    return json.dumps(whole, ensure_ascii=False)


def read(text: str, *, size: int = 5) -> ReplyReader:
    reader = ReplyReader()
    for at in range(0, len(text), size):
        reader.feed(text[at : at + size])
    reader.close()
    return reader


def test_a_whole_reply_is_read_whole() -> None:
    reply = read(json.dumps(REPLY)).reply
    assert json.loads(reply_as_json(reply)) == REPLY


@pytest.mark.parametrize("size", [1, 3, 40, 10_000])
def test_parts_are_whole_in_the_order_in_which_they_are_written(size: int) -> None:
    reader, text, seen = ReplyReader(), json.dumps(REPLY), list[str]()
    for at in range(0, len(text), size):
        reader.feed(text[at : at + size])
        seen += [part for part in PARTS if part in reader.done and part not in seen]
    assert seen == list(PARTS)
    assert reader.ended


def test_a_part_is_not_taken_before_it_is_whole() -> None:
    reader = ReplyReader()
    reader.feed('{"concern": null, "reaction": "Two words. And mo')
    assert reader.done == {"concern"}
    assert reader.reply.reaction == ""
    assert reader.reaction_so_far == "Two words. And mo"
    reader.feed('re.", "next_question": {"text": "Why?", "follow_up": true, "quotes": ["a')
    assert reader.done == {"concern", "reaction"}
    assert reader.reply.next_question is None


@pytest.mark.parametrize(
    "wrapped",
    ["```json\n{}\n```", "Here is the reply:\n{}", "  {}\n\nI hope this helps!", "{}```", "\n\n{}"],
)
def test_what_stands_around_the_object_is_not_read(wrapped: str) -> None:
    assert read(wrapped.replace("{}", json.dumps(REPLY))).reply.reaction == REPLY["reaction"]


def test_missing_and_unknown_keys_and_another_order_change_nothing_else() -> None:
    moved = {"mood": "fine", "gaps": REPLY["gaps"], "reaction": REPLY["reaction"]}
    reply = read(json.dumps(moved)).reply
    assert (reply.reaction, len(reply.gaps), reply.strengths, reply.drill) == (REPLY["reaction"], 1, [], None)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("reaction", 7), ("reaction", ["a"]), ("next_question", "What then?"), ("next_question", []),
        ("strengths", "good"), ("strengths", [None, 3, {"text": 4}, {"quotes": ["x"]}]), ("gaps", {"text": "x"}),
        ("errors", [{"quote": "a"}, {"correction": "b"}, "c"]), ("scores", {"impact": 4, "clarity": {"score": 9}}),
        ("scores", [1]), ("rewrite", None), ("drill", "run"), ("concern", "none"), ("concern", {}), ("concern", []),
    ],
)  # fmt: skip
def test_a_malformed_part_is_empty(part: str, value: Any) -> None:
    reply = read(json.dumps({**REPLY, part: value})).reply
    whole = read(json.dumps(REPLY)).reply
    for other in PARTS:
        if other != part:
            assert getattr(reply, other) == getattr(whole, other)
    found = getattr(reply, part)
    assert not found or (part == "next_question" and found.text == "What then?")


def test_forty_points_are_not_forty_points() -> None:
    many = {**REPLY, "strengths": [{"text": f"Point {n}.", "quotes": ["x"]} for n in range(40)]}
    assert len(read(json.dumps(many)).reply.strengths) == 8


def test_markdown_goes_and_technical_signs_stay() -> None:
    marked = {
        **REPLY,
        "reaction": "**Good**: _you_ used `C#`, a_b and 2*3.",
        "gaps": [{"text": "# Do it", "quotes": ["a*b "]}],
    }
    reply = read(json.dumps(marked)).reply
    assert reply.reaction == "Good: you used C#, a_b and 2*3."
    assert (reply.gaps[0].text, reply.gaps[0].quotes) == ("Do it", ("a*b",))


@given(st.integers(min_value=0, max_value=len(json.dumps(REPLY))), st.text(max_size=30))
def test_any_beginning_with_anything_after_it_can_be_read(cut: int, rest: str) -> None:
    reader = read(json.dumps(REPLY)[:cut] + rest, size=17)
    whole = read(json.dumps(REPLY)).reply
    assert all(p in whole.strengths for p in reader.reply.strengths) or cut < len(json.dumps(REPLY))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from([*PARTS, "text", "quotes", "score"]), x),
    )
)
def test_any_json_at_all_can_be_read(value: Any) -> None:
    read(json.dumps(value), size=11)


def test_the_schema_is_strict_and_in_order() -> None:
    schema = reply_schema(["structure", "impact"]).schema

    def strict(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert node["required"] == list(node["properties"])
            for value in node.values():
                strict(value)
        elif isinstance(node, list):
            for value in node:
                strict(value)

    strict(schema)
    assert list(schema["properties"]) == list(PARTS)
    assert list(schema["properties"]["scores"]["properties"]) == ["structure", "impact"]
    kinds = schema["properties"]["concern"]["anyOf"][1]["properties"]["kind"]["enum"]
    assert kinds == list(get_args(ConcernKind))
    assert list(reply_schema([], SHORT).schema["properties"]) == list(PARTS[:5])
