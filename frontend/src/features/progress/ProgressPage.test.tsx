import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import type { Progress } from '../../api/types';
import { ProgressPage } from './ProgressPage';

const EMPTY: Progress = {
  sessions: [],
  competencies: [],
  delivery: [],
  streaks: { current: 0, longest: 0 },
  dimensions: {},
  next_drill: null,
};
const day = (n: number) => `2026-11-0${n}T10:00:00Z`;

function show(progress: Progress) {
  const body = JSON.stringify({ data: progress, error: null, request_id: 'r' });
  localStorage.setItem('interview-helper.token', 't');
  vi.stubGlobal('fetch', async () => new Response(body, { headers: { 'Content-Type': 'application/json' } }));
  const router = createRouter({
    routeTree: createRootRoute({ component: ProgressPage }),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('says what will be here before the first answer', async () => {
  show(EMPTY);
  await screen.findByRole('heading', { name: 'Your progress' });
  expect(screen.getByRole('link', { name: 'Set up an interview' })).toBeDefined();
});

it('tells scores in words too, weakest first', async () => {
  show({
    ...EMPTY,
    sessions: [
      { session_id: 'a', at: day(1), mode: 'behavioral', overall: 2, answers: 3 },
      { session_id: 'b', at: day(2), mode: 'technical', overall: 3.5, answers: 1 },
    ],
    streaks: { current: 2, longest: 2 },
    dimensions: { structure: 4, impact: 1.5 },
  });
  await screen.findByText('2 interviews, 4 scored answers, 2 days in a row.');
  const table = screen.getByRole('table', { name: 'Mean score of each interview' });
  expect(within(table).getAllByRole('cell').map((cell) => cell.textContent)).toEqual(['2', '3.5']);
  expect(screen.getAllByRole('term').map((term) => term.textContent)).toEqual(['Impact', 'Structure']);
  expect(screen.getAllByRole('link').map((link) => link.textContent)).toEqual(['Technical interview', 'Behavioral interview']);
});
