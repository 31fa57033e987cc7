import { describe, expect, it } from 'vitest';
import type { TurnEvent } from '../../api/events';
import type { Question } from '../../api/types';
import { applyItem, giveUp, isOver, newTurn, type TurnView } from './turn-machine';

const QUESTION = { question_id: 'q', number: 1, kind: 'opening', text: 'Why this job?' } as Question;
const event = (seq: number, name: string, data: object) =>
  ({ name, data: { turn_id: 't', seq, at_ms: seq, ...data } }) as unknown as TurnEvent;
const play = (events: TurnEvent[], from: TurnView = newTurn(QUESTION, { spoken: true })) => events.reduce(applyItem, from);

const WHOLE = [
  event(1, 'turn.started', { question_id: 'q', state: 'transcribing' }),
  event(2, 'transcript.final', { text: 'I moved the joins.', language: 'en', duration_s: 2, words: [] }),
  event(3, 'feedback.delta', { text: 'It has a result.', offset: 0 }),
  event(4, 'question.delta', { text: 'What changed?', offset: 0 }),
  event(5, 'feedback.delta', { text: ' Name it.', offset: 16 }),
  event(6, 'notice', { stage: 'llm', code: 'llm_timeout', message_safe: 'Slow.' }),
  event(7, 'audio', { index: 0, role: 'feedback', text: 'It has a result.', mime: 'audio/wav', data: 'AA==' }),
  event(8, 'turn.ended', { outcome: 'completed', state: 'ready', timings_ms: { total: 9 }, versions: {} }),
];

describe('the turn machine', () => {
  it('walks through a whole turn', () => {
    const turn = play(WHOLE);
    expect(turn.phase).toBe('completed');
    expect(turn.transcript?.text).toBe('I moved the joins.');
    expect(turn.feedbackText).toBe('It has a result. Name it.');
    expect(turn.questionText).toBe('What changed?');
    expect(turn.notices.map((notice) => notice.message)).toEqual(['Slow.']);
    expect(turn.clips).toHaveLength(1);
    expect(turn.timings).toEqual({ total: 9 });
  });

  it('is not changed by an event that comes twice', () => {
    expect(play(WHOLE.flatMap((e) => [e, e]))).toEqual(play(WHOLE));
    expect(play([...WHOLE, ...WHOLE])).toEqual(play(WHOLE));
  });

  it('takes no event of another turn', () => {
    const turn = play(WHOLE.slice(0, 3));
    const foreign = { ...WHOLE[7], data: { ...WHOLE[7]?.data, turn_id: 'other', seq: 99 } } as TurnEvent;
    expect(applyItem(turn, foreign)).toBe(turn);
  });

  it.each(['completed', 'cancelled', 'failed'])('ends as %s', (outcome) => {
    const turn = play([event(1, 'turn.ended', { outcome, state: 'ready', timings_ms: {}, versions: {} })]);
    expect(turn.phase).toBe(outcome);
    expect(isOver(turn)).toBe(true);
  });

  it('keeps what was heard when the client gives up', () => {
    const turn = giveUp(play(WHOLE.slice(0, 3)), null);
    expect(turn.phase).toBe('cancelled');
    expect(turn.transcript?.text).toBe('I moved the joins.');
    expect(giveUp(play(WHOLE), null).phase).toBe('completed');
  });
});
