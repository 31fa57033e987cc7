import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../api/events';
import { ended, event, feedback, heard, question, session } from '../../testing/samples';
import { EMPTY_ROOM, questionToAnswer, type Room, type RoomAction, roomReducer, runningTurn, standingTurns, takeNumber, whatWaits } from './room-machine';

const play = (actions: RoomAction[], from: Room = opened()) => actions.reduce(roomReducer, from);
const opened = () => roomReducer(EMPTY_ROOM, { type: 'loaded', session: session() });
const item = (it: ReturnType<typeof event>): RoomAction => ({ type: 'item', item: it });
const answered: RoomAction = { type: 'answered', spoken: true };
const next = (seq: number, id: string, turn = 't') => item(event(seq, 'question.final', { question: question(id, 2) }, turn));
const stored = { turn_id: 't0', question: question(), outcome: 'completed' as const, transcript: { text: 'a', words: [] }, delivery: null, star: null, feedback: null };

describe('the practice room', () => {
  it('waits with the question of the session', () => {
    const room = opened();
    expect(questionToAnswer(room)?.question_id).toBe('q1');
    expect(runningTurn(room)).toBeNull();
  });

  it('moves on to the next question as soon as it is there, before the turn is over', () => {
    const room = play([answered, item(heard(1)), next(2, 'q2')]);
    expect(room.question?.question_id).toBe('q2');
    expect(runningTurn(room)?.question.question_id).toBe('q1');
    expect(runningTurn(play([item(ended(3, 'completed'))], room))).toBeNull();
  });

  it('keeps the question where the turn failed or was stopped', () => {
    for (const outcome of ['failed', 'cancelled']) {
      expect(play([answered, item(ended(1, outcome))]).question?.question_id).toBe('q1');
    }
    expect(play([answered, { type: 'gave-up', error: null }]).question?.question_id).toBe('q1');
  });

  it('is over when the turn says so, and asks nothing more', () => {
    const room = play([answered, item(heard(1)), item(ended(2, 'completed', 'finished'))]);
    expect(room.state).toBe('finished');
    expect(room.question).toBeNull();
    expect(play([answered], room).turns).toHaveLength(1);
  });

  it('takes no news for a turn that is over', () => {
    const room = play([answered, item(ended(1, 'completed'))]);
    expect(play([next(2, 'q9')], room)).toBe(room);
    expect(play([{ type: 'gave-up', error: null }], room)).toBe(room);
  });

  it('changes nothing by an event that comes twice', () => {
    const room = play([answered, item(heard(1)), next(2, 'q2')]);
    expect(play([item(heard(1)), next(2, 'q2')], room)).toBe(room);
  });
});

describe('another take', () => {
  const first = play([answered, item(heard(1)), next(2, 'q2'), item(ended(3, 'completed'))]);
  const again = play([{ type: 'retry', turnId: 't' }], first);

  it('asks the old question once more, and keeps the one that waits', () => {
    expect(questionToAnswer(again)?.question_id).toBe('q1');
    expect(again.question?.question_id).toBe('q2');
    expect(questionToAnswer(play([{ type: 'retry', turnId: null }], again))?.question_id).toBe('q2');
  });

  it('is used up when it was heard, and does not move the interview', () => {
    const room = play([answered, item(heard(1, 'Better.', 't2')), next(2, 'q7', 't2'), item(ended(3, 'completed', 'ready', 't2'))], again);
    expect(room.retryOf).toBeNull();
    expect(room.question?.question_id).toBe('q2');
    expect(room.turns.map((turn) => takeNumber(room.turns, turn))).toEqual([1, 2]);
    const asked = room.turns.map((turn, at) => (at === 0 ? { ...turn, feedback: feedback({ scored: false, intent: 'hint' }) } : turn));
    expect(asked.map((turn) => takeNumber(asked, turn))).toEqual([1, 1]);
  });

  it('can be tried again when it was not heard', () => {
    const room = play([answered, item(ended(1, 'failed', 'ready', 't2'))], again);
    expect(room.retryOf).toBe('t');
    expect(questionToAnswer(room)?.question_id).toBe('q1');
  });
});

