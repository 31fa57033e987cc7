/** Hands-free listening for React: open while it is wanted, closed else. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Catalog } from '../../api/types';
import { type HandsFree, handsFreeFor } from './hands-free';
import type { HandsFreeEvents, HandsFreeState } from './hands-free-parts';

export interface HandsFreeControls extends HandsFreeState {
  it: HandsFree;
}

interface Wanted extends HandsFreeEvents {
  sessionId: string;
  settings: Catalog['voice_activity'];
  maxSeconds: number;
  /** The microphone is to be open. */
  open: boolean;
  /** An answer is wanted, and the coach is silent. */
  listening: boolean;
  coachSpeaks: boolean;
}

export function useHandsFree({ sessionId, settings, maxSeconds, open, listening, coachSpeaks, ...events }: Wanted): HandsFreeControls {
  const { end_of_turn_ms: endOfTurnMs = 1500, min_speech_ms: minSpeechMs = 300, interrupt_ms: interruptMs = 300 } = settings ?? {};
  const it = useMemo(
    () => handsFreeFor(sessionId, { endOfTurnMs, minSpeechMs, interruptMs, maxSeconds }),
    [sessionId, endOfTurnMs, minSpeechMs, interruptMs, maxSeconds],
  );
  const state = useSyncExternalStore(it.subscribe, it.getState);
  useEffect(() => it.use(events, listening, coachSpeaks));
  useEffect(() => {
    if (!open) return undefined;
    void it.start();
    return () => it.stop();
  }, [it, open]);
  return { ...state, it };
}
