"""The circuit breaker and the slot map, as tables."""

from __future__ import annotations

from backend.llm.breaker import Breaker
from backend.llm.slots import SlotMap


def test_failures_in_a_row_open_it_and_a_success_starts_the_count_again() -> None:
    breaker = Breaker()
    for outcome in (breaker.failure, breaker.failure, breaker.success, breaker.failure, breaker.failure):
        outcome()
    assert breaker.state == "closed"
    breaker.failure()
    assert breaker.state == "open"
    assert not breaker.allow()
    assert breaker.retry_after_s() in (29, 30)


def test_a_failed_probe_opens_it_for_another_rest() -> None:
    now = [0.0]
    breaker = Breaker(failures=1, rest_s=10, clock=lambda: now[0])
    breaker.failure()
    now[0] = 10.0
    assert breaker.allow()
    assert not breaker.allow()
    breaker.failure()
    assert breaker.state == "open"
    now[0] = 20.0
    assert breaker.allow()
    breaker.success()
    assert breaker.allow()
    assert breaker.allow()


def test_the_least_recently_used_session_gives_way() -> None:
    told: list[str] = []
    slots = SlotMap(2, told.append)

    def slot(session: str) -> int:
        with slots.use(session) as number:
            return number

    assert [slot(s) for s in "abacba"] == [0, 1, 0, 1, 0, 1]
    assert told == ["free", "free", "own", "gave_way", "gave_way", "gave_way"]


def test_a_busy_session_keeps_its_slot() -> None:
    slots = SlotMap(2)
    with slots.use("a") as first, slots.use("a") as again:
        assert first == again == 0
        with slots.use("b"):
            pass
        with slots.use("c") as third:
            assert third == 1
        with slots.use("d") as fourth:
            assert fourth == 1
    with slots.use("e") as fifth:
        assert fifth == 0
