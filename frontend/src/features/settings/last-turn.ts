/** The timings of the last turn, for the diagnostics; kept in memory only. */
import { useSyncExternalStore } from 'react';

export interface LastTurn {
  phase: string;
  timings: Record<string, number>;
  versions: Record<string, string>;
}

let last: LastTurn | null = null;
const listeners = new Set<() => void>();

export function rememberTurn(turn: LastTurn): void {
  if (Object.keys(turn.timings).length === 0) return;
  last = turn;
  for (const listener of listeners) listener();
}

export function useLastTurn(): LastTurn | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => last,
  );
}
