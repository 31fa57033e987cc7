import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/client';
import { TickBox } from './ticks';

/** A shelf that a browser's storage can be. */
function shelf() {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) } as unknown as Storage;
}

const refusal = (status: number) => new ApiError({ stage: 'session', code: 'x', message_safe: 'This answer has no points.', retryable: false }, status);

function open({ storage = shelf(), answers = [] as (ApiError | null)[] } = {}) {
  const sent: string[] = [];
  const box = new TickBox({
    storage: () => storage,
    send: async (session, turn, ticked) => {
      sent.push(`${session} ${turn} ${ticked.join()}`);
      const refused = answers.shift();
      if (refused) throw refused;
      return { ticked: [...ticked], of: 5, drill: { title: 'The price', instruction: 'Say what it costs.' } };
    },
  });
  return { box, sent, storage };
}

describe('ticks', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are shown at once and sent as one, after a pause', async () => {
    const { box, sent } = open();
    box.put('s', 't', ['p1']);
    box.put('s', 't', ['p1', 'p2']);
    expect(box.of('t')).toMatchObject({ check: { ticked: ['p1', 'p2'] }, state: 'sending' });
    expect(sent).toEqual([]);
    await vi.runAllTimersAsync();
    expect(sent).toEqual(['s t p1,p2']);
    expect(box.of('t')).toMatchObject({ state: 'kept', check: { ticked: ['p1', 'p2'], drill: { title: 'The price' } } });
  });

  it('wait in the browser without a connection, and go when it is back', async () => {
    const { box, sent, storage } = open({ answers: [refusal(0)] });
    box.put('s', 't', ['p1']);
    await vi.advanceTimersByTimeAsync(700);
    expect(box.of('t')?.state).toBe('waiting');
    const later = open({ storage }); // another day, another page
    expect(later.box.of('t')?.check.ticked).toEqual(['p1']);
    await later.box.flush();
    expect(later.sent).toEqual(['s t p1']);
    await vi.runAllTimersAsync(); // this page tries by itself
    expect(sent).toEqual(['s t p1', 's t p1']);
    expect(box.of('t')?.state).toBe('kept');
    expect(open({ storage }).box.of('t')).toBeNull();
  });

  it('are not sent again where the server refuses them, which is said', async () => {
    const { box, sent, storage } = open({ answers: [refusal(409)] });
    box.put('s', 't', ['p1']);
    await vi.runAllTimersAsync();
    expect(sent).toHaveLength(1);
    expect(box.of('t')).toMatchObject({ state: 'refused', problem: 'This answer has no points.' });
    expect(open({ storage }).box.of('t')).toBeNull();
  });

  it('made while others are on their way are sent after them', async () => {
    const { box, sent } = open();
    box.put('s', 't', ['p1']);
    const first = box.flush();
    await Promise.resolve(); // the first ones are on their way
    box.put('s', 't', []);
    await first;
    expect(box.of('t')).toMatchObject({ check: { ticked: [] }, state: 'sending' });
    await vi.runAllTimersAsync();
    expect(sent).toEqual(['s t p1', 's t ']);
    expect(box.of('t')?.state).toBe('kept');
  });

  it('of an erased answer are gone', async () => {
    const { box, sent, storage } = open();
    box.put('s', 't', ['p1']);
    box.forget('t');
    await vi.runAllTimersAsync();
    expect(sent).toEqual([]);
    expect(open({ storage }).box.of('t')).toBeNull();
  });

  it('work where the browser keeps nothing', async () => {
    const { box, sent } = open({ storage: { getItem: () => { throw new Error('blocked'); } } as unknown as Storage });
    box.put('s', 't', ['p1']);
    await vi.runAllTimersAsync();
    expect(sent).toEqual(['s t p1']);
  });
});
