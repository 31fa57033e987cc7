/** Whether the main pointer is a finger: hints then speak of the button instead of keys. */
import { useSyncExternalStore } from 'react';

const coarse = () => window.matchMedia?.('(pointer: coarse)') ?? null;

export function useTouch(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = coarse();
      query?.addEventListener('change', listener);
      return () => query?.removeEventListener('change', listener);
    },
    () => coarse()?.matches ?? false,
  );
}
