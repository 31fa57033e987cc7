/** Runs turns: sends answers, feeds their events to the room, stops them, and brings their sound to the queue. */
import { type Dispatch, useCallback, useEffect, useRef } from 'react';
import { interruptTurn } from '../../api/calls';
import { ApiError } from '../../api/client';
import { type About, type Answer, followTurn, sendAnswer, type StreamItem } from '../../api/event-stream';
import type { WireError } from '../../api/types';
import type { PlaybackQueue } from '../../audio/playback-queue';
import { forgetTakes, keepTake, moveTake } from '../../audio/takes';
import type { RoomAction } from './room-machine';

export interface TurnControls {
  /** Give an answer; a turn that still runs is left to the server, which lets the newest win. */
  give: (answer: Answer, about: About, heardSoFar?: string) => void;
  /** Follow a turn that was running when the page was loaded. */
  follow: (turnId: string) => void;
  /** Silence now, and for what still comes of the running turn; the turn itself goes on. */
  hush: () => void;
  /** Silence now, and the model and the voice stop on the server. */
  interrupt: () => void;
  /** Send the last recording or text again, after a failure. */
  again: (about: About) => void;
  canSendAgain: () => boolean;
}

export function useTurn(sessionId: string, dispatch: Dispatch<RoomAction>, queue: PlaybackQueue): TurnControls {
  const running = useRef<{ abort: AbortController; turnId: string | null } | null>(null);
  const unheard = useRef<Answer | null>(null);

  const run = useCallback(
    async (stream: (signal: AbortSignal) => AsyncGenerator<StreamItem>, turnId: string | null, corrects: string | null = null) => {
      running.current?.abort.abort();
      const mine = { abort: new AbortController(), turnId };
      running.current = mine;
      const isMine = () => running.current === mine;
      try {
        for await (const item of stream(mine.abort.signal)) {
          if (!isMine()) return;
          mine.turnId ??= item.data.turn_id;
          if (item.name === 'transcript.final') {
            // Heard: it is not sent again. Its sound stays in this page, to be played, until the page is left.
            if (unheard.current?.kind === 'audio') keepTake(item.data.turn_id, unheard.current.blob);
            if (corrects) moveTake(corrects, item.data.turn_id);
            unheard.current = null;
          }
          if (item.name === 'audio') queue.add(item.data.turn_id, item.data);
          dispatch({ type: 'item', item });
        }
      } catch (error) {
        if (isMine() && !mine.abort.signal.aborted) dispatch({ type: 'gave-up', error: wireOf(error) });
      } finally {
        if (isMine()) running.current = null;
      }
    },
    [dispatch, queue],
  );

  const give = useCallback(
    (answer: Answer, about: About, heardSoFar = '') => {
      unheard.current = answer;
      queue.stop();
      dispatch({ type: 'answered', spoken: answer.kind === 'audio', text: answer.kind === 'text' ? answer.text : heardSoFar, corrects: about.corrects });
      void run((signal) => sendAnswer({ sessionId, signal }, answer, about), null, about.corrects);
    },
    [dispatch, queue, run, sessionId],
  );

  const follow = useCallback(
    (turnId: string) => void run((signal) => followTurn({ sessionId, signal }, turnId), turnId),
    [run, sessionId],
  );

  const hush = useCallback(() => {
    queue.stop();
    if (running.current?.turnId) queue.dismiss(running.current.turnId);
  }, [queue]);

  const interrupt = useCallback(() => {
    hush();
    const mine = running.current;
    if (!mine) return;
    if (mine.turnId) {
      // The stream stays open: it ends by itself with `turn.ended` `cancelled`.
      interruptTurn(sessionId, mine.turnId).catch(() => {
        mine.abort.abort();
        dispatch({ type: 'gave-up', error: null });
      });
    } else {
      mine.abort.abort();
      running.current = null;
      dispatch({ type: 'gave-up', error: null });
    }
  }, [dispatch, hush, sessionId]);

  const again = useCallback(
    (about: About) => {
      if (unheard.current) give(unheard.current, about);
    },
    [give],
  );

  const canSendAgain = useCallback(() => unheard.current !== null, []);

  useEffect(
    () => () => {
      running.current?.abort.abort();
      running.current = null;
      forgetTakes();
    },
    [],
  );

  return { give, follow, hush, interrupt, again, canSendAgain };
}

function wireOf(error: unknown): WireError {
  if (error instanceof ApiError) return error.wire;
  return {
    stage: 'unknown',
    code: 'client_error',
    message_safe: 'Something went wrong in this page. Your answer was not lost: send it again.',
    retryable: true,
  };
}
