"""What a reasoning model thinks aloud, taken out of the stream of its reply."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class ThinkingFilter:
    """Takes a reply in pieces and gives back what is not thought: `<think>...</think>` at its beginning goes.

    Some prompt templates hold the opening tag, so that only the closing one arrives. Where an `object` is expected,
    everything before it is therefore held until it ends in `</think>`, or the reply does.
    """

    def __init__(self, *, object_expected: bool = False) -> None:
        self._object_expected = object_expected
        self._held = ""
        self._inside = self._begun = False

    def feed(self, piece: str) -> str:
        """The part that may be shown now. Never part of a tag: what may become one is held."""
        if self._begun:
            return piece
        self._held += piece
        while not self._begun:
            if self._inside:
                _, closed, after = self._held.partition(_CLOSE)
                if not closed:
                    self._held = self._held[-len(_CLOSE) :]
                    return ""
                self._held, self._inside = after, False
            start = self._held.lstrip()
            if start.startswith(_OPEN):
                self._held, self._inside = start[len(_OPEN) :], True
            elif _OPEN.startswith(start):
                return ""  # nothing yet, or the beginning of a tag
            elif self._object_expected and start[0] not in "{[`":
                if _CLOSE not in start:
                    return ""
                self._held = start.partition(_CLOSE)[2]
            else:
                self._begun, self._held = True, ""
                return start
        return ""

    def end(self) -> str:
        """What is still held when the reply is complete: no thought, but nothing that it could belong to came."""
        held, self._held = self._held, ""
        return "" if self._inside else held.lstrip()
