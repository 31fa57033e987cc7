/** The ticks of one answer for React: what was ticked here comes before what was stored when the page was opened. */
import { useMemo, useSyncExternalStore } from 'react';
import type { SelfCheck } from '../../api/types';
import { type Ticks, tickBox } from './ticks';

export interface TickControls {
  check: SelfCheck | null;
  state: Ticks['state'];
  problem: string | null;
  /** Absent where nothing can be ticked. */
  onTick?: (ticked: string[]) => void;
}

export function useTicks(sessionId: string, turnId: string | null, stored: SelfCheck | null): TickControls {
  const box = tickBox();
  const here = useSyncExternalStore(box.subscribe, () => box.of(turnId));
  return useMemo(
    () => ({
      check: here?.check ?? stored,
      state: here?.state ?? 'kept',
      problem: here?.problem ?? null,
      onTick: turnId ? (ticked: string[]) => box.put(sessionId, turnId, ticked) : undefined,
    }),
    [box, here, sessionId, stored, turnId],
  );
}
