import { describe, expect, it } from 'vitest';
import { streamTurn, type Send } from './event-stream';

const frame = (seq: number, name: string, data: object = {}) =>
  `id: t:${seq}\nevent: ${name}\ndata: ${JSON.stringify({ turn_id: 't', seq, at_ms: seq, ...data })}\n\n`;
const body = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
const names = async (send: Send) => {
  const found: string[] = [];
  for await (const event of streamTurn('s', { kind: 'text', text: 'hi' }, new AbortController().signal, send, async () => {})) {
    found.push(`${event.data.seq}:${event.name}`);
  }
  return found;
};

describe('a turn stream', () => {
  it('ends with turn.ended', async () => {
    const send: Send = async () => body(frame(1, 'turn.started') + ': heartbeat\n\n' + frame(2, 'turn.ended'));
    expect(await names(send)).toEqual(['1:turn.started', '2:turn.ended']);
  });

  it('resumes after the last event seen, and takes no event twice', async () => {
    const asked: string[] = [];
    const send: Send = async (path, init) => {
      asked.push(`${init.method ?? 'GET'} ${path} ${(init.headers as Record<string, string>)['Last-Event-ID'] ?? ''}`.trim());
      if (asked.length === 1) return body(frame(1, 'turn.started') + frame(2, 'transcript.final', { text: 'a' }));
      return body(frame(2, 'transcript.final', { text: 'a' }) + frame(3, 'turn.ended'));
    };
    expect(await names(send)).toEqual(['1:turn.started', '2:transcript.final', '3:turn.ended']);
    expect(asked).toEqual(['POST /sessions/s/turns', 'GET /sessions/s/turns/t/events t:2']);
  });

  it('fails with the server\'s sentence', async () => {
    const error = { stage: 'session', code: 'session_finished', message_safe: 'It is over.', retryable: false, request_id: 'r' };
    const send: Send = async () => new Response(JSON.stringify({ data: null, error, request_id: 'r' }), { status: 409 });
    await expect(names(send)).rejects.toThrow('It is over.');
  });
});
