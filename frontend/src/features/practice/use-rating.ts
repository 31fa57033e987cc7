/** Whether the feedback of an answer waits for the candidate's own rating of it. */
import { useState } from 'react';
import { isOver, type TurnView } from './turn-machine';

type Keep = (turn: TurnView, overall: number) => Promise<void>;

export function useRating(turn: TurnView, keep: Keep | undefined) {
  const [history] = useState(() => isOver(turn)); // its feedback has been seen
  const [skipped, setSkipped] = useState(false);
  const [given, setGiven] = useState<number | null>(null);
  const own = given ?? turn.selfRating;
  const noAnswer = turn.feedback?.scored === false || turn.phase === 'cancelled' || turn.error !== null;
  return {
    own,
    waits: Boolean(keep) && !history && !skipped && own === null && turn.transcript !== null && turn.turnId !== null && !noAnswer,
    rate: async (overall: number) => {
      await keep?.(turn, overall);
      setGiven(overall);
    },
    skip: () => setSkipped(true),
  };
}