describe('a page that is opened again', () => {
  it('shows what was stored, and follows a turn that still runs', () => {
    const running = { ...stored, turn_id: 't', outcome: 'running' as const };
    const room = roomReducer(EMPTY_ROOM, { type: 'loaded', session: session({ turns: [stored, running] }) });
    expect(room.turns.map((turn) => turn.phase)).toEqual(['completed', 'coaching']);
    expect(play([next(5, 'q2'), item(ended(6, 'completed'))], room).turns.at(-1)?.phase).toBe('completed');
  });

  it.each(['paused', 'finished', 'expired'] as const)('knows that it is %s', (state) => {
    expect(roomReducer(EMPTY_ROOM, { type: 'loaded', session: session({ state, question: null }) }).state).toBe(state);
  });

  it.each(['recording', 'transcribing', 'thinking', 'speaking'] as const)('is open while the server is %s', (state) => {
    expect(roomReducer(EMPTY_ROOM, { type: 'loaded', session: session({ state }) }).state).toBe('open');
  });

  it('follows a pause', () => {
    const room = play([{ type: 'moved', session: session({ state: 'paused' }) }]);
    expect(room.state).toBe('paused');
    expect(play([{ type: 'moved', session: session() }], room).state).toBe('open');
  });
});

describe('an answer that was not finished', () => {
  const back: RoomAction = { type: 'taken-back' };

  it('was none, as long as the coach has not moved on', () => {
    const room = play([answered, item(ended(1, 'cancelled')), back]);
    expect(room.turns).toEqual([]);
    expect(questionToAnswer(room)?.question_id).toBe('q1');
    expect(room.retryOf).toBeNull();
  });

  it('is taken again where the next question was there already', () => {
    const room = play([answered, item(heard(1)), next(2, 'q2'), item(ended(3, 'cancelled')), back]);
    expect(room.retryOf).toBe('t');
    expect(questionToAnswer(room)?.question_id).toBe('q1');
    expect(room.question?.question_id).toBe('q2');
  });

  it('stays another take when it was one', () => {
    const first = play([answered, item(heard(1)), next(2, 'q2'), item(ended(3, 'completed')), { type: 'retry', turnId: 't' }]);
    const room = play([answered, item(heard(1, 'More.', 't2')), item(ended(2, 'cancelled', 'ready', 't2')), back], first);
    expect(room.retryOf).toBe('t');
    expect(room.turns).toHaveLength(1);
  });
});

describe('an answer that ended too soon', () => {
  const first = play([answered, item(heard(1, 'I moved')), next(2, 'q2'), item(ended(3, 'completed'))]);
  const going = play([{ type: 'go-on', turnId: 't' }], first);
  const sent = play([answered], going);
  const texts = (room: Room) => standingTurns(room.turns).map((turn) => turn.transcript?.text ?? turn.partial);

  it('keeps its question until it is whole', () => {
    expect(questionToAnswer(going)?.question_id).toBe('q1');
    expect(sent.turns.at(-1)).toMatchObject({ continues: 't', retryOf: null, question: { question_id: 'q1' } });
  });

  it.each<[string, RoomAction[], string[], string | null, string]>([
    ['is out of sight while the rest is heard', [], [''], 't', 'q2'],
    ['is one with what came after', [item(heard(1, 'I moved the joins.', 't2')), next(2, 'q3', 't2'), item(ended(3, 'completed', 'ready', 't2'))], ['I moved the joins.'], null, 'q3'],
    ['stands as it was where the rest did not get through', [item(ended(1, 'failed', 'ready', 't2'))], ['I moved', ''], 't', 'q2'],
  ])('%s', (_what, actions, standing, continues, waiting) => {
    const room = play(actions, sent);
    expect(texts(room)).toEqual(standing);
    expect(room.continues).toBe(continues);
    expect(room.question?.question_id).toBe(waiting);
  });

  it('is left as it is, or taken again instead', () => {
    expect(questionToAnswer(play([{ type: 'go-on', turnId: null }], going))?.question_id).toBe('q2');
    expect(play([{ type: 'retry', turnId: 't' }], going)).toMatchObject({ retryOf: 't', continues: null });
  });

  it('is gone on with once more where the rest was cut off too', () => {
    expect(play([item(heard(1, 'I moved the', 't2')), item(ended(2, 'cancelled', 'ready', 't2')), { type: 'taken-back' }], sent).continues).toBe('t');
  });

  it('is not gone on with when it is erased', () => {
    expect(play([{ type: 'erased', turnId: 't', session: null }], going).continues).toBeNull();
  });
});

