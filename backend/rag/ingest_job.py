"""One document on its way into the index, and those who watch it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any

from backend.rag.documents import Document

DocumentEvent = tuple[str, dict[str, Any]]
"""("progress", {stage, done, total}), ("ready", {chunks}) or ("failed", {error})."""


class IngestJob:
    """One document on its way into the index, and those who watch it."""

    def __init__(self, document: Document, data: bytes | None) -> None:
        self.document = document
        self.data = data
        self.task: asyncio.Task[None] | None = None
        self.dropped = False
        self.queued_at = self.begun_at = time.monotonic()
        self.last: DocumentEvent = ("progress", {"stage": "reading", "done": 0, "total": 1})
        self._changed = asyncio.Event()

    @property
    def over(self) -> bool:
        return self.last[0] != "progress"

    def publish(self, event: DocumentEvent) -> None:
        if not self.over:
            self.last = event
            self._changed.set()
            self._changed = asyncio.Event()

    async def follow(self) -> AsyncGenerator[DocumentEvent, None]:
        """The present state, then every change that a reader keeps up with, to the end."""
        while True:
            event, changed = self.last, self._changed
            yield event
            if event[0] != "progress":
                return
            if event is self.last:
                await changed.wait()

    async def done(self) -> None:
        """Wait until it is over."""
        while not self.over:
            await self._changed.wait()


def ended(document: Document) -> DocumentEvent:
    if document.status == "ready":
        return "ready", {"chunks": document.chunks}
    return "failed", {"error": document.error}
