/** Follows what happens in the interview outside its turns, for as long as the room is open. */
import { type Dispatch, useEffect, useRef } from 'react';
import { followSession } from '../../api/session-events';
import type { RoomAction, RoomState } from './room-machine';

export function useSessionEvents(sessionId: string, state: RoomState, dispatch: Dispatch<RoomAction>): void {
  const over = useRef(false);
  useEffect(() => {
    over.current = state === 'finished' || state === 'expired';
  }, [state]);
  useEffect(() => {
    const leaving = new AbortController();
    void (async () => {
      for await (const event of followSession({ sessionId, signal: leaving.signal, over: () => over.current })) {
        dispatch({ type: 'news', event });
      }
    })().catch(() => undefined); // it ends by an error only when the page was left
    return () => leaving.abort();
  }, [sessionId, dispatch]);
}
