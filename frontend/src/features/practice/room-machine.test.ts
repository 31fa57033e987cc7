import { describe, expect, it } from 'vitest';
import { ended, event, heard, question, session } from '../../testing/samples';
import { EMPTY_ROOM, questionToAnswer, type Room, type RoomAction, roomReducer, runningTurn, takeNumber } from './room-machine';

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
