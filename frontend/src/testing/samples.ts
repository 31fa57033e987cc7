/** Values that tests share: one question, one scored feedback, events by name. */
import type { TurnEvent } from '../api/events';
import type { Citation, Feedback, Question, SessionInfo, Star } from '../api/types';

export const question = (id = 'q1', number = 1): Question => ({
  question_id: id,
  number,
  total: 3,
  text: `Question ${id}?`,
  kind: 'main',
  citations: [],
  hints: [],
});

export const session = (more: Partial<SessionInfo> = {}): SessionInfo => ({
  session_id: 's',
  state: 'ready',
  mode: 'behavioral',
  question_count: 3,
  question: question(),
  created_at: '2026-11-12T10:00:00Z',
  turns: [],
  ...more,
});

/** One event of turn `t`. */
export const event = (seq: number, name: string, data: object = {}, turn = 't') =>
  ({ name, data: { turn_id: turn, seq, at_ms: seq, ...data } }) as unknown as TurnEvent;

export const ended = (seq: number, outcome: string, state = 'ready', turn = 't') =>
  event(seq, 'turn.ended', { outcome, state, timings_ms: {}, versions: {} }, turn);

export const heard = (seq: number, text = 'I moved the joins.', turn = 't') =>
  event(seq, 'transcript.final', { text, language: 'en', duration_s: 2, words: [] }, turn);

export const citation = (id: string, more: Partial<Citation> = {}): Citation => ({
  citation_id: id,
  source: id.startsWith('A') ? 'answer' : 'document',
  document_id: id.startsWith('A') ? null : 'd',
  title: 'Resume',
  quote: `quote of ${id}`,
  char_start: 0,
  char_end: 5,
  ...more,
});

export const feedback = (more: Partial<Feedback> = {}): Feedback => ({
  scored: true,
  summary: 'The situation and the action are there.',
  strengths: [
    { text: 'You say what you did.', citations: ['A1'] },
    { text: 'The setting is clear.', citations: [] },
  ],
  gaps: [{ text: 'Say what came of it.', citations: ['A1', 'R1', 'A1', 'X9'] }],
  rewrite: { text: 'I moved the joins. [add: what changed]', slots: [{ part: 'result', hint: 'what changed' }] },
  drill: { title: 'Result first', instruction: 'One sentence, 60 seconds.' },
  scores: { structure: { score: 3, why: 'No result was found.', anchor: 'A part is thin.' } },
  citations: [citation('A1'), citation('R1')],
  withheld: 0,
  errors: [],
  ...more,
});

export const star = (): Star => {
  const part = (present: boolean, strength: number, share: number) => ({ present, strength, share, evidence: [] });
  return { situation: part(true, 0.7, 0.3), task: part(true, 0.4, 0.1), action: part(true, 0.2, 0.6), result: part(false, 0, 0), missing: ['result'], spans: [] };
};
