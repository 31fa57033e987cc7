"""Ratings, links and comments, on every database."""

from __future__ import annotations

import asyncio

import pytest

from backend.coaching.feedback import SelfCheck
from backend.errors import NotFound, SharingLimit
from backend.interview.sharing import MOST_COMMENTS, MOST_LINKS, Comment
from backend.interview.turn_record import SelfRating
from backend.storage.stores import Stores
from backend.tests.storage.samples import STRANGE, a_session, a_turn, at


async def a_kept_session(stores: Stores, number: int = 0) -> str:
    session = a_session(await stores.owners.create(), number)
    await stores.sessions.add(session)
    return session.session_id


def a_comment(session_id: str, share_id: str, number: int = 0, text: str = "Well told.") -> Comment:
    return Comment(
        comment_id=f"com_{session_id}_{number}", session_id=session_id, share_id=share_id, turn_id="t",
        author_name="Ines", text=text, created_at=at(number),
    )  # fmt: skip


async def test_a_rating_stays_with_its_turn_whoever_stores_the_turn_again(stores: Stores) -> None:
    session = a_session(await stores.owners.create())
    await stores.sessions.add(session)
    turn = a_turn(session)
    await stores.turns.add(turn)
    ids = (turn.owner_id, turn.session_id, turn.turn_id)
    assert not await stores.turns.rate("somebody", *ids[1:], SelfRating(overall=3, rated_at=at(1)))
    for stars in (2, 4):
        assert await stores.turns.rate(*ids, SelfRating(overall=stars, rated_at=at(1)))
    turn.outcome = "completed"
    assert await stores.turns.finish(turn, None) == "completed"
    kept = await stores.turns.get(*ids)
    assert kept is not None and kept.self_rating is not None and kept.self_rating.overall == 4
    assert [t.self_rating for t in await stores.turns.list(session.session_id)] == [kept.self_rating]
    assert await stores.sessions.delete(turn.owner_id, turn.session_id)


async def test_ticks_stay_with_their_turn_until_its_answer_is_erased(stores: Stores) -> None:
    session = a_session(await stores.owners.create())
    await stores.sessions.add(session)
    turn = a_turn(session)
    await stores.turns.add(turn)
    ids = (turn.owner_id, turn.session_id, turn.turn_id)
    last = SelfCheck(ticked=["p2"], of=3, checked_at=at(2))
    assert not await stores.turns.check("somebody", *ids[1:], last)
    for check in (SelfCheck(ticked=["p1"], of=3, checked_at=at(1)), last):
        assert await stores.turns.check(*ids, check)
    turn.outcome = "completed"
    assert await stores.turns.finish(turn, None) == "completed"
    kept = await stores.turns.get(*ids)
    assert kept is not None and kept.self_check == last
    assert [t.self_check for t in await stores.turns.list(session.session_id)] == [last]
    await stores.turns.erase_answers([turn], [], session)
    assert [t.self_check for t in await stores.turns.list(session.session_id)] == [None]


async def test_a_link_leads_to_its_session_until_it_is_ended(stores: Stores) -> None:
    session_id = await a_kept_session(stores)
    made, token = await stores.reviews.share(session_id, 14)
    assert await stores.reviews.behind(token) == made
    assert await stores.reviews.behind(token[:-1]) is None
    assert await stores.reviews.behind(STRANGE) is None
    assert not await stores.reviews.revoke("another", made.share_id)
    assert await stores.reviews.revoke(session_id, made.share_id)
    assert await stores.reviews.revoke(session_id, made.share_id)
    assert await stores.reviews.behind(token) is None
    (ended,) = await stores.reviews.shares(session_id)
    assert ended.revoked_at is not None


async def test_a_link_that_has_expired_leads_nowhere(stores: Stores) -> None:
    session_id = await a_kept_session(stores)
    _, token = await stores.reviews.share(session_id, 0)
    assert await stores.reviews.behind(token) is None


async def test_links_asked_for_at_once_are_bounded_too(stores: Stores) -> None:
    session_id = await a_kept_session(stores)
    made = await asyncio.gather(
        *(stores.reviews.share(session_id, 1) for _ in range(MOST_LINKS + 3)), return_exceptions=True
    )
    assert sum(isinstance(m, SharingLimit) for m in made) == 3
    with pytest.raises(NotFound):
        await stores.reviews.share("no such session", 1)


async def test_comments_come_back_in_order_and_by_link(stores: Stores) -> None:
    session_id = await a_kept_session(stores)
    one, _ = await stores.reviews.share(session_id, 1)
    two, _ = await stores.reviews.share(session_id, 1)
    first, second = a_comment(session_id, one.share_id, 0, STRANGE), a_comment(session_id, two.share_id, 1)
    await stores.reviews.comment(second)
    await stores.reviews.comment(first)
    assert await stores.reviews.comments(session_id) == [first, second]
    assert await stores.reviews.comments(session_id, two.share_id) == [second]
    assert not await stores.reviews.delete_comment("another", first.comment_id)
    assert await stores.reviews.delete_comment(session_id, first.comment_id)
    assert await stores.reviews.comments(session_id) == [second]


async def test_an_ended_link_and_a_full_one_take_no_comment(stores: Stores) -> None:
    session_id = await a_kept_session(stores)
    made, _ = await stores.reviews.share(session_id, 1)
    for number in range(MOST_COMMENTS):
        await stores.reviews.comment(a_comment(session_id, made.share_id, number))
    with pytest.raises(SharingLimit):
        await stores.reviews.comment(a_comment(session_id, made.share_id, MOST_COMMENTS))
    ended, _ = await stores.reviews.share(session_id, 1)
    await stores.reviews.revoke(session_id, ended.share_id)
    with pytest.raises(NotFound):
        await stores.reviews.comment(a_comment(session_id, ended.share_id, 999))
    with pytest.raises(NotFound):
        await stores.reviews.comment(a_comment(session_id, "no such link", 998))


async def test_everything_goes_with_the_owner(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    made, token = await stores.reviews.share(session.session_id, 1)
    await stores.reviews.comment(a_comment(session.session_id, made.share_id))
    await stores.owners.erase(owner)
    assert await stores.reviews.behind(token) is None
    assert await stores.reviews.comments(session.session_id) == []
    assert await stores.reviews.shares(session.session_id) == []