describe('something that matters more', () => {
  const choice = { ...question('c', 1), choice: true };
  const said = (more: object) => item(event(2, 'feedback.final', feedback({ scored: false, concern: { kind: 'distress', say: 'Please call somebody.', ...more } })));
  const asked = item(event(3, 'question.final', { question: choice }));

  it('waits from the moment it is said', () => {
    expect(whatWaits(play([answered, item(heard(1)), said({ urgent: true })]))).toEqual({ say: 'Please call somebody.', asked: null });
  });

  it.each(['ready', 'paused'])('waits for the choice while the interview is %s', (state) => {
    const room = play([answered, item(heard(1)), said({ waits: true }), asked, item(ended(4, 'completed', state))]);
    expect(whatWaits(room)).toEqual({ say: 'Please call somebody.', asked: choice });
  });

  it('waits after another take too', () => {
    const room = play([answered, item(heard(1)), next(2, 'q2'), item(ended(3, 'completed')), { type: 'retry', turnId: 't' }, answered]);
    const after = play([item(heard(1, 'a', 't2')), item(event(2, 'question.final', { question: choice }, 't2'))], room);
    expect(after.question).toEqual(choice);
  });

  it('is over with another question, and the choice is no answer', () => {
    const room = play([answered, item(heard(1)), said({ waits: true }), asked, item(ended(4, 'completed'))]);
    const after = play([{ type: 'answered', spoken: false, text: 'Another question, please.' }, item(heard(1, 'Another question, please.', 't2')), next(2, 'q2', 't2'), item(ended(3, 'completed', 'ready', 't2'))], room);
    expect(whatWaits(after)).toBeNull();
    expect(standingTurns(after.turns).map((turn) => turn.turnId)).toEqual(['t']);
  });

  it('in doubt lets the interview go on', () => {
    expect(whatWaits(play([answered, item(heard(1)), said({ waits: false }), next(3, 'q2')]))).toBeNull();
  });

  it('waits no more when the interview is over', () => {
    expect(whatWaits(play([answered, item(heard(1)), said({ waits: true }), asked, item(ended(4, 'completed', 'finished'))]))).toBeNull();
  });
});

describe('an answer that was misheard', () => {
  const first = play([answered, item(heard(1, 'sixteen')), next(2, 'q2'), item(ended(3, 'completed'))]);
  const sent = play([{ type: 'answered', spoken: false, text: 'sixty', corrects: 't' }], first);
  const texts = (room: Room) => standingTurns(room.turns).map((turn) => turn.transcript?.text ?? turn.partial);

  it.each<[string, RoomAction[], string[], string]>([
    ['is out of sight while its correction runs', [], ['sixty'], 'q2'],
    ['is replaced by what was meant', [item(heard(1, 'sixty', 't2')), item(ended(2, 'completed', 'ready', 't2'))], ['sixty'], 'q2'],
    ['may bring another next question', [item(heard(1, 'sixty', 't2')), next(2, 'q3', 't2')], ['sixty'], 'q3'],
    ['comes back where the correction failed', [item(ended(1, 'failed', 'ready', 't2'))], ['sixteen', 'sixty'], 'q2'],
    ['comes back where the correction was stopped unheard', [{ type: 'gave-up', error: null }], ['sixteen', 'sixty'], 'q2'],
    ['comes back where the correction was stopped before its end', [item(heard(1, 'sixty', 't2')), item(ended(2, 'cancelled', 'ready', 't2'))], ['sixteen', 'sixty'], 'q2'],
  ])('%s', (_what, actions, standing, waits) => {
    const room = play(actions, sent);
    expect(texts(room)).toEqual(standing);
    expect(room.question?.question_id).toBe(waits);
  });

  it('keeps its own question, whichever one waits', () => {
    expect(sent.turns.at(-1)?.question.question_id).toBe('q1');
    expect(sent.turns.at(-1)?.corrects).toBe('t');
  });

  it('can be corrected once more', () => {
    const twice = play([item(heard(1, 'sixty', 't2')), item(ended(2, 'completed', 'ready', 't2')), { type: 'answered', spoken: false, text: 'sixty-one', corrects: 't2' }], sent);
    expect(texts(twice)).toEqual(['sixty-one']);
  });

  it('leaves another take of another question alone', () => {
    const again = play([{ type: 'retry', turnId: 't' }, { type: 'answered', spoken: false, text: 'sixty', corrects: 't' }, item(heard(1, 'sixty', 't2'))], first);
    expect(again.retryOf).toBe('t');
  });
});

