/** What a candidate can do about an answer that was given. Each is done on the server first, and throws what it refuses. */
import type { ObjectedPoint } from '../feedback/objections';
import type { TurnView } from './turn-machine';

export interface AnswerControls {
  /** The answer as it should have been heard: it is judged again. Null while the room is busy with another, or takes none. */
  correct: ((turn: TurnView, text: string) => void) | null;
  erase: (turnId: string) => Promise<void>;
  /** A point is wrong, and perhaps why. */
  object: (turnId: string, point: ObjectedPoint, why: string) => Promise<void>;
}
