import { describe, expect, it } from 'vitest';
import { ApiError, asGuest, type Keeper, keptIn, sentenceOf, unwrap } from './client';

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const WIRE = { stage: 'session', code: 'at_capacity', message_safe: 'All seats are taken.', retryable: true, request_id: 'r' };

function memory(first: string | null = null): Keeper {
  let token = first;
  return { get: () => token, set: (next) => (token = next) };
}

/** A server that makes guests t1, t2, ... and accepts the tokens in `valid`. */
function server(valid: (token: string) => boolean) {
  const asked: { url: string; bearer: string | null }[] = [];
  let guests = 0;
  const transport = (async (url: string, init: RequestInit) => {
    const bearer = new Headers(init.headers).get('Authorization')?.replace('Bearer ', '') ?? null;
    asked.push({ url, bearer });
    await Promise.resolve();
    if (url.endsWith('/guests')) return json(201, { data: { access_token: `t${(guests += 1)}` }, error: null });
    return valid(bearer ?? '') ? json(200, { data: 'fine', error: null }) : json(401, { data: null, error: WIRE });
  }) as typeof fetch;
  return { transport, asked, made: () => guests };
}

describe('the guest', () => {
  it('is made once for all calls that wait', async () => {
    const { transport, made } = server(() => true);
    const keeper = memory();
    const send = asGuest(transport, keeper);
    await Promise.all([send('/a'), send('/b'), send('/c')]);
    expect(made()).toBe(1);
    expect(keeper.get()).toBe('t1');
  });

  it('is not made where one is known', async () => {
    const { transport, made, asked } = server(() => true);
    await asGuest(transport, memory('old'))('/a');
    expect(made()).toBe(0);
    expect(asked).toEqual([{ url: '/api/v1/a', bearer: 'old' }]);
  });

  it('is replaced when the token is no longer valid, once for calls side by side', async () => {
    const { transport, made } = server((token) => token !== 'old');
    const keeper = memory('old');
    const send = asGuest(transport, keeper);
    const answers = await Promise.all([send('/a'), send('/b')]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(made()).toBe(1);
    expect(keeper.get()).toBe('t1');
  });

  it('is tried again only once', async () => {
    const { transport, asked } = server(() => false);
    const answer = await asGuest(transport, memory('old'))('/a');
    expect(answer.status).toBe(401);
    expect(asked.filter(({ url }) => url.endsWith('/a'))).toHaveLength(2);
  });

  it('can be made later when the first try failed', async () => {
    let up = false;
    const { transport } = server(() => true);
    const flaky = ((url: string, init: RequestInit) => (up ? transport(url, init) : Promise.reject(new TypeError('down')))) as typeof fetch;
    const send = asGuest(flaky, memory());
    await expect(send('/a')).rejects.toMatchObject({ code: 'unreachable', status: 0 });
    up = true;
    expect((await send('/a')).status).toBe(200);
  });

  it('lives as long as the page where storage is blocked', () => {
    const keeper = keptIn(() => {
      throw new DOMException('blocked', 'SecurityError');
    });
    keeper.set('t');
    expect(keeper.get()).toBe('t');
    keeper.set(null);
    expect(keeper.get()).toBeNull();
  });
});

describe('the envelope', () => {
  it('gives its payload', async () => {
    expect(await unwrap(json(200, { data: { a: 1 }, error: null }))).toEqual({ a: 1 });
    expect(await unwrap(new Response(null, { status: 204 }))).toBeUndefined();
  });

  it("fails with the server's own sentence, and when to come back", async () => {
    const error = await unwrap(json(503, { data: null, error: WIRE }, { 'Retry-After': '7' })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ message: 'All seats are taken.', code: 'at_capacity', status: 503, retryAfterS: 7 });
    expect(sentenceOf(error)).toBe('All seats are taken.');
  });

  it.each([
    ['a page of a proxy', () => new Response('<h1>502</h1>', { status: 502 })],
    ['nothing', () => new Response('', { status: 200 })],
    ['an error without an envelope', () => json(500, { detail: 'oops' })],
  ])('fails with a sentence of its own on %s', async (_name, answer) => {
    await expect(unwrap(answer())).rejects.toMatchObject({ code: 'bad_answer' });
  });

  it('has a sentence for anything, and never shows what was thrown', () => {
    expect(sentenceOf(new TypeError('x is undefined'))).not.toContain('undefined');
  });

  it('lets an abort through as what it is', async () => {
    const abort = new AbortController();
    abort.abort();
    const transport = (async () => Promise.reject(new DOMException('gone', 'AbortError'))) as typeof fetch;
    await expect(asGuest(transport, memory('t'))('/a', { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
