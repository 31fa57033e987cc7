import { describe, expect, it } from 'vitest';
import type { Send } from './client';
import { watchDocument } from './document-events';
import type { DocumentInfo, IngestProgress } from './types';

const DOCUMENT: DocumentInfo = { document_id: 'd', kind: 'resume', title: 'R', status: 'processing' };
const stream = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
const progress = (data: string) => `event: progress\ndata: ${data}\n\n`;

async function watch(send: Send, states: DocumentInfo['status'][], signal = new AbortController().signal) {
  const seen: IngestProgress[] = [];
  let asked = 0;
  const getDocument = async () => {
    const status = states[Math.min(asked, states.length - 1)] ?? 'failed';
    asked += 1;
    return { ...DOCUMENT, status };
  };
  const document = await watchDocument('d', (step) => seen.push(step), signal, { send, getDocument, pollMs: 1 });
  return { document, seen, asked };
}

describe('watching a document', () => {
  it('tells every step, then gives the document as it is', async () => {
    const text = `${progress('{"stage":"reading","done":1,"total":2}')}: heartbeat\n\n${progress('{"stage":"indexing","done":4,"total":4}')}event: ready\ndata: {"chunks":4}\n\n`;
    const { document, seen, asked } = await watch(async () => stream(text), ['ready']);
    expect(document.status).toBe('ready');
    expect(seen.map(({ stage }) => stage)).toEqual(['reading', 'indexing']);
    expect(asked).toBe(1);
  });

  it('leaves out a step that it cannot read, and goes on', async () => {
    const text = `${progress('not json')}${progress('{"stage":"dancing","done":1,"total":1}')}${progress('{"stage":"chunking","done":1,"total":1}')}event: ready\ndata: {}\n\n`;
    const { seen } = await watch(async () => stream(text), ['ready']);
    expect(seen.map(({ stage }) => stage)).toEqual(['chunking']);
  });

  it.each([
    ['cannot be reached', async () => Promise.reject(new TypeError('down'))],
    ['is refused', async () => new Response(null, { status: 404 })],
    ['ends too early', async () => stream(progress('{"stage":"reading","done":1,"total":2}'))],
  ])('asks again where the stream %s', async (_name, send) => {
    const { document, asked } = await watch(send, ['processing', 'processing', 'ready']);
    expect(document.status).toBe('ready');
    expect(asked).toBe(3);
  });

  it('says when it failed', async () => {
    const { document } = await watch(async () => stream('event: failed\ndata: {}\n\n'), ['failed']);
    expect(document.status).toBe('failed');
  });

  it('ends when nobody waits any more', async () => {
    const abort = new AbortController();
    abort.abort(new Error('left'));
    await expect(watch(async () => stream(''), ['processing'], abort.signal)).rejects.toThrow('left');
  });
});
