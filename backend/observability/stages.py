"""Stages of a turn: what each part did from when to when, told to whoever counts or traces it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from backend.errors import AppError

CANCELLED = "cancelled"
NO_FAULT = frozenset({CANCELLED, "no_speech"})
"""Codes with which work ends without anything being wrong with the part."""
STAGES = ("intake", "asr", "analysis", "retrieval", "llm", "prefill", "voice", "store")
"""intake: reading and decoding what was sent; prefill: the model reads ahead between two turns."""


@dataclass(slots=True)
class Stage:
    """Work of one part that is over. Times are `time.monotonic()`.

    `figures` are numbers and names of models, never anything that was said or written.
    """

    name: str
    began: float
    ended: float = 0.0
    first: float | None = None
    """When the first piece of a stream came."""
    code: str | None = None
    """The code of the error it ended with; `cancelled` when nobody waited any longer."""
    figures: dict[str, int | float | str] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return max(0.0, self.ended - self.began)


Tell = Callable[[Stage], None]


@contextmanager
def timed(name: str, tell: Tell, **figures: int | float | str) -> Iterator[Stage]:
    """Time what happens inside, and tell of it however it ends."""
    stage = Stage(name, time.monotonic(), figures=figures)
    try:
        yield stage
    except AppError as error:
        stage.code = error.code
        raise
    except asyncio.CancelledError:
        stage.code = CANCELLED
        raise
    except GeneratorExit:
        raise  # whoever reads a stream had enough of it: not a failure
    except BaseException:
        stage.code = "internal"
        raise
    finally:
        stage.ended = time.monotonic()
        tell(stage)


class Stages:
    """Takes stages from the watched parts and, with `of_turn`, from a turn's events; passes them on to `listeners`."""

    def __init__(self, *listeners: Tell) -> None:
        self._listeners = listeners

    def tell(self, stage: Stage) -> None:
        """One part's work is over."""
        if stage.name == "retrieval" and (turn := _TURN.get()) is not None:
            turn.searched = stage.ended
        for listener in self._listeners:
            listener(stage)

    def of_turn(self, arrived_at: float) -> TurnStages:
        """A listener for the events of the turn that begins in this context; `arrived_at` is when its answer came."""
        turn = TurnStages(self.tell, arrived_at)
        _TURN.set(turn)
        return turn


class TurnStages:
    """The stages that no part does alone, from the events of one turn: intake, analysis, store."""

    def __init__(self, tell: Tell, arrived_at: float) -> None:
        self._tell = tell
        self._arrived_at = arrived_at
        self._heard = self._measured = arrived_at
        self.searched: float | None = None

    def __call__(self, wire: Mapping[str, Any]) -> None:
        name, at = wire["event"], self._arrived_at + wire["data"]["at_ms"] / 1000
        if name == "turn.started":
            self._tell(Stage("intake", self._arrived_at, at))
        elif name == "transcript.final":
            self._heard = at
        elif name == "delivery":
            self._measured = at
            self._tell(Stage("analysis", self._heard, at))
        elif name == "context.found":
            self._tell(Stage("analysis", max(self.searched or 0.0, self._measured), at))
        elif name == "turn.ended":
            # The event is stamped when the turn is over and sent when it is stored.
            self._tell(Stage("store", at, time.monotonic()))


_TURN: ContextVar[TurnStages | None] = ContextVar("turn_stages", default=None)
