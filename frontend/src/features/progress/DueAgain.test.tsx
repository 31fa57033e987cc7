import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Review, ReviewItem } from '../../api/types';
import { session } from '../../testing/samples';
import { setPreferences } from '../settings/preferences';
import { DueAgain } from './DueAgain';

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const item = (number: number, due: number): ReviewItem => ({
  question: `Question ${number}?`,
  competency: null,
  dimension: 'impact',
  reason: 'Weak in results. No result was found.',
  score: 2,
  drill: { title: 'Result first', instruction: '60 seconds.' },
  box: 1,
  answers: 1,
  last_at: '2026-11-12T10:00:00Z',
  due_on: inDays(due),
  session_id: 's',
  turn_id: `t${number}`,
  start: { mode: 'behavioral', difficulty: 'medium', question_count: 3, language: 'en', document_ids: [], voice: true, practice: 'drill', feedback: 'each', drill: 'result_first', again: { session_id: 's', turn_id: `t${number}` } },
});

let started: unknown[] = [];

async function show(review: Partial<Review>) {
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    if (init.method === 'POST') started.push(JSON.parse(String(init.body)));
    const data = url.endsWith('/review') ? { due: [], coming: [], learned: 0, intervals_days: [1, 3, 7, 16], ...review } : session({ session_id: 'new' });
    return new Response(JSON.stringify({ data, error: null, request_id: 'r' }), { headers: { 'Content-Type': 'application/json' } });
  });
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path: '/', component: DueAgain });
  const room = createRoute({ getParentRoute: () => root, path: '/practice/$sessionId', component: () => <p>The room</p> });
  const router = createRouter({ routeTree: root.addChildren([page, room]), history: createMemoryHistory({ initialEntries: ['/'] }) });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  localStorage.setItem('interview-helper.token', 't');
  started = [];
});
afterEach(() => vi.unstubAllGlobals());

it('offers what is due, and starts the interview that the server made ready', async () => {
  await show({ due: [1, 2, 3, 4].map((n) => item(n, 0)), coming: [item(5, 3)] });
  await screen.findByRole('heading', { name: 'Due again today' });
  expect(screen.getByText(/after 1, 3, 7 and 16 days/)).toBeTruthy();
  expect(screen.getByText('1 more question due')).toBeTruthy();
  expect(screen.getByText('in 3 days')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Practise again: Question 2?' }));
  await screen.findByText('The room');
  expect(started).toEqual([{ ...item(2, 0).start, time_zone: HERE }]);
});

it('says when the next one comes', async () => {
  await show({ coming: [item(1, 1)] });
  expect((await screen.findByText(/Questions you found hard/)).textContent).toContain('The next one comes tomorrow.');
});

it('keeps everything here where that was chosen', async () => {
  setPreferences({ author: 'rules' });
  await show({ due: [item(1, 0)] });
  await userEvent.click(await screen.findByRole('button', { name: 'Practise again: Question 1?' }));
  await screen.findByText('The room');
  expect(started).toEqual([{ ...item(1, 0).start, author: 'rules', time_zone: HERE }]);
  setPreferences({ author: 'auto' });
});