describe('news from outside a turn', () => {
  const room = play([answered, item(heard(1)), next(2, 'q2'), item(ended(3, 'completed')), answered, item(heard(1, 'Later.', 't2'))]);
  const news = (name: string, data: object): RoomAction => ({ type: 'news', event: { name, data } as SessionEvent });
  const revised = news('feedback.revised', { turn_id: 't', feedback: feedback({ summary: 'Better.' }) });

  it.each<[string, RoomAction, Partial<Room>]>([
    ['a plan is ready', news('plan.ready', { questions: [] }), { planned: true }],
    ['the interview was finished elsewhere', news('state', { state: 'finished' }), { state: 'finished', question: null }],
    ['it has expired', news('state', { state: 'expired' }), { state: 'expired', question: null }],
    ['the server works', news('state', { state: 'thinking' }), { state: 'open' }],
    ['an old pause is told again', news('state', { state: 'paused' }), { state: 'open' }],
  ])('%s', (_what, action, expected) => expect(play([action], room)).toMatchObject(expected));

  it('reaches an earlier answer while another one runs, once', () => {
    const after = play([revised], room);
    expect(after.turns.map((turn) => turn.feedback?.summary)).toEqual(['Better.', undefined]);
    expect(runningTurn(after)?.turnId).toBe('t2');
    expect(play([revised], after)).toBe(after);
  });

  it('is passed over where the turn is not in the room', () => {
    expect(play([news('feedback.revised', { turn_id: 'other', feedback: feedback() })], room)).toBe(room);
  });
});

describe('what a candidate does about an answer', () => {
  const room = play([answered, item(heard(1)), next(2, 'q2'), item(ended(3, 'completed'))]);

  it.each<[string, RoomAction, object]>([
    ['objects', { type: 'objected', turnId: 't', objection: { point: 'gaps.0', text: 'No.' } }, { objections: [{ point: 'gaps.0', text: 'No.' }] }],
    ['erases', { type: 'erased', turnId: 't', session: null }, { erased: true, transcript: null }],
  ])('%s', (_what, action, expected) => expect(play([action], room).turns[0]).toMatchObject(expected));

  it('takes no further take of an answer that is erased', () => {
    expect(play([{ type: 'retry', turnId: 't' }, { type: 'erased', turnId: 't', session: null }], room).retryOf).toBeNull();
  });

  it('takes over what the server kept of the others, and which question waits since', () => {
    const both = play([answered, item(heard(1, 'As I said, joins.', 't2')), item(ended(2, 'completed', 'ready', 't2'))], room);
    const gone = { ...stored, turn_id: 't', transcript: null, erased_at: '2026-11-30T10:00:00Z' };
    const other = { ...stored, turn_id: 't2', transcript: { text: 'As I said.', words: [] } };
    const after = play([{ type: 'erased', turnId: 't', session: session({ question: question('q1'), turns: [gone, other] }) }], both);
    expect(after.turns.map((turn) => turn.erased || turn.transcript?.text)).toEqual([true, 'As I said.']);
    expect(after.question?.question_id).toBe('q1');
  });
});
