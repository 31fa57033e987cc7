"""What is prepared while somebody speaks, and what is left alone."""

from __future__ import annotations

import asyncio

from backend.interview.prepared import Prepared
from backend.rag.documents import Passage


class _Told:
    """Notes what each part of the preparation was given."""

    def __init__(self, weighty: str) -> None:
        self.searched: list[str] = []
        self.read: list[str] = []
        self.taken_in: list[str] = []
        self._weighty = weighty

    async def find(self, text: str) -> list[Passage]:
        self.searched.append(text)
        return []

    def weighs(self, text: str) -> bool:
        assert text in self.taken_in, "what is judged has been taken in before"
        return text == self._weighty

    async def idle(self) -> None:
        await asyncio.sleep(0)


async def _settle(prepared: Prepared, text: str) -> None:
    prepared.settled(text)
    assert prepared._task is not None
    await prepared._task


async def test_what_matters_more_is_neither_searched_with_nor_read_ahead() -> None:
    told = _Told("I do not want to live.")
    prepared = Prepared(told.find, told.read.append, told.taken_in.append, told.weighs, told.idle)
    await _settle(prepared, "We moved the stock.")
    await _settle(prepared, "I do not want to live.")
    assert told.searched == told.read == ["We moved the stock."]
    assert prepared.passages == ()
