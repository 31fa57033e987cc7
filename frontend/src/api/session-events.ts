/** What happens in an interview outside its turns, as a stream: resumed by Last-Event-ID, given up where it is not served. */
import { send as sendToServer, type Send } from './client';
import { parseSessionEvent, type SessionEvent } from './events';
import { sleep } from './sleep';
import { readMessages } from './sse';

export interface SessionStreamOptions {
  sessionId: string;
  /** Aborting closes the stream. */
  signal: AbortSignal;
  /** Whether the interview is over, so that a stream that ends is not opened again. */
  over?: () => boolean;
  send?: Send;
  /** Waits between tries, in milliseconds; the last one is repeated. */
  backOff?: readonly number[];
  silenceMs?: number;
}

const BACK_OFF_MS = [500, 1000, 2000, 5000, 15_000, 30_000] as const;
/** Tries in a row without one event, after which nothing more is expected. */
const MOST_TRIES = 40;

/** Each event once, in order. Ends when the interview is over, was erased, or has no such stream; never throws unless aborted. */
export async function* followSession(options: SessionStreamOptions): AsyncGenerator<SessionEvent> {
  const { sessionId, signal, over = () => false, send = sendToServer, backOff = BACK_OFF_MS } = options;
  const path = `/sessions/${encodeURIComponent(sessionId)}/events`;
  let last = '';
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream', ...(last ? { 'Last-Event-ID': last } : {}) };
      const response = await send(path, { headers, signal });
      if (!response.ok && response.status < 500 && response.status !== 429) return;
      if (response.ok && response.body) {
        for await (const message of readMessages(response.body, options.silenceMs)) {
          if (message.id && message.id === last) continue;
          if (message.id) last = message.id;
          tries = 0;
          const event = parseSessionEvent(message.event ?? '', message.data);
          if (event) yield event;
        }
        if (over()) return;
      }
    } catch (error) {
      if (signal.aborted) throw error;
    }
    await sleep(backOff[Math.min(tries, backOff.length - 1)] ?? 0, signal);
  }
}
