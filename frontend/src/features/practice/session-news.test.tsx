import { renderHook, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { feedback, question } from '../../testing/samples';
import { onAnnounce } from '../../ui/announce';
import type { RoomAction } from './room-machine';
import { newTurn, revise, type TurnView } from './turn-machine';
import { useRevisionNews } from './use-announcements';
import { useSessionEvents } from './use-session-events';

describe('what happens outside a turn', () => {
  let signals: AbortSignal[] = [];
  beforeEach(() => {
    localStorage.setItem('interview-helper.token', 't');
    signals = [];
    vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
      signals.push(init.signal as AbortSignal);
      const text = `id: 1\nevent: feedback.revised\ndata: ${JSON.stringify({ turn_id: 't', feedback: feedback() })}\n\n`;
      // It stays open, as the server's does.
      return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(text)) }));
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('reaches the room, by one stream that is closed when the page is left', async () => {
    const actions: RoomAction[] = [];
    const dispatch = (action: RoomAction) => void actions.push(action);
    const { rerender, unmount } = renderHook(({ state }) => useSessionEvents('s', state, dispatch), { initialProps: { state: 'open' as 'open' | 'finished' } });
    await waitFor(() => expect(actions.map((action) => action.type)).toEqual(['news']));
    rerender({ state: 'finished' });
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
    unmount();
    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('a screen reader', () => {
  const turn: TurnView = { ...newTurn(question('q2', 2), { spoken: true }), turnId: 't', phase: 'completed', feedback: feedback() };
  const later = revise(turn, feedback({ summary: 'Better.' }));

  it.each([
    ['is told once, and about which answer', false, ['More notes came in on your answer to question 2.']],
    ['is not told of what waits for later', true, []],
  ])('%s', (_what, held, expected) => {
    const told: string[] = [];
    const stop = onAnnounce((sentence) => told.push(sentence));
    const { rerender } = renderHook(({ turns }) => useRevisionNews(turns, held), { initialProps: { turns: [turn] } });
    expect(told).toEqual([]);
    rerender({ turns: [later] });
    rerender({ turns: [{ ...later, selfCheck: { ticked: ['p1'] } }] });
    expect(told).toEqual(expected);
    stop();
  });
});
