/**
 * The turn as a pure reducer over the events of the contract: the only truth about where an answer stands. Applying an
 * event twice changes nothing, thanks to `seq` and, in growing texts, `offset`.
 */
import type { StreamItem } from '../../api/event-stream';
import { feedbackSchema, type TurnEvent } from '../../api/events';
import type { Citation, Clip, Delivery, Feedback, Objection, Question, SelfCheck, Star, StoredTurn, Transcript, WireError } from '../../api/types';
import { applyDelta } from '../../text/code-points';

/** `sending`: the answer is on its way. `listening`: the server turns sound into text. `coaching`: feedback comes. */
export type TurnPhase = 'sending' | 'listening' | 'coaching' | 'completed' | 'cancelled' | 'failed';

export interface TurnNotice {
  stage: string;
  code: string;
  message: string;
}

export interface TurnView {
  phase: TurnPhase;
  /** Null until the server has begun the turn. */
  turnId: string | null;
  question: Question;
  retryOf: string | null;
  /** The misheard answer that this one takes the place of. */
  corrects: string | null;
  /** The answer that ended too soon, and that this one holds as its beginning. */
  continues: string | null;
  spoken: boolean;
  lastSeq: number;
  partial: string;
  transcript: Transcript | null;
  delivery: Delivery | null;
  star: Star | null;
  context: Citation[];
  feedbackText: string;
  feedback: Feedback | null;
  /** How often better feedback came after the turn had ended. */
  revisions: number;
  /** Points that the candidate called wrong. */
  objections: Objection[];
  /** Points of the reference that the candidate found in the answer, as stored when the page was opened. */
  selfCheck: SelfCheck | null;
  /** The candidate had it erased: nothing of it is left. */
  erased: boolean;
  /** 1-5, by the candidate; null while it was not given. */
  selfRating: number | null;
  questionText: string;
  nextQuestion: Question | null;
  clips: Clip[];
  notices: TurnNotice[];
  error: WireError | null;
  sessionState: string | null;
  timings: Record<string, number>;
  versions: Record<string, string>;
}

/** How an answer was given, and which earlier one it is about. */
export interface Given {
  spoken: boolean;
  text?: string;
  retryOf?: string | null;
  corrects?: string | null;
  continues?: string | null;
}

/** A turn that has just been given, before the server has said anything. */
export function newTurn(question: Question, given: Given): TurnView {
  return {
    phase: 'sending',
    turnId: null,
    question,
    retryOf: given.retryOf ?? null,
    corrects: given.corrects ?? null,
    continues: given.continues ?? null,
    spoken: given.spoken,
    lastSeq: 0,
    partial: given.text ?? '',
    transcript: null,
    delivery: null,
    star: null,
    context: [],
    feedbackText: '',
    feedback: null,
    revisions: 0,
    objections: [],
    selfCheck: null,
    erased: false,
    selfRating: null,
    questionText: '',
    nextQuestion: null,
    clips: [],
    notices: [],
    error: null,
    sessionState: null,
    timings: {},
    versions: {},
  };
}

export const isOver = (turn: TurnView): boolean => ['completed', 'cancelled', 'failed'].includes(turn.phase);

/** The turn after one item of its stream. */
export function applyItem(turn: TurnView, item: StreamItem): TurnView {
  if (item.name === 'turn.stored') return fromStored(item.data);
  if (turn.turnId !== null && item.data.turn_id !== turn.turnId) return turn;
  if (item.data.seq <= turn.lastSeq) return turn;
  const place = { turnId: item.data.turn_id, lastSeq: item.data.seq };
  return { ...turn, ...place, ...changeOf(turn, item) };
}

function changeOf(turn: TurnView, event: TurnEvent): Partial<TurnView> {
  switch (event.name) {
    case 'turn.started':
      return { phase: 'listening', sessionState: event.data.state ?? null };
    case 'transcript.partial':
      return { partial: event.data.text };
    case 'transcript.final':
      return { phase: 'coaching', transcript: event.data, partial: '' };
    case 'delivery':
      return { delivery: event.data };
    case 'star':
      return { star: event.data };
    case 'context.found':
      return { context: event.data.citations };
    case 'feedback.delta':
      return { feedbackText: applyDelta(turn.feedbackText, event.data) };
    case 'feedback.final':
      return turn.revisions > 0 ? {} : { feedback: event.data };
    case 'question.delta':
      return { questionText: applyDelta(turn.questionText, event.data) };
    case 'question.final':
      return { nextQuestion: event.data.question, questionText: event.data.question.text };
    case 'audio':
      return turn.clips.some((clip) => clip.index === event.data.index) ? {} : { clips: [...turn.clips, event.data] };
    case 'notice': {
      const { stage, code, message_safe: message } = event.data;
      return { notices: [...turn.notices, { stage, code, message }] };
    }
    case 'turn.failed':
      return { error: event.data.error };
    case 'turn.ended':
      return {
        phase: event.data.outcome,
        sessionState: event.data.state ?? null,
        timings: event.data.timings_ms,
        versions: event.data.versions,
      };
    default:
      return event satisfies never;
  }
}

/** The stored turn tells the same facts as its events. */
export function fromStored(stored: StoredTurn): TurnView {
  const spoken = stored.spoken ?? (stored.transcript?.words?.length ?? 0) > 0;
  return {
    ...newTurn(stored.question, { spoken, retryOf: [stored.corrects, stored.continues].includes(stored.retry_of) ? null : stored.retry_of, corrects: stored.corrects, continues: stored.continues }),
    phase: stored.outcome === 'running' ? 'coaching' : stored.outcome,
    turnId: stored.turn_id,
    transcript: stored.transcript,
    delivery: stored.delivery,
    star: stored.star,
    context: stored.context ?? [],
    feedbackText: stored.feedback_text ?? '',
    feedback: feedbackSchema.nullable().catch(null).parse(stored.feedback),
    objections: stored.objections ?? [],
    selfCheck: stored.self_check ?? null,
    erased: Boolean(stored.erased_at),
    selfRating: stored.self_rating?.overall ?? null,
    nextQuestion: stored.next_question ?? null,
    questionText: stored.next_question?.text ?? '',
    error: stored.error ?? null,
    timings: stored.timings_ms ?? {},
    versions: stored.versions ?? {},
  };
}

/** The turn with feedback that came late, in place of what it had. The same feedback again changes nothing. */
export function revise(turn: TurnView, feedback: Feedback): TurnView {
  if (turn.erased || JSON.stringify(turn.feedback) === JSON.stringify(feedback)) return turn;
  return { ...turn, feedback, revisions: turn.revisions + 1 };
}

/** The turn after its answer was erased: the question it was given to, and that it is gone. */
export function erase(turn: TurnView): TurnView {
  return { ...newTurn(turn.question, turn), turnId: turn.turnId, phase: 'completed', erased: true };
}

/** The turn after the client gave up on it: nothing more will come, what is there stays. */
export function giveUp(turn: TurnView, error: WireError | null): TurnView {
  return isOver(turn) ? turn : { ...turn, phase: error ? 'failed' : 'cancelled', error };
}
