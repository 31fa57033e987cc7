/** The timings and tokens of the last turn, for the diagnostics; kept in memory only. */
import { useSyncExternalStore } from 'react';

interface Measured {
  timings: Record<string, number>;
}

export interface LastTurn extends Measured {
  /** By kind: what the language model took for this answer, and for all answers of the interview. */
  tokens: Record<string, { turn: number; interview: number }>;
}

let last: LastTurn | null = null;
const listeners = new Set<() => void>();

export function rememberTurn({ timings }: Measured, interview: readonly Measured[]): void {
  if (Object.keys(timings).length === 0) return;
  last = { timings, tokens: tokensOf(timings, interview) };
  for (const listener of listeners) listener();
}

/** Figures of tokens stand among the timings: `llm_prompt_tokens`. */
export const isTokens = (name: string): boolean => name.endsWith('_tokens');

function tokensOf(timings: Measured['timings'], interview: readonly Measured[]): LastTurn['tokens'] {
  const names = new Set(interview.flatMap((turn) => Object.keys(turn.timings).filter(isTokens)));
  return Object.fromEntries(
    [...names].map((name) => [name, { turn: timings[name] ?? 0, interview: interview.reduce((sum, turn) => sum + (turn.timings[name] ?? 0), 0) }]),
  );
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
