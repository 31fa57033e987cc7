/** One turn's events: POST an answer, read the stream, and resume it when the connection breaks. */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ApiError, parse, request } from './client';
import type { TurnEvent } from './types';

export type Answer =
  | { kind: 'text'; text: string; retryOf?: string }
  | { kind: 'audio'; blob: Blob; retryOf?: string };

export type Send = (path: string, init: RequestInit) => Promise<Response>;

const RESUMES = 8;

/** Yields every event of the turn, each once and in order, until `turn.ended`. Aborting only leaves the stream. */
export async function* streamTurn(
  sessionId: string,
  answer: Answer,
  signal: AbortSignal,
  send: Send = request,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
): AsyncGenerator<TurnEvent> {
  const path = `/sessions/${sessionId}/turns`;
  const headers = { Accept: 'text/event-stream', 'Idempotency-Key': crypto.randomUUID() };
  let turnId = '';
  let seen = 0;
  for (let attempt = 0; attempt <= RESUMES; attempt += 1) {
    if (attempt > 0) await pause(Math.min(4000, 250 * 2 ** attempt));
    let response: Response;
    try {
      response = turnId
        ? await send(`${path}/${turnId}/events`, { headers: { 'Last-Event-ID': `${turnId}:${seen}` }, signal })
        : await send(path, { method: 'POST', ...bodyOf(answer, headers), signal });
    } catch (error) {
      if (signal.aborted || attempt === RESUMES) throw error;
      if (error instanceof ApiError && error.status !== 0) throw error;
      continue;
    }
    if (!response.ok || !response.body) await parse(response);
    try {
      for await (const event of read(response.body!)) {
        turnId = event.data.turn_id;
        if (event.data.seq <= seen) continue;
        seen = event.data.seq;
        attempt = 0;
        yield event;
        if (event.name === 'turn.ended') return;
      }
    } catch (error) {
      if (signal.aborted) throw error;
    }
  }
  throw new ApiError(
    { stage: 'unknown', code: 'stream_lost', retryable: true, request_id: '-',
      message_safe: 'The connection was lost. Your answer is kept; reload the page to see the reply.' }, 0);
}

function bodyOf(answer: Answer, headers: Record<string, string>): RequestInit {
  if (answer.kind === 'text') {
    const body = JSON.stringify({ text: answer.text, ...(answer.retryOf ? { retry_of: answer.retryOf } : {}) });
    return { body, headers: { ...headers, 'Content-Type': 'application/json' } };
  }
  const form = new FormData();
  const type = answer.blob.type.split(';')[0] ?? '';
  form.set('audio', new File([answer.blob], `answer.${type.split('/')[1] ?? 'webm'}`, { type }));
  if (answer.retryOf) form.set('retry_of', answer.retryOf);
  return { body: form, headers };
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<TurnEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.event) yield { name: value.event, data: JSON.parse(value.data) } as TurnEvent;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
