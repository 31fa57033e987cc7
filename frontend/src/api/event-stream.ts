/** One turn as a stream of events: POST the answer, read, and resume by Last-Event-ID when the connection breaks. */
import { getTurn } from './calls';
import { ApiError, lost, send as sendToServer, type Send, unwrap } from './client';
import { parseEvent, type TurnEvent } from './events';
import type { SentRecording } from './live-recording';
import { sleep } from './sleep';
import { readMessages } from './sse';
import type { StoredTurn } from './types';

/** A spoken answer is always there whole; `live` names it where it has already reached the server piece by piece. */
export type Answer = { kind: 'text'; text: string } | { kind: 'audio'; blob: Blob; live?: SentRecording | null };

/**
 * Which earlier answer a new one is about: the one it repeats, the one that was misheard and that it takes the place of,
 * or the one that ended too soon and that it goes on. `questionId`: the question it answers, where that must be sure.
 */
export interface About {
  retryOf?: string | null;
  corrects?: string | null;
  continues?: string | null;
  questionId?: string | null;
}

/** What the stream yields: the turn's events, or the whole stored turn where the server has forgotten its events. */
export type StreamItem = TurnEvent | { name: 'turn.stored'; data: StoredTurn };

export interface StreamOptions {
  sessionId: string;
  signal: AbortSignal;
  send?: Send;
  /** Waits between tries, in milliseconds; tests pass short ones. */
  backOff?: readonly number[];
  silenceMs?: number;
  stored?: typeof getTurn;
}

/** Answers to a live recording after which the whole one is worth a try. */
const RECORDING_REFUSED = [400, 404, 409, 410, 413, 415, 422];

const BACK_OFF_MS = [250, 500, 1000, 2000, 4000, 4000, 4000, 4000, 4000] as const;

/**
 * Give an answer and follow its turn to `turn.ended`. Every event is yielded once, in order. The same Idempotency-Key
 * goes with every try, so a POST that is sent again never makes a second turn. Aborting only leaves the stream; the
 * turn itself is stopped with DELETE.
 */
export function sendAnswer(options: StreamOptions, answer: Answer, about: About = {}): AsyncGenerator<StreamItem> {
  const path = `/sessions/${encodeURIComponent(options.sessionId)}/turns`;
  const { signal } = options;
  const [key, liveKey] = [crypto.randomUUID(), crypto.randomUUID()];
  let live = answer.kind === 'audio' ? answer.live : null;
  return follow(options, null, async (send) => {
    if (live) {
      const response = await send(path, { ...jsonBody({ recording_id: live.recordingId, chunks: live.chunks, ...wireOf(about) }, liveKey), signal });
      if (!RECORDING_REFUSED.includes(response.status)) return response;
      live = null; // the server has lost it, or cannot use it: what was kept here goes as a whole
    }
    return send(path, { ...bodyOf(answer, key, about), signal });
  });
}

/** Follow a turn that already runs, or ran, from its first event. */
export function followTurn(options: StreamOptions, turnId: string): AsyncGenerator<StreamItem> {
  return follow(options, turnId, null);
}

async function* follow(
  options: StreamOptions,
  known: string | null,
  post: ((send: Send) => Promise<Response>) | null,
): AsyncGenerator<StreamItem> {
  const { signal, sessionId, send = sendToServer, backOff = BACK_OFF_MS } = options;
  let turnId = known;
  let seen = 0;
  let failures = 0;
  for (;;) {
    try {
      const response = turnId === null && post ? await post(send) : await resume(send, sessionId, turnId ?? '', seen, signal);
      if (response.status === 410 && turnId !== null) {
        yield { name: 'turn.stored', data: await (options.stored ?? getTurn)(sessionId, turnId) };
        return;
      }
      if (!response.ok || !response.body) await unwrap<never>(response);
      for await (const message of readMessages(response.body as ReadableStream<Uint8Array>, options.silenceMs)) {
        const event = parseEvent(message.event ?? '', message.data);
        if (event === null || (turnId !== null && event.data.turn_id !== turnId) || event.data.seq <= seen) continue;
        turnId = event.data.turn_id;
        seen = event.data.seq;
        failures = 0;
        if (event.name !== 'unknown') yield event;
        if (event.name === 'turn.ended') return;
      }
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error;
    }
    const wait = backOff[failures];
    if (wait === undefined) throw lost();
    failures += 1;
    await sleep(wait, signal);
  }
}

function resume(send: Send, sessionId: string, turnId: string, seen: number, signal: AbortSignal): Promise<Response> {
  const path = `/sessions/${encodeURIComponent(sessionId)}/turns/${encodeURIComponent(turnId)}/events`;
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (seen > 0) headers['Last-Event-ID'] = `${turnId}:${seen}`;
  return send(path, { headers, signal });
}

/** A broken connection and a gateway's hiccup pass; what the server itself refuses does not. */
function mayPass(error: unknown): boolean {
  return !(error instanceof ApiError) || [0, 502, 504].includes(error.status);
}

/** The fields of the contract; what is not so is left out. */
function wireOf({ retryOf, corrects, continues, questionId }: About): Record<string, string> {
  const fields = { retry_of: retryOf, corrects, continues, question_id: questionId };
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => Boolean(field[1])));
}

function bodyOf(answer: Answer, key: string, about: About): RequestInit {
  if (answer.kind === 'text') return jsonBody({ text: answer.text, ...wireOf(about) }, key);
  const type = answer.blob.type.split(';')[0] || 'audio/webm';
  const ending = { 'audio/mp4': 'm4a', 'audio/ogg': 'ogg', 'audio/wav': 'wav' }[type] ?? 'webm';
  const form = new FormData();
  form.set('audio', new File([answer.blob], `answer.${ending}`, { type }));
  for (const [name, value] of Object.entries(wireOf(about))) form.set(name, value);
  return { method: 'POST', body: form, headers: headersFor(key) };
}

function jsonBody(body: Record<string, unknown>, key: string): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { ...headersFor(key), 'Content-Type': 'application/json' } };
}

const headersFor = (key: string) => ({ Accept: 'text/event-stream', 'Idempotency-Key': key });
