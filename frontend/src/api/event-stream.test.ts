import { describe, expect, it } from 'vitest';
import type { Send } from './client';
import { type Answer, sendAnswer } from './event-stream';

const frame = (seq: number, name: string, data: object = {}) =>
  `id: t:${seq}\nevent: ${name}\ndata: ${JSON.stringify({ turn_id: 't', seq, at_ms: seq, ...data })}\n\n`;
const STARTED = frame(1, 'turn.started', { state: 'transcribing', question_id: 'q' });
const HEARD = frame(2, 'transcript.final', { text: 'a', language: 'en', duration_s: null, words: [] });
const ENDED = frame(3, 'turn.ended', { outcome: 'completed', state: 'ready', timings_ms: {}, versions: {} });
const body = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
const ANSWER: Answer = { kind: 'text', text: 'hi' };

async function names(send: Send, more: object = {}): Promise<string[]> {
  const found: string[] = [];
  const options = { sessionId: 's', signal: new AbortController().signal, send, backOff: [1, 1], ...more };
  for await (const item of sendAnswer(options, ANSWER)) found.push(item.name);
  return found;
}

describe('a turn stream', () => {
  it('ends with turn.ended', async () => {
    expect(await names(async () => body(`${STARTED}: heartbeat\n\n${HEARD}${ENDED}`))).toEqual([
      'turn.started',
      'transcript.final',
      'turn.ended',
    ]);
  });

  it('resumes after the last event seen, and takes no event twice', async () => {
    const asked: string[] = [];
    const send: Send = async (path, init) => {
      const last = new Headers(init?.headers).get('Last-Event-ID') ?? '';
      asked.push(`${init?.method ?? 'GET'} ${path} ${last}`.trim());
      return asked.length === 1 ? body(STARTED + HEARD) : body(HEARD + ENDED);
    };
    expect(await names(send)).toEqual(['turn.started', 'transcript.final', 'turn.ended']);
    expect(asked).toEqual(['POST /sessions/s/turns', 'GET /sessions/s/turns/t/events t:2']);
  });

  it('goes on with what is stored where the events are forgotten', async () => {
    let calls = 0;
    const send: Send = async () => {
      calls += 1;
      return calls === 1 ? body(STARTED) : new Response(null, { status: 410 });
    };
    const stored = async () => ({ turn_id: 't', outcome: 'completed' });
    expect(await names(send, { stored })).toEqual(['turn.started', 'turn.stored']);
  });

  it('sends the same Idempotency-Key with every try', async () => {
    const keys = new Set<string | null>();
    let calls = 0;
    const send: Send = async (_path, init) => {
      keys.add(new Headers(init?.headers).get('Idempotency-Key'));
      calls += 1;
      if (calls === 1) throw new TypeError('network');
      return body(STARTED + ENDED);
    };
    expect(await names(send)).toEqual(['turn.started', 'turn.ended']);
    expect(keys.size).toBe(1);
  });

  it("fails with the server's sentence", async () => {
    const error = { stage: 'session', code: 'session_finished', message_safe: 'It is over.', retryable: false };
    const send: Send = async () => new Response(JSON.stringify({ data: null, error, request_id: 'r' }), { status: 409 });
    await expect(names(send)).rejects.toThrow('It is over.');
  });

  it.each([
    ['a correction', { corrects: 't0' }, { text: 'I did it.', corrects: 't0' }],
    ['another take', { retryOf: 't0' }, { text: 'I did it.', retry_of: 't0' }],
    ['an answer gone on with', { continues: 't0' }, { text: 'I did it.', continues: 't0' }],
    ['a question that must be the one', { questionId: 'q7' }, { text: 'I did it.', question_id: 'q7' }],
    ['neither', { retryOf: null, corrects: null }, { text: 'I did it.' }],
  ])('says what it is about: %s', async (_what, about, expected) => {
    const bodies: unknown[] = [];
    const send: Send = async (_path, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      return body(STARTED + ENDED);
    };
    const stream = sendAnswer({ sessionId: 's', signal: new AbortController().signal, send }, { kind: 'text', text: 'I did it.' }, about);
    while (!(await stream.next()).done);
    expect(bodies).toEqual([expected]);
  });

  describe('from a live recording', () => {
    const answer: Answer = { kind: 'audio', blob: new Blob(['whole'], { type: 'audio/webm' }), live: { recordingId: 'rec', chunks: 3 } };
    const talk = async (first: Response) => {
      const bodies: unknown[] = [];
      const keys = new Set<string | null>();
      const send: Send = async (_path, init) => {
        bodies.push(typeof init?.body === 'string' ? JSON.parse(init.body) : 'form');
        keys.add(new Headers(init?.headers).get('Idempotency-Key'));
        return bodies.length === 1 ? first : body(STARTED + ENDED);
      };
      const stream = sendAnswer({ sessionId: 's', signal: new AbortController().signal, send, backOff: [1] }, answer, { retryOf: 't0' });
      while (!(await stream.next()).done);
      return { bodies, keys };
    };

    it('only names it', async () => {
      expect((await talk(body(STARTED + ENDED))).bodies).toEqual([{ recording_id: 'rec', chunks: 3, retry_of: 't0' }]);
    });

    it.each([404, 409, 422])('sends the whole one, under a key of its own, where the server answers %d', async (status) => {
      const { bodies, keys } = await talk(new Response('{}', { status }));
      expect(bodies.map((sent) => (sent === 'form' ? 'form' : 'json'))).toEqual(['json', 'form']);
      expect(keys.size).toBe(2);
    });
  });
});
