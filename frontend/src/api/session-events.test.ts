import { describe, expect, it } from 'vitest';
import type { Send } from './client';
import type { SessionEvent } from './events';
import { followSession } from './session-events';

const feedback = { scored: true, summary: 'Later, and better.', strengths: [], gaps: [], scores: {} };
const revised = (turn: string, id: string) => `id: ${id}\nevent: feedback.revised\ndata: ${JSON.stringify({ turn_id: turn, feedback })}\n\n`;
const state = (to: string, id: string) => `id: ${id}\nevent: state\ndata: {"state":"${to}"}\n\n`;

/** A server that answers each request with the next of `bodies`: a text to stream, a status, or `cut` for a broken line. */
function serving(bodies: (string | number)[]) {
  const asked: (string | null)[] = [];
  const send: Send = async (_path, init) => {
    asked.push(new Headers(init?.headers).get('Last-Event-ID'));
    const body = bodies[asked.length - 1] ?? 404;
    if (body === 'cut') throw new TypeError('network');
    return typeof body === 'number' ? new Response(null, { status: body }) : new Response(body);
  };
  return { send, asked };
}

async function all(bodies: (string | number)[], more: { over?: () => boolean; signal?: AbortSignal } = {}) {
  const { send, asked } = serving(bodies);
  const events: SessionEvent[] = [];
  for await (const event of followSession({ sessionId: 's', signal: new AbortController().signal, send, backOff: [0], ...more })) events.push(event);
  return { events, asked };
}

describe('the stream of a session', () => {
  it('tells of revised feedback, with the defaults of what was left out', async () => {
    const { events } = await all([revised('t1', '7')]);
    expect(events[0]?.name).toBe('feedback.revised');
    expect(events[0]?.data).toMatchObject({ turn_id: 't1', feedback: { summary: 'Later, and better.', errors: [], citations: [] } });
  });

  it('goes on after the last event it has seen, and tells none twice', async () => {
    const { events, asked } = await all([revised('t1', '7'), 'cut', `${revised('t1', '7')}${revised('t2', '8')}`]);
    expect(asked).toEqual([null, '7', '7', '8']);
    expect(events.map((event) => event.name === 'feedback.revised' && event.data.turn_id)).toEqual(['t1', 't2']);
  });

  it('passes over what it does not know or cannot read', async () => {
    const { events } = await all(['event: confetti\ndata: {}\n\nevent: state\ndata: {"state"\n\n', state('finished', '1')]);
    expect(events).toEqual([{ name: 'state', data: { state: 'finished' } }]);
  });

  it.each([404, 410, 405, 403])('ends where there is no such stream (%s)', async (status) => {
    expect((await all([status])).asked).toHaveLength(1);
  });

  it('waits out a server that restarts', async () => {
    expect((await all([503, 502, revised('t1', '1')])).events).toHaveLength(1);
  });

  it('is not opened again once the interview is over', async () => {
    expect((await all([state('finished', '1'), state('ready', '2')], { over: () => true })).asked).toHaveLength(1);
  });

  it('is closed when the page is left', async () => {
    const abort = new AbortController();
    const stream = followSession({ sessionId: 's', signal: abort.signal, send: serving([revised('t', '1'), revised('t', '2')]).send, backOff: [60_000] });
    await stream.next();
    const next = stream.next();
    abort.abort();
    await expect(next).rejects.toThrow(/abort/i);
  });
});
