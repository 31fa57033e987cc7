import { describe, expect, it, vi } from 'vitest';
import type { Send } from './client';
import { LiveUpload, type PartialText } from './live-recording';

const ok = (data: unknown, status = 200) => new Response(JSON.stringify({ data, error: null }), { status });
const refuse = (status: number, details: object = {}) =>
  new Response(JSON.stringify({ data: null, error: { stage: 'upload', code: 'c', message_safe: 'm', retryable: true, details } }), { status });

/** A server that takes pieces as the contract says; `fault` may answer first. */
function server(fault: (call: string, n: number) => Response | 'down' | undefined = () => undefined) {
  const recordings = new Map<string, number[][]>();
  const log: string[] = [];
  const forget = () => recordings.clear();
  const send: Send = async (path, init) => {
    await Promise.resolve();
    init?.signal?.throwIfAborted();
    const call = `${init?.method} ${path.replace('/sessions/s/recordings', '')}`.trim();
    log.push(call);
    const wrong = fault(call, log.length);
    if (wrong === 'down') throw new TypeError('network');
    if (wrong) return wrong;
    if (init?.method === 'POST') {
      const id = `r${recordings.size + log.length}`;
      recordings.set(id, []);
      return ok({ recording_id: id }, 201);
    }
    const [, id = '', , number] = path.replace('/sessions/s/recordings', '').split('/');
    const pieces = recordings.get(id);
    if (!pieces) return refuse(404);
    if (init?.method === 'DELETE') return recordings.delete(id), new Response(null, { status: 204 });
    const n = Number(number);
    if (n > pieces.length) return refuse(409, { expected: pieces.length });
    if (n === pieces.length) pieces.push([...(init?.body as Uint8Array)]);
    return ok({ received: pieces.length, partial: { text: 'a'.repeat(pieces.length), stable_chars: 1 } });
  };
  const heldBy = (id: string | undefined) => (recordings.get(id ?? '') ?? []).flat();
  return { send, log, recordings, heldBy, forget };
}

const open = (send: Send, more: object = {}) => new LiveUpload({ sessionId: 's', send, pieceBytes: 4, backOff: [1], ...more });
const settle = (ms = 5) => new Promise((done) => setTimeout(done, ms));
const until = (holds: () => boolean) => vi.waitFor(() => expect(holds()).toBe(true), { timeout: 20_000, interval: 2 });
const BYTES = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const talk = (upload: LiveUpload) => BYTES.forEach((byte) => upload.push(Uint8Array.of(byte)));

describe('a live recording', () => {
  it('arrives whole and in order, the last short piece too', async () => {
    const { send, log, heldBy } = server();
    const upload = open(send);
    talk(upload);
    const sent = await upload.finish();
    expect(sent?.chunks).toBe(3);
    expect(heldBy(sent?.recordingId)).toEqual(BYTES);
    expect(log).toHaveLength(4);
  });

  it('is sent while it is spoken, with what is understood coming back', async () => {
    const texts: PartialText[] = [];
    const { send, log } = server();
    const upload = open(send, { onPartial: (text: PartialText) => texts.push(text) });
    upload.push(Uint8Array.of(1, 2, 3, 4));
    await until(() => texts.length > 0);
    expect(log).toHaveLength(2);
    expect(texts).toEqual([{ text: 'a', stableChars: 1 }]);
    expect(upload.latest?.text).toBe('a');
    upload.cancel();
  });

  it('asks the server for nothing before there is sound', async () => {
    const { send, log } = server();
    const upload = open(send);
    await settle();
    expect(await upload.finish()).toBeNull();
    expect(log).toEqual([]);
  });

  it('sends a piece again that did not get through', async () => {
    let faults = 3;
    const { send, heldBy } = server((call) => (call.startsWith('PUT') && faults-- > 0 ? (faults % 2 ? 'down' : refuse(503)) : undefined));
    const upload = open(send);
    talk(upload);
    const sent = await upload.finish();
    expect(heldBy(sent?.recordingId)).toEqual(BYTES);
  });

  it('goes back to the piece that the server misses', async () => {
    let told = false;
    const { send, heldBy } = server((call) => {
      if (told || !call.endsWith('/2')) return undefined;
      told = true;
      return refuse(409, { expected: 1 });
    });
    const upload = open(send);
    talk(upload);
    const sent = await upload.finish();
    expect(told).toBe(true);
    expect(heldBy(sent?.recordingId)).toEqual(BYTES);
  });

  it('starts anew where the server has forgotten it', async () => {
    const { send, heldBy, forget } = server();
    const upload = open(send);
    upload.push(Uint8Array.of(1, 2, 3, 4));
    await until(() => upload.latest !== null);
    forget();
    upload.push(Uint8Array.of(5, 6, 7, 8));
    const sent = await upload.finish();
    expect(heldBy(sent?.recordingId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each([400, 403, 413, 415])('gives up where the server will not have it (%d)', async (status) => {
    const { send, log } = server((call) => (call.startsWith('PUT') ? refuse(status) : undefined));
    const upload = open(send);
    talk(upload);
    expect(await upload.finish()).toBeNull();
    expect(log.filter((call) => call.startsWith('PUT'))).toHaveLength(1);
  });

  it('is not waited for when the network is gone', async () => {
    const { send } = server(() => 'down');
    const upload = open(send);
    talk(upload);
    expect(await upload.finish(20)).toBeNull();
  });

  it('leaves nothing on the server when it is thrown away', async () => {
    const { send, recordings } = server();
    const upload = open(send);
    upload.push(Uint8Array.of(1, 2, 3, 4));
    await until(() => upload.latest !== null);
    expect(recordings.size).toBe(1);
    upload.cancel();
    await until(() => recordings.size === 0);
  });
});
