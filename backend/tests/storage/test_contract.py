"""One contract for the stores, held by every database."""

from __future__ import annotations

import asyncio

import pytest

from backend.errors import AccountExists, Conflict, IdempotencyConflict, Invalid, NotFound, StoryQuota, Unauthenticated
from backend.interview.turn_record import Objection
from backend.storage.stores import Stores
from backend.tests.storage.samples import STRANGE, a_document, a_question, a_session, a_story, a_turn, at, heard

# --- documents -------------------------------------------------------------------------------------------------------


async def test_a_document_comes_back_as_it_was_kept(stores: Stores) -> None:
    owner = await stores.owners.create()
    kept = a_document(owner, text=f"Résumé {STRANGE}", title=STRANGE, error={"code": "x"}, pages=3)
    await stores.documents.add(kept)
    assert await stores.documents.get(owner, kept.document_id) == kept
    assert await stores.documents.by_sha256(owner, kept.sha256, "resume") == kept
    assert await stores.documents.by_sha256(owner, kept.sha256, "notes") is None


async def test_documents_are_listed_newest_first_and_by_owner(stores: Stores) -> None:
    ann, bob = await stores.owners.create(), await stores.owners.create()
    for number in range(3):
        await stores.documents.add(a_document(ann, number))
    await stores.documents.add(a_document(bob))
    assert [d.title for d in await stores.documents.list(ann)] == ["CV 2", "CV 1", "CV 0"]
    assert [d.title for d in await stores.documents.list(bob)] == ["CV 0"]


async def test_another_owner_neither_sees_nor_changes_nor_deletes_a_document(stores: Stores) -> None:
    ann, bob = await stores.owners.create(), await stores.owners.create()
    document = a_document(ann)
    await stores.documents.add(document)
    assert await stores.documents.get(bob, document.document_id) is None
    assert await stores.documents.by_sha256(bob, document.sha256, "resume") is None
    assert not await stores.documents.delete(bob, document.document_id)
    await stores.documents.update(document.model_copy(update={"owner_id": bob, "title": "mine now"}))
    assert await stores.documents.get(ann, document.document_id) == document


async def test_the_same_bytes_of_the_same_kind_are_kept_once_per_owner(stores: Stores) -> None:
    ann, bob = await stores.owners.create(), await stores.owners.create()
    await stores.documents.add(a_document(ann, 1, text="same"))
    with pytest.raises(Conflict):
        await stores.documents.add(a_document(ann, 2, text="same"))
    await stores.documents.add(a_document(ann, 3, text="same", kind="notes"))
    await stores.documents.add(a_document(bob, 1, text="same"))


async def test_a_late_update_does_not_bring_a_deleted_document_back(stores: Stores) -> None:
    owner = await stores.owners.create()
    document = a_document(owner)
    await stores.documents.add(document)
    assert await stores.documents.delete(owner, document.document_id)
    assert not await stores.documents.delete(owner, document.document_id)
    await stores.documents.update(document.model_copy(update={"status": "ready"}))
    assert await stores.documents.list(owner) == []


async def test_documents_that_a_crash_left_behind_are_found(stores: Stores) -> None:
    owner = await stores.owners.create()
    for number, status in enumerate(("queued", "processing", "ready", "failed")):
        await stores.documents.add(a_document(owner, number, status=status))
    assert [d.status for d in await stores.documents.unfinished()] == ["queued", "processing"]
    first = (await stores.documents.unfinished())[0]
    await stores.documents.update(first.model_copy(update={"status": "ready", "chunks": 4}))
    assert [d.status for d in await stores.documents.unfinished()] == ["processing"]


# --- sessions --------------------------------------------------------------------------------------------------------


async def test_a_session_comes_back_as_it_was_saved_last(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner, question=a_question(STRANGE))
    await stores.sessions.add(session)
    session.state, session.question = "finished", None
    await stores.sessions.save(session)
    assert await stores.sessions.get(owner, session.session_id) == session
    assert await stores.sessions.behind_link(session.session_id) == session


