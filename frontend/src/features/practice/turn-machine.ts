/** Where one turn is: a pure reducer over the contract's events, the only truth the screen is drawn from. */
import type { Change, Citation, Delivery, Feedback, Question, Star, TurnEvent } from '../../api/types';

export type Phase = 'idle' | 'listening' | 'sending' | 'transcribing' | 'thinking' | 'done' | 'failed' | 'cancelled';

export interface Turn {
  phase: Phase;
  turnId: string | null;
  seq: number;
  transcript: string | null;
  spoken: boolean;
  delivery: Delivery | null;
  star: Star | null;
  citations: Citation[];
  feedbackText: string;
  feedback: Feedback | null;
  questionText: string;
  next: Question | null;
  notices: string[];
  error: string | null;
  over: boolean;
  timings: Record<string, number>;
  changes: Change[];
}

export const EMPTY: Turn = {
  phase: 'idle', turnId: null, seq: 0, transcript: null, spoken: false, delivery: null, star: null, citations: [],
  feedbackText: '', feedback: null, questionText: '', next: null, notices: [], error: null, over: false, timings: {},
  changes: [],
};

export type Action =
  | { type: 'listen' }
  | { type: 'reset' }
  | { type: 'send'; spoken: boolean }
  | { type: 'lost'; message: string }
  | { type: 'event'; event: TurnEvent };

/** Text with a delta at its place: applying the same delta twice changes nothing. */
export const applyDelta = (text: string, delta: { text: string; offset: number }): string =>
  delta.offset === text.length ? text + delta.text : text;

export function reduce(turn: Turn, action: Action): Turn {
  switch (action.type) {
    case 'reset':
      return EMPTY;
    case 'listen':
      return { ...EMPTY, phase: 'listening' };
    case 'send':
      return { ...EMPTY, phase: 'sending', spoken: action.spoken };
    case 'lost':
      return { ...turn, phase: 'failed', error: action.message };
    case 'event':
      return action.event.data.seq <= turn.seq ? turn : { ...take(turn, action.event), seq: action.event.data.seq };
  }
}

function take(turn: Turn, event: TurnEvent): Turn {
  switch (event.name) {
    case 'turn.started':
      return { ...turn, turnId: event.data.turn_id, phase: turn.spoken ? 'transcribing' : 'thinking' };
    case 'transcript.partial':
      return { ...turn, transcript: event.data.text };
    case 'transcript.final':
      return { ...turn, transcript: event.data.text, phase: 'thinking' };
    case 'delivery':
      return { ...turn, delivery: event.data };
    case 'star':
      return { ...turn, star: event.data };
    case 'context.found':
      return { ...turn, citations: event.data.citations };
    case 'feedback.delta':
      return { ...turn, feedbackText: applyDelta(turn.feedbackText, event.data) };
    case 'feedback.final':
      return { ...turn, feedback: event.data, changes: event.data.compared?.changes ?? [] };
    case 'question.delta':
      return { ...turn, questionText: applyDelta(turn.questionText, event.data) };
    case 'question.final':
      return { ...turn, next: event.data.question, questionText: event.data.question.text };
    case 'notice':
      return { ...turn, notices: [...turn.notices, event.data.message_safe] };
    case 'turn.failed':
      return { ...turn, error: event.data.error.message_safe };
    case 'turn.ended': {
      const phase: Phase = { completed: 'done', cancelled: 'cancelled', failed: 'failed' }[event.data.outcome] as Phase;
      return { ...turn, phase, timings: event.data.timings_ms, over: event.data.state === 'finished' };
    }
    case 'audio':
      return turn;
  }
}

/** The line that always says whose turn it is. */
export function statusOf(turn: Turn, speaking: boolean, paused: boolean): string {
  if (paused) return 'Paused';
  switch (turn.phase) {
    case 'listening':
      return 'Listening to you';
    case 'sending':
      return 'Sending your answer';
    case 'transcribing':
      return 'Writing down what you said';
    case 'thinking':
      return speaking ? 'The coach is speaking' : 'The coach is thinking';
    case 'failed':
      return 'That did not work - your turn';
    default:
      return speaking ? 'The coach is speaking' : turn.over ? 'The interview is over' : 'Your turn';
  }
}
