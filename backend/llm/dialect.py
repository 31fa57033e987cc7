"""What one model of one service accepts of a chat request: found by trying, and remembered while the process lives."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from backend.llm.ports import JsonSchema

Form = Literal["json_schema", "json_object", "none"]
_Tokens = Literal["max_tokens", "max_completion_tokens"]
_FORMS: tuple[Form, ...] = ("json_schema", "json_object", "none")
_REST_S = 60.0
"""After a search in vain (a wrong model name, say) none is begun for so long."""
_NAMED = {
    "form": re.compile(r"response_?format|json_?(schema|object|mode)|guided|grammar|structured", re.IGNORECASE),
    "tokens": re.compile(r"max_(completion_)?tokens", re.IGNORECASE),
    "temperature": re.compile(r"temperature", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to put a request. `temperature` False: it is left out."""

    form: Form = "json_schema"
    tokens: _Tokens = "max_tokens"
    temperature: bool = True

    def fields(self, max_tokens: int, temperature: float, schema: JsonSchema | None) -> dict[str, Any]:
        """The fields of the request that services disagree about."""
        fields: dict[str, Any] = {self.tokens: max_tokens}
        if self.temperature:
            fields["temperature"] = temperature
        if schema is not None and self.form == "json_schema":
            of = {"name": schema.name, "strict": True, "schema": schema.schema}
            fields["response_format"] = {"type": "json_schema", "json_schema": of}
        elif schema is not None and self.form == "json_object":
            fields["response_format"] = {"type": "json_object"}
        return fields


class Dialect:
    """The ways that one model of one service accepted, by task: a service may take one schema and refuse another."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accepted: dict[str | None, Way] = {}
        self._rest_until = float("-inf")

    def search(self, schema: JsonSchema | None, max_tokens: int, temperature: float) -> Search:
        """The way to begin with for this request, and what else may be tried."""
        known = self._accepted.get(schema.name if schema else None)
        settled = known is not None or self._clock() < self._rest_until
        return Search(self, known or self._likely(), (max_tokens, temperature, schema), settled=settled)

    def _likely(self) -> Way:
        """As the last task was put, in the best form that any took."""
        if not self._accepted:
            return Way()
        forms = [way.form for task, way in self._accepted.items() if task is not None]
        return replace([*self._accepted.values()][-1], form=min(forms, key=_FORMS.index, default="json_schema"))

    def accepted(self, task: str | None, way: Way) -> None:
        self._accepted[task] = way

    def in_vain(self) -> None:
        self._rest_until = self._clock() + _REST_S


class Search:
    """One request's way through what a service may accept.

    Which rung comes next is decided by what was tried; what the refusal names only puts the likelier one first.
    """

    def __init__(
        self, dialect: Dialect, way: Way, asked: tuple[int, float, JsonSchema | None], *, settled: bool
    ) -> None:
        self._dialect, self._settled, self._asked = dialect, settled, asked
        schema = asked[2]
        self._task = schema.name if schema is not None else None
        self.way = way
        forms = _FORMS[_FORMS.index(way.form) :] if schema is not None else (way.form,)
        other: _Tokens = "max_completion_tokens" if way.tokens == "max_tokens" else "max_tokens"
        ways = [
            Way(form, tokens, temperature)
            for form in forms
            for temperature in ((True, False) if way.temperature else (False,))
            for tokens in (way.tokens, other)
        ]
        self._left = ways[1:]  # in the order of what is lost

    @property
    def fields(self) -> dict[str, Any]:
        """Of the request, as it is to be sent now."""
        return self.way.fields(*self._asked)

    def next(self, refusal: str) -> bool:
        """Another way after a refusal. False: there is none, or the refusal is about the content."""
        if self._settled:
            return False
        if not self._left:
            self._dialect.in_vain()
            return False
        named = {what for what, pattern in _NAMED.items() if pattern.search(refusal)}
        self.way = min(self._left, key=lambda w: not (named and _changes(self.way, w) <= named))
        self._left.remove(self.way)
        return True

    def worked(self) -> None:
        """The service has begun to answer."""
        self._dialect.accepted(self._task, self.way)
        self._settled = True


class Dialects:
    """A `Dialect` for each service and model, shared by all that talk to it."""

    def __init__(self) -> None:
        self._dialects: dict[tuple[str, str], Dialect] = {}

    def of(self, base_url: str, model: str) -> Dialect:
        return self._dialects.setdefault((base_url.rstrip("/"), model), Dialect())


def _changes(one: Way, other: Way) -> set[str]:
    return {what for what in ("form", "tokens", "temperature") if getattr(one, what) != getattr(other, what)}
