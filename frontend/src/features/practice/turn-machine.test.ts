import { describe, expect, it } from 'vitest';
import type { TurnEvent } from '../../api/events';
import type { Question } from '../../api/types';
import { citation, feedback } from '../../testing/samples';
import { applyItem, erase, fromStored, giveUp, isOver, newTurn, revise, type TurnView } from './turn-machine';

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

describe('what comes after the turn', () => {
  const first = feedback({ author: 'rules', strengths: [], summary: 'Measured.' });
  const better = feedback({ author: 'model', summary: 'Written.' });
  const over = play([...WHOLE.slice(0, 7), event(8, 'feedback.final', first), { ...WHOLE[7], data: { ...WHOLE[7]?.data, seq: 9 } } as TurnEvent]);

  it.each<[string, TurnView, string | undefined, number]>([
    ['takes the place of what was there', revise(over, better), 'Written.', 1],
    ['changes nothing when it comes twice', revise(revise(over, better), better), 'Written.', 1],
    ['can come again, and better', revise(revise(over, better), feedback({ summary: 'Written again.' })), 'Written again.', 2],
    ['is no news where it says the same', revise(over, { ...over.feedback, ...first }), 'Measured.', 0],
    ['is not undone by an older event that is late', applyItem(revise(play(WHOLE.slice(0, 3)), better), event(9, 'feedback.final', first)), 'Written.', 1],
    ['does not bring back what was erased', revise(erase(over), better), undefined, 0],
  ])('%s', (_what, turn, summary, revisions) => {
    expect(turn.feedback?.summary).toBe(summary);
    expect(turn.revisions).toBe(revisions);
  });

  it('leaves no word of an answer that was erased', () => {
    const gone = erase({ ...revise(over, better), objections: [{ point: 'gaps.0' }], selfCheck: { ticked: ['p1'] }, context: [citation('A1')] });
    expect(JSON.stringify(gone)).not.toMatch(/joins|Written|result|quote of/);
    expect(gone).toMatchObject({ turnId: 't', phase: 'completed', erased: true, objections: [], selfCheck: null });
  });
});

describe('a stored turn', () => {
  const stored = { turn_id: 't', question: QUESTION, outcome: 'completed' as const, transcript: { text: 'a', words: [] }, delivery: null, star: null, feedback: null };

  it.each<[string, Partial<Parameters<typeof fromStored>[0]>, Partial<TurnView>]>([
    ['keeps what was called wrong', { objections: [{ point: 'errors.0', why: 'I said March' }] }, { objections: [{ point: 'errors.0', why: 'I said March' }] }],
    ['is no other take of what it goes on with', { continues: 't0', retry_of: 't0' }, { continues: 't0', retryOf: null }],
    ['keeps what was ticked', { self_check: { ticked: ['p1'] } }, { selfCheck: { ticked: ['p1'] } }],
    ['knows what it corrects', { corrects: 't0' }, { corrects: 't0' }],
    ['is no other take for being a correction', { corrects: 't0', retry_of: 't0' }, { corrects: 't0', retryOf: null }],
    ['knows that it was erased', { transcript: null, erased_at: '2026-11-30T10:00:00Z' }, { erased: true }],
    ['was not erased where nothing was heard', { transcript: null }, { erased: false }],
    ['has none of it where the server is older', {}, { objections: [], selfCheck: null, corrects: null, erased: false, revisions: 0 }],
  ])('%s', (_what, more, expected) => expect(fromStored({ ...stored, ...more })).toMatchObject(expected));

  it('fills in what older feedback did not have', () => {
    const { errors: _, ...older } = feedback();
    expect(fromStored({ ...stored, feedback: older as never }).feedback?.errors).toEqual([]);
  });
});
