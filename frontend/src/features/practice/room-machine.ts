/** The practice room as a pure reducer: the question that waits, the answers given, and which one is taken again. */
import type { StreamItem } from '../../api/event-stream';
import type { SessionEvent } from '../../api/events';
import type { Objection, Question, SessionInfo, Timers, WireError } from '../../api/types';
import { applyItem, erase, fromStored, giveUp, isOver, newTurn, revise, type TurnView } from './turn-machine';

export type RoomState = 'open' | 'paused' | 'finished' | 'expired';

export interface Room {
  state: RoomState;
  /** The question that waits for an answer; null once the interview is over. */
  question: Question | null;
  /** Oldest first; the last one may still run. */
  turns: TurnView[];
  /** The turn whose question is answered once more, if any. */
  retryOf: string | null;
  /** The turn that ended too soon and is gone on with, if any. */
  continues: string | null;
  /** Whether questions made for this job and this person are ready. */
  planned: boolean;
  /** How long it has taken and may still take, and when that was known (milliseconds, as `Date.now()`). */
  timers: (Timers & { at: number }) | null;
}

export type RoomAction =
  | { type: 'loaded'; session: SessionInfo }
  | { type: 'answered'; spoken: boolean; text?: string; corrects?: string | null }
  | { type: 'item'; item: StreamItem }
  | { type: 'gave-up'; error: WireError | null }
  | { type: 'retry'; turnId: string | null }
  | { type: 'go-on'; turnId: string | null }
  | { type: 'taken-back' }
  | { type: 'moved'; session: SessionInfo }
  | { type: 'news'; event: SessionEvent }
  | { type: 'objected'; turnId: string; objection: Objection }
  /** `session`: how it stands since; null where that is not known. */
  | { type: 'erased'; turnId: string; session: SessionInfo | null };

export const EMPTY_ROOM: Room = { state: 'open', question: null, turns: [], retryOf: null, continues: null, planned: false, timers: null };

export function roomReducer(room: Room, action: RoomAction): Room {
  switch (action.type) {
    case 'loaded':
      return {
        state: stateOf(action.session.state),
        question: action.session.question,
        turns: (action.session.turns ?? []).map(fromStored),
        retryOf: null,
        continues: null,
        planned: false,
        timers: timersOf(action.session),
      };
    case 'moved':
      return { ...room, state: stateOf(action.session.state), question: action.session.question, timers: timersOf(action.session) };
    case 'retry':
      return { ...room, retryOf: action.turnId, continues: null };
    case 'go-on':
      return { ...room, continues: action.turnId, retryOf: null };
    case 'taken-back':
      return takeBack(room);
    case 'answered': {
      const wrong = action.corrects ? room.turns.find((turn) => turn.turnId === action.corrects) : undefined;
      const question = wrong?.question ?? questionToAnswer(room);
      if (!question) return room;
      const begun = wrong ? undefined : room.turns.find((turn) => turn.turnId !== null && turn.turnId === room.continues);
      const retryOf = (wrong ?? begun)?.retryOf ?? (wrong ? null : room.retryOf);
      const turn = newTurn(question, { spoken: action.spoken, text: action.text, retryOf, corrects: wrong?.turnId, continues: begun?.turnId });
      return { ...room, turns: [...room.turns, turn] };
    }
    case 'item':
      return withLast(room, (turn) => applyItem(turn, action.item));
    case 'gave-up':
      return withLast(room, (turn) => giveUp(turn, action.error));
    case 'news':
      return withNews(room, action.event);
    case 'objected':
      return withTurn(room, action.turnId, (turn) => ({ ...turn, objections: [...turn.objections, action.objection] }));
    case 'erased':
      return withoutAnswer(room, action.turnId, action.session);
    default:
      return action satisfies never;
  }
}

/** The question that the next answer belongs to: the one taken again or gone on with, else the one that waits. */
export function questionToAnswer(room: Room): Question | null {
  const about = room.retryOf ?? room.continues;
  const again = about ? room.turns.find((turn) => turn.turnId === about) : undefined;
  return again?.question ?? room.question;
}

/** What matters more than the practice, while it waits for the person to choose how to go on; null where nothing does. */
export function whatWaits(room: Room): { say: string; asked: Question | null } | null {
  if (room.state !== 'open' && room.state !== 'paused') return null;
  const asked = room.question?.choice ? room.question : null;
  const coming = runningTurn(room)?.feedback?.concern;
  if (!asked && !(coming && (coming.waits || coming.urgent))) return null;
  return { say: room.turns.findLast((turn) => turn.feedback?.concern)?.feedback?.concern?.say ?? '', asked };
}

