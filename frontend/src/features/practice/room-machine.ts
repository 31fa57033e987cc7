/** The practice room as a pure reducer: the question that waits, the answers given, and which one is taken again. */
import type { StreamItem } from '../../api/event-stream';
import type { Question, SessionInfo, WireError } from '../../api/types';
import { applyItem, fromStored, giveUp, isOver, newTurn, type TurnView } from './turn-machine';

export type RoomState = 'open' | 'paused' | 'finished' | 'expired';

export interface Room {
  state: RoomState;
  /** The question that waits for an answer; null once the interview is over. */
  question: Question | null;
  /** Oldest first; the last one may still run. */
  turns: TurnView[];
  /** The turn whose question is answered once more, if any. */
  retryOf: string | null;
}

export type RoomAction =
  | { type: 'loaded'; session: SessionInfo }
  | { type: 'answered'; spoken: boolean; text?: string }
  | { type: 'item'; item: StreamItem }
  | { type: 'gave-up'; error: WireError | null }
  | { type: 'retry'; turnId: string | null }
  | { type: 'taken-back' }
  | { type: 'moved'; session: SessionInfo };

export const EMPTY_ROOM: Room = { state: 'open', question: null, turns: [], retryOf: null };

export function roomReducer(room: Room, action: RoomAction): Room {
  switch (action.type) {
    case 'loaded':
      return {
        state: stateOf(action.session.state),
        question: action.session.question,
        turns: (action.session.turns ?? []).map(fromStored),
        retryOf: null,
      };
    case 'moved':
      return { ...room, state: stateOf(action.session.state), question: action.session.question };
    case 'retry':
      return { ...room, retryOf: action.turnId };
    case 'taken-back':
      return takeBack(room);
    case 'answered': {
      const question = questionToAnswer(room);
      if (!question) return room;
      const turn = newTurn(question, { spoken: action.spoken, text: action.text, retryOf: room.retryOf });
      return { ...room, turns: [...room.turns, turn] };
    }
    case 'item':
      return withLast(room, (turn) => applyItem(turn, action.item));
    case 'gave-up':
      return withLast(room, (turn) => giveUp(turn, action.error));
    default:
      return action satisfies never;
  }
}

/** The question that the next answer belongs to: the one taken again, else the one that waits. */
export function questionToAnswer(room: Room): Question | null {
  const again = room.retryOf ? room.turns.find((turn) => turn.turnId === room.retryOf) : undefined;
  return again?.question ?? room.question;
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
  return { ...room, turns: room.turns.slice(0, -1), retryOf: last.retryOf };
}

/** The turn that runs, if one does. */
export function runningTurn(room: Room): TurnView | null {
  const last = room.turns.at(-1);
  return last && !isOver(last) ? last : null;
}

/** How often each question was answered before `turn`, for "second take". */
export function takeNumber(turns: readonly TurnView[], turn: TurnView): number {
  const same = turns.filter((t) => t.question.question_id === turn.question.question_id);
  return same.indexOf(turn) + 1;
}

function withLast(room: Room, change: (turn: TurnView) => TurnView): Room {
  const last = room.turns.at(-1);
  if (!last || isOver(last)) return room;
  const turn = change(last);
  if (turn === last) return room;
  const next: Room = { ...room, turns: [...room.turns.slice(0, -1), turn] };
  if (turn.retryOf === null && turn.nextQuestion) next.question = turn.nextQuestion;
  // The take is used up only when it was heard: after a failure the same question can be answered again.
  if (turn.transcript && room.retryOf === turn.retryOf) next.retryOf = null;
  if (isOver(turn) && turn.sessionState) {
    next.state = stateOf(turn.sessionState);
    if (next.state === 'finished') next.question = null;
  }
  return next;
}

function stateOf(state: string): RoomState {
  return state === 'paused' || state === 'finished' || state === 'expired' ? state : 'open';
}
