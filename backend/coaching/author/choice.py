"""Authors: which author writes for a session, and why a model does not where one was wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from backend.coaching.author.capability import Capability, State
from backend.coaching.author.model import ModelAuthor
from backend.errors import AppError, LlmBudgetSpent
from backend.llm.ports import Usage

Wanted = Literal["auto", "model", "rules"]


class Budget(Protocol):
    """What one owner may spend in a day."""

    async def allowed(self, owner_id: str) -> bool: ...

    def spent(self, owner_id: str, tokens: int) -> None: ...


@dataclass(frozen=True, slots=True)
class InUse:
    """Who writes, as it is told to the candidate before anything is uploaded."""

    kind: Literal["model", "rules"]
    model: str | None = None
    host: str | None = None
    """The host that receives documents and answers; None: nothing leaves this machine."""
    local: bool = True
    checked: State = "unknown"


class Authors:
    """`wanted`: `model` writes with the model whether or not it has been tried; `auto` once it has passed the probe."""

    def __init__(
        self,
        capability: Capability | None = None,
        *,
        wanted: Wanted = "auto",
        model: str | None = None,
        host: str | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._capability = capability if wanted != "rules" else None
        self._wanted = wanted
        self._model = model
        self._host = host
        self._budget = budget

    def use(self, capability: Capability | None, model: str | None = None, host: str | None = None) -> None:
        """From now on this model writes; None: the rules do. The one before is closed by whoever gave it."""
        if self._wanted != "rules":
            self._capability, self._model, self._host = capability, model, host

    def of(self, plan_author: str) -> ModelAuthor | None:
        """The model that writes for this choice of the candidate's; None: the rules do."""
        if self._capability is None or plan_author == "rules":
            return None
        if self._wanted == "auto" and self._capability.state != "capable":
            return None
        return self._capability.author

    async def choose(self, plan_author: str, owner_id: str) -> tuple[ModelAuthor | None, AppError | None]:
        """Who writes now, and what to tell the candidate where the model has to rest."""
        author = self.of(plan_author)
        if author is None or self._budget is None or await self._budget.allowed(owner_id):
            return author, None
        return None, LlmBudgetSpent()

    def counting(self, owner_id: str, also: Callable[[Usage], None]) -> Callable[[Usage], None]:
        """Counts what a request cost for this owner, and hands it on."""

        def count(usage: Usage) -> None:
            if self._budget is not None:
                self._budget.spent(owner_id, (usage.prompt_tokens or 0) + (usage.completion_tokens or 0))
            also(usage)

        return count

    def in_use(self) -> InUse:
        """What a candidate is told of it."""
        if self._capability is None:
            return InUse("rules")
        kind: Literal["model", "rules"] = "model" if self.of("auto") is not None else "rules"
        return InUse(kind, self._model, self._host, self._host is None, self._capability.state)

    def start(self) -> None:
        """Try the model, in the background and until it has passed."""
        if self._capability is not None:
            self._capability.start()

    async def close(self) -> None:
        if self._capability is not None:
            await self._capability.close()