/**
 * The last answer was not finished: what comes next is all of it. Where the coach had already moved on, the same question
 * is answered once more; else the cut answer was none.
 */
function takeBack(room: Room): Room {
  const last = room.turns.at(-1);
  if (!last) return room;
  if (last.retryOf === null && last.nextQuestion && last.turnId) return { ...room, retryOf: last.turnId };
  if (last.feedback) return { ...room, retryOf: last.retryOf };
  return { ...room, turns: room.turns.slice(0, -1), retryOf: last.retryOf, continues: last.continues };
}

/**
 * The answers as they stand: without those that a corrected or a longer one takes the place of, unless that one did not
 * come to its end; and without the choice of how to go on, which is no answer.
 */
export function standingTurns(turns: readonly TurnView[]): TurnView[] {
  const replaced = new Set(turns.filter((turn) => turn.phase === 'completed' || !isOver(turn)).flatMap((turn) => [turn.corrects, turn.continues]));
  return turns.filter((turn) => !turn.question.choice && (turn.turnId === null || !replaced.has(turn.turnId)));
}

/** The turn that runs, if one does. */
export function runningTurn(room: Room): TurnView | null {
  const last = room.turns.at(-1);
  return last && !isOver(last) ? last : null;
}

/** How often each question was answered before `turn`, for "second take". Asking for a hint is no take. */
export function takeNumber(turns: readonly TurnView[], turn: TurnView): number {
  const same = turns.filter((t) => t.question.question_id === turn.question.question_id && (t === turn || !t.feedback?.intent));
  return same.indexOf(turn) + 1;
}

function withLast(room: Room, change: (turn: TurnView) => TurnView): Room {
  const last = room.turns.at(-1);
  if (!last || isOver(last)) return room;
  const turn = change(last);
  if (turn === last) return room;
  const next: Room = { ...room, turns: [...room.turns.slice(0, -1), turn] };
  if (turn.nextQuestion && (turn.retryOf === null || turn.nextQuestion.choice)) next.question = turn.nextQuestion;
  // The take is used up only when it was heard: after a failure the same question can be answered again.
  if (turn.transcript && turn.corrects === null && room.retryOf === turn.retryOf) next.retryOf = null;
  if (turn.transcript && turn.continues !== null && room.continues === turn.continues) next.continues = null;
  if (isOver(turn) && turn.sessionState) {
    next.state = stateOf(turn.sessionState);
    if (next.state === 'finished') next.question = null;
  }
  return next;
}

/** What came from outside a turn. Only an end of the interview is taken over: all else this page has done itself. */
function withNews(room: Room, event: SessionEvent): Room {
  switch (event.name) {
    case 'feedback.revised':
      return withTurn(room, event.data.turn_id, (turn) => revise(turn, event.data.feedback));
    case 'plan.ready':
      return { ...room, planned: true };
    case 'state': {
      const state = stateOf(event.data.state);
      return state === 'finished' || state === 'expired' ? { ...room, state, question: null } : room;
    }
    default:
      return event satisfies never;
  }
}

/** The room after an answer was erased. What other answers repeated of it goes as well, and its question may wait again. */
function withoutAnswer(room: Room, turnId: string, session: SessionInfo | null): Room {
  const here = withTurn(room, turnId, erase);
  const next = { ...here, retryOf: room.retryOf === turnId ? null : room.retryOf, continues: room.continues === turnId ? null : room.continues };
  if (!session || runningTurn(room)) return next;
  const stored = new Map((session.turns ?? []).map((turn) => [turn.turn_id, fromStored(turn)]));
  const turns = next.turns.map((turn) => {
    const now = stored.get(turn.turnId ?? '');
    return now ? { ...now, revisions: turn.revisions, lastSeq: turn.lastSeq } : turn;
  });
  return { ...next, turns, question: session.question };
}

function withTurn(room: Room, turnId: string, change: (turn: TurnView) => TurnView): Room {
  const turns = room.turns.map((turn) => (turn.turnId === turnId ? change(turn) : turn));
  return turns.some((turn, at) => turn !== room.turns[at]) ? { ...room, turns } : room;
}

const timersOf = ({ timers }: SessionInfo): Room['timers'] => (timers ? { ...timers, at: Date.now() } : null);

function stateOf(state: string): RoomState {
  return state === 'paused' || state === 'finished' || state === 'expired' ? state : 'open';
}