async def test_sessions_are_paged_newest_first(stores: Stores) -> None:
    ann, bob = await stores.owners.create(), await stores.owners.create()
    for number in range(7):
        await stores.sessions.add(a_session(ann, number, created_at=at(number // 3)))  # three at the same moment
        await stores.sessions.add(a_session(bob, number))
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(10):
        page, cursor = await stores.sessions.list(ann, 2, cursor)
        seen += [s.session_id for s in page]
        if cursor is None:
            break
    assert seen == [f"ses_{ann}_{n}" for n in (6, 5, 4, 3, 2, 1, 0)]


async def test_paging_goes_on_where_it_was_when_a_session_is_added_or_deleted(stores: Stores) -> None:
    owner = await stores.owners.create()
    for number in range(4):
        await stores.sessions.add(a_session(owner, number))
    _, cursor = await stores.sessions.list(owner, 2, None)
    await stores.sessions.add(a_session(owner, 9))
    await stores.sessions.delete(owner, f"ses_{owner}_2")
    page, cursor = await stores.sessions.list(owner, 2, cursor)
    assert [s.session_id for s in page] == [f"ses_{owner}_1", f"ses_{owner}_0"]
    assert cursor is None


@pytest.mark.parametrize("cursor", ["", "nonsense", "~", "%00", "9~9~9", "' OR 1=1 --"])
async def test_an_unknown_cursor_harms_nothing(stores: Stores, cursor: str) -> None:
    ann, bob = await stores.owners.create(), await stores.owners.create()
    await stores.sessions.add(a_session(ann))
    await stores.sessions.add(a_session(bob))
    page, _ = await stores.sessions.list(ann, 10, cursor)
    assert {s.owner_id for s in page} <= {ann}


async def test_another_owner_neither_sees_nor_changes_nor_deletes_a_session(stores: Stores) -> None:
    ann, bob = await stores.owners.create(), await stores.owners.create()
    session = a_session(ann)
    await stores.sessions.add(session)
    assert await stores.sessions.get(bob, session.session_id) is None
    assert not await stores.sessions.delete(bob, session.session_id)
    await stores.sessions.save(session.model_copy(update={"owner_id": bob, "state": "finished"}))
    assert await stores.sessions.get(ann, session.session_id) == session


async def test_deleting_a_session_takes_its_turns_and_nothing_brings_them_back(stores: Stores) -> None:
    owner = await stores.owners.create()
    session, other = a_session(owner, 1), a_session(owner, 2)
    for one in (session, other):
        await stores.sessions.add(one)
        await stores.turns.add(a_turn(one))
    assert await stores.sessions.delete(owner, session.session_id)
    assert not await stores.sessions.delete(owner, session.session_id)
    await stores.sessions.save(session)
    await stores.turns.save(a_turn(session, outcome="completed"))
    with pytest.raises(NotFound):
        await stores.turns.add(a_turn(session, 1))
    assert await stores.sessions.get(owner, session.session_id) is None
    assert await stores.turns.list(session.session_id) == []
    assert len(await stores.turns.list(other.session_id)) == 1


# --- turns -----------------------------------------------------------------------------------------------------------


async def test_a_turn_comes_back_as_it_was_saved_last(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    turn = a_turn(session)
    await stores.turns.add(turn)
    turn.transcript, turn.outcome, turn.cut_short = heard(STRANGE), "cancelled", True
    turn.events = [{"event": "turn.started", "data": {"seq": 1, "text": STRANGE}}]
    await stores.turns.save(turn)
    assert await stores.turns.get(owner, session.session_id, turn.turn_id) == turn
    assert await stores.turns.get("own_other", session.session_id, turn.turn_id) is None
    assert await stores.turns.get(owner, "ses_other", turn.turn_id) is None


async def test_an_objection_stands_beside_its_turn_and_the_last_word_on_a_point_counts(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    turn = a_turn(session)
    await stores.turns.add(turn)
    gap, strength = (
        Objection(point=point, text=STRANGE, objected_at=at(n)) for n, point in enumerate(("gaps.1", "strengths.0"))
    )
    last = gap.model_copy(update={"why": "I did say it.", "objected_at": at(2)})
    for objection in (gap, strength, last):
        assert await stores.turns.object(owner, session.session_id, turn.turn_id, objection)
    turn.outcome = "completed"
    await stores.turns.save(turn)
    found = await stores.turns.get(owner, session.session_id, turn.turn_id)
    assert found is not None and found.objections == [strength, last]
    assert [t.objections for t in await stores.turns.list(session.session_id)] == [[strength, last]]
    assert not await stores.turns.object("own_other", session.session_id, turn.turn_id, gap)


async def test_turns_are_listed_in_order_and_the_running_ones_are_found(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    for position in (2, 0, 1):
        outcome = "running" if position == 1 else "completed"
        await stores.turns.add(a_turn(session, position, outcome=outcome))
    assert [t.position for t in await stores.turns.list(session.session_id)] == [0, 1, 2]
    assert [t.position for t in await stores.turns.running()] == [1]


async def test_an_idempotency_key_names_one_turn_of_its_session_for_a_day(stores: Stores) -> None:
    owner = await stores.owners.create()
    session, other = a_session(owner, 1), a_session(owner, 2)
    for one in (session, other):
        await stores.sessions.add(one)
        await stores.turns.add(a_turn(one, idempotency_key="key"))
    first = await stores.turns.by_idempotency_key(session.session_id, "key", at(0))
    assert first is not None and first.session_id == session.session_id
    assert await stores.turns.by_idempotency_key(session.session_id, "key", at(1)) is None
    assert await stores.turns.by_idempotency_key(session.session_id, "other", at(0)) is None

    day = 24 * 3600
    with pytest.raises(IdempotencyConflict):
        await stores.turns.add(a_turn(session, 1, idempotency_key="key", created_at=at(day - 1)))
    await stores.turns.add(a_turn(session, 2, idempotency_key="key", created_at=at(day + 1)))
    again = await stores.turns.by_idempotency_key(session.session_id, "key", at(1))
    assert again is not None and again.position == 2
    assert [t.position for t in await stores.turns.list(session.session_id)] == [0, 2]


async def test_saving_an_old_turn_does_not_take_its_released_key_back(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    old = a_turn(session, idempotency_key="key")
    await stores.turns.add(old)
    await stores.turns.add(a_turn(session, 1, idempotency_key="key", created_at=at(90_000)))
    await stores.turns.save(old)
    found = await stores.turns.by_idempotency_key(session.session_id, "key", at(0))
    assert found is not None and found.position == 1


async def test_turns_written_at_the_same_time_are_all_kept(stores: Stores) -> None:
    owner = await stores.owners.create()
    sessions = [a_session(owner, number) for number in range(20)]
    for session in sessions:
        await stores.sessions.add(session)

    async def practise(number: int) -> None:
        for position in range(5):
            turn = a_turn(sessions[number], position)
            await stores.turns.add(turn)
            turn.transcript, turn.outcome = heard(f"answer {number}.{position} " * 200), "completed"
            await stores.turns.save(turn)
            await stores.sessions.save(sessions[number])
            assert len(await stores.turns.list(sessions[number].session_id)) == position + 1

    await asyncio.gather(*(practise(number) for number in range(20)))
    for session in sessions:
        turns = await stores.turns.list(session.session_id)
        assert [t.outcome for t in turns] == ["completed"] * 5


async def test_of_many_simultaneous_turns_with_one_key_one_is_kept(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    turns = [a_turn(session, position, idempotency_key="key", created_at=at(0)) for position in range(10)]
    results = await asyncio.gather(*(stores.turns.add(t) for t in turns), return_exceptions=True)
    assert [type(r) for r in results].count(IdempotencyConflict) == 9
    assert len(await stores.turns.list(session.session_id)) == 1


async def test_a_cancelled_caller_loses_nothing_that_was_kept(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    for position in range(30):
        write = asyncio.create_task(stores.turns.add(a_turn(session, position)))
        for _ in range(position % 10):  # cancel at another point each time
            await asyncio.sleep(0)
        write.cancel()
        await asyncio.gather(write, return_exceptions=True)
    await stores.turns.add(a_turn(session, 99))
    assert await stores.sessions.get(owner, session.session_id) == session
    assert (await stores.turns.list(session.session_id))[-1].position == 99


async def test_an_id_that_no_database_can_hold_is_no_server_error(stores: Stores) -> None:
    owner = await stores.owners.create()
    try:
        found = await stores.sessions.get(owner, "ses_\x00")
    except Invalid:
        found = None
    assert found is None
    assert await stores.healthy()


# --- owners ----------------------------------------------------------------------------------------------------------


async def test_an_account_belongs_to_the_guest_that_registered(stores: Stores) -> None:
    guest = await stores.owners.create()
    await stores.documents.add(a_document(guest))
    before = await stores.owners.generation(guest)
    owner = await stores.owners.register("ann@example.org", "hash", guest)
    assert owner == guest
    account = await stores.owners.account("ann@example.org")
    assert account is not None and account == await stores.owners.account_of(guest)
    assert await stores.owners.generation(guest) != before, "the guest's tokens must end"
    assert len(await stores.documents.list(owner)) == 1


async def test_registering_with_an_account_s_token_makes_another_owner(stores: Stores) -> None:
    first = await stores.owners.register("ann@example.org", "hash", None)
    second = await stores.owners.register("bob@example.org", "hash", first)
    assert first != second


async def test_one_address_one_account_and_a_refused_one_leaves_nothing(stores: Stores) -> None:
    await stores.owners.register("ann@example.org", "hash", None)
    guest = await stores.owners.create()
    before = await stores.owners.generation(guest)
    with pytest.raises(AccountExists):
        await stores.owners.register("ann@example.org", "other", guest)
    assert await stores.owners.account_of(guest) is None
    assert await stores.owners.generation(guest) == before, "a refused registration must not sign the guest out"


async def test_registering_an_erased_guest_is_refused(stores: Stores) -> None:
    guest = await stores.owners.create()
    await stores.owners.erase(guest)
    with pytest.raises(Unauthenticated):
        await stores.owners.register("ann@example.org", "hash", guest)
    assert await stores.owners.account("ann@example.org") is None


async def test_a_refresh_token_works_once(stores: Stores) -> None:
    owner = await stores.owners.register("ann@example.org", "hash", None)
    first = await stores.owners.new_refresh_token(owner, 30)
    who, second = await stores.owners.rotate_refresh_token(first, 30)
    assert who == owner and second != first
    who, third = await stores.owners.rotate_refresh_token(second, 30)
    assert who == owner and third not in {first, second}


async def test_a_stolen_refresh_token_ends_its_family_and_the_access_tokens(stores: Stores) -> None:
    owner = await stores.owners.register("ann@example.org", "hash", None)
    first = await stores.owners.new_refresh_token(owner, 30)
    elsewhere = await stores.owners.new_refresh_token(owner, 30)
    _, second = await stores.owners.rotate_refresh_token(first, 30)
    before = await stores.owners.generation(owner)
    for token in (first, second):
        with pytest.raises(Unauthenticated):
            await stores.owners.rotate_refresh_token(token, 30)
    assert await stores.owners.generation(owner) != before
    assert (await stores.owners.rotate_refresh_token(elsewhere, 30))[0] == owner


async def test_a_refresh_token_used_twice_at_once_gives_one_successor(stores: Stores) -> None:
    owner = await stores.owners.register("ann@example.org", "hash", None)
    token = await stores.owners.new_refresh_token(owner, 30)
    tries = (stores.owners.rotate_refresh_token(token, 30) for _ in range(6))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(r, tuple) for r in results) == 1


@pytest.mark.parametrize("token", ["", "nonsense", "\x00", "\ud800", "x" * 200])
async def test_an_unknown_refresh_token_is_refused(stores: Stores, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await stores.owners.rotate_refresh_token(token, 30)


async def test_an_old_refresh_token_is_refused(stores: Stores) -> None:
    owner = await stores.owners.register("ann@example.org", "hash", None)
    token = await stores.owners.new_refresh_token(owner, days=-1)
    with pytest.raises(Unauthenticated):
        await stores.owners.rotate_refresh_token(token, 30)


async def test_signing_out_ends_all_tokens_of_this_owner_alone(stores: Stores) -> None:
    ann = await stores.owners.register("ann@example.org", "hash", None)
    bob = await stores.owners.register("bob@example.org", "hash", None)
    hers, his = await stores.owners.new_refresh_token(ann, 30), await stores.owners.new_refresh_token(bob, 30)
    before = await stores.owners.generation(ann), await stores.owners.generation(bob)
    await stores.owners.sign_out(ann)
    with pytest.raises(Unauthenticated):
        await stores.owners.rotate_refresh_token(hers, 30)
    assert (await stores.owners.rotate_refresh_token(his, 30))[0] == bob
    assert await stores.owners.generation(ann) != before[0]
    assert await stores.owners.generation(bob) == before[1]


async def test_erasing_an_owner_erases_everything_of_it_alone(stores: Stores) -> None:
    ann = await stores.owners.register("ann@example.org", "hash", None)
    bob = await stores.owners.create()
    for owner in (ann, bob):
        await stores.documents.add(a_document(owner))
        await stores.sessions.add(a_session(owner))
        await stores.turns.add(a_turn(a_session(owner)))
    token = await stores.owners.new_refresh_token(ann, 30)
    await stores.owners.erase(ann)
    assert await stores.owners.generation(ann) is None
    assert await stores.owners.account("ann@example.org") is None
    assert await stores.documents.list(ann) == []
    assert await stores.sessions.list(ann, 10, None) == ([], None)
    assert await stores.turns.list(a_session(ann).session_id) == []
    with pytest.raises(Unauthenticated):
        await stores.owners.rotate_refresh_token(token, 30)
    with pytest.raises(Unauthenticated):
        await stores.owners.new_refresh_token(ann, 30)
    with pytest.raises(NotFound):
        await stores.documents.add(a_document(ann))
    with pytest.raises(NotFound):
        await stores.sessions.add(a_session(ann))
    assert len(await stores.documents.list(bob)) == len(await stores.turns.list(a_session(bob).session_id)) == 1


# --- stories ---------------------------------------------------------------------------------------------------------


async def test_stories_come_back_as_they_were_kept_the_one_changed_last_first(stores: Stores) -> None:
    ann, bob = await stores.owners.create(), await stores.owners.create()
    first, second = a_story(ann, 1, text=f"Then {STRANGE}", title=STRANGE), a_story(ann, 2)
    await stores.stories.add(first, 10)
    await stores.stories.add(second, 10)
    await stores.stories.add(a_story(bob), 10)
    changed = first.model_copy(update={"text": "Told anew.", "updated_at": at(60)})
    assert await stores.stories.get(ann, first.story_id) == first
    await stores.stories.save(changed)
    assert await stores.stories.list(ann) == [changed, second]


async def test_another_owner_neither_sees_nor_changes_nor_deletes_a_story(stores: Stores) -> None:
    ann, bob = await stores.owners.create(), await stores.owners.create()
    story = a_story(ann)
    await stores.stories.add(story, 10)
    assert await stores.stories.get(bob, story.story_id) is None
    await stores.stories.save(story.model_copy(update={"owner_id": bob, "title": "mine now"}))
    assert not await stores.stories.delete(bob, story.story_id)
    assert await stores.stories.list(ann) == [story]


async def test_no_more_stories_than_allowed_however_many_come_at_once(stores: Stores) -> None:
    owner = await stores.owners.create()
    adding = (stores.stories.add(a_story(owner, number), 3) for number in range(6))
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    assert sum(isinstance(o, StoryQuota) for o in outcomes) == 3
    assert len(await stores.stories.list(owner)) == 3


async def test_a_story_outlives_its_interview_and_then_no_longer_names_it(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    await stores.turns.add(turn := a_turn(session))
    source = {"source_session_id": session.session_id, "source_turn_id": turn.turn_id}
    await stores.stories.add(a_story(owner, **source), 10)
    await stores.sessions.delete(owner, session.session_id)
    (kept,) = await stores.stories.list(owner)
    assert kept == a_story(owner)
    with pytest.raises(NotFound):
        await stores.stories.add(a_story(owner, 2, **source), 10)


async def test_a_late_change_does_not_bring_a_deleted_story_back(stores: Stores) -> None:
    owner = await stores.owners.create()
    await stores.stories.add(story := a_story(owner), 10)
    assert await stores.stories.delete(owner, story.story_id)
    assert not await stores.stories.delete(owner, story.story_id)
    await stores.stories.save(story)
    assert await stores.stories.list(owner) == []
    await stores.stories.add(story, 10)
    await stores.owners.erase(owner)
    assert await stores.stories.get(owner, story.story_id) is None


# --- a turn ends once ------------------------------------------------------------------------------------------------


async def test_a_new_turn_ends_the_running_one_and_who_ran_it_is_told(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    old, new = a_turn(session, 0), a_turn(session, 1)
    await stores.turns.add(old)
    await stores.turns.add(new)
    assert [t.outcome for t in await stores.turns.list(session.session_id)] == ["cancelled", "running"]

    old.transcript = heard("too late")
    await stores.turns.save(old)
    old.outcome, session.state = "completed", "finished"
    assert await stores.turns.finish(old, session) == "cancelled"
    kept = await stores.turns.get(owner, session.session_id, old.turn_id)
    assert kept is not None and kept.outcome == "cancelled" and kept.transcript is None
    unchanged = await stores.sessions.get(owner, session.session_id)
    assert unchanged is not None and unchanged.state == "ready", "nor does it change the session"

    new.outcome = "completed"
    assert await stores.turns.finish(new, session) == "completed"
    changed = await stores.sessions.get(owner, session.session_id)
    assert changed is not None and changed.state == "finished"


async def test_of_many_who_end_a_turn_the_first_decides(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    turn = a_turn(session)
    await stores.turns.add(turn)
    ends = [turn.model_copy(update={"outcome": outcome}) for outcome in ("completed", "failed", "cancelled") * 3]
    stands = await asyncio.gather(*(stores.turns.finish(end, session) for end in ends))
    kept = await stores.turns.get(owner, session.session_id, turn.turn_id)
    assert kept is not None
    assert set(stands) == {kept.outcome}


async def test_of_many_new_turns_at_once_one_runs(stores: Stores) -> None:
    owner = await stores.owners.create()
    session = a_session(owner)
    await stores.sessions.add(session)
    await asyncio.gather(*(stores.turns.add(a_turn(session, position)) for position in range(8)))
    assert sorted(t.outcome for t in await stores.turns.list(session.session_id)) == ["cancelled"] * 7 + ["running"]
    await stores.turns.supersede(session.session_id, at(9))
    assert await stores.turns.running() == []


async def test_many_that_start_at_once_on_an_empty_database_take_turns(url: str) -> None:
    if url == "sqlite+aiosqlite://":
        pytest.skip("a database in memory belongs to whoever opened it")
    opened = await asyncio.gather(*(Stores.open(url) for _ in range(4)))
    assert all([await one.healthy() for one in opened])
    for one in opened:
        await one.close()
