import { describe, expect, it } from 'vitest';
import type { TurnEvent } from '../../api/types';
import { EMPTY, applyDelta, reduce, statusOf, type Turn } from './turn-machine';

const stamp = (seq: number) => ({ turn_id: 't', seq, at_ms: seq });
const event = (seq: number, name: string, data: object) => ({ name, data: { ...data, ...stamp(seq) } }) as TurnEvent;
const play = (events: TurnEvent[], from: Turn = reduce(EMPTY, { type: 'send', spoken: true })) =>
  events.reduce((turn, e) => reduce(turn, { type: 'event', event: e }), from);

const WHOLE = [
  event(1, 'turn.started', { question_id: 'q', state: 'transcribing' }),
  event(2, 'transcript.final', { text: 'I moved the joins.', language: 'en', duration_s: 2, words: [] }),
  event(3, 'feedback.delta', { text: 'It has a result.', offset: 0 }),
  event(4, 'question.delta', { text: 'What changed?', offset: 0 }),
  event(5, 'feedback.delta', { text: ' Name it.', offset: 16 }),
  event(6, 'notice', { stage: 'llm', code: 'llm_timeout', message_safe: 'Slow.' }),
  event(7, 'turn.ended', { outcome: 'completed', state: 'ready', timings_ms: { total: 9 } }),
];

describe('the turn machine', () => {
  it('walks through a whole turn', () => {
    const turn = play(WHOLE);
    expect(turn.phase).toBe('done');
    expect(turn.transcript).toBe('I moved the joins.');
    expect(turn.feedbackText).toBe('It has a result. Name it.');
    expect(turn.questionText).toBe('What changed?');
    expect(turn.notices).toEqual(['Slow.']);
    expect(turn.timings).toEqual({ total: 9 });
  });

  it('is not changed by an event that comes twice', () => {
    expect(play(WHOLE.flatMap((e) => [e, e]))).toEqual(play(WHOLE));
    expect(play([...WHOLE, ...WHOLE])).toEqual(play(WHOLE));
  });

  it.each([
    ['completed', 'done'],
    ['cancelled', 'cancelled'],
    ['failed', 'failed'],
  ])('ends %s as %s', (outcome, phase) => {
    expect(play([event(1, 'turn.ended', { outcome, state: 'ready', timings_ms: {} })]).phase).toBe(phase);
  });

  it('applies a delta only at its place', () => {
    expect(applyDelta('abc', { text: 'd', offset: 3 })).toBe('abcd');
    expect(applyDelta('abcd', { text: 'd', offset: 3 })).toBe('abcd');
  });

  it.each([
    [EMPTY, false, false, 'Your turn'],
    [EMPTY, true, false, 'The coach is speaking'],
    [EMPTY, false, true, 'Paused'],
    [{ ...EMPTY, phase: 'listening' as const }, false, false, 'Listening to you'],
    [{ ...EMPTY, phase: 'thinking' as const }, false, false, 'The coach is thinking'],
    [{ ...EMPTY, phase: 'done' as const, over: true }, false, false, 'The interview is over'],
  ])('says whose turn it is', (turn, speaking, paused, line) => {
    expect(statusOf(turn, speaking, paused)).toBe(line);
  });
});
