/** A turn on the screen: sends the answer, feeds the machine, hands clips to the playback. */
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { api, messageOf } from '../../api/client';
import { streamTurn, type Answer } from '../../api/event-stream';
import type { Clip } from '../../api/types';
import { EMPTY, reduce, type Turn } from './turn-machine';

export interface UseTurn {
  turn: Turn;
  answer: (answer: Answer) => Promise<void>;
  interrupt: () => void;
  listen: () => void;
  reset: () => void;
}

export function useTurn(sessionId: string, onClip: (clip: Clip) => void): UseTurn {
  const [turn, dispatch] = useReducer(reduce, EMPTY);
  const leaving = useRef<AbortController | null>(null);
  const running = useRef<string | null>(null);
  const interrupted = useRef(false);

  useEffect(() => () => leaving.current?.abort(), []);

  const answer = useCallback(
    async (given: Answer) => {
      leaving.current?.abort();
      const controller = new AbortController();
      leaving.current = controller;
      interrupted.current = false;
      dispatch({ type: 'send', spoken: given.kind === 'audio' });
      try {
        for await (const event of streamTurn(sessionId, given, controller.signal)) {
          running.current = event.name === 'turn.ended' ? null : event.data.turn_id;
          if (event.name === 'audio' && !interrupted.current) onClip(event.data);
          dispatch({ type: 'event', event });
        }
      } catch (error) {
        if (!controller.signal.aborted) dispatch({ type: 'lost', message: messageOf(error) });
      }
    },
    [sessionId, onClip],
  );

  const interrupt = useCallback(() => {
    interrupted.current = true;
    if (running.current) void api.cancelTurn(sessionId, running.current).catch(() => undefined);
  }, [sessionId]);

  const listen = useCallback(() => dispatch({ type: 'listen' }), []);
  const reset = useCallback(() => dispatch({ type: 'reset' }), []);
  return { turn, answer, interrupt, listen, reset };
}
