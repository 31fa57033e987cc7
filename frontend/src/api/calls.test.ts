import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addFile, addText, eraseAnswer, getLanguageModels, objectTo, tickPoints } from './calls';

let sent: { call: string; body: unknown }[] = [];
let status = 200;

beforeEach(() => {
  localStorage.setItem('interview-helper.token', 't');
  [sent, status] = [[], 200];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    const body = init.body instanceof FormData ? Object.fromEntries(init.body) : init.body ? JSON.parse(String(init.body)) : null;
    sent.push({ call: `${init.method ?? 'GET'} ${url.replace(/^.*\/api\/v1/, '')}`, body });
    const error = status < 400 ? null : { stage: 'unknown', code: 'no', message_safe: 'No.', retryable: false };
    return status === 204 ? new Response(null, { status }) : Response.json({ data: {}, error, request_id: 'r' }, { status });
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('a document', () => {
  it.each([
    ['names the host that may read it', 'models.example.com', { kind: 'resume', title: '', text: 'x', consent: 'models.example.com' }],
    ['names none where none may', null, { kind: 'resume', title: '', text: 'x' }],
  ])('%s', async (_what, consent, body) => {
    await addText('resume', '', 'x', consent);
    expect(sent).toEqual([{ call: 'POST /documents', body }]);
    await addFile('resume', new File(['x'], 'cv.txt'), consent);
    expect((sent[1]?.body as Record<string, unknown>).consent).toBe(consent ?? undefined);
  });
});

describe('what is done about an answer', () => {
  it.each<[string, () => Promise<unknown>, string, unknown]>([
    ['objected, and why', () => objectTo('s', 't', 'gaps.0', 'It is there'), 'POST /sessions/s/turns/t/objections', { point: 'gaps.0', why: 'It is there' }],
    ['objected without a reason', () => objectTo('s', 't', 'errors.1', ''), 'POST /sessions/s/turns/t/objections', { point: 'errors.1' }],
    ['ticked', () => tickPoints('s', 't', ['p1']), 'PUT /sessions/s/turns/t/self_check', { ticked: ['p1'] }],
    ['erased', () => eraseAnswer('s', 't'), 'DELETE /sessions/s/turns/t/answer', null],
  ])('%s', async (_what, act, call, body) => {
    if (call.startsWith('DELETE')) status = 204;
    await act();
    expect(sent).toEqual([{ call, body }]);
  });
});

describe('the language models', () => {
  it('are none where the server offers no choice', async () => {
    status = 404;
    expect(await getLanguageModels()).toBeNull();
  });

  it('are an error where the server failed', async () => {
    status = 500;
    await expect(getLanguageModels()).rejects.toThrow('No.');
  });
});
